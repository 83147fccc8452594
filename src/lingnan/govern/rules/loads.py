"""Rules over a load as a whole, some against the loads before it: how fresh, how many rows, how differently distributed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from lingnan.govern.rules.conditions import Draft
from lingnan.govern.rules.plan import Limit
from lingnan.govern.rules.quoting import quoted
from lingnan.standards import PLACE

DECILES = tuple(n / 10 for n in range(1, 10))
DRIFT = 0.1
"""Half the sum of the changes of shares beyond which a column has drifted, when the contract states no limit of its own."""


@dataclass(frozen=True)
class Measure:
    """What one rule over a load measures: one number by `sql`, and the limit it must keep to."""

    sql: str
    limit: Limit
    column: str = ""
    skipped: bool = False
    null_skips: bool = False


Args = Mapping[str, Any]


def measure(draft: Draft, kind: str, args: Args, column: str, rule_id: str) -> Measure:
    """The measure of a rule of that kind; skipped, with a note, when it looks at loads and there is none before."""
    return MEASURES[kind](draft, args, column or str(args.get("of", "")), rule_id)


def _fresh(draft: Draft, args: Args, _column: str, _rule: str) -> Measure:
    name = str(args.get("column", ""))
    newest = f"max({quoted(name) if name else '_received_at'})"
    if "hours" in args:
        age = f"date_diff('second', cast({newest} as timestamptz), {draft.now}) / 3600.0"
        return Measure(f"select {age} as n from {PLACE}", Limit("mustBeLessOrEqualTo", args["hours"]), name, null_skips=not name)
    age = f"date_diff('day', cast({newest} as date), cast({draft.today} as date))"
    return Measure(f"select {age} as n from {PLACE}", Limit("mustBeLessOrEqualTo", args["days"]), name, null_skips=not name)


def _volume(draft: Draft, args: Args, _column: str, rule: str) -> Measure:
    limit, earlier = Limit("mustBeLessOrEqualTo", args["change"]), draft.past.rows[: int(args.get("loads", 1))]
    if not earlier:
        return _no_past(draft, rule, limit, "")
    usual = draft.plan.binder.bind(float(median(earlier)))
    return Measure(f"select abs(count(*) - {usual}) / greatest({usual}, 1) as n from {PLACE}", limit)


def _drift(draft: Draft, args: Args, column: str, rule: str) -> Measure:
    limit, past = Limit("mustBeLessOrEqualTo", args.get("limit", DRIFT)), draft.past
    if column not in past.columns:
        return _no_past(draft, rule, limit, column)
    physical = draft.columns[column].physical
    value = f"try_cast({quoted(column)} as {physical})"
    bounds = "null"
    if physical not in ("VARCHAR", "BOOLEAN"):
        # Amounts and dates hardly repeat: what is compared is how many fall into each tenth of the last load.
        bounds = f"(select quantile_disc({value}, [{', '.join(map(str, DECILES))}]) from {past.table})"
        value = f"case when {value} is not null then " + " + ".join(
            f"case when {value} > _tenths[{n}] then 1 else 0 end" for n in range(1, len(DECILES) + 1)
        ) + " end"
    sql = (
        f"with tenths as (select {bounds} as _tenths), "
        f"_here as (select {value} as _v, count(*) as _n from {PLACE}, tenths group by 1), "
        f"_before as (select {value} as _v, count(*) as _n from {past.table}, tenths group by 1), "
        f"_ours as (select _v, _n / sum(_n) over () as _share from _here), _theirs as (select _v, _n / sum(_n) over () as _share from _before) "
        f"select case when (select count(*) from _before) = 0 then 0 when (select count(*) from _here) = 0 then 1 else "
        f"(select sum(abs(coalesce(a._share, 0) - coalesce(b._share, 0))) / 2 "
        f"from _ours as a full join _theirs as b on a._v is not distinct from b._v) end as n"
    )
    return Measure(sql, limit, column)


def _no_past(draft: Draft, rule: str, limit: Limit, column: str) -> Measure:
    draft.plan.notes.append(
        f"规则“{rule}”未检查：没有可比的上一批。Rule “{rule}” was not asked: there is no earlier load to compare with."
    )
    return Measure("", limit, column, skipped=True)


MEASURES: Mapping[str, Callable[[Draft, Args, str, str], Measure]] = {"fresh": _fresh, "volume": _volume, "drift": _drift}
