"""The one pass over a table's rows: every row that failed a rule or was repaired is marked and counted, then the load as a whole is judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from lingnan.base import BadInput, LingnanError
from lingnan.govern.rules import copies, statement
from lingnan.govern.rules.compiler import TECHNICAL
from lingnan.govern.rules.metrics import within
from lingnan.govern.rules.plan import Plan, TableRule
from lingnan.govern.rules.quoting import quoted, used
from lingnan.govern.shapes import RuleCount
from lingnan.lake import EngineSession
from lingnan.standards import PLACE

T = TypeVar("T")
Number = int | float | None
DELIVERED = "columns_delivered"


@dataclass(frozen=True)
class Judged:
    """What the one pass over the rows found; the session's table `marked` holds the rows themselves."""

    rows: int
    quarantined: int
    failing: int
    checks: tuple[RuleCount, ...]
    broken: frozenset[str]


def judge(session: EngineSession, plan: Plan) -> Judged:
    """Mark every row that failed a rule or was repaired, and count."""
    for name, data in plan.arrow.items():
        session.add_arrow(name, data)
    if not plan.own_places and _number(session, plan, statement.shared_places_sql(plan)):
        _keep(session, plan, "landed", statement.numbered_places_sql(plan))
        plan.landing, plan.batches = "landed", None
    standardised = statement.standardised_sql(plan)
    for prepared in plan.prepared:
        sql = prepared.sql.replace("{standardised}", f"({statement.standardised_sql(plan, prepared.columns or None)}) as rows_")
        _as_rule(prepared.rule, lambda name=prepared.name, sql=sql: _keep(session, plan, name, sql))  # type: ignore[misc]
    for each in plan.copies:
        sql = copies.repeated_sql(each, statement.standardised_sql(plan, each.columns))
        _as_rule(each.rule, lambda name=each.name, sql=sql: _keep(session, plan, name, sql))  # type: ignore[misc]
    _mark(session, plan, standardised)
    if plan.copies:
        _clear(session, plan)
    rows = _number(session, plan, f"select count(*) as n from {statement.landing_sql(plan)} as landing")
    first = _counts(session, plan, frozenset())
    judged_by = _judged_by(session, plan, first)
    broken = frozenset(
        rule.id for n, rule in enumerate(plan.rules) if rule.limit and not rule.skipped and not within(rule.limit, judged_by[n], rows)
    )
    counts = _counts(session, plan, broken) if broken else first
    table_wide = [_table_wide(session, plan, rule, rows) for rule in plan.table_rules]
    told = (*_rule_counts(plan, counts, rows, broken, judged_by), *table_wide, *_repairs(plan, counts, rows), _delivered_columns(plan))
    return Judged(rows, counts["quarantined"], counts["failing"], told, broken)


def _mark(session: EngineSession, plan: Plan, standardised: str) -> None:
    try:
        _keep(session, plan, "judged" if plan.copies else "marked", statement.marked_sql(plan, standardised))
    except LingnanError:
        raise
    except Exception:
        # All rules stand in one statement; asked one by one, the one that the engine cannot answer tells itself.
        for rule in plan.rules:
            joins = [join for join in plan.joins if f"{join.alias}." in rule.passes]
            beside = [each for each in plan.prepared if f"{each.name}." in rule.passes]
            alone = statement.marked_sql(replace(plan, rules=(rule,), joins=joins, prepared=beside), standardised)
            _as_rule(rule.id, lambda sql=alone: _number(session, plan, f"select count(*) as n from ({sql}) as asked"))  # type: ignore[misc]
        raise


def _clear(session: EngineSession, plan: Plan) -> None:
    """Take back the marks of rows whose digest stands more than once, but not their key."""
    for each in plan.copies:
        _keep(session, plan, f"{each.name}_single", copies.single_sql(plan, each))
    _keep(session, plan, "marked", copies.cleared_sql(plan, statement.mask_names(plan), statement.carried_names(plan)))
    session.execute("drop table judged")


def _judged_by(session: EngineSession, plan: Plan, counts: Mapping[str, int]) -> list[float]:
    """By rule, the number that its limit is about: its failing rows, or what the standard counts instead."""
    found: list[float] = []
    for number, rule in enumerate(plan.rules):
        own = None
        if rule.observed:
            rows = f"({statement.standardised_sql(plan, rule.columns)}) as rows_"
            own = _measured(session, plan, rule.observed.replace("{standardised}", rows))
        found.append(counts[f"k{number}"] if own is None else own)
    return found


def _as_rule(rule: str, run: Callable[[], T]) -> T:
    """Run the SQL of a rule; what the engine has against it is told as that rule's fault."""
    try:
        return run()
    except LingnanError:
        raise
    except Exception as error:
        if not rule:
            raise
        said = str(error).splitlines()[0][:300]
        raise BadInput(
            f"规则“{rule}”无法执行：{said}。请更正契约，例如使各列类型相符。",
            f"Rule “{rule}” cannot be run: {said}. Correct the contract, so that for instance the types of its columns fit.", rule=rule,
        ) from error


def _keep(session: EngineSession, plan: Plan, name: str, sql: str) -> None:
    session.execute(f"create temp table {name} as {sql}", used(sql, plan.values))


def _number(session: EngineSession, plan: Plan, sql: str) -> int:
    value = session.query(sql, used(sql, plan.values)).column(0)[0].as_py()
    return int(value or 0)


def _measured(session: EngineSession, plan: Plan, sql: str) -> Number:
    """The single number that a statement gives, or whether it is so; None when it gives nothing."""
    answer = session.query(sql, used(sql, plan.values))
    value = answer.column(0)[0].as_py() if answer.num_rows else None
    if isinstance(value, int | float):
        return value
    return None if value is None else float(value)


def _counts(session: EngineSession, plan: Plan, broken: frozenset[str]) -> dict[str, int]:
    row: dict[str, int] = session.query(statement.counts_sql(plan, broken)).to_pylist()[0]
    return row


def _rule_counts(plan: Plan, counts: Mapping[str, int], rows: int, broken: frozenset[str], judged_by: list[float]) -> list[RuleCount]:
    told = []
    for number, rule in enumerate(plan.rules):
        observed = judged_by[number]
        failed = counts[f"k{number}"] if rule.limit is None or rule.id in broken else 0
        # A limit from below is broken by what is not there: no row is to blame, so the load fails as a whole.
        without_rows = rule.id in broken and not failed
        told.append(RuleCount(
            rule.id, rule.kind, rule.column, rule.dimension, rule.severity, rule.zh, rule.en, 0 if rule.skipped else rows,
            1 if without_rows else failed, 0, observed, "table" if without_rows else "rows",
        ))
    return told


def _table_wide(session: EngineSession, plan: Plan, rule: TableRule, rows: int) -> RuleCount:
    observed: Number = rows
    if rule.sql and not rule.skipped:
        # A contract's own SQL may ask for any column; a measure asks for its own, or none.
        named = None if rule.kind == "sql" else [rule.column]
        shown = ", ".join([*(quoted(column.name) for column in plan.columns if named is None or column.name in named), *TECHNICAL])
        standardised = statement.standardised_sql(plan, named)
        sql = f"with {PLACE} as (select {shown} from ({standardised}) as rows_) select * from ({rule.sql}) as asked"
        observed = _as_rule(rule.id, lambda: _measured(session, plan, sql))
    asked = not rule.skipped and not (observed is None and rule.null_skips)
    failed = 1 if asked and (observed is None or not within(rule.limit, observed, rows)) else 0
    return RuleCount(
        rule.id, rule.kind, rule.column, rule.dimension, rule.severity, rule.zh, rule.en, 1 if asked else 0, failed, 0, observed or 0, over="table",
    )


def _repairs(plan: Plan, counts: Mapping[str, int], rows: int) -> list[RuleCount]:
    return [
        RuleCount(
            f"{column.name}_standardise", "standardise", column.name, "conformity", "info", "标准化时修正的值", "values repaired by standardising",
            rows, 0, counts[f"f{column.number}"], counts[f"f{column.number}"],
        )
        for column in plan.columns if column.repaired
    ]


def _delivered_columns(plan: Plan) -> RuleCount:
    """How many of the promised columns came, which is what accessibility (可访问性) is measured by; it rejects nothing."""
    promised, missing = len(plan.columns), len(plan.missing)
    return RuleCount(
        DELIVERED, "delivered", "", "accessibility", "info", "承诺的信息项已交付", "promised columns were delivered", promised, missing, 0, missing,
        over="table",
    )
