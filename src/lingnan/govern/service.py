"""The verbs of governing: a delivered table becomes accepted rows, quarantined rows and counts per rule."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa
from sqlalchemy.orm import Session

from lingnan.base import CHINA, Clock, Damaged, TableGoverned, WrongUse
from lingnan.govern.rules import statement
from lingnan.govern.rules.compiler import TECHNICAL, compile_contract, referred_tables
from lingnan.govern.rules.custom import PLACE
from lingnan.govern.rules.metrics import within
from lingnan.govern.rules.plan import Plan, TableRule
from lingnan.govern.rules.quoting import used
from lingnan.govern.shapes import GovernResult, RuleCount
from lingnan.lake import CommitFacts, Engine, EngineSession, Lake, View
from lingnan.standards import Contract
from lingnan.storage import Storage

Observe = Callable[..., object]
CHECKS_SCHEMA = pa.schema([
    ("rule", pa.string()), ("column", pa.string()), ("dimension", pa.string()), ("severity", pa.string()),
    ("checked", pa.int64()), ("failed", pa.int64()), ("repaired", pa.int64()),
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
    plan = compile_contract(contract, tables.landing, schema, today=today or china_day(lake.clock), tables=views.keys(), batches=batches)
    with engine.session(views) as session:
        judged = judge(session, plan)
        versions = _write(session, lake, tables, plan, judged, facts)
    return GovernResult(feed, judged.rows - judged.quarantined, judged.quarantined, versions, judged.checks, tuple(plan.notes))


def announce(storage: Storage, session: Session, result: GovernResult) -> str:
    """Tell the hub that a table was governed, in the transaction of the session; gives the event's id."""
    news = TableGoverned(result.table, result.versions[result.table], result.accepted, result.quarantined, result.failed_by_rule)
    return storage.announce(session, news, result.table)


def observe_quality(observe: Observe, resource: str, result: GovernResult, at: datetime) -> None:
    """Tell the catalogue, through the verb it gives, what share of checks a table passed and how many rows it holds."""
    evidence = {"versions": dict(result.versions)}
    observe(resource, "rows", result.accepted, at, evidence)
    observe(resource, "quarantined", {"rows": result.quarantined, "rules": result.failed_by_rule}, at, evidence)
    observe(resource, "score", {"dimensions": result.scores(), "total": result.score}, at, evidence)


def china_day(clock: Clock) -> str:
    """Today in China as an ISO day."""
    return clock.now().astimezone(CHINA).date().isoformat()


@dataclass(frozen=True)
class Judged:
    """What the one pass over the rows found; the session's table `marked` holds the rows themselves."""

    rows: int
    quarantined: int
    checks: tuple[RuleCount, ...]
    broken: frozenset[str]


def judge(session: EngineSession, plan: Plan) -> Judged:
    """Mark every row that failed a rule or was repaired, and count."""
    for name, data in plan.arrow.items():
        session.add_arrow(name, data)
    if _number(session, plan, statement.shared_places_sql(plan)):
        _keep(session, plan, "landed", statement.numbered_places_sql(plan))
        plan.landing, plan.batches = "landed", None
    standardised = statement.standardised_sql(plan)
    for prepared in plan.prepared:
        _keep(session, plan, prepared.name, prepared.sql.replace("{standardised}", f"({standardised}) as rows_"))
    _keep(session, plan, "marked", statement.marked_sql(plan, standardised))
    rows = _number(session, plan, f"select count(*) as n from {statement.landing_sql(plan)} as landing")
    first = _counts(session, plan, frozenset())
    broken = frozenset(
        rule.id for n, rule in enumerate(plan.rules) if rule.limit and not rule.skipped and not within(rule.limit, first[f"k{n}"], rows)
    )
    counts = _counts(session, plan, broken) if broken else first
    table_wide = [_table_wide(session, plan, rule, rows, standardised) for rule in plan.table_rules]
    return Judged(rows, counts["quarantined"], (*_rule_counts(plan, counts, rows, broken), *table_wide, *_repairs(plan, counts, rows)), broken)


def _keep(session: EngineSession, plan: Plan, name: str, sql: str) -> None:
    session.execute(f"create temp table {name} as {sql}", used(sql, plan.values))


def _number(session: EngineSession, plan: Plan, sql: str) -> int:
    value = session.query(sql, used(sql, plan.values)).column(0)[0].as_py()
    return int(value or 0)


def _counts(session: EngineSession, plan: Plan, broken: frozenset[str]) -> dict[str, int]:
    row: dict[str, int] = session.query(statement.counts_sql(plan, broken)).to_pylist()[0]
    return row


def _rule_counts(plan: Plan, counts: Mapping[str, int], rows: int, broken: frozenset[str]) -> list[RuleCount]:
    told = []
    for number, rule in enumerate(plan.rules):
        observed = counts[f"k{number}"]
        failed = observed if rule.limit is None or rule.id in broken else 0
        told.append(RuleCount(
            rule.id, rule.kind, rule.column, rule.dimension, rule.severity, rule.zh, rule.en, 0 if rule.skipped else rows, failed, 0, observed,
        ))
    return told


def _table_wide(session: EngineSession, plan: Plan, rule: TableRule, rows: int, standardised: str) -> RuleCount:
    observed = rows
    if rule.sql:
        shown = ", ".join(f'"{column.name}"' for column in plan.columns)
        observed = _number(session, plan, rule.sql.replace(PLACE, f"(select {shown} from ({standardised}))"))
    failed = 0 if within(rule.limit, observed, rows) else 1
    return RuleCount(rule.id, rule.kind, "", rule.dimension, rule.severity, rule.zh, rule.en, 1, failed, 0, observed)


def _repairs(plan: Plan, counts: Mapping[str, int], rows: int) -> list[RuleCount]:
    return [
        RuleCount(
            f"{column.name}_standardise", "standardise", column.name, "conformity", "info", "标准化时修正的值", "values repaired by standardising",
            rows, 0, counts[f"f{column.number}"], counts[f"f{column.number}"],
        )
        for column in plan.columns if column.repaired
    ]


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
    "observe_quality",
]
