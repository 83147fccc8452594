"""The verbs of governing: a delivered table becomes accepted rows, quarantined rows and counts per rule."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa
from sqlalchemy.orm import Session

from lingnan.base import CHINA, Clock, Damaged, TableGoverned, WrongUse
from lingnan.govern.judging import Judged, judge
from lingnan.govern.rules import statement
from lingnan.govern.rules.compiler import TECHNICAL, compile_contract, looks_back, referred_tables
from lingnan.govern.rules.plan import Past, Plan
from lingnan.govern.rules.quoting import quoted_table, used
from lingnan.govern.shapes import GovernResult, RuleCount
from lingnan.lake import CommitFacts, Engine, EngineSession, Lake, View
from lingnan.standards import Contract
from lingnan.storage import Storage

Observe = Callable[..., object]
CHECKS_SCHEMA = pa.schema([
    ("rule", pa.string()), ("column", pa.string()), ("dimension", pa.string()), ("severity", pa.string()),
    ("checked", pa.int64()), ("failed", pa.int64()), ("repaired", pa.int64()), ("observed", pa.float64()),
])


@dataclass(frozen=True)
class FeedTables:
    """The tables of one feed: where it lands and where its rows go."""

    landing: str
    accepted: str
    quarantine: str
    checks: str

    @classmethod
    def of(cls, feed: str) -> "FeedTables":
        """The tables of the feed `department.feed`."""
        flat = feed.replace(".", "_", 1)
        return cls(f"landing.{flat}", feed, f"quarantine.{flat}", f"checks.{flat}")

    @property
    def outputs(self) -> tuple[str, str, str]:
        """The three tables that governing writes."""
        return self.accepted, self.quarantine, self.checks


def inputs_of(feed: str, contract: Contract) -> tuple[str, ...]:
    """The tables that governing a feed reads: its landing table and those its rules refer to."""
    return (FeedTables.of(feed).landing, *(table for table in referred_tables(contract) if table != feed))


def govern_table(
    feed: str, contract: Contract, *, lake: Lake, engine: Engine, views: Mapping[str, View], facts: CommitFacts,
    batches: Sequence[str] | None = None, today: str | None = None,
) -> GovernResult:
    """Govern one feed: write its accepted, quarantined and checks tables; `batches` keeps to a snapshot's current ones."""
    tables = FeedTables.of(feed)
    if tables.landing not in views:
        raise WrongUse(
            f"治理 {feed} 需要表 {tables.landing} 的读取视图。", f"Governing {feed} needs a view of {tables.landing}.", table=tables.landing,
        )
    schema = lake.schema(tables.landing, views[tables.landing].version)
    now = "" if today else lake.clock.now().isoformat()
    plan = compile_contract(
        contract, tables.landing, schema, today=today or china_day(lake.clock), tables=views.keys(), batches=batches, now=now,
        past=past_of(lake, tables.accepted, views) if looks_back(contract) else None,
    )
    with engine.session(views) as session:
        judged = judge(session, plan)
        versions = _write(session, lake, tables, plan, judged, facts)
    return GovernResult(feed, judged.rows - judged.quarantined, judged.quarantined, versions, judged.checks, tuple(plan.notes))


def past_of(lake: Lake, table: str, views: Mapping[str, View]) -> Past:
    """What the hub holds of a table's earlier loads: the rows of each, and, where there is a view of it, what the last one left."""
    if not lake.exists(table):
        return Past()
    loads = [commit.extra for commit in lake.history(table) if {"accepted", "quarantined"} <= commit.extra.keys()]
    rows = tuple(int(each["accepted"]) + int(each["quarantined"]) for each in loads)
    view = views.get(table)
    if view is None:
        return Past(rows)
    return Past(rows, quoted_table(table), frozenset(view.columns or lake.schema(table, view.version).names))


def announce(storage: Storage, session: Session, result: GovernResult) -> str:
    """Tell the hub that a table was governed, in the transaction of the session; gives the event's id."""
    news = TableGoverned(result.table, result.versions[result.table], result.accepted, result.quarantined, result.failed_by_rule)
    return storage.announce(session, news, result.table)


def observe_quality(observe: Observe, resource: str, result: GovernResult, at: datetime) -> None:
    """Tell the catalogue, through the verb it gives, what share of checks a table passed and how many rows it holds."""
    evidence = {"versions": dict(result.versions)}
    observe(resource, "rows", result.accepted, at, evidence)
    observe(resource, "quarantined", {"rows": result.quarantined, "rules": result.failed_by_rule}, at, evidence)
    scores = {"dimensions": result.scores(), "characteristics": result.characteristics(), "total": result.score}
    observe(resource, "score", scores, at, evidence)


def china_day(clock: Clock) -> str:
    """Today in China as an ISO day."""
    return clock.now().astimezone(CHINA).date().isoformat()


def _write(session: EngineSession, lake: Lake, tables: FeedTables, plan: Plan, judged: Judged, facts: CommitFacts) -> dict[str, int]:
    rejected = statement.rejected_condition(plan, judged.broken)
    accepted = statement.accepted_sql(plan, statement.standardised_sql(plan), rejected)
    quarantine = statement.quarantine_sql(plan, rejected)
    written = replace(facts, extra={**facts.extra, "accepted": judged.rows - judged.quarantined, "quarantined": judged.quarantined})
    versions = {
        tables.accepted: session.write(tables.accepted, accepted, written, params=used(accepted, plan.values)),
        tables.quarantine: session.write(tables.quarantine, quarantine, written, params=used(quarantine, plan.values)),
        tables.checks: lake.overwrite(tables.checks, checks_table(judged.checks), written),
    }
    kept = lake.rows(tables.accepted, versions[tables.accepted]), lake.rows(tables.quarantine, versions[tables.quarantine])
    if kept != (judged.rows - judged.quarantined, judged.quarantined):
        raise Damaged(
            f"治理 {tables.accepted} 前后行数不符：收到 {judged.rows} 行，接受 {kept[0]} 行，隔离 {kept[1]} 行。请勿使用新版本，并报告此问题。",
            f"Rows of {tables.accepted} do not add up: {judged.rows} delivered, {kept[0]} accepted, {kept[1]} quarantined. Do not use this version.",
            delivered=judged.rows, accepted=kept[0], quarantined=kept[1],
        )
    return versions


def checks_table(checks: Sequence[RuleCount]) -> pa.Table:
    """The counts as the checks table keeps them."""
    names = CHECKS_SCHEMA.names
    return pa.Table.from_pylist([{name: getattr(count, name) for name in names} for count in checks], CHECKS_SCHEMA)


__all__ = [
    "CHECKS_SCHEMA", "TECHNICAL", "FeedTables", "Judged", "announce", "checks_table", "china_day", "govern_table", "inputs_of", "judge",
    "looks_back", "observe_quality", "past_of",
]
