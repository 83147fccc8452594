"""The SQL of a register: how governed rows become its sources' words, which rows join nothing, which value survives."""

from collections.abc import Iterable

from lingnan.registers.shapes import Attribute, RegisterDefinition, Source
from lingnan.registers.words import Speaker, Words
from lingnan.standards import IDENTIFIERS, Identifier


def words_of(definition: RegisterDefinition, tables: Iterable[str]) -> Words:
    """The words of a register by those of its sources whose table is among `tables`."""
    there = set(tables)
    columns = {"identifier": "VARCHAR", "joined_by": "VARCHAR"} | {name: attribute.type for name, attribute in definition.attributes.items()}
    speakers = tuple(
        Speaker(
            source.id, source.table, _rows(definition, source), ("identifier", *source.columns),
            source.identifier if source.identifier.isidentifier() else definition.identifier, source.changes == "follow", ("joined_by",),
            _identifier(definition).refusal_sql("identifier"),
        )
        for source in definition.sources if source.table in there
    )
    return Words(columns, speakers, frozenset(source.id for source in definition.sources), {"joined_by": "'identifier'"})


def _rows(definition: RegisterDefinition, source: Source) -> str:
    """The check is a column of its own, for the engine repeats what stands in a condition."""
    entry = f"'{definition.prefix}' || substr(md5('{definition.register_}:' || identifier), 1, 20) as entry_id"
    columns = ", ".join(("cast('identifier' as varchar) as joined_by", *source.columns))
    checked = f"select *, {_identifier(definition).sql('identifier')} as is_right from ({_delivered(definition, source)}) as delivered"
    if not source.merge:
        return f"select {entry}, identifier, source_key, valid_from, known_from, is_right, {columns} from ({checked}) as checked"
    return f"""select {entry}, identifier, source_key, min(valid_from) as valid_from, min(known_from) as known_from, is_right, {columns}
from ({checked}) as checked group by identifier, source_key, is_right, {', '.join(source.columns)}"""


def _delivered(definition: RegisterDefinition, source: Source) -> str:
    values = ", ".join(f"cast({expression} as {definition.attributes[name].type}) as {name}" for name, expression in source.columns.items())
    return f"""select {_identifier(definition).normal_sql(source.identifier)} as identifier, cast({source.key} as varchar) as source_key,
  cast({source.valid_from} as date) as valid_from, _received_at as known_from, {values}
from {source.table} where ({source.where})"""


def _identifier(definition: RegisterDefinition) -> Identifier:
    return IDENTIFIERS[definition.identifier_kind]


def surviving(definition: RegisterDefinition, words: str) -> str:
    """SQL: one row per entry out of a relation of words: for every attribute the value that survives by its rule."""
    values = [f"min_by({name}, {_rank(attribute)}) filter (where {name} is not null) as {name}" for name, attribute in definition.attributes.items()]
    conflicts = " + ".join(_conflict(name, attribute) for name, attribute in definition.attributes.items() if attribute.compare) or "0"
    return f"""select entry_id, identifier as {definition.identifier}, {', '.join(definition.attributes)}, md5({definition.label}) as name_key,
  conflicts, sources, known_from
from (
  select entry_id, identifier, {', '.join(values)}, cast({conflicts} as integer) as conflicts,
    cast(count(distinct source_table) as integer) as sources, max(known_from) as known_from
  from (select *, {_AGE} as age, word % 10000000000 as tie from {words}) as aged
  group by entry_id, identifier
) as survivors"""


# Days before 2200, so that the latest fact has the smallest number; what is true since nobody knows when is the oldest.
_AGE = "case when valid_from is null then 999999 else greatest(0, least(999998, date_diff('day', valid_from, date '2200-01-01'))) end"


def _rank(attribute: Attribute) -> str:
    """The smallest survives. 18 digits, so that no BIGINT (19) overflows: 2 of the source's place, 6 of age in days, 10 of the word's digest.

    The digest ends ties alike on every engine and in every build.
    """
    cases = " ".join(f"when '{source}' then {place}" for place, source in enumerate(attribute.order))
    place = f"case source {cases} else {len(attribute.order)} end"
    if attribute.rule == "priority":
        return f"({place}) * 10000000000000000 + age * 10000000000 + tie"
    return f"age * 1000000000000 + ({place}) * 10000000000 + tie"


def _conflict(name: str, attribute: Attribute) -> str:
    among = "filter (where source in (" + ", ".join(f"'{source}'" for source in attribute.compare) + "))"
    return f"case when min({name}) {among} <> max({name}) {among} then 1 else 0 end"
