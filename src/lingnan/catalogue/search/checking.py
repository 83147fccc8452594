"""Compares the index with the words, the words with the records, and the columns of a process with fresh ones."""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from lingnan.base import Damaged
from lingnan.catalogue.records import LISTED, Department, ItemTerm, Resource, ResourceWords
from lingnan.catalogue.search.columns import SLOTS, Columns
from lingnan.catalogue.search.index import RESOURCES, TERMS
from lingnan.catalogue.search.indexing import Named, resource_words, term_of, term_row, with_items
from lingnan.catalogue.search.shelf import fresh_columns, grown_columns
from lingnan.catalogue.shapes import CatalogueCheck

_AT_ONCE = 400


def inspect(session: Session, columns: Columns, index_sound: bool) -> CatalogueCheck:
    """What differs; nothing is changed."""
    fresh = fresh_columns(session)
    kept, grown = columns_differing(columns, fresh), columns_differing(grown_columns(session), fresh)
    wrong_terms = _wrong_terms(session)
    differing = {key for keys in _differing(session, wrong_terms) for key in keys}
    return CatalogueCheck(
        resources=len(fresh), items=fresh.items.num_rows, terms=fresh.terms.num_rows, differing=tuple(sorted(differing)),
        unused_terms=_unused(fresh), columns_differing=tuple(sorted({*kept, *grown})), index_sound=index_sound,
    )


def refuse_broken(checked: CatalogueCheck) -> None:
    """Damaged for an index that is not over the words it says."""
    if not checked.index_sound:
        raise Damaged(
            "目录全文索引与文字表不一致。请重建索引：lingnan catalogue check --mend。",
            "The full text index of the catalogue differs from its words. Rebuild it: lingnan catalogue check --mend.",
        )


def columns_differing(one: Columns, other: Columns) -> list[str]:
    """Keys of resources that two sets of columns have otherwise, or only one of them has; how they came about makes no difference."""
    first, second = _told(one), _told(other)
    differing = {key for key in first.keys() | second.keys() if first.get(key) != second.get(key)}
    if one.departments != other.departments:
        differing |= first.keys() | second.keys()
    return sorted(differing)


def _told(columns: Columns) -> dict[str, int]:
    """What the columns say of each resource, as a hash: two whole sets side by side would be much."""
    told: dict[str, int] = {}
    begins = columns.begins.to_pylist()
    terms, classes = (columns.item_column(name) for name in ("term", "class"))
    for rows in _living(columns):
        for row in rows:
            first, count = begins[row["slot"]], begins[row["slot"] + 1] - begins[row["slot"]]
            items = tuple(terms.slice(first, count).to_pylist()), tuple(classes.slice(first, count).to_pylist())
            told[row["key"]] = hash((*(row[name] for name in SLOTS.names), *items))
    return told


def _living(columns: Columns) -> Iterator[list[dict[str, Any]]]:
    slots = columns.slots.append_column("slot", pa.array(range(columns.slots.num_rows), pa.int32())).filter(columns.alive)
    for batch in slots.to_batches(max_chunksize=5_000):
        yield batch.to_pylist()


def _differing(session: Session, wrong_terms: set[int]) -> Iterator[list[str]]:
    """Keys of resources whose words are not what the records say, piece by piece."""
    last = ""
    while chunk := session.scalars(select(Resource).where(Resource.id > last).order_by(Resource.id).limit(_AT_ONCE)).all():
        last = chunk[-1].id
        departments = {record.id: record for record in session.scalars(select(Department))}
        kept = {row.resource_id: row for row in session.scalars(select(ResourceWords).where(ResourceWords.resource_id.in_([r.id for r in chunk])))}
        yield [
            record.key for record, items in with_items(session, chunk)
            if _wrong(session, record, departments[record.department_id], items, kept.get(record.id), wrong_terms)
        ]
        session.expunge_all()


def _wrong(
    session: Session, record: Resource, department: Department, items: Sequence[Named], kept: ResourceWords | None, wrong_terms: set[int]
) -> bool:
    if record.deleted_at is not None or record.status not in LISTED:
        return kept is not None
    if kept is None or len(kept.terms) != 4 * len(items) or wrong_terms & set(memoryview(kept.terms).cast("i")):
        return True
    numbers = list(memoryview(kept.terms).cast("i"))
    names = _names(session, numbers)
    if [names.get(number) for number in numbers] != [term_of(item) for item in items]:
        return True
    wanted = resource_words(record, department, items, dict(zip(map(term_of, items), numbers, strict=True)))
    return any(getattr(kept, name) != value for name, value in wanted.items())


def _names(session: Session, numbers: list[int]) -> dict[int, tuple[str, ...]]:
    """The terms of these numbers; a session remembers them, for items repeat."""
    known: dict[int, tuple[str, ...]] = session.info.setdefault("terms by number", {})
    if unknown := [number for number in set(numbers) if number not in known]:
        fields = (ItemTerm.number, ItemTerm.zh, ItemTerm.en, ItemTerm.item_name, ItemTerm.element, ItemTerm.code_list)
        for number, *texts in session.execute(select(*fields).where(ItemTerm.number.in_(unknown))):
            known[number] = tuple(texts)
    return known


def _wrong_terms(session: Session) -> set[int]:
    """Numbers of terms whose words are not what their texts say."""
    wrong: set[int] = set()
    last = 0
    while chunk := session.scalars(select(ItemTerm).where(ItemTerm.number > last).order_by(ItemTerm.number).limit(_AT_ONCE)).all():
        last = chunk[-1].number
        for row in chunk:
            wanted = term_row((row.zh, row.en, row.item_name, row.element, row.code_list))
            if any(getattr(row, name) != value for name, value in wanted.items()):
                wrong.add(row.number)
        session.expunge_all()
    return wrong


def _unused(columns: Columns) -> int:
    """Terms that no item bears any longer; they are found by nobody and do no harm."""
    return len(columns.terms) - sum(1 for often in columns.borne.to_pylist() if often) if columns.terms.num_rows else 0


def index_is_sound(session: Session) -> bool:
    """Whether FTS5 finds its index to be over the words tables as they are; it asks for a writing session although it writes nothing."""
    if session.get_bind().dialect.name != "sqlite":
        return True
    try:
        for index in (RESOURCES, TERMS):
            # rank 1 asks FTS5 to compare the index with the words table, not only with itself.
            session.execute(text(f"insert into {index.name} ({index.name}, rank) values ('integrity-check', 1)"))
    except DatabaseError:
        return False
    return True
