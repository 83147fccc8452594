"""Work that moves through people: flows as data, cases, deadlines in working days, alerts, notices."""

from lingnan.casework.events import CaseAssigned, CaseMoved, DeadlineMissed, DeadlineNear, EffectDue
from lingnan.casework.flow import Flow, FormField, State, Transition
from lingnan.casework.shapes import (
    CaseLine,
    CasePage,
    CaseQuery,
    CaseSheet,
    CaseStatistics,
    DisputeView,
    Figures,
    Moved,
    Opened,
    Round,
    TracePage,
    TraceView,
)

__all__ = [
    "CaseAssigned",
    "CaseLine",
    "CaseMoved",
    "CasePage",
    "CaseQuery",
    "CaseSheet",
    "CaseStatistics",
    "DeadlineMissed",
    "DeadlineNear",
    "DisputeView",
    "EffectDue",
    "Figures",
    "Flow",
    "FormField",
    "Moved",
    "Opened",
    "Round",
    "State",
    "TracePage",
    "TraceView",
    "Transition",
]
