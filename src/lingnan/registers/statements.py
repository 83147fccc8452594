"""The SQL of the registers: what sources say, what is kept of it over time, which value survives."""

from collections.abc import Iterable, Sequence

from lingnan.registers.shapes import Attribute, RegisterDefinition, Source

UNKNOWN_SINCE = "date '1900-01-01'"
"""Stands for “true since nobody knows when”, earlier than any source's own date."""


def entry_id(definition: RegisterDefinition, identifier: str) -> str:
    """SQL for the stable id of the entry with this identifier; the same at every node and in every build."""
    return f"'{definition.prefix}' || substr(md5('{definition.register_}:' || {identifier}), 1, 20)"


def observed(definition: RegisterDefinition, sources: Sequence[Source]) -> str:
    """Every source's rows as observations: whose, from where, true since, known since, the values."""
    return "\nunion all by name\n".join(_observed(definition, source) for source in sources)


def _observed(definition: RegisterDefinition, source: Source) -> str:
    values = [
        f"cast({source.columns[name]} as {attribute.type}) as {name}" if name in source.columns else f"cast(null as {attribute.type}) as {name}"
        for name, attribute in definition.attributes.items()
    ]
    return f"""select distinct {entry_id(definition, source.identifier)} as entry_id, {source.identifier} as identifier,
  '{source.table}' as source_table, '{source.id}' as source, cast({source.key} as varchar) as source_key,
  cast({source.valid_from} as date) as valid_from, _received_at as known_from, cast(null as timestamptz) as known_to, {', '.join(values)}
from {source.table} where ({source.where}) and {source.identifier} is not null"""


def unlinked(definition: RegisterDefinition, sources: Sequence[Source]) -> str:
    """Rows without an identifier: they join no entry, and are kept to be linked later."""
    by_table = {(source.table, source.key, source.identifier): source for source in sources}
    return "\nunion all\n".join(
        f"select '{table}' as source_table, cast({key} as varchar) as source_key, '{identifier}' as missing, _received_at as known_from "
        f"from {table} where {identifier} is null and ({by_table[(table, key, identifier)].where})"
        for table, key, identifier in by_table
    )


def kept(fresh: str, prior: str | None, content: Iterable[str]) -> str:
    """What the hub now knows and has known: unchanged words stay, changed or vanished ones close, new ones open.

    A word is one row of `fresh`; it is the same word as before when every column of `content` is equal. A word that
    vanished is closed at the newest receipt of its source table. Running it twice changes nothing.
    """
    if prior is None:
        return fresh
    same = " and ".join(f"n.{column} is not distinct from p.{column}" for column in content)
    return f"""with fresh as ({fresh}),
receipts as (select source_table, max(known_from) as received from fresh group by source_table)
select p.* replace (case when p.known_to is null and n.source_key is null then coalesce(r.received, p.known_to) else p.known_to end as known_to)
from {prior} p left join fresh n on p.known_to is null and {same} left join receipts r on r.source_table = p.source_table
union all by name
select n.* from fresh n left join {prior} p on p.known_to is null and {same} where p.source_key is null"""


def content_columns(definition: RegisterDefinition) -> list[str]:
    """The columns that make two observations the same word."""
    return ["source", "source_key", "entry_id", "valid_from", *definition.attributes]


def surviving(definition: RegisterDefinition, observations: str) -> str:
    """One row per entry: for every attribute the value that survives by its rule."""
    values = [f"arg_min({name}, {_rank(attribute)}) filter (where {name} is not null) as {name}" for name, attribute in definition.attributes.items()]
    conflicts = " + ".join(_conflict(name, attribute) for name, attribute in definition.attributes.items() if attribute.compare) or "0"
    return f"""select entry_id, any_value(identifier) as {definition.identifier}, {', '.join(values)},
  md5(arg_min({definition.label}, {_rank(definition.attributes[definition.label])}) filter (where {definition.label} is not null)) as name_key,
  cast({conflicts} as integer) as conflicts, cast(count(distinct source_table) as integer) as sources, max(known_from) as known_from
from (select *, ({_age()}) * 100000000000 + cast('0x' || substr(md5(source_key), 1, 9) as bigint) as age from {observations})
group by entry_id"""


def _age() -> str:
    # Days before 2200, so that the latest fact has the smallest; five digits hold every date since 1926.
    return f"least(99999, date_diff('day', coalesce(valid_from, {UNKNOWN_SINCE}), date '2200-01-01'))"


def _rank(attribute: Attribute) -> str:
    place = "case source " + " ".join(f"when '{source}' then {place}" for place, source in enumerate(attribute.order)) + f" else {len(attribute.order)} end"
    if attribute.rule == "priority":
        return f"({place}) * 10000000000000000 + age"
    # The latest fact first, then the order of sources, then the source's key so that ties end alike everywhere.
    return f"(age // 100000000000) * 10000000000000 + ({place}) * 100000000000 + age % 100000000000"


def _conflict(name: str, attribute: Attribute) -> str:
    sources = ", ".join(f"'{source}'" for source in attribute.compare)
    among = f"filter (where source in ({sources}))"
    return f"case when min({name}) {among} <> max({name}) {among} then 1 else 0 end"
