"""Binds announced events to the rooms that want to know: the catalogue, alerts, notices, webhooks, and the effects of cases."""

from collections.abc import Mapping, Sequence

from lingnan.base import RegisterBuilt, TableGoverned
from lingnan.casework.events import EffectDue
from lingnan.casework.notice_handlers import alert_handlers, notice_handlers, webhook_handlers
from lingnan.catalogue import Catalogue
from lingnan.hub.effects import Effects
from lingnan.hub.lineage_sending import LineageSending
from lingnan.hub.office import Office
from lingnan.hub.pack_alerts import PackAlerts
from lingnan.hub.register_news import RegisterNews
from lingnan.hub.tickets import Tickets
from lingnan.jobs import Announced, BuildEnded, Handler, Handlers, OutsideHandler
from lingnan.trust.watch.events import OverrideEnded

Bound = Mapping[str, Sequence[Handler | OutsideHandler]]


def handlers(
    catalogue: Catalogue, office: Office, effects: Effects, tickets: Tickets, news: RegisterNews, lineage: LineageSending,
    watch: PackAlerts,
) -> Handlers:
    """Event name to handlers; every handler may be called twice with the same event and then changes nothing."""
    return _together(
        _seen(catalogue), alert_handlers(office.alerts), notice_handlers(office.notices), webhook_handlers(office.webhooks),
        {EffectDue.name: effects.handlers(), OverrideEnded.name: [OutsideHandler("cases.override_review", effects.review_override)]},
        {TableGoverned.name: [OutsideHandler("cases.rectification", tickets.follow)]},
        {RegisterBuilt.name: [OutsideHandler("registers.news", news.announce), OutsideHandler("cases.contradicted", news.send_back)]},
        {BuildEnded.name: [OutsideHandler("lineage.events", lineage.take), OutsideHandler("packs.alerts", watch.follow)]},
    )


def _seen(catalogue: Catalogue) -> Bound:
    """What the catalogue keeps of what was seen of a resource."""

    def keep_load(event: Announced) -> None:
        facts = {name: event.payload[name] for name in ("rows", "rejected")}
        catalogue.observe(str(event.payload["feed"]), "load", facts, event.at, {"batch": event.payload["batch"], "event": event.id})

    def keep_size(event: Announced) -> None:
        evidence = {"version": event.payload["version"], "event": event.id}
        catalogue.observe(str(event.payload["register"]), "rows", event.payload["entries"], event.at, evidence)

    return {
        "collect.batch_loaded": [OutsideHandler("catalogue.load", keep_load)],
        "registers.register_built": [OutsideHandler("catalogue.size", keep_size)],
    }


def _together(*bound: Bound) -> Handlers:
    found: dict[str, list[Handler | OutsideHandler]] = {}
    for each in bound:
        for name, listening in each.items():
            found.setdefault(name, []).extend(listening)
    return found
