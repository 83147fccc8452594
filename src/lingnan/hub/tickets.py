"""Rows that failed a rule go back to their source: a case a feed and rule is opened after a load, and closed by the load that no longer fails."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from lingnan.base import load_yaml
from lingnan.casework.records import Case
from lingnan.collect.records import LoadBatch
from lingnan.govern import FeedTables, rule_words
from lingnan.jobs import Announced
from lingnan.trust import SYSTEM

if TYPE_CHECKING:
    from lingnan.collect import Feed
    from lingnan.hub.service import Hub

FIGURES = Path(__file__).parent / "tickets.yaml"
FLOW = "quality-rectification"


@dataclass(frozen=True)
class Failing:
    """One rule of a feed as the last check found it."""

    rule: str
    severity: str
    checked: int
    failed: int

    @property
    def counts(self) -> bool:
        """Whether so many rows failed that they go back to their source."""
        figures = _figures()
        many = self.failed >= figures["least_rows"] and self.failed * 100 >= figures["least_percent"] * self.checked
        return self.severity in figures["severities"] and many


class Tickets:
    """Opens and closes the cases of rectification of one hub; every verb may be asked twice and then changes nothing."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub

    def follow(self, event: Announced) -> None:
        """After a table was checked: open a case for each rule that fails, close those of rules that no longer do."""
        feed = next((each for each in self._hub.feeds if FeedTables.of(each.id).accepted == event.payload["table"]), None)
        if feed is None:
            return
        batch, waiting = self._batch(feed), self._open_cases(feed.id)
        for failing in self._checked(feed):
            number = waiting.pop(failing.rule, "")
            if failing.counts and not number:
                self._send(feed, failing, batch, f"{feed.id}:{failing.rule}:{event.payload['version']}")
            elif number and not failing.failed:
                self._pass(number, batch)
        # A rule that the contract no longer has fails nobody.
        for number in waiting.values():
            self._pass(number, batch)

    def _send(self, feed: "Feed", failing: Failing, batch: str, once: str) -> None:
        about, zh = _about(feed.id, failing.rule), rule_words(feed.contract).get(failing.rule, (failing.rule, failing.rule))[0]
        facts = {
            "feed": feed.id, "table": FeedTables.of(feed.id).accepted, "rule": failing.rule, "says": zh, "failed": failing.failed,
            "checked": failing.checked, "batch": batch, "rows": f"/quarantine?feed={feed.id}&rule={failing.rule}",
        }
        before = self._before(about)
        if before is not None:
            if before.state == "waived" and self._hub.office.casework.cases.facts(before.id).get("says") == zh:
                return
            facts["previous"] = before.number
        given = {name: value for name, value in facts.items() if value != ""}
        self._hub.office.casework.cases.open(FLOW, SYSTEM, given, about=about, provider=feed.file.department.id, once=once)

    def _pass(self, number: str, batch: str) -> None:
        self._hub.office.casework.cases.act(number, "pass", SYSTEM, {"passed_in": batch or "—"})

    def _checked(self, feed: "Feed") -> Iterable[Failing]:
        """What the newest check counted, rule by rule."""
        table = FeedTables.of(feed.id).checks
        views = self._hub.trust.views_for_step("tickets", {table: self._hub.lake.newest(table)})
        rows = self._hub.engine.query(f"select rule, severity, checked, failed from {table}", views).to_pylist()
        return [Failing(row["rule"], row["severity"], row["checked"], row["failed"]) for row in rows if row["severity"] in _figures()["severities"]]

    def _batch(self, feed: "Feed") -> str:
        """The batch that holds now."""
        wanted = select(LoadBatch.batch).where(LoadBatch.feed == feed.id, LoadBatch.state == "landed").order_by(LoadBatch.sequence.desc())
        with self._hub.storage.reading() as session:
            return session.scalars(wanted.limit(1)).first() or ""

    def _open_cases(self, feed: str) -> dict[str, str]:
        """The numbers of open cases of a feed, by rule."""
        mine = Case.flow == FLOW, Case.closed_at.is_(None), Case.about.startswith(_about(feed, ""), autoescape=True)
        with self._hub.storage.reading() as session:
            return {about.removeprefix(_about(feed, "")): number for about, number in session.execute(select(Case.about, Case.number).where(*mine))}

    def _before(self, about: str) -> Row[str, str, str] | None:
        """Id, number and state of the last case of the same rule; one that was waived holds while the rule says the same."""
        wanted = select(Case.id, Case.number, Case.state).where(Case.flow == FLOW, Case.about == about).order_by(Case.sequence.desc())
        with self._hub.storage.reading() as session:
            return session.execute(wanted.limit(1)).first()


def _about(feed: str, rule: str) -> str:
    return f"quality:{feed}:{rule}"


@cache
def _figures() -> Mapping[str, Any]:
    loaded: dict[str, Any] = load_yaml(FIGURES.read_text(encoding="utf-8"))
    return loaded
