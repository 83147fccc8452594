"""Where sources that ought to agree do not: one row for every word of today that differs from the value that survived."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lingnan.lake import Engine, View
from lingnan.registers.definitions import register_definition
from lingnan.registers.shapes import RegisterDefinition

CONFLICTS = {
    "entry_id": "VARCHAR", "division": "VARCHAR", "attribute": "VARCHAR", "source_table": "VARCHAR", "source": "VARCHAR", "source_key": "VARCHAR",
    "value": "VARCHAR", "survivor": "VARCHAR", "rule": "VARCHAR", "known_from": "TIMESTAMPTZ",
}
"""The columns of a table of conflicts."""


@dataclass(frozen=True)
class Contradicted:
    """How many words of one source table say something else about one attribute than what survived, of how many it was compared by."""

    table: str
    attribute: str
    rows: int
    compared: int


def compared(definition: RegisterDefinition) -> dict[str, tuple[str, ...]]:
    """The attributes about which sources ought to agree, with those sources."""
    return {name: attribute.compare for name, attribute in definition.attributes.items() if attribute.compare}


def conflicting(definition: RegisterDefinition, words: str, survivors: str) -> str:
    """SQL: the rows of conflict out of today's words and today's entries; as many entries and attributes as the entries count conflicts.

    Sources are held against the value that survived, whoever gave it; where those that are compared agree among themselves there is none.
    Of a periodic source only the latest row counts: that an earlier year's report has the name of its year contradicts nobody.
    """
    kinds = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in CONFLICTS.items())
    parts = [f"select {kinds} where false", *(_of_attribute(definition, name, words, survivors) for name in compared(definition))]
    return "\nunion all\n".join(parts)


def _of_attribute(definition: RegisterDefinition, name: str, words: str, survivors: str) -> str:
    attribute = definition.attributes[name]
    periodic = _listed(source.id for source in definition.sources if source.periodic)
    said = f"""(
  select *, row_number() over (
    partition by entry_id, source order by coalesce(valid_from, date '0001-01-01') desc, word, source_key, known_from) as place
  from {words} where known_to is null and valid_to is null and {name} is not null and source in ({_listed(attribute.compare)})
    and entry_id in (select entry_id from {survivors} where conflicts > 0)
)"""
    division = "s.division" if "division" in definition.attributes else "cast(null as varchar)"
    return f"""select w.entry_id, {division}, '{name}', w.source_table, w.source, w.source_key, cast(w.{name} as varchar), cast(s.{name} as varchar),
  '{attribute.rule}', w.known_from
from (
  select *, min({name}) over (partition by entry_id) as least, max({name}) over (partition by entry_id) as most
  from {said} as latest where place = 1 or source not in ({periodic})
) as w join {survivors} as s on s.entry_id = w.entry_id
where w.least <> w.most and w.{name} <> s.{name}"""


def _listed(sources: Iterable[str]) -> str:
    return ", ".join(f"'{source}'" for source in sources) or "''"


def contradicted(definition: RegisterDefinition, engine: Engine, views: Mapping[str, View]) -> tuple[Contradicted, ...]:
    """What each source table is contradicted in, the most first, out of the views of the register's conflicts and words."""
    heard = "\nunion all\n".join(
        f"select source_table, '{name}' as attribute, source_key from {definition.observations} where known_to is null and valid_to is null "
        f"and {name} is not null and source in ({_listed(sources)})"
        for name, sources in compared(definition).items()
    )
    if not heard:
        return ()
    sql = f"""with found as (
  select source_table, attribute, count(distinct source_key) as n from {definition.conflicts} group by source_table, attribute
),
heard as (select source_table, attribute, count(distinct source_key) as n from ({heard}) as words group by source_table, attribute)
select found.source_table, found.attribute, found.n as rows, heard.n as compared
from found join heard on heard.source_table = found.source_table and heard.attribute = found.attribute order by rows desc, 1, 2"""
    rows = engine.query(sql, views).to_pylist()
    return tuple(Contradicted(row["source_table"], row["attribute"], row["rows"], row["compared"]) for row in rows)


def find_conflicts(
    register: str, engine: Engine, views: Mapping[str, View], *, table: str = "", attribute: str = "", limit: int = 20, offset: int = 0
) -> tuple[int, list[dict[str, Any]]]:
    """How many rows of conflict a source table has about an attribute (all without one), and a page of them."""
    definition = register_definition(register)
    source = f"from {definition.conflicts} where ($table = '' or source_table = $table) and ($attribute = '' or attribute = $attribute)"
    params = {"table": table, "attribute": attribute}
    with engine.session(views) as session:
        total = session.query(f"select count(*) as n {source}", params).to_pylist()[0]["n"]
        order = "order by source_table, attribute, source_key, source, entry_id"
        rows = session.query(f"select * {source} {order} limit {int(limit)} offset {int(offset)}", params).to_pylist()
    return int(total), rows
