"""Delivers what people subscribed to: each thing made anew as its holder, with what that account may see at that moment."""

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from lingnan.base import LingnanError, Missing, Refused
from lingnan.hub.pages.dashboards import DashboardPages
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.reports import ReportPages
from lingnan.insight import Words
from lingnan.insight.deliveries import Made, SubscriptionCard, Subscriptions, answer_figures, panel_figures
from lingnan.insight.questions import Questions
from lingnan.trust import Subject

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

ACTION, ENTRY = "deliver", "subscription"
logger = logging.getLogger(__name__)
UNANSWERED = Words(zh="制作未能完成，原因已记入运行日志。", en="It could not be made; the reason is in the hub's log.")


def deliver_due(hub: "Hub") -> tuple[int, int]:
    """Make and send all that came due, each moment once; gives how many were made and how many could not be."""
    kept, desk = Subscriptions(hub.storage), Desk(hub)
    made = failed = 0
    for card, due in kept.due(hub.clock.now()):
        try:
            subject = hub.trust.accounts.subject_away(card.account, card.assurance, card.scope)
        except (Missing, Refused):
            kept.close(card)  # the account is closed or gone
            continue
        try:
            result: Made | Words = made_for(desk, subject, card)
        except Missing as error:
            kept.end(card, Words(zh=error.zh, en=error.en))
            hub.trust.record("query", subject, ACTION, f"{ENTRY}:{card.id}", "failed", facts={"ended": error.code})
            continue
        if kept.deliver(card, due, result):
            _log(hub, subject, card, result)
            made, failed = made + isinstance(result, Made), failed + isinstance(result, Words)
    return made, failed


def made_for(desk: Desk, subject: Subject, card: SubscriptionCard) -> Made | Words:
    """What a subscription is for, made as its holder; words why it cannot be. Missing when it is there no more."""
    try:
        return _MADE[card.kind](desk, subject, card)
    except Missing:
        raise
    except LingnanError as error:
        return Words(zh=error.zh, en=error.en)
    except Exception:
        # One that fails for whatever reason must not keep the others from their holders.
        logger.exception("subscription %s", card.id)
        return UNANSWERED


def _question(desk: Desk, subject: Subject, card: SubscriptionCard) -> Made | Words:
    kept = Questions(desk.hub.storage).question(subject.account, subject.organisation, card.target)
    try:
        answer = desk.hub.query(subject, kept.text)
    except Missing as error:
        return Words(zh=error.zh, en=error.en)  # a table is missing, not the question: it may come back
    return Made(answer_figures(answer, kept.chart), f"/questions/{kept.id}")


def _board(desk: Desk, subject: Subject, card: SubscriptionCard) -> Made | Words:
    sheet = DashboardPages(desk).board(card.target, card.asked, subject)
    panels = [panel for section in sheet.sections for panel in section.panels]
    return Made(panel_figures(panels), _address("boards", card))


def _report(desk: Desk, subject: Subject, card: SubscriptionCard) -> Made | Words:
    sheet = ReportPages(desk).report(card.target, card.asked, subject)
    if sheet.faulty is not None:
        return sheet.faulty
    panels = [item.panel for section in sheet.sections for item in section.items if item.panel]
    return Made(panel_figures(panels), _address("reports", card))


_MADE = {"question": _question, "board": _board, "report": _report}


def _address(area: str, card: SubscriptionCard) -> str:
    return f"/{area}/{card.target}" + (f"?{urlencode(card.asked)}" if card.asked else "")


def _log(hub: "Hub", subject: Subject, card: SubscriptionCard, result: Made | Words) -> None:
    told = {"kind": card.kind, "target": card.target, "rhythm": card.rhythm}
    hub.trust.record("query", subject, ACTION, f"{ENTRY}:{card.id}", "done" if isinstance(result, Made) else "failed", facts=told)
