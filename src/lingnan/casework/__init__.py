"""Work that moves through people: flows as data, cases, deadlines in working days, alerts, notices."""

from typing import TYPE_CHECKING

from lingnan.base import opened_later

if TYPE_CHECKING:
    from lingnan.casework.alert_events import AlertClosed, AlertEscalated, AlertOpened
    from lingnan.casework.alert_rules import AlertRule, AlertRules
    from lingnan.casework.alert_shapes import AlertCard, AlertLine, AlertPage, AlertQuery, OpenCase, RuleFigures
    from lingnan.casework.alerts import Alerts
    from lingnan.casework.attachments import AttachmentCard, Attachments, Download
    from lingnan.casework.cap import cap_message
    from lingnan.casework.cases import Cases
    from lingnan.casework.clamd import ClamdScanner
    from lingnan.casework.deadlines import DayCounter, DeadlineRule, DeadlineRules
    from lingnan.casework.decided import DecidedCase, PendingCase, decided_cases, decided_mark, pending_cases, pending_mark
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

# Opened when first asked for: a build with nothing to do has no use for people's work.
__getattr__ = opened_later(__name__, {
    "alert_events": "AlertClosed AlertEscalated AlertOpened",
    "alert_rules": "AlertRule AlertRules",
    "alert_shapes": "AlertCard AlertLine AlertPage AlertQuery OpenCase RuleFigures",
    "alerts": "Alerts",
    "attachments": "AttachmentCard Attachments Download",
    "cap": "cap_message",
    "cases": "Cases",
    "clamd": "ClamdScanner",
    "deadlines": "DayCounter DeadlineRule DeadlineRules",
    "decided": "DecidedCase PendingCase decided_cases decided_mark pending_cases pending_mark",
    "diagram": "draw_mermaid draw_svg",
    "disputes": "Disputes",
    "events": "CaseAssigned CaseMoved DeadlineMissed DeadlineNear EffectDue",
    "flow": "Flow FormField State Transition",
    "flow_library": "Flows",
    "inbox": "Inbox",
    "mail_queue": "MailCard",
    "mail_shapes": "MailSettings",
    "notice_handlers": "alert_handlers notice_handlers webhook_handlers",
    "notice_rules": "NoticeRules",
    "notices": "NoticeCard NoticePage Notices Preference",
    "service": "Casework",
    "shapes": (
        "ActionView CaseLine CasePage CaseQuery CaseSheet CaseStatistics DeadlineView DisputeView EntryView FactView FieldView "
        "Figures Moved Opened Round TracePage TraceView Vault"
    ),
    "sources": "SourceCard Sources",
    "statistics": "Statistics",
    "trace": "Trace",
    "webhook_signature": "check_webhook",
    "webhooks": "DeliveryCard EndpointCard Webhooks",
})

__all__ = [
    "ActionView",
    "AlertCard",
    "AlertClosed",
    "AlertEscalated",
    "AlertLine",
    "AlertOpened",
    "AlertPage",
    "AlertQuery",
    "AlertRule",
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
    "DecidedCase",
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
    "PendingCase",
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
    "cap_message",
    "check_webhook",
    "decided_cases",
    "decided_mark",
    "draw_mermaid",
    "draw_svg",
    "notice_handlers",
    "pending_cases",
    "pending_mark",
    "webhook_handlers",
]
