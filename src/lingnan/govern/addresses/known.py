"""What is known of single addresses and of names, by review or from standard addresses: it settles what a text leaves open."""

from dataclasses import asdict, dataclass
from typing import Literal

import pyarrow as pa

from lingnan.govern.addresses.resolving import AMBIGUOUS, RESOLVED
from lingnan.lake import EngineSession

KNOWN = "address_known"
"""The session's table of what is known; its columns are those of `KNOWN_SCHEMA`."""

KNOWN_SCHEMA = pa.schema([(name, pa.string()) for name in ("kind", "name", "scope", "division", "township_code")])

_NAMED = {"door": ("road", "number"), "road": ("road",), "estate": ("estate",), "place": ("place",)}


@dataclass(frozen=True)
class KnownName:
    """One thing known: where an address lies, or where the only bearer of a name lies.

    `text`: the address `name` (as `door_sql` gives it: as it is read, down to its door) lies in `division`, whatever else it seems to say.
    `door` (road and number), `road`, `estate`, `place`: inside the province or city `scope` only one is called `name`, and it lies in `division`.
    `division` is the code of a county in force, `township_code` that of a township in it, where known.
    """

    kind: Literal["text", "door", "road", "estate", "place"]
    name: str
    division: str
    scope: str = ""
    township_code: str = ""


def known_table(known: list[KnownName]) -> pa.Table:
    """What is known, as `lay_addresses` takes it."""
    return pa.Table.from_pylist([asdict(each) for each in known], KNOWN_SCHEMA)


def door_sql(text: str, part: str) -> str:
    """SQL for an address down to its door or building: the `text` as it is read, cut where the unit, floor or room of its `part`s begins."""
    inside = f"coalesce(nullif({part}.unit, ''), nullif({part}.floor, ''), nullif({part}.room, ''), '')"
    return f"""case when regexp_matches({part}.building, '[栋幢座楼]$') then {_until(text, f'{part}.building')}
        when {part}.number <> '' then {_until(text, f'{part}.number')}
        when {inside} <> '' and strpos({text}, {inside}) > 1 then substr({text}, 1, strpos({text}, {inside}) - 1) else {text} end"""


def _until(text: str, value: str) -> str:
    return f"substr({text}, 1, strpos({text}, {value}) + length({value}) - 1)"


def settle(session: EngineSession, plain: str, parts: str, within: str) -> None:
    """Correct the findings in `parts` (addresses taken apart) by what is known, in the session's table `KNOWN`; `plain` holds their texts.

    What is known of a text overrules everything. What is known of a name settles what the text leaves open, only where every place the text allows
    lies in the name's scope, and only when all such names agree; where they differ, they are the candidates.
    """
    session.execute(f"create or replace temp table address_settled as {_settled_sql(plain, parts, within)}")
    session.execute(f"create or replace temp table {parts} as {_corrected_sql(parts)}")


def _settled_sql(plain: str, parts: str, within: str) -> str:
    named = " union all ".join(_named_sql(kind, parts, within) for kind in _NAMED)
    return f"""
        with told as (
            select doors.row, 'known_text' as reason, known.division, known.township_code
            from (
                select plain.row, {door_sql('plain.text', 'part')} as door from {plain} as plain join {parts} as part on part.row = plain.row
            ) as doors join {KNOWN} as known on known.kind = 'text' and known.name = doors.door
            union all select row, 'known_name', division, township_code from ({named}) as named
        ), firm as (select row, max(reason) as reason from told group by row)
        select told.row, told.reason, min(division) as division, count(distinct division) as counties,
            string_agg(distinct division, '|' order by division) as candidates,
            case when count(distinct township_code) = 1 then min(township_code) else '' end as township_code
        from told join firm on firm.row = told.row and firm.reason = told.reason group by told.row, told.reason
    """


def _named_sql(kind: str, parts: str, within: str) -> str:
    """Rows left open, one of whose parts is known by name. Codes in a scope begin with the scope's first two or four digits."""
    written = " || ".join(f"part.{column}" for column in _NAMED[kind])
    filled = " and ".join(f"part.{column} <> ''" for column in _NAMED[kind])
    prefix = "case when known.scope like '%0000' then substr(known.scope, 1, 2) else substr(known.scope, 1, 4) end"
    allowed = "case when coalesce(part.candidates, '') <> '' then string_split(part.candidates, '|') else [part.division] end"
    return f"""
        select row, division, township_code from (
            select part.row, known.division, known.township_code, {prefix} as prefix, {allowed} as allowed
            from {parts} as part join {KNOWN} as known on known.kind = '{kind}' and known.name = {written}
            where {filled} and coalesce(part.status, '') <> '{RESOLVED}' and coalesce(part.reason, '') <> 'contradiction'
        ) as met where starts_with('{within}', prefix) or len(list_filter(allowed, code -> not starts_with(coalesce(code, ''), prefix))) = 0
    """


def _corrected_sql(parts: str) -> str:
    one, several = "settled.counties = 1", "settled.counties > 1"
    return f"""
        select part.* replace (
            case when {one} then '{RESOLVED}' when {several} then '{AMBIGUOUS}' else part.status end as status,
            case when {one} then settled.division when {several} then '' else part.division end as division,
            case when {one} then coalesce(nullif(settled.township_code, ''),
                case when substr(part.township_code, 1, 6) = settled.division then part.township_code else '' end)
                when {several} then '' else part.township_code end as township_code,
            case when settled.row is null then part.reason when {several} then 'known_several' else settled.reason end as reason,
            case when {one} then '' when {several} then settled.candidates else part.candidates end as candidates
        ) from {parts} as part left join address_settled as settled on settled.row = part.row
    """
