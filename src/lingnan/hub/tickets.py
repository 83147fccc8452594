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


class Rectifications:
    """The cases of rectification of one hub: opened once while something is wrong, closed by the delivery in which it no longer is."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub

    def waiting(self, prefix: str) -> dict[str, str]:
        """The numbers of open cases by what they are about, where that begins so; the beginning left out."""
        mine = Case.flow == FLOW, Case.closed_at.is_(None), Case.about.startswith(prefix, autoescape=True)
        with self._hub.storage.reading() as session:
            return {about.removeprefix(prefix): number for about, number in session.execute(select(Case.about, Case.number).where(*mine))}

    def send(self, about: str, feed: "Feed", facts: Mapping[str, object], once: str) -> None:
        """Open a case at the feed's department, unless the last one was waived and what it says is the same."""
        told = {"feed": feed.id, "table": FeedTables.of(feed.id).accepted, "batch": self.batch(feed), **facts}
        before = self._before(about)
        if before is not None:
            if before.state == "waived" and self._hub.office.casework.cases.facts(before.id).get("says") == facts["says"]:
                return
            told["previous"] = before.number
        given = {name: value for name, value in told.items() if value != ""}
        self._hub.office.casework.cases.open(FLOW, SYSTEM, given, about=about, provider=feed.file.department.id, once=once)

    def passed(self, number: str, batch: str) -> None:
        """Close a case by the batch in which nothing is wrong any more."""
        self._hub.office.casework.cases.act(number, "pass", SYSTEM, {"passed_in": batch or "—"})

    def batch(self, feed: "Feed") -> str:
        """The batch that holds now."""
        wanted = select(LoadBatch.batch).where(LoadBatch.feed == feed.id, LoadBatch.state == "landed").order_by(LoadBatch.sequence.desc())
        with self._hub.storage.reading() as session:
            return session.scalars(wanted.limit(1)).first() or ""

    def _before(self, about: str) -> Row[str, str, str] | None:
        """Id, number and state of the last case about the same; one that was waived holds while it says the same."""
        wanted = select(Case.id, Case.number, Case.state).where(Case.flow == FLOW, Case.about == about).order_by(Case.sequence.desc())
        with self._hub.storage.reading() as session:
            return session.execute(wanted.limit(1)).first()


class Tickets:
    """Opens and closes the cases of rules that rows failed; every verb may be asked twice and then changes nothing."""

    def __init__(self, hub: "Hub") -> None:
        self._hub, self._cases = hub, Rectifications(hub)

    def follow(self, event: Announced) -> None:
        """After a table was checked: open a case for each rule that fails, close those of rules that no longer do."""
        feed = next((each for each in self._hub.feeds if FeedTables.of(each.id).accepted == event.payload["table"]), None)
        if feed is None:
            return
        batch, waiting = self._cases.batch(feed), self._cases.waiting(_about(feed.id, ""))
        for failing in self._checked(feed):
            number = waiting.pop(failing.rule, "")
            if failing.counts and not number:
                self._send(feed, failing, f"{feed.id}:{failing.rule}:{event.payload['version']}")
            elif number and not failing.failed:
                self._cases.passed(number, batch)
        # A rule that the contract no longer has fails nobody.
        for number in waiting.values():
            self._cases.passed(number, batch)

    def _send(self, feed: "Feed", failing: Failing, once: str) -> None:
        zh = rule_words(feed.contract).get(failing.rule, (failing.rule, failing.rule))[0]
        facts = {
            "rule": failing.rule, "says": zh, "failed": failing.failed, "checked": failing.checked,
            "rows": f"/quarantine?feed={feed.id}&rule={failing.rule}",
        }
        self._cases.send(_about(feed.id, failing.rule), feed, facts, once)

    def _checked(self, feed: "Feed") -> Iterable[Failing]:
        """What the newest check counted, rule by rule."""
        table = FeedTables.of(feed.id).checks
        views = self._hub.trust.views_for_step("tickets", {table: self._hub.lake.newest(table)})
        rows = self._hub.engine.query(f"select rule, severity, checked, failed from {table}", views).to_pylist()
        return [Failing(row["rule"], row["severity"], row["checked"], row["failed"]) for row in rows if row["severity"] in _figures()["severities"]]


def _about(feed: str, rule: str) -> str:
    return f"quality:{feed}:{rule}"


@cache
def _figures() -> Mapping[str, Any]:
    loaded: dict[str, Any] = load_yaml(FIGURES.read_text(encoding="utf-8"))
    return loaded
