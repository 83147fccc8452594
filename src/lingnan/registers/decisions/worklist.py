"""The work list of a register's desk: which pairs wait for whom, ordered by what a decision is worth."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import pyarrow as pa

from lingnan.lake import EngineSession
from lingnan.registers.decisions.shapes import PairDecision

Queue = Literal["open", "second", "disputed", "changed", "done"]
QUEUES: tuple[Queue, ...] = ("open", "second", "disputed", "changed", "done")
"""Never decided or given blind a second time; unsure, for another person; two disagree, for a third; a record changed since; nothing to do."""
Order = Literal["worth", "newest", "likely"]
ORDERS: Mapping[Order, str] = {
    "worth": "probability * (1 - probability) desc nulls last, item", "newest": "known_from desc nulls last, item",
    "likely": "probability desc nulls last, item",
}
_JUDGED = pa.schema([("left_ref", pa.string()), ("right_ref", pa.string()), ("state", pa.string()), ("mine", pa.bool_())])
_BROUGHT = pa.schema([
    ("left_ref", pa.string()), ("right_ref", pa.string()), ("weight", pa.float64()), ("probability", pa.float64()),
    ("known_from", pa.timestamp("us", tz="UTC")), ("import_id", pa.string()),
])


@dataclass(frozen=True)
class WorkQuery:
    """Which part of the list is looked at; `table` is a source table, `offset` where a page begins."""

    queue: Queue = "open"
    table: str = ""
    order: Order = "worth"
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True)
class WorkPair:
    """A pair on the list; `item` is its name in addresses, `held` whether another person is deciding about it just now."""

    item: str
    left: str
    right: str
    weight: float | None
    probability: float | None
    table: str
    known_from: datetime | None
    import_id: str
    queue: Queue
    held: bool


@dataclass(frozen=True)
class BroughtPair:
    """A pair that an own run of linking left open."""

    left: str
    right: str
    weight: float
    probability: float
    known_from: datetime
    import_id: str


def states(
    holding: Iterable[PairDecision], standing: Iterable[PairDecision], changed: Collection[str], person: str
) -> list[dict[str, Any]]:
    """What became of every decided pair, and whether this person had a hand in it: then a second or third look is for another.

    `changed` are the ids of decisions whose records are no longer what they were.
    """
    hands: dict[tuple[str, str], set[str]] = {}
    seconded: set[str] = set()
    for each in standing:
        hands.setdefault(each.pair, set()).add(each.decided_by)
        seconded.update([each.second_of] if each.origin == "double" else ())
    return [
        {"left_ref": each.left, "right_ref": each.right, "state": _state(each, seconded, changed), "mine": person in _concerned(each, hands)}
        for each in holding
    ]


def _state(holding: PairDecision, seconded: Collection[str], changed: Collection[str]) -> str:
    if holding.disputed:
        return "disputed"
    if holding.verdict == "unsure":
        return "second"
    if holding.id in changed:
        return "changed"
    return "twice" if holding.sampled and holding.id not in seconded else "done"


def _concerned(holding: PairDecision, hands: Mapping[tuple[str, str], set[str]]) -> set[str]:
    return hands.get(holding.pair, set()) if holding.disputed else {holding.decided_by}


def lay_work(
    session: EngineSession, links: str, brought: Iterable[BroughtPair], judged: Iterable[Mapping[str, Any]], held: Iterable[str]
) -> None:
    """Make the temporary table `work` out of the register's open links (an empty name: there are none), pairs brought in, and decisions.

    What was decided stays on the list even when the register offers it no more, so that it is found and taken back.
    """
    given = [vars(each) | {"left_ref": each.left, "right_ref": each.right} for each in brought]
    session.add_arrow("brought", pa.Table.from_pylist([{name: row[name] for name in _BROUGHT.names} for row in given], schema=_BROUGHT))
    session.add_arrow("judged", pa.Table.from_pylist([dict(row) for row in judged], schema=_JUDGED))
    session.add_arrow("held", pa.table({"item": pa.array(sorted(held), pa.string())}))
    session.execute(f"create temp table work as {_WORK.format(links=_LINKS.format(links=links) if links else '')}")


_LINKS = """select least(l.left_ref, l.right_ref) as left_ref, greatest(l.left_ref, l.right_ref) as right_ref, l.weight, l.probability,
  l.source_table, l.known_from, '' as import_id, 0 as place
from {links} as l left join judged as j on j.left_ref = least(l.left_ref, l.right_ref) and j.right_ref = greatest(l.left_ref, l.right_ref)
where l.status = 'review' or j.state is not null
union all """
_WORK = """with offered as (
  {links}select left_ref, right_ref, weight, probability, '', known_from, import_id, 1 from brought
  union all select left_ref, right_ref, cast(null as double), cast(null as double), '', cast(null as timestamptz), '', 2 from judged
), named as (select left_ref, right_ref, weight, probability, known_from, import_id,
    case when starts_with(right_ref, 'row:') then split_part(right_ref, ':', 2) else '' end as source_table,
    row_number() over (partition by left_ref, right_ref order by place, known_from) as place from offered as o(
    left_ref, right_ref, weight, probability, source_table, known_from, import_id, place)
)
select substr(sha256(n.left_ref || ' ' || n.right_ref), 1, 32) as item, n.left_ref, n.right_ref, weight, probability, source_table,
  known_from, import_id,
  case when j.state is null or (j.state = 'twice' and not j.mine) then 'open' when j.state = 'changed' then 'changed'
    when j.state in ('second', 'disputed') and not j.mine then j.state else 'done' end as queue,
  h.item is not null as held
from named as n left join judged as j on j.left_ref = n.left_ref and j.right_ref = n.right_ref
left join held as h on h.item = substr(sha256(n.left_ref || ' ' || n.right_ref), 1, 32)
where n.place = 1"""


def narrow_work(session: EngineSession, tables: Collection[str]) -> None:
    """Leave only the pairs of rows of these source tables on the list."""
    session.add_arrow("own_tables", pa.table({"source_table": pa.array(sorted(tables), pa.string())}))
    session.execute("create or replace temp table work as select * from work where source_table in (select source_table from own_tables)")


def counted(session: EngineSession) -> dict[Queue, int]:
    """How many pairs each queue has."""
    found = {row["queue"]: int(row["n"]) for row in session.query("select queue, count(*) as n from work group by queue").to_pylist()}
    return {queue: found.get(queue, 0) for queue in QUEUES}


def source_tables(session: EngineSession) -> dict[str, int]:
    """How many pairs wait of each source table."""
    sql = "select source_table, count(*) as n from work where queue <> 'done' and source_table <> '' group by source_table order by n desc, 1"
    return {row["source_table"]: int(row["n"]) for row in session.query(sql).to_pylist()}


def listed(session: EngineSession, asked: WorkQuery) -> tuple[int, tuple[WorkPair, ...]]:
    """A page of a queue, and how many pairs it has in all."""
    where, params = _condition(asked)
    total = session.query(f"select count(*) as n from work where {where}", params).column(0)[0].as_py()
    sql = f"select * from work where {where} order by {ORDERS[asked.order]} limit {int(asked.limit)} offset {int(asked.offset)}"
    return int(total), tuple(map(_pair, session.query(sql, params).to_pylist()))


def found_work(session: EngineSession, item: str) -> WorkPair | None:
    """One pair by its name."""
    rows = session.query("select * from work where item = $item", {"item": item}).to_pylist()
    return _pair(rows[0]) if rows else None


def beside(session: EngineSession, asked: WorkQuery, item: str, step: int = 1) -> WorkPair | None:
    """The pair that comes `step` places after (or before) an item in its queue, going round; pairs that others hold are passed over.

    Without an item it is the first. An item that left the queue keeps its place in the order.
    """
    where, params = _condition(asked)
    numbered = f"select *, row_number() over (order by {ORDERS[asked.order]}) as place from work where ({where} and not held) or item = $item"
    sql = f"""with numbered as ({numbered}), here as (select coalesce(max(place), 0) as place from numbered where item = $item)
select n.* from numbered as n, here where n.item <> $item
order by n.place {'<=' if step > 0 else '>='} here.place, n.place {'' if step > 0 else 'desc'} limit 1"""
    rows = session.query(sql, {**params, "item": item}).to_pylist()
    return _pair(rows[0]) if rows else None


def _condition(asked: WorkQuery) -> tuple[str, dict[str, Any]]:
    params: dict[str, Any] = {"queue": asked.queue}
    if not asked.table:
        return "queue = $queue", params
    return "queue = $queue and source_table = $table", {**params, "table": asked.table}


def _pair(row: Mapping[str, Any]) -> WorkPair:
    return WorkPair(
        row["item"], row["left_ref"], row["right_ref"], row["weight"], row["probability"], row["source_table"], row["known_from"], row["import_id"],
        row["queue"], bool(row["held"]),
    )
