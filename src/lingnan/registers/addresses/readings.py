"""Reads every address that departments hold: where each row lies, the library of standard addresses, and what is left for review."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from lingnan.govern import ADDRESSED, KnownName, door_sql, known_table, lay_addresses
from lingnan.lake import CommitFacts, Engine, Lake, View
from lingnan.registers.addresses.shapes import AddressSources, ReadColumn, address_sources

READINGS, LIBRARY, DOUBTS = "registers.address_readings", "registers.address_library", "registers.address_doubts"
PARTS = ("village", "road", "number", "estate", "building", "unit", "floor", "room", "place")
DOOR = ("village", "road", "number", "estate", "building")
"""The parts that make a standard address; unit, floor and room are a household's own and stay with its row."""

_NOTHING = """
    select '' as source_table, '' as source_column, '' as source_key, '' as address, cast(null as timestamptz) as known_from, false as homes
    where false
"""

# Villages of one name lie in several townships of a county, roads with a number do not: so a road's township is no part of what an address is.
_DOOR_PARTS = ", ".join(f"found.{part}" for part in DOOR)
_DOOR_KEY = f"concat_ws('|', found.division, case when found.road = '' then found.township else '' end, {_DOOR_PARTS})"
_IS_DOOR = "found.status = 'resolved' and (found.number <> '' and (found.road <> '' or found.village <> '') or found.estate <> '')"
_FOUND = f"""
    create or replace temp table read_addresses as
    select given.*, found.* exclude (row, given),
        case when {_IS_DOOR} then 'D' || substr(md5({_DOOR_KEY}), 1, 20) end as address_id
    from given_addresses as given join {ADDRESSED} as found on found.given = given.address
"""
_READINGS = f"""
    select source_table, source_column, source_key, address_id, status, division, township_code, township, {', '.join(PARTS)}, standard, reason,
        old_code, candidates, known_from
    from read_addresses order by source_table, source_column, source_key
"""
_LIBRARY = f"""
    select address_id, min(division) as division, max(township) as township, {', '.join(f'min({part}) as {part}' for part in DOOR)},
        min(province || city || county) || max(township) || {' || '.join(f'min({part})' for part in DOOR)} as standard,
        case when bool_or(source_table = '{{official}}') then 'official' when bool_or(reason like 'known%') then 'reviewed' else 'seen' end as origin,
        count(*) as uses, min(known_from) as known_from
    from read_addresses where address_id is not null group by address_id order by address_id
"""
_DOUBTS = f"""
    select address, status, reason, division, road, estate, case when homes then '' else place end as place, candidates, count(*) as uses,
        string_agg(distinct source_table, ' ' order by source_table) as source_tables, min(known_from) as known_from
    from (select * replace ({door_sql('read.text', 'read')} as address) from read_addresses as read) as read
    where status <> 'resolved' and address <> '' and not (homes and village || road || estate || number || building = '')
    group by all order by address
"""
_DOORS = """
    select 'door' as kind, road || number as name, case when substr(division, 1, 2) in ('11', '12', '31', '50')
            then substr(division, 1, 2) || '0000' else substr(division, 1, 4) || '00' end as scope, division, '' as township_code
    from {table} where road <> '' and number <> '' and division is not null group by all
"""
"""Beijing, Tianjin, Shanghai and Chongqing have no cities below them."""


def build_address_library(
    lake: Lake, engine: Engine, views: Mapping[str, View], facts: CommitFacts, known: Sequence[KnownName] = (),
    sources: AddressSources | None = None,
) -> dict[str, int]:
    """Read all addresses of the tables in `views`; `known` is what review has settled, beside it stand official doors. Gives rows per table."""
    sources = sources or address_sources()
    official = sources.official.table if sources.official.complete and sources.official.table in views else None
    doors = known_addresses(engine, official, {official: views[official]} if official else {}, known)
    with engine.session(views) as session:
        session.execute(f"create temp table given_addresses as {_given_sql([each for each in sources.columns if each.table in views])}")
        session.execute("create temp table given_texts as select distinct address from given_addresses")
        lay_addresses(session, "given_texts", "address", known=doors)
        session.execute(_FOUND)
        session.write(READINGS, _READINGS, facts)
        session.write(LIBRARY, _LIBRARY.format(official=sources.official.table), facts)
        session.write(DOUBTS, _DOUBTS, facts)
    return {table: lake.rows(table) for table in (READINGS, LIBRARY, DOUBTS)}


def _given_sql(columns: Sequence[ReadColumn]) -> str:
    return " union all ".join([_NOTHING, *(
        f"select '{each.table}', '{each.column}', cast({each.key} as varchar), {each.column}, _received_at, {str(each.homes).lower()} "
        f"from {each.table} where {each.column} is not null and {each.key} is not null" for each in columns
    )])


def known_addresses(engine: Engine, table: str | None, views: Mapping[str, View], known: Sequence[KnownName]) -> pa.Table:
    """What review settled, and every door (road and number) of the official `table` with its city; as the parser takes it."""
    settled = known_table(list(known))
    if table is None:
        return settled
    return pa.concat_tables([settled, engine.query(_DOORS.format(table=table), views).cast(settled.schema)])
