"""The one statement a panel stands for: written once in the portable subset, names from the board's own pattern, values always bound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lingnan.insight.dashboards.panels import (
    Bucket,
    Calendar,
    Condition,
    FigurePanel,
    Gantt,
    Grouped,
    Measure,
    Network,
    Panel,
    Rose,
    TablePanel,
    Timeline,
)

MOST_GROUPS = 20_000
"""Groups that one statement gives at most: fifty years of days, or all counties by a hundred series."""
SECTORS = 16
NOTHING = "cast(null as varchar)"
MONTHS = (("month", 7), ("year", 4), ("day", 10))
Chosen = Mapping[str, "str | tuple[date | None, date | None]"]
"""What a reader chose, by filter: a value, or first and last day."""


@dataclass(frozen=True)
class Statement:
    """A select and the values bound in it."""

    sql: str
    values: dict[str, Any] = field(default_factory=dict)


class Values:
    """Names for bound values, in the order they are met."""

    def __init__(self) -> None:
        self.held: dict[str, Any] = {}

    def name(self, value: Any) -> str:
        """The place that a value takes in the text."""
        key = f"v{len(self.held)}"
        self.held[key] = value
        return f"${key}"


def panel_statement(panel: Panel, chosen: Chosen) -> Statement:
    """What a panel asks of its table under the filters."""
    values = Values()
    if isinstance(panel, Gantt | Timeline) or (isinstance(panel, TablePanel) and panel.columns):
        return Statement(_rows(panel, chosen, values), values.held)
    if isinstance(panel, Network):
        return Statement(_edges(panel, chosen, values), values.held)
    measures = measures_of(panel)
    inner = _inner(panel, measures, chosen, values)
    read = f"select *, max(newest) over (partition by k, s) as last from ({inner}) as read" if _latest(measures) else inner
    told = ", ".join(["k", "max(l) as l", "s", *(f"{_aggregate(each, place)} as m{place}" for place, each in enumerate(measures)), "count(*) as n"])
    supports = "".join(f", sum(w{place}) as n{place}" for place, each in enumerate(measures) if each.when)
    sql = f"select {told}{supports} from ({read}) as groups group by k, s order by k, s limit {MOST_GROUPS}"
    return Statement(sql, values.held)


def rows_statement(panel: Panel, chosen: Chosen, columns: Sequence[str], at: str | None, series: str | None, limit: int) -> Statement:
    """The rows of the table behind a panel, or behind one mark of it (`at`, and `series` where there are some; empty text for no value)."""
    values = Values()
    parts = _conditions(panel, chosen, values) + _marks(panel, at, series, values)
    named = ", ".join(_quoted(each) for each in columns)
    return Statement(f"select {named} from {panel.table}{_where(parts)} order by {named} limit {limit}", values.held)


def count_statement(panel: Panel, chosen: Chosen, at: str | None, series: str | None) -> Statement:
    """How many rows stand behind a panel, or behind one mark of it."""
    values = Values()
    parts = _conditions(panel, chosen, values) + _marks(panel, at, series, values)
    return Statement(f"select count(*) as n from {panel.table}{_where(parts)}", values.held)


def choices_statement(table: str, column: str, label: str | None = None) -> Statement:
    """The values there are to choose from, each with what the label calls it."""
    name, called = _quoted(column), f"min(cast({_quoted(label)} as varchar))" if label else "cast(null as varchar)"
    return Statement(
        f"select cast({name} as varchar) as k, {called} as called from {table} where {name} is not null group by {name} order by k limit 2000"
    )


def measures_of(panel: Panel) -> tuple[Measure, ...]:
    """What a panel that groups measures."""
    if isinstance(panel, FigurePanel | Calendar):
        return (panel.measure,)
    return panel.measures if isinstance(panel, Grouped | TablePanel) else (COUNTED,)


def key_of(panel: Panel) -> str:
    """The expression a panel groups by, as text."""
    if isinstance(panel, FigurePanel):
        return _bucketed(panel.period, panel.bucket) if panel.period else NOTHING
    if isinstance(panel, Calendar):
        return _bucketed(panel.day, "day")
    if isinstance(panel, Rose):
        return _sector(panel)
    if isinstance(panel, Grouped):
        return _bucketed(panel.by, panel.bucket)
    if isinstance(panel, TablePanel) and panel.by:
        return _bucketed(panel.by, None)
    return _bucketed(panel.source, None) if isinstance(panel, Network) else NOTHING


def _series_of(panel: Panel, values: Values) -> str:
    """The second expression a panel groups by, as text."""
    if isinstance(panel, Rose):
        return _class_of(panel, values)
    if isinstance(panel, Grouped) and panel.series:
        return _bucketed(panel.series, None)
    return _bucketed(panel.target, None) if isinstance(panel, Network) else NOTHING


def _inner(panel: Panel, measures: Sequence[Measure], chosen: Chosen, values: Values) -> str:
    """Groups and what is measured, row by row."""
    label = panel.label if isinstance(panel, Grouped | TablePanel) else None
    parts = [f"{key_of(panel)} as k", f"{_bucketed(label, None) if label else NOTHING} as l", f"{_series_of(panel, values)} as s"]
    for place, measure in enumerate(measures):
        parts += _measured(measure, place, values)
    conditions = _conditions(panel, chosen, values)
    if isinstance(panel, Rose):
        conditions += [f"{_quoted(each)} is not null" for each in (panel.angle, panel.radius)]
    return f"select {', '.join(parts)} from {panel.table}{_where(conditions)}"


def _measured(measure: Measure, place: int, values: Values) -> list[str]:
    parts = []
    if measure.when is not None:
        condition = _condition(measure.when, {}, values)
        parts.append(f"case when {condition} then 1 else 0 end as w{place}")
        if measure.column:
            parts.append(f"case when {condition} then {_quoted(measure.column)} end as c{place}")
    elif measure.column:
        parts.append(f"{_quoted(measure.column)} as c{place}")
    if measure.of:
        parts.append(f"{_quoted(measure.of)} as o{place}")
    if measure.at:
        parts.append(f"{_quoted(measure.at)} as newest")
    return parts


def _aggregate(measure: Measure, place: int) -> str:
    column = f"c{place}"
    if measure.measure == "count":
        return f"sum(w{place})" if measure.when else f"count({column})" if measure.column else "count(*)"
    if measure.measure == "share":
        if measure.of:
            return f"100 * cast(sum({column}) as double) / nullif(cast(sum(o{place}) as double), 0)"
        if measure.when:
            return f"100 * cast(sum(w{place}) as double) / nullif(cast(count(*) as double), 0)"
        return f"sum({column})" if measure.column else "count(*)"
    return {
        "sum": f"sum({column})", "mean": f"avg(cast({column} as double))", "min": f"min({column})", "max": f"max({column})",
        # The greatest of what stands at the newest moment, so that equal moments do not leave it to chance.
        "latest": f"max(case when newest = last then {column} end)", "distinct": f"count(distinct {column})",
    }[measure.measure]


def _latest(measures: Sequence[Measure]) -> bool:
    return any(each.measure == "latest" for each in measures)


def _rows(panel: Gantt | Timeline | TablePanel, chosen: Chosen, values: Values) -> str:
    if isinstance(panel, TablePanel):
        columns, order = panel.columns, panel.order or panel.columns[0]
    elif isinstance(panel, Gantt):
        columns, order = tuple(each for each in (panel.label, panel.begin, panel.end, panel.state) if each), panel.begin
    else:
        columns, order = tuple(each for each in (panel.at, panel.label, panel.category) if each), f"-{panel.at}"
    named = [_quoted(each) for each in columns]
    first = f"{_quoted(order.lstrip('-'))} desc" if order.startswith("-") else _quoted(order)
    where = _where(_conditions(panel, chosen, values))
    return f"select {', '.join(named)} from {panel.table}{where} order by {', '.join([first, *named])} limit {panel.limit}"


def _edges(panel: Network, chosen: Chosen, values: Values) -> str:
    source, target = key_of(panel), _series_of(panel, values)
    named = [
        f"max({_bucketed(each, None)}) as {name}" if each else f"{NOTHING} as {name}"
        for name, each in (("l", panel.source_label), ("t", panel.target_label), ("r", panel.relation))
    ]
    conditions = _conditions(panel, chosen, values) + [f"{_quoted(each)} is not null" for each in (panel.source, panel.target)]
    return (
        f"select {source} as k, {target} as s, {', '.join(named)}, count(*) as n from {panel.table}{_where(conditions)} "
        f"group by {source}, {target} order by n desc, k, s limit {panel.limit}"
    )


def _conditions(panel: Panel, chosen: Chosen, values: Values) -> list[str]:
    return [found for each in panel.where if (found := _condition(each, chosen, values))]


def _condition(condition: Condition, chosen: Chosen, values: Values) -> str:
    """The condition in the text; empty when it follows a filter in which nothing is chosen."""
    column, operator, value = _quoted(condition.column), condition.operator, condition.value
    if operator in ("empty", "present"):
        return f"{column} is {'not ' if operator == 'present' else ''}null"
    if condition.filter is not None:
        wish = chosen.get(condition.filter)
        if not wish:
            return ""
        if isinstance(wish, tuple):
            return _within(column, wish, values)
        column, value = f"cast({column} as varchar)", wish
    if operator == "contains":
        return f"contains(lower({column}), lower({values.name(str(value))}))"
    if operator == "in" and isinstance(value, tuple):
        return f"{column} in ({', '.join(values.name(each) for each in value)})"
    if operator == "starts":
        return f"left({column}, {len(str(value))}) = {values.name(str(value))}"
    return f"{column} {'<>' if operator == '!=' else operator} {values.name(value)}"


def _within(column: str, days: tuple[date | None, date | None], values: Values) -> str:
    first, last = days
    parts = [f"cast({column} as date) >= {values.name(first)}"] if first else []
    parts += [f"cast({column} as date) <= {values.name(last)}"] if last else []
    return " and ".join(parts)


def _marks(panel: Panel, at: str | None, series: str | None, values: Values) -> list[str]:
    parts = [] if at is None else [_mark(key_of(panel), at, values)]
    return parts if series is None else [*parts, _mark(_series_of(panel, values), series, values)]


def _mark(expression: str, value: str, values: Values) -> str:
    return f"{expression} = {values.name(value)}" if value else f"{expression} is null"


def _bucketed(column: str, bucket: Bucket | None) -> str:
    """A column as the text it is grouped by: the beginning of a day's or moment's writing, or the value itself."""
    name = _quoted(column)
    if bucket == "hour":
        return f"left(cast(cast({name} as timestamp) as varchar), 13)"
    day = f"cast(cast({name} as date) as varchar)"
    if bucket == "quarter":
        return f"left({day}, 4) || '-Q' || cast(quarter(cast({name} as date)) as varchar)"
    length = dict(MONTHS).get(bucket or "")
    return f"left({day}, {length})" if length else f"cast({name} as varchar)"


def _sector(panel: Rose) -> str:
    """The wind's sector as text: its letters, or the number of the sixteenth of the compass from north."""
    if panel.points:
        return f"upper(trim(cast({_quoted(panel.angle)} as varchar)))"
    return f"cast(cast(floor(({_quoted(panel.angle)} + {180 / SECTORS}) / {360 / SECTORS}) as integer) % {SECTORS} as varchar)"


def _class_of(panel: Rose, values: Values) -> str:
    """The number of the class of strength, as text."""
    steps = " ".join(f"when {_quoted(panel.radius)} <= {values.name(bound)} then '{place}'" for place, bound in enumerate(panel.bounds))
    return f"case {steps} else '{len(panel.bounds)}' end"


def _where(parts: Sequence[str]) -> str:
    return f" where {' and '.join(parts)}" if parts else ""


def _quoted(name: str) -> str:
    return f'"{name}"'


COUNTED = Measure.model_validate({"measure": "count", "title": {"zh": "次数", "en": "Count"}})
"""What a rose counts."""
