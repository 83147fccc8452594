"""Binds announced events to the rooms that want to know: so far the catalogue, which keeps what was seen of a resource."""

from lingnan.catalogue import Catalogue
from lingnan.jobs import Announced, Handlers, OutsideHandler


def handlers(catalogue: Catalogue) -> Handlers:
    """Event name to handlers; every handler may be called twice with the same event and then changes nothing."""

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
