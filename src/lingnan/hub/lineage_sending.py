"""Hands OpenLineage events of finished builds on: into a file of the home folder, or to an address that settings name and two people approved."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingnan.base import OutgoingClient, Unavailable, shown
from lingnan.hub.lineage_events import build_events
from lingnan.jobs import Announced

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

PLACE_PURPOSE = "openlineage"
"""The purpose under which the receiver's place has to stand among those that may be called."""
FOLDER, FILES = "openlineage", "file"
ANSWER_BYTES = 64 * 1024


def write_events(events: Iterable[Mapping[str, Any]], path: Path) -> int:
    """One JSON object a line, whole or not at all; gives how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting, count = path.with_name(path.name + ".part"), 0
    with waiting.open("w", encoding="utf-8") as file:
        for event in events:
            file.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    waiting.replace(path)
    return count


class LineageSending:
    """Takes the end of a build; called again after a failure it tells the same events once more, which receivers know by run and kind."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub

    def take(self, event: Announced) -> None:
        """Hand on one build's events; Refused for a place nobody approved, Unavailable when it does not take them."""
        address, build = self._hub.settings.openlineage, str(event.payload["build"])
        if not address:
            return
        if address == FILES:
            write_events(build_events(self._hub, build), self._hub.home / FOLDER / f"{build}.ndjson")
            return
        client = self._hub.sources.client(PLACE_PURPOSE, timeout_s=10.0, total_s=20.0, maximum_bytes=ANSWER_BYTES)
        for each in build_events(self._hub, build):
            post_event(client, address, each)


def post_event(client: OutgoingClient, address: str, event: Mapping[str, Any]) -> None:
    """Send one event; Unavailable when the receiver does not take it."""
    answer = client.post(address, json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode(), {"Content-Type": "application/json"})
    if not 200 <= answer.status < 300:
        raise Unavailable(
            f"血缘事件的接收方 {shown(address)} 答复 {answer.status}。稍后自动重试。",
            f"The receiver of lineage events {shown(address)} answered {answer.status}. It is tried again.", status=answer.status,
        )
