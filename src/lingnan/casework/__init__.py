"""Work that moves through people: flows as data, cases, deadlines in working days, alerts, notices."""

from lingnan.casework.alert_events import AlertClosed, AlertEscalated, AlertOpened
from lingnan.casework.alert_rules import AlertRules
from lingnan.casework.alert_shapes import AlertCard, AlertLine, AlertPage, AlertQuery, OpenCase, RuleFigures
from lingnan.casework.alerts import Alerts
from lingnan.casework.attachments import AttachmentCard, Attachments, Download
from lingnan.casework.cases import Cases
from lingnan.casework.clamd import ClamdScanner
from lingnan.casework.deadlines import DayCounter, DeadlineRule, DeadlineRules
from lingnan.casework.diagram import draw_mermaid, draw_svg
from lingnan.casework.disputes import Disputes
from lingnan.casework.events import CaseAssigned, CaseMoved, DeadlineMissed, DeadlineNear, EffectDue
from lingnan.casework.flow import Flow, FormField, State, Transition
from lingnan.casework.flow_library import Flows
from lingnan.casework.inbox import Inbox
from lingnan.casework.mail_queue import MailCard
from lingnan.casework.mail_shapes import MailSettings
from lingnan.casework.notice_handlers import alert_handlers, notice_handlers, webhook_handlers
from lingnan.casework.notice_rules import NoticeRules
from lingnan.casework.notices import NoticeCard, NoticePage, Notices, Preference
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
from lingnan.casework.sources import SourceCard, Sources
from lingnan.casework.statistics import Statistics
from lingnan.casework.trace import Trace
from lingnan.casework.webhook_signature import check_webhook
from lingnan.casework.webhooks import DeliveryCard, EndpointCard, Webhooks

__all__ = [
    "ActionView",
    "AlertCard",
    "AlertClosed",
    "AlertEscalated",
    "AlertLine",
    "AlertOpened",
    "AlertPage",
    "AlertQuery",
    "AlertRules",
    "Alerts",
    "AttachmentCard",
    "Attachments",
    "CaseAssigned",
    "CaseLine",
    "CaseMoved",
    "CasePage",
    "CaseQuery",
    "CaseSheet",
    "CaseStatistics",
    "Cases",
    "Casework",
    "ClamdScanner",
    "DayCounter",
    "DeadlineMissed",
    "DeadlineNear",
    "DeadlineRule",
    "DeadlineRules",
    "DeadlineView",
    "DeliveryCard",
    "DisputeView",
    "Disputes",
    "Download",
    "EffectDue",
    "EndpointCard",
    "EntryView",
    "FactView",
    "FieldView",
    "Figures",
    "Flow",
    "Flows",
    "FormField",
    "Inbox",
    "MailCard",
    "MailSettings",
    "Moved",
    "NoticeCard",
    "NoticePage",
    "NoticeRules",
    "Notices",
    "OpenCase",
    "Opened",
    "Preference",
    "Round",
    "RuleFigures",
    "SourceCard",
    "Sources",
    "State",
    "Statistics",
    "Trace",
    "TracePage",
    "TraceView",
    "Transition",
    "Vault",
    "Webhooks",
    "alert_handlers",
    "check_webhook",
    "draw_mermaid",
    "draw_svg",
    "notice_handlers",
    "webhook_handlers",
]
