"""What hub binds to the names of events: alerts first, then notices, mails and webhooks from what alerts and cases announce."""

from lingnan.base import AlertRaised
from lingnan.casework.alerts import Alerts
from lingnan.casework.notices import Notices
from lingnan.casework.webhooks import Webhooks
from lingnan.jobs import Handler, OutsideHandler

Bound = dict[str, list[Handler | OutsideHandler]]


def alert_handlers(alerts: Alerts) -> Bound:
    """Events that become alerts; effect and mark are one transaction, and an event counts once."""
    return {name: [Handler("casework.alerts", alerts.take)] for name in (AlertRaised.name, *alerts.rules.events)}


def notice_handlers(notices: Notices) -> Bound:
    """Events that people are told of; mails put into the queue here are handed over by `Notices.tick`."""
    return {name: [Handler("casework.notices", notices.take)] for name in notices.events}


def webhook_handlers(webhooks: Webhooks) -> Bound:
    """Events that go to webhooks; what is put on its way here is sent by `Webhooks.tick`."""
    return {name: [Handler("casework.webhooks", webhooks.take)] for name in webhooks.events}
