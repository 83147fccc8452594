"""What follows the build of a register: its news are announced, and what contradicts it goes back to its source as a case."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from lingnan.hub.tickets import Failing, Rectifications
from lingnan.jobs import Announced
from lingnan.registers import (
    Contradicted,
    RegisterChanged,
    RegisterDefinition,
    compared,
    contradicted,
    count_changes,
    last_known,
    register_definitions,
)
from lingnan.storage import OutboxEvent

if TYPE_CHECKING:
    from lingnan.collect import Feed
    from lingnan.hub.service import Hub

STEP = "register-news"


class RegisterNews:
    """Follows the registers of one hub; every verb may be asked twice and then changes nothing."""

    def __init__(self, hub: "Hub") -> None:
        self._hub, self._cases = hub, Rectifications(hub)

    def announce(self, event: Announced) -> None:
        """Say how much of a register changed since this was last said; nothing when nothing more is known."""
        definition = _definition(event)
        if definition is None:
            return
        views = self._hub.trust.views_for_step(STEP, {
            table: self._hub.lake.newest(table) for table in (definition.observations, definition.identities) if self._hub.lake.exists(table)
        })
        until, before = last_known(definition, self._hub.engine, views), self._last(definition)
        if until is None or (before is not None and until <= before):
            return
        counted = count_changes(definition, self._hub.engine, views, before) if before else {"added": int(event.payload["entries"])}
        told = RegisterChanged(definition.register_, before.isoformat() if before else "", until.isoformat(), **counted)
        with self._hub.storage.session() as session:
            self._hub.storage.announce(session, told, definition.register_)

    def _last(self, definition: RegisterDefinition) -> datetime | None:
        """Up to when changes were last told."""
        mine = OutboxEvent.name == RegisterChanged.name, OutboxEvent.subject == definition.register_
        with self._hub.storage.reading() as session:
            payload = session.scalar(select(OutboxEvent.payload).where(*mine).order_by(OutboxEvent.sequence.desc()).limit(1))
        return datetime.fromisoformat(payload["until"]) if payload else None

    def send_back(self, event: Announced) -> None:
        """Open a case for each source table and attribute that contradicts the register, close those in which nothing does any more."""
        definition = _definition(event)
        if definition is None or not self._hub.lake.exists(definition.conflicts):
            return
        prefix = f"conflict:{definition.register_}:"
        waiting, feeds = self._cases.waiting(prefix), {feed.target: feed for feed in self._hub.feeds}
        for found in self._contradicted(definition):
            key, feed = f"{found.table}:{found.attribute}", feeds.get(found.table)
            number = waiting.pop(key, "")
            if feed is not None and not number and Failing(key, "error", found.compared, found.rows).counts:
                self._send(definition, feed, found, f"{prefix}{key}:{event.payload['version']}")
        for key, number in waiting.items():
            feed = feeds.get(key.split(":")[0])
            self._cases.passed(number, self._cases.batch(feed) if feed else "")

    def _contradicted(self, definition: RegisterDefinition) -> tuple[Contradicted, ...]:
        tables = definition.conflicts, definition.observations
        views = self._hub.trust.views_for_step(STEP, {table: self._hub.lake.newest(table) for table in tables})
        return contradicted(definition, self._hub.engine, views)

    def _send(self, definition: RegisterDefinition, feed: "Feed", found: Contradicted, once: str) -> None:
        """No value stands in the case: the page its link leads to shows rows by their keys, each reader what policy allows."""
        attribute, others = definition.attributes[found.attribute], len(compared(definition)[found.attribute]) - 1
        facts = {
            "rule": f"{definition.register_}.{found.attribute}", "failed": found.rows, "checked": found.compared,
            "says": f"{definition.title.zh}“{attribute.title.zh}”与其他来源（共{others}个）的记载不一致，与采用的取值不符",
            "rows": f"/registers/{definition.register_}/conflicts?table={found.table}&attribute={found.attribute}",
        }
        self._cases.send(f"conflict:{definition.register_}:{found.table}:{found.attribute}", feed, facts, once)


def _definition(event: Announced) -> RegisterDefinition | None:
    return next((each for each in register_definitions() if each.table == event.payload["register"]), None)
