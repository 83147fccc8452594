"""What speaks for and against a pair by the weights of the register's own linking, column by column."""

from typing import Any

import pyarrow as pa

from lingnan.govern import GROUND, LEFT, RIGHT, Explanation, weigh_steps
from lingnan.lake import EngineSession
from lingnan.registers.decisions.sides import Side
from lingnan.registers.shapes import RegisterDefinition

GROUND_ENTRIES = 4_000
"""Entries that tell how often strangers agree: the least that a build takes, so that a page need not wait; of a large register it takes more, and
its weight may differ by a fraction of a bit."""


def weigh_sides(session: EngineSession, definition: RegisterDefinition, left: Side, right: Side) -> Explanation | None:
    """The waterfall of a pair whose register lies whole in the session; None when one side is gone.

    Every name that a side goes by is tried; the weightiest pair of them is told, as the build does.
    """
    if not left.rows or not right.rows:
        return None
    compare = definition.linking.compare
    first, second = _records(definition, left, LEFT), _records(definition, right, RIGHT)
    schema = pa.schema([("side", pa.int32()), ("id", pa.string()), *((name, pa.string()) for name in compare)])
    session.add_arrow("two_sides", pa.Table.from_pylist([*first, *second], schema))
    met = [{"left_id": one["id"], "right_id": other["id"]} for one in first for other in second]
    session.add_arrow("met_here", pa.Table.from_pylist(met, pa.schema([("left_id", pa.string()), ("right_id", pa.string())])))
    session.execute(f"create or replace temp table sides_given as select * from two_sides union all {_ground(definition)}")
    counted = session.query(f"select count(*) as n from {definition.table} where {definition.identifier} is not null")
    population = int(counted.column(0)[0].as_py())
    told = weigh_steps(session, "sides_given", "met_here", compare, population)
    weight = sum(step.bits for step in told)
    threshold = definition.linking.threshold
    return Explanation(left.reference, right.reference, told, weight, threshold, "above" if weight >= threshold else "below") if told else None


def _records(definition: RegisterDefinition, side: Side, place: int) -> list[dict[str, Any]]:
    """One record for each name of a side, every value as text."""
    shared = {name: _text(side, name) for name in definition.linking.compare}
    names = [str(name) for name in side.said(definition.label)] or [shared.get(definition.label) or ""]
    return [{"side": place, "id": f"{place}#{name}", **shared, **_named(definition, name)} for name in names]


def _named(definition: RegisterDefinition, name: str) -> dict[str, str | None]:
    return {definition.label: name or None} if definition.label in definition.linking.compare else {}


def _text(side: Side, name: str) -> str | None:
    if name == "identifier":
        return next(iter(sorted(side.identifiers)), None)
    value = next(iter(side.said(name)), None)
    return None if value is None else str(value)


def _ground(definition: RegisterDefinition) -> str:
    """Entries that tell how often strangers agree, as in a build: those with an identifier, by what rows with identifiers say."""
    label = definition.label
    names = ", ".join(
        f"cast({'n.' + label if name == label else 'e.' + definition.identifier if name == 'identifier' else 'e.' + name} as varchar) as {name}"
        for name in definition.linking.compare
    )
    return (
        f"select * from (select {GROUND} as side, e.entry_id || '#' || coalesce(n.{label}, '') as id, {names} from {definition.table} as e "
        f"left join (select distinct entry_id, {label} from {definition.observations} where known_to is null and {label} is not null "
        f"and joined_by = 'identifier') as n using (entry_id) where e.{definition.identifier} is not null order by id limit {GROUND_ENTRIES})"
    )
