"""Watching: reads what is new in the log, by the hour, and keeps and announces what a rule calls abnormal, once.

It speaks of what accounts in office use did, with the entries that show it. It keeps no score and no grade of anyone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lingnan.base import CHINA, BadInput
from lingnan.standards import load_calendar
from lingnan.storage import Storage
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.reading import LogReader
from lingnan.trust.watch.events import AbnormalAccessFound
from lingnan.trust.watch.measures import COUNTS, count, evidence
from lingnan.trust.watch.records import AbnormalAccess, AccountHour, AccountSeen, TokenClient, WatchMark
from lingnan.trust.watch.rules import WatchRule, WatchRules, read_watch_rules
from lingnan.trust.watch.shapes import Finding

HOUR = timedelta(hours=1)
MOST = 50_000
"""Entries one round takes at most, so that a long backlog is watched in bites."""


@dataclass(frozen=True)
class _Hour:
    """One hour of the log that has something new: its entries up to the last one looked at, and what each account counts in it."""

    begins: datetime
    span: dict[str, Any]
    counts: dict[str, dict[str, int]]


@dataclass(frozen=True)
class _Suspicion:
    """What a rule found, before it is known whether it was told already."""

    rule: WatchRule
    subject: str
    begins_at: datetime
    ends_at: datetime
    counted: int
    allowed: int
    evidence: Callable[[], list[int]]

    @property
    def key(self) -> tuple[str, str, datetime]:
        """What is told of once."""
        return self.rule.id, self.subject, self.begins_at


class Watch:
    """Watches one hub's log. Rounds may be called from several processes; what one has taken, the other leaves."""

    def __init__(self, storage: Storage, audit: AuditLog, rules: WatchRules | None = None) -> None:
        self._storage, self._audit, self.rules = storage, audit, rules or read_watch_rules()
        self._reader, self._log, self._seen = LogReader(audit.path), audit.notes.origin, 0

    def round(self) -> list[Finding]:
        """Look at what is new, at most so many entries; gives what was found. Nothing new costs one look at the log's end."""
        end = self._reader.last()
        if end <= self._seen:
            return []
        mark = self._mark()
        last = min(end, mark + MOST)
        found: list[Finding] = []
        if last > mark:
            found = self._keep(mark, last, [self._hour(begins, last) for begins in self._hours(mark, last)])
        self._seen = last
        return found

    def findings(self, since: datetime | None = None, subject: str = "") -> list[Finding]:
        """What was found, newest first."""
        statement = select(AbnormalAccess).order_by(AbnormalAccess.begins_at.desc(), AbnormalAccess.sequence.desc())
        if since is not None:
            statement = statement.where(AbnormalAccess.begins_at >= since)
        if subject:
            statement = statement.where(AbnormalAccess.subject == subject)
        with self._storage.reading() as session:
            return [self._finding(record) for record in session.scalars(statement)]

    def _mark(self) -> int:
        with self._storage.reading() as session:
            return session.scalar(select(WatchMark.number).where(WatchMark.log == self._log)) or 0

    def _hours(self, mark: int, last: int) -> list[datetime]:
        """The hours that entries after the mark fall in."""
        rows = self._reader.select("select distinct substr(at, 1, 13) from entry where number > ? and number <= ? order by 1", (mark, last))
        return [datetime.fromisoformat(f"{row[0]}:00:00+00:00") for row in rows]

    def _hour(self, begins: datetime, last: int) -> _Hour:
        span = {"first": self._reader.first_since(begins), "last": last, "begins": begins.isoformat(), "ends": (begins + HOUR).isoformat()}
        measures = {rule.measure for rule in self.rules.rules} & {*COUNTS, "neighbours"}
        if not self._is_off(begins):
            measures -= {"off_hours"}
        return _Hour(begins, span, {measure: count(self._reader, measure, span) for measure in sorted(measures)})

    def _keep(self, mark: int, last: int, hours: list[_Hour]) -> list[Finding]:
        """Findings, their events, what is usual, and the new mark: one transaction, so that nothing is told twice or never."""
        with self._storage.session() as session:
            held = session.get(WatchMark, self._log, with_for_update=True)
            if (held.number if held else 0) != mark:
                return []
            session.merge(WatchMark(log=self._log, number=last))
            suspicions = [*self._beyond_limits(session, hours), *self._dormant(session, mark, last), *self._new_clients(session, mark, last)]
            fresh = [self._record(suspicion) for suspicion in self._untold(session, suspicions)]
            session.add_all(fresh)
            session.flush()
            for record in fresh:
                self._announce(session, record)
            self._remember(session, hours)
            return [self._finding(record) for record in fresh]

    def _beyond_limits(self, session: Session, hours: Iterable[_Hour]) -> Iterator[_Suspicion]:
        for hour in hours:
            for rule in self.rules.rules:
                for subject, counted in hour.counts.get(rule.measure, {}).items():
                    if counted <= rule.limit or not rule.concerns(subject):
                        continue
                    allowed = self._allowed(session, rule, subject, hour.begins)
                    if counted > allowed:
                        begins, ends = _window(rule, hour.begins)
                        shown = partial(evidence, self._reader, rule.measure, hour.span, subject)
                        yield _Suspicion(rule, subject, begins, ends, counted, allowed, shown)

    def _allowed(self, session: Session, rule: WatchRule, subject: str, hour: datetime) -> int:
        """The limit, or the account's own usual where that is more."""
        if rule.usual is None:
            return rule.limit
        past = AccountHour.rows if rule.measure == "rows" else AccountHour.tables
        active = select(func.count(), func.avg(past)).where(AccountHour.subject == subject, AccountHour.hour < hour, past > 0)
        hours, mean = session.execute(active).one()
        if hours < rule.usual.hours:
            return rule.limit
        return max(rule.limit, min(int(mean * rule.usual.factor), rule.usual.ceiling))

    def _dormant(self, session: Session, mark: int, last: int) -> Iterator[_Suspicion]:
        """Accounts that did something after longer than the limit's days; when each was last seen is brought up to date."""
        sql = "select subject, min(at), max(at), min(number) from entry where number > ? and number <= ? and subject like '%:%' group by subject"
        active = self._reader.select(sql, (mark, last))
        known = {each.subject: each for each in session.scalars(select(AccountSeen).where(AccountSeen.subject.in_([row[0] for row in active])))}
        for subject, first, newest, number in active:
            seen, begins = known[subject].at if subject in known else None, datetime.fromisoformat(first)
            for rule in self.rules.rules:
                if rule.measure == "dormant" and rule.concerns(subject) and seen and begins - seen >= timedelta(days=rule.limit):
                    window = _window(rule, begins)
                    yield _Suspicion(rule, subject, *window, (begins - seen).days, rule.limit, partial(list, [number]))
            if seen is None:
                session.add(AccountSeen(subject=subject, at=datetime.fromisoformat(newest)))
            else:
                known[subject].at = datetime.fromisoformat(newest)

    def _new_clients(self, session: Session, mark: int, last: int) -> Iterator[_Suspicion]:
        """Tokens that come from where they never came from; the first place of a token is no news."""
        sql = (
            "select json_extract(facts, '$.token') as token, json_extract(facts, '$.client') as client, subject, min(at), min(number) from entry "
            "where number > ? and number <= ? and client is not null and token is not null group by token, client, subject order by min(number)"
        )
        for token, client, subject, at, number in self._reader.select(sql, (mark, last)):
            known = set(session.scalars(select(TokenClient.client).where(TokenClient.token == token)))
            if client in known:
                continue
            session.add(TokenClient(token=token, client=client, first_at=datetime.fromisoformat(at)))
            session.flush()
            for rule in self.rules.rules:
                if rule.measure == "token_client" and known and rule.concerns(subject):
                    yield _Suspicion(rule, subject, *_window(rule, datetime.fromisoformat(at)), len(known) + 1, len(known), partial(list, [number]))

    def _untold(self, session: Session, suspicions: list[_Suspicion]) -> list[_Suspicion]:
        """Those whose account was not told of for the window before, the first of each."""
        windows = {suspicion.begins_at for suspicion in suspicions}
        told = select(AbnormalAccess.rule, AbnormalAccess.subject, AbnormalAccess.begins_at).where(AbnormalAccess.begins_at.in_(windows))
        known = {(rule, subject, begins) for rule, subject, begins in session.execute(told)}
        return [each for key, each in {each.key: each for each in reversed(suspicions)}.items() if key not in known]

    def _record(self, suspicion: _Suspicion) -> AbnormalAccess:
        return AbnormalAccess(
            rule=suspicion.rule.id, subject=suspicion.subject, begins_at=suspicion.begins_at, ends_at=suspicion.ends_at, level=suspicion.rule.level,
            counted=suspicion.counted, allowed=suspicion.allowed, evidence=suspicion.evidence(),
        )

    def _announce(self, session: Session, record: AbnormalAccess) -> None:
        rule = self._rule(record.rule)
        zh, en = (rule.zh, rule.en) if rule else (record.rule, record.rule)
        begins, ends = record.begins_at.isoformat(), record.ends_at.isoformat()
        found = AbnormalAccessFound(
            record.id, record.rule, record.subject, begins, ends, record.level, record.counted, record.allowed, zh, en, list(record.evidence)
        )
        self._storage.announce(session, found, record.subject)

    def _remember(self, session: Session, hours: Iterable[_Hour]) -> None:
        """What the accounts read in these hours, and nothing older than the rules say."""
        newest = None
        for hour in hours:
            rows, tables = hour.counts.get("rows", {}), hour.counts.get("tables", {})
            for subject in sorted({*rows, *tables}):
                session.merge(AccountHour(subject=subject, hour=hour.begins, rows=rows.get(subject, 0), tables=tables.get(subject, 0)))
            newest = hour.begins
        if newest is not None:
            session.execute(delete(AccountHour).where(AccountHour.hour < newest - timedelta(days=self.rules.keep_days)))

    def _is_off(self, begins: datetime) -> bool:
        here, hours = begins.astimezone(CHINA), self.rules.office_hours
        return not hours.begins <= here.hour < hours.ends or not _is_workday(here.date())

    def _rule(self, rule: str) -> WatchRule | None:
        return next((each for each in self.rules.rules if each.id == rule), None)

    def _finding(self, record: AbnormalAccess) -> Finding:
        rule = self._rule(record.rule)
        return Finding(
            record.id, record.rule, record.subject, record.begins_at, record.ends_at, record.level, record.counted, record.allowed,
            tuple(record.evidence), rule.zh if rule else record.rule, rule.en if rule else record.rule,
        )


def _window(rule: WatchRule, moment: datetime) -> tuple[datetime, datetime]:
    """The hour, or the day in China, in which an account is told of once by the rule."""
    if rule.once == "hour":
        begins = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return begins, begins + HOUR
    begins = moment.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    return begins, begins + timedelta(days=1)


def _is_workday(day: date) -> bool:
    try:
        return load_calendar().is_workday(day)
    except BadInput:
        # Beyond the State Council's notices only the week is known.
        return day.isoweekday() <= 5
