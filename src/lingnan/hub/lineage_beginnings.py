"""Tells OpenLineage that a step has begun while it runs; the end of the build tells all again, so nothing is tried twice here."""

import json
import logging
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lingnan.hub.lineage_events import begun_events
from lingnan.hub.lineage_sending import FILES, FOLDER, PLACE_PURPOSE, post_event

if TYPE_CHECKING:
    from lingnan.hub.service import Hub
    from lingnan.jobs import Began

logger = logging.getLogger(__name__)
PATIENCE_S = 5.0


@contextmanager
def telling_beginnings(hub: "Hub") -> Iterator["Began"]:
    """While open, what to call when a step of a build begins."""
    begun: queue.SimpleQueue[tuple[str, str] | None] = queue.SimpleQueue()
    thread = threading.Thread(target=_tell, args=(hub, begun), name="lineage", daemon=True)
    thread.start()
    try:
        yield lambda build, step: begun.put((build, step))
    finally:
        begun.put(None)
        thread.join(2 * PATIENCE_S)


def _tell(hub: "Hub", begun: "queue.SimpleQueue[tuple[str, str] | None]") -> None:
    """One after the other; the first that cannot be told is the last that is tried in this build."""
    builds: set[str] = set()
    while (each := begun.get()) is not None:
        build, step = each
        try:
            _hand_on(hub, build, step, first=build not in builds)
        except Exception as error:  # a build does not depend on who hears of it
            logger.warning("Beginnings of steps are not told to the receiver of lineage events in this build: %s", error)
            return
        builds.add(build)


def _hand_on(hub: "Hub", build: str, step: str, *, first: bool) -> None:
    events = begun_events(hub, build, step, with_build=first)
    if hub.settings.openlineage != FILES:
        client = hub.sources.client(PLACE_PURPOSE, timeout_s=PATIENCE_S, total_s=PATIENCE_S, maximum_bytes=1024)
        for event in events:
            post_event(client, hub.settings.openlineage, event)
        return
    path = hub.home / FOLDER / f"{build}.ndjson"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n" for event in events)
