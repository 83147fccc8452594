"""Keeps one set of columns a process and brings it to what the database says before each search."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from lingnan.catalogue.records import Department, ItemTerm, Resource, ResourceWords, listed
from lingnan.catalogue.search.columns import ITEMS, SLOTS, TERMS, Columns, Label, Postings, advanced, postings
from lingnan.catalogue.search.indexing import chunks
from lingnan.catalogue.search.mending import write_anew
from lingnan.storage import NodeSequence, Storage

_AT_ONCE = 5_000
_LAST = select(NodeSequence.node, NodeSequence.last)
_SOURCES: Mapping[str, Any] = {
    "number": ResourceWords.number, "length": ResourceWords.length, "key": Resource.key, "code": Resource.code, "table": Resource.table_name,
    "zh": Resource.zh, "en": Resource.en,
    "title_zh": ResourceWords.title_zh, "title_en": ResourceWords.title_en, "initials": ResourceWords.initials,
    "spelled": ResourceWords.spelled, "department": Department.key, "theme": Resource.theme, "division": Resource.division,
    "level": Resource.level, "format": Resource.format, "share_type": Resource.share_type, "open_type": Resource.open_type,
    "update_cycle": Resource.update_cycle, "origin": Resource.origin, "stars": Resource.stars,
}
_FIELDS = tuple(SLOTS.names)


class Shelf:
    """The columns of one process; every thread searches those that fit its own view of the database."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self._lock = storage, Lock()
        self._kept: Columns | None = None

    @contextmanager
    def reading(self) -> Iterator[tuple[Session, Columns]]:
        """A session and the columns as they are in its snapshot."""
        with self._lock:
            # Under the lock, so that snapshots are taken in the order in which columns advance and none meets columns from its future.
            if self._kept is None:
                self._write_words_that_lack()
            view = self._storage.reading()
            session = view.__enter__()
            try:
                columns = self._kept = bring_up(session, self._kept)
            except BaseException:
                view.__exit__(None, None, None)
                raise
        try:
            yield session, columns
        finally:
            view.__exit__(None, None, None)

    def _write_words_that_lack(self) -> None:
        """After a migration that made the words anew there are none, and records to write them from."""
        with self._storage.reading() as session:
            lacking = bare(session)
        if lacking:
            with self._storage.session() as session:
                write_anew(session)


def bring_up(session: Session, kept: Columns | None) -> Columns:
    """Columns at this session's snapshot, out of older ones or anew.

    A writer takes its sequence numbers under a lock on its node's counter that it holds until it has committed, on PostgreSQL too, so
    within a node a lower number never becomes visible after a higher one; and the counter is read in the same snapshot as the rows.
    """
    if kept is None:
        return fresh_columns(session)
    seen = dict(session.execute(_LAST).all())
    if seen == kept.seen:
        return kept
    later = or_(false(), *(and_(Resource.node == node, Resource.sequence > kept.seen.get(node, -1)) for node in seen))
    changed, items, gone = _read(session, _resources().where(later))
    unknown = pc.unique(items["term"])
    unknown = unknown.filter(pc.invert(pc.is_in(unknown, value_set=kept.terms["number"])))
    terms = _terms(session, unknown.to_pylist())
    return advanced(kept, changed, items, gone, terms, seen, _departments(session))


def grown_columns(session: Session) -> Columns:
    """Columns read as they were after half of all changes, as far as rows still show, and brought up from there."""
    seen = {node: last // 2 for node, last in session.execute(_LAST)}
    return bring_up(session, fresh_columns(session, seen))


def fresh_columns(session: Session, seen: Mapping[int, int] | None = None) -> Columns:
    """Columns read anew; of what `seen` says when it is given."""
    wanted = _resources().where(ResourceWords.number.is_not(None)).order_by(ResourceWords.number)
    if seen is None:
        seen = dict(session.execute(_LAST).all())
    else:
        wanted = wanted.where(or_(false(), *(and_(Resource.node == node, Resource.sequence <= last) for node, last in seen.items())))
    slots, items, _gone = _read(session, wanted)
    terms = _terms(session)
    alive = pa.array([True] * slots.num_rows, pa.bool_())
    return Columns(seen, _departments(session), slots, alive, items, terms, postings(items) if items.num_rows else _no_postings())


def _resources() -> Any:
    fields: list[Any] = [_SOURCES[name].label(f"c_{name}") for name in _FIELDS]
    joined = select(*fields, ResourceWords.terms, ResourceWords.classes).select_from(Resource)
    return joined.join(Department, Department.id == Resource.department_id).outerjoin(ResourceWords, ResourceWords.resource_id == Resource.id)


def _read(session: Session, wanted: Any) -> tuple[pa.Table, pa.Table, pa.StringArray]:
    """Slots and items of the resources that stand in the index, and the keys of those that do not."""
    slots, items = [SLOTS.empty_table()], [ITEMS.empty_table()]
    gone: list[str] = []
    count = 0
    for rows in session.execute(wanted.execution_options(yield_per=_AT_ONCE)).partitions():
        held = [row for row in rows if row[0] is not None]
        gone += [row[1] for row in rows if row[0] is None]
        slots.append(_slots(held))
        items.append(_items(held, count))
        count += len(held)
    return _joined(slots), _joined(items), pa.array(gone, pa.string())


def _slots(rows: Sequence[Any]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_FIELDS)
    arrays = [pa.array([str(value) for value in columns[at]] if name == "stars" else columns[at]) for at, name in enumerate(_FIELDS)]
    return pa.table({name: array.cast(SLOTS.field(name).type) for name, array in zip(_FIELDS, arrays, strict=True)}, schema=SLOTS)


def _items(rows: Sequence[Any], before: int) -> pa.Table:
    terms, classes = b"".join(row[-2] for row in rows), b"".join(row[-1] for row in rows)
    slots = pa.array((slot for slot, row in enumerate(rows, start=before) for _ in range(len(row[-1]))), pa.int32())
    numbers = pa.Array.from_buffers(pa.int32(), len(classes), [None, pa.py_buffer(terms)])
    kinds = pa.Array.from_buffers(pa.int8(), len(classes), [None, pa.py_buffer(classes)])
    return pa.table({"slot": slots, "term": numbers, "class": kinds}, schema=ITEMS)


def _terms(session: Session, numbers: Sequence[int] | None = None) -> pa.Table:
    held = select(*(getattr(ItemTerm, name) for name in TERMS.names)).order_by(ItemTerm.number).execution_options(yield_per=_AT_ONCE)
    asked = [held] if numbers is None else [held.where(ItemTerm.number.in_(chunk)) for chunk in chunks(numbers)]
    tables = [TERMS.empty_table()]
    for statement in asked:
        for rows in session.execute(statement).partitions():
            arrays = [pa.array(values, TERMS.field(at).type) for at, values in enumerate(zip(*rows, strict=True))]
            tables.append(pa.Table.from_arrays(arrays, schema=TERMS))
    return _joined(tables)


def _departments(session: Session) -> dict[str, Label]:
    rows = session.execute(select(Department.key, Department.zh, Department.en, Department.level, Department.number))
    return {key: Label(zh, en, level, number) for key, zh, en, level, number in rows}


def _joined(tables: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


def _no_postings() -> Postings:
    return Postings(0, pa.array([0], pa.int64()), pa.array([], pa.int32()))


def bare(session: Session) -> bool:
    """Whether there are resources and no words at all, as after a migration of the index."""
    return session.scalar(select(ResourceWords.number).limit(1)) is None and bool(session.scalar(select(Resource.id).where(listed()).limit(1)))
