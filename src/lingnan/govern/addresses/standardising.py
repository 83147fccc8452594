"""Parses a column of addresses inside an engine's session; no row passes through Python, only each distinct chain of division names."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial

import pyarrow as pa

from lingnan.govern.addresses.deciding import FINDINGS, HEADS, INSIDE, PIECES, TOWNSHIPS_BY_NAME, decide_heads, decide_inside
from lingnan.govern.addresses.known import KNOWN, settle
from lingnan.govern.addresses.parts import PARTS, parts_sql, township_sql, zone_sql
from lingnan.govern.addresses.places import CITY, COUNTY, PROVINCE, TOWNSHIP, known_divisions, places
from lingnan.govern.addresses.reading import BEGINNINGS, NAMES, abroad_sql, beginnings_table, names_table, plain_sql
from lingnan.govern.addresses.resolving import AMBIGUOUS, RESOLVED, UNRESOLVED, Mention, is_casual
from lingnan.govern.addresses.shapes import REASONS
from lingnan.govern.rules.quoting import literal
from lingnan.lake import EngineSession

ADDRESSED = "addressed"
"""The session's view of results: `row`, the text as `given`, the `text` as it is read, and the columns of `COLUMNS`."""

COLUMNS = (
    "status", "division", "level", "province", "city", "county", "township_code", "township", *PARTS, "standard", "reason", "explanation", "old_code",
    "old_name", "old_from", "old_to", "candidates", "hints",
)
_TEXTS = "address_texts"
_TAKEN_APART = "address_parts"
_OFFICE = r"^(?:街道)?(?:办事处|办)?[-/|,，、:：;；.。(（)）\[【\]】“”\"']*"
_WHY = "case when given is null or trim(given) = '' then 'empty' else coalesce(reason, 'no_division') end"
_CLOSING = "。.,，;；”“\"'"


def lay_addresses(
    session: EngineSession, source: str, column: str, within: str = "", known: pa.Table | None = None, row: str = "row_number() over ()"
) -> None:
    """Parse `column` (quoted) of the session's table `source` into the view `addressed`.

    `within` is the code of a province or city that all addresses lie in, `known` what `known_table` gives: addresses and names settled before;
    `row` is the expression of a row's number.
    """
    others = {KNOWN: known} if known is not None and known.num_rows else {}
    rows = f"select {row} as row, cast({column} as varchar) as given from {source}"
    session.beside(ADDRESSED, rows, partial(_read, within=within, settled=bool(others)), others, kept=False)


def _read(session: EngineSession, source: str, within: str, settled: bool) -> str:
    """Read the texts of `source` (row, given), each by itself, in a session of the embedded engine; gives the select of the results."""
    with _undisturbed():
        for name, table in _tables().items():
            session.add_arrow(f"given_{name}", table)
            # The engine knows how many rows a table has, and so which side of a join to look things up in; of Arrow data it does not.
            session.execute(f"create or replace temp table {name} as select * from given_{name}")
    session.execute(f"create or replace temp table {_TEXTS} as {plain_sql(source)}")
    decide_heads(session, _TEXTS, within)
    decide_inside(session, _TEXTS, within)
    session.execute(f"create or replace temp table {_TAKEN_APART} as {parts_sql('(' + _detail_sql() + ')')}")
    if settled:
        settle(session, _TEXTS, _TAKEN_APART, within)
    return _result_sql()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without searches for garbage: a hundred thousand small objects are made to stay, and each search would look through them all."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


@cache
def _tables() -> dict[str, pa.Table]:
    return {
        NAMES: names_table(), BEGINNINGS: beginnings_table(), TOWNSHIPS_BY_NAME: _townships_by_name(), "address_townships": _township_table(),
        "address_divisions": _division_table(),
        "address_reasons": pa.table({"reason": list(REASONS), "explanation": [zh for zh, _en in REASONS.values()]}),
    }


def _detail_sql() -> str:
    """Every row with its finding and what follows the divisions; a township that the list does not know is taken from the text."""
    kept = FINDINGS.names[1:-2]
    found = ", ".join(f"coalesce(inside.{name}, found.{name}) as {name}" for name in kept)
    return f"""
        with told as (
            select plain.row, plain.given, plain.text, coalesce(inside.taken, found.taken) as taken, {found}, coalesce(inside.before, '') as before,
                substr(plain.text, coalesce(inside.consumed, found.consumed, 0) + 1) as after
            from {_TEXTS} as plain left join {HEADS} as found on found.head = plain.head
            left join {INSIDE} as inside on inside.text = plain.text
        ), counted as (
            select told.*, pieces.divisions, coalesce(told.status = '{RESOLVED}' and pieces.divisions <> told.division, false) as several
            from told left join {PIECES} as pieces on pieces.text = told.text
        ), weighed as (
            select * exclude (divisions, several) replace (
                case when several then '{AMBIGUOUS}' else status end as status, case when several then '' else division end as division,
                case when several then '' else township_code end as township_code,
                case when several then 'several_addresses' when coalesce(taken, 0) = 0 and {abroad_sql('text')} then 'abroad'
                    else reason end as reason,
                case when not several then candidates when contains(divisions, division) then divisions
                    else division || '|' || divisions end as candidates
            ) from counted
        ), rested as (select *, case when after = '' then before else after end as rest from weighed),
        zoned as (select * exclude (rest), {zone_sql('rest')} as zone, rest from rested),
        inside as (select * replace (ltrim(substr(rest, length(zone) + 1), ')）,，-') as rest) from zoned),
        cut as (select *, case when township_code <> '' then '' else {township_sql('rest')} end as unlisted from inside)
        select row, given, text, {', '.join(kept)}, unlisted, zone || case when after = '' then '' else before end as before,
            rtrim(regexp_replace(substr(rest, length(unlisted) + 1), {literal(_OFFICE)}, ''), {literal(_CLOSING)}) as detail
        from cut
    """


def _result_sql() -> str:
    names = ", ".join(f"coalesce(part.{name}, '') as {name}" for name in PARTS[:-1])
    township = "coalesce(town.name, part.unlisted, '')"
    standard = ", ".join(["area.province", "area.city", "area.county", township, *(f"part.{name}" for name in PARTS[:-1])])
    return f"""
        with reasoned as (
            select *, {_WHY} as why from {_TAKEN_APART}
        )
        select part.row, part.given, part.text, coalesce(part.status, '{UNRESOLVED}') as status,
            coalesce(part.division, '') as division, coalesce(area.level, '') as level,
            coalesce(area.province, '') as province, coalesce(area.city, '') as city, coalesce(area.county, '') as county,
            coalesce(part.township_code, '') as township_code, {township} as township, {names},
            concat_ws(' ', nullif(part.place, ''), nullif(part.before, '')) as place,
            case when part.status = '{RESOLVED}'
                then concat({standard}, case when part.road = '' and part.estate = '' then part.place else '' end) else '' end as standard,
            part.why as reason, why.explanation, part.old_code, part.old_name, part.old_from, part.old_to,
            coalesce(part.candidates, '') as candidates, coalesce(part.hints, '') as hints
        from reasoned as part left join address_divisions as area on area.code = part.division
        left join address_townships as town on town.code = part.township_code
        left join address_reasons as why on why.reason = part.why
    """


def _division_table() -> pa.Table:
    known, rows = known_divisions(), []
    for entry in known.entries:
        if entry.valid_to is None and len(entry.code) == 6 and (entry.level in (PROVINCE, CITY, COUNTY) or entry.role == "statistical"):
            chain = {above.level or COUNTY: above.zh for code in known.ancestors(entry.code) if (above := known.get(code))}
            level = "county" if entry.role == "holder" else {PROVINCE: "province", CITY: "city"}.get(entry.level, "county")
            rows.append((entry.code, level, *(chain.get(each, "") for each in (PROVINCE, CITY, COUNTY))))
    columns = zip(*rows, strict=True)
    return pa.table({name: list(column) for name, column in zip(("code", "level", "province", "city", "county"), columns, strict=True)})


def _township_table() -> pa.Table:
    found = {place.code: place.zh for same in places().values() for place in same if place.level == TOWNSHIP}
    return pa.table({"code": list(found), "name": list(found.values())})


def _townships_by_name() -> pa.Table:
    """County and name of a township → its code; short names only in cities without counties, where they are usual."""
    found = {
        (county, name): place.code for name, same in places().items() for place in same if place.level == TOWNSHIP for county in place.now
        if not is_casual(Mention(name), place)
    }
    return pa.table({"county": [county for county, _ in found], "name": [name for _, name in found], "code": list(found.values())})
