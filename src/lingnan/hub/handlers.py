"""Binds announced events to the rooms that want to know: so far the catalogue, which keeps what was seen of a resource."""

from lingnan.catalogue import Catalogue
from lingnan.jobs import Announced, Handlers, OutsideHandler


def handlers(catalogue: Catalogue) -> Handlers:
    """Event name to handlers; every handler may be called twice with the same event and then changes nothing."""

    def keep_load(event: Announced) -> None:
        facts = {name: event.payload[name] for name in ("rows", "rejected")}
        catalogue.observe(str(event.payload["feed"]), "load", facts, event.at, {"batch": event.payload["batch"], "event": event.id})

    def keep_rows(event: Announced) -> None:
        facts = {name: event.payload[name] for name in ("accepted", "quarantined")}
        catalogue.observe(str(event.payload["table"]), "rows", facts, event.at, {"version": event.payload["version"], "event": event.id})

    def keep_size(event: Announced) -> None:
        facts = {"accepted": event.payload["entries"], "quarantined": 0}
        catalogue.observe(str(event.payload["register"]), "rows", facts, event.at, {"version": event.payload["version"], "event": event.id})

    return {
        "collect.batch_loaded": [OutsideHandler("catalogue.load", keep_load)],
        "govern.table_governed": [OutsideHandler("catalogue.rows", keep_rows)],
        "registers.register_built": [OutsideHandler("catalogue.size", keep_size)],
    }
