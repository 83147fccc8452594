"""The figures of the cockpit: small public tables summed up by a build step, so that no page counts rows of people."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import pyarrow as pa

from lingnan.govern import COUNTS_TOWARDS, FeedTables
from lingnan.lake import CommitFacts, Engine, Lake, View
from lingnan.standards import code_list

PEOPLE, ENTITIES, CASES = "registers.people", "registers.entities", "zhengwu.service_case"
CITY, COUNTY, DEPARTMENT, DIMENSION = (f"insight.{level}_figures" for level in ("city", "county", "department", "dimension"))
CITY_LEVEL = 2

FIGURES: Mapping[str, str] = {
    CITY: """select c.city, n.city_zh, sum(c.people)::bigint as people, sum(c.entities)::bigint as entities, sum(c.cases)::bigint as cases,
  sum(c.accepted)::bigint as accepted, sum(c.quarantined)::bigint as quarantined,
  100 * cast(sum(c.accepted) as double) / nullif(sum(c.accepted) + sum(c.quarantined), 0) as score
from (select left(division, 4) || '00' as city, * from counted) as c join city_names as n on n.city = c.city
group by c.city, n.city_zh having sum(c.people) + sum(c.entities) + sum(c.cases) > 0 order by city""",
    COUNTY: """select left(division, 6) as county, left(division, 4) || '00' as city, sum(people)::bigint as people, sum(entities)::bigint as entities
from counted where length(division) >= 6 group by left(division, 6), left(division, 4) having sum(people) + sum(entities) > 0 order by county""",
    DEPARTMENT: """select r.department, r.accepted, r.quarantined, s.score
from (select department, sum(accepted)::bigint as accepted, sum(quarantined)::bigint as quarantined from delivered group by department) as r
left join (select department, round(avg(score), 9)::double as score from
  (select department, characteristic, 100 * (1 - cast(sum(failed) as double) / sum(checked)) as score from asked
   group by department, characteristic) group by department) as s
on s.department = r.department order by r.department""",
    DIMENSION: """select dimension, sum(checked)::bigint as checked, sum(failed)::bigint as failed,
  100 * (1 - cast(sum(failed) as double) / sum(checked)) as score
from asked where dimension <> 'accessibility' group by dimension order by dimension""",
}
"""Table to its select over the session's `counted`, `delivered` and `asked`; scores in percent. A city's score is the share of rows accepted,
a department's the mean over the characteristics of GB/T 36344-2018 of the share of what was asked that held, to nine places: threads add
doubles in any order, and two builds must agree."""

FIGURE_TABLES = tuple(FIGURES)
FIGURE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    CITY: ("city", "city_zh", "people", "entities", "cases", "accepted", "quarantined", "score"),
    COUNTY: ("county", "city", "people", "entities"),
    DEPARTMENT: ("department", "accepted", "quarantined", "score"),
    DIMENSION: ("dimension", "checked", "failed", "score"),
}
"""Every column of the figures, all public: counts of many rows. Where a counted column is graded, the count takes its grade (`figure_lineage`)."""

_CHARACTERISTIC = "case dimension " + " ".join(f"when '{known}' then '{told}'" for known, told in COUNTS_TOWARDS.items()) + " else dimension end"
_COUNTS = ("people", "entities", "cases", "accepted", "quarantined")


def figure_inputs(feeds: Sequence[str]) -> tuple[str, ...]:
    """The tables the figures are summed from: registers, service cases, and what governing made of each feed."""
    governed = [table for feed in feeds for table in FeedTables.of(feed).outputs]
    return tuple(dict.fromkeys((PEOPLE, ENTITIES, CASES, *governed)))


def figure_lineage(feeds: Sequence[str]) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """By column of a figure: the columns it is counted or worked out of. Keys are codes of public lists and come from none."""
    governed = [FeedTables.of(feed) for feed in feeds]
    accepted, quarantined = ({(table, "division") for table in tables} for tables in (
        [each.accepted for each in governed], [each.quarantine for each in governed],
    ))
    counted = {"people": {(PEOPLE, "division")}, "entities": {(ENTITIES, "division")}, "cases": {(CASES, "division")}}
    asked = {(each.checks, name) for each in governed for name in ("checked", "failed")}
    told = {(table, name): columns for table in (CITY, COUNTY) for name, columns in counted.items() if name in FIGURE_COLUMNS[table]}
    told |= {(CITY, "accepted"): accepted, (CITY, "quarantined"): quarantined, (CITY, "score"): accepted | quarantined}
    told |= {(DEPARTMENT, "score"): asked, **{(DIMENSION, name): asked for name in ("checked", "failed", "score")}}
    return {key: frozenset(columns) for key, columns in told.items()}


def build_figures(lake: Lake, engine: Engine, views: Mapping[str, View], facts: CommitFacts, feeds: Sequence[str]) -> dict[str, int]:
    """Write all four figure tables from the tables there are views of; a missing one counts nothing. Gives rows per table."""
    given = _Given(lake, views, feeds)
    with engine.session({name: views[name] for name in given.read}, {"city_names": _city_names()}) as session:
        session.execute(f"create temp table counted as {given.counted}")
        session.execute(f"create temp table delivered as {given.delivered}")
        session.execute(f"create temp table asked as {given.asked}")
        for table, sql in FIGURES.items():
            session.write(table, sql, facts)
    return {table: lake.rows(table) for table in FIGURE_TABLES}


class _Given:
    """The selects that bring the tables there are into three shapes."""

    def __init__(self, lake: Lake, views: Mapping[str, View], feeds: Sequence[str]) -> None:
        self._lake, self._views = lake, views
        self._governed = {feed: FeedTables.of(feed) for feed in feeds}

    @property
    def read(self) -> list[str]:
        """The tables looked at."""
        wanted = figure_inputs(list(self._governed))
        return [table for table in wanted if table in self._views]

    @cached_property
    def counted(self) -> str:
        """One row per division and kind of count."""
        counts = [(PEOPLE, "people"), (ENTITIES, "entities"), (CASES, "cases")]
        counts += [(tables.accepted, "accepted") for tables in self._governed.values()]
        counts += [(tables.quarantine, "quarantined") for tables in self._governed.values()]
        return _union([_by_division(table, name) for table, name in counts if self._has_division(table)],
                      "null::varchar as division, " + ", ".join(f"0 as {name}" for name in _COUNTS))

    @cached_property
    def delivered(self) -> str:
        """One row per feed: its department, rows accepted, rows quarantined."""
        found = {feed: tables for feed, tables in self._governed.items() if tables.accepted in self._views and tables.quarantine in self._views}
        return _union([
            f"select '{_department(feed)}' as department, (select count(*) from {tables.accepted}) as accepted, "
            f"(select count(*) from {tables.quarantine}) as quarantined" for feed, tables in found.items()
        ], "null::varchar as department, 0 as accepted, 0 as quarantined")

    @cached_property
    def asked(self) -> str:
        """One row per rule that was asked."""
        found = {feed: tables.checks for feed, tables in self._governed.items() if tables.checks in self._views}
        return _union([
            f"select '{_department(feed)}' as department, dimension, {_CHARACTERISTIC} as characteristic, checked, failed from {checks} "
            f"where (severity in ('error', 'warning') or dimension = 'accessibility') and checked > 0" for feed, checks in found.items()
        ], "null::varchar as department, null::varchar as dimension, null::varchar as characteristic, 1 as checked, 0 as failed")

    def _has_division(self, table: str) -> bool:
        return table in self._views and "division" in self._lake.schema(table, self._views[table].version).names


def _by_division(table: str, count: str) -> str:
    shown = ", ".join(f"{'count(*)' if name == count else '0'} as {name}" for name in _COUNTS)
    return f"select division, {shown} from {table} where division is not null group by division"


def _union(selects: list[str], nothing: str) -> str:
    return "\nunion all\n".join(selects) or f"select {nothing} where false"


def _department(feed: str) -> str:
    return feed.split(".", 1)[0]


def _city_names() -> pa.Table:
    """Code and present (else last) Chinese name of every city of the country."""
    names = {entry.code: entry.zh for entry in code_list("divisions").entries if entry.level == CITY_LEVEL}
    return pa.table({"city": pa.array(names, pa.string()), "city_zh": pa.array(names.values(), pa.string())})
