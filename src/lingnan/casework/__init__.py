"""Work that moves through people: flows as data, cases, deadlines in working days, alerts, notices."""

from lingnan.casework.cases import Cases
from lingnan.casework.deadlines import DayCounter, DeadlineRule, DeadlineRules
from lingnan.casework.diagram import draw_mermaid, draw_svg
from lingnan.casework.disputes import Disputes
from lingnan.casework.events import CaseAssigned, CaseMoved, DeadlineMissed, DeadlineNear, EffectDue
from lingnan.casework.flow import Flow, FormField, State, Transition
from lingnan.casework.flow_library import Flows
from lingnan.casework.inbox import Inbox
from lingnan.casework.service import Casework
from lingnan.casework.shapes import (
    ActionView,
    CaseLine,
    CasePage,
    CaseQuery,
    CaseSheet,
    CaseStatistics,
    DeadlineView,
    DisputeView,
    EntryView,
    FactView,
    FieldView,
    Figures,
    Moved,
    Opened,
    Round,
    TracePage,
    TraceView,
    Vault,
)
from lingnan.casework.statistics import Statistics
from lingnan.casework.trace import Trace

__all__ = [
    "ActionView",
    "CaseAssigned",
    "CaseLine",
    "CaseMoved",
    "CasePage",
    "CaseQuery",
    "CaseSheet",
    "CaseStatistics",
    "Cases",
    "Casework",
    "DayCounter",
    "DeadlineMissed",
    "DeadlineNear",
    "DeadlineRule",
    "DeadlineRules",
    "DeadlineView",
    "DisputeView",
    "Disputes",
    "EffectDue",
    "EntryView",
    "FactView",
    "FieldView",
    "Figures",
    "Flow",
    "Flows",
    "FormField",
    "Inbox",
    "Moved",
    "Opened",
    "Round",
    "State",
    "Statistics",
    "Trace",
    "TracePage",
    "TraceView",
    "Transition",
    "Vault",
    "draw_mermaid",
    "draw_svg",
]
