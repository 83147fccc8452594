"""Writes the words of resources and the terms of items; the database's own triggers carry them into the full text index."""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final, TypeVar

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from lingnan.base import content_digest
from lingnan.catalogue.records import Department, Item, ItemTerm, Resource, ResourceWords, listed
from lingnan.catalogue.search.words import normal, pinyin_tokens, tokens
from lingnan.catalogue.shapes import ItemForm

CLASSES: Final = ("public", "internal", "personal", "sensitive")
"""The classifications of items; an item's byte in `classes` is its place here."""
_CHUNK, _REMEMBERED = 500, 200_000
_TERM_FIELDS = ("zh", "en", "item_name", "element", "code_list")
Value = TypeVar("Value")


Named = Item | ItemForm | Row[*tuple[Any, ...]]
"""What makes an item's term and class: its record, its form, or a row of these columns."""
Term = tuple[str, str, str, str, str]
Entry = tuple[Resource, Department, Sequence[Named]]


def remove(session: Session, resource_ids: Sequence[str]) -> None:
    """Take these resources out of the index; their rows must get a new sequence in this transaction."""
    for chunk in chunks(resource_ids):
        session.execute(delete(ResourceWords).where(ResourceWords.resource_id.in_(chunk)))


def put(session: Session, entries: Iterable[Entry]) -> None:
    """Write resources with their department and live items, in the items' order, into the index.

    Their rows must get a new sequence in this transaction, as every change of theirs gives them.
    """
    listed = list(entries)
    numbers = _term_numbers(session, {term_of(item) for _resource, _department, items in listed for item in items})
    known = _known(session, [resource.id for resource, _department, _items in listed])
    rows = [resource_words(resource, department, items, numbers) for resource, department, items in listed]
    fresh = [row for row in rows if row["resource_id"] not in known]
    changed = [{"at": known[row["resource_id"]], **row} for row in rows if row["resource_id"] in known]
    if fresh:
        session.execute(insert(ResourceWords), fresh)
    if changed:
        # In place, so that a resource keeps its number: the columns in memory are looked up by it.
        table = ResourceWords.metadata.tables[ResourceWords.__tablename__]
        values: dict[str, Any] = {name: bindparam(name) for name in changed[0] if name not in ("at", "resource_id")}
        session.connection().execute(update(table).where(table.c.number == bindparam("at")).values(values), changed)


def put_department(session: Session, department: Department, done: Set[str] = frozenset()) -> None:
    """Write the words of all that stands under a department, whose name has changed; `done` has been written."""
    held = select(Resource).where(Resource.department_id == department.id, listed())
    for chunk in chunks([record for record in session.scalars(held) if record.id not in done]):
        put(session, [(record, department, items) for record, items in with_items(session, chunk)])
        for record in chunk:
            # What was found by the old name is remembered no longer once the sequence has moved.
            flag_modified(record, "changed_at")


def with_items(session: Session, resources: Sequence[Resource]) -> list[tuple[Resource, list[Row[*tuple[Any, ...]]]]]:
    """Resources with what makes the terms of their live items, in order; as many as one statement takes."""
    items: dict[str, list[Row[*tuple[Any, ...]]]] = {record.id: [] for record in resources}
    fields = (Item.resource_id, Item.zh, Item.en, Item.name, Item.element, Item.code_list, Item.classification)
    for item in session.execute(select(*fields).where(Item.resource_id.in_(items), Item.deleted_at.is_(None)).order_by(Item.position)):
        items[item.resource_id].append(item)
    return [(record, items[record.id]) for record in resources]


def resource_words(resource: Resource, department: Department, items: Sequence[Named], numbers: Mapping[Term, int]) -> dict[str, Any]:
    """The row a resource is found by."""
    initials, spelled, pinyin = pinyin_tokens(resource.zh)
    codes = (resource.key, resource.code, resource.table_name, resource.theme, resource.format)
    name = tokens(resource.zh, resource.en)
    other = tokens(*codes, department.zh, department.en, resource.abstract_zh, resource.abstract_en)
    return {
        "resource_id": resource.id, "title_zh": normal(resource.zh), "title_en": normal(resource.en), "initials": initials,
        "spelled": spelled, "pinyin": pinyin, "name": name, "other": other, "length": sum(len(text.split()) for text in (name, other, pinyin)),
        "terms": struct.pack(f"<{len(items)}i", *(numbers[term_of(item)] for item in items)),
        "classes": bytes(CLASSES.index(item.classification) for item in items),
    }


def term_of(item: Named) -> Term:
    """What two items share that are called the same."""
    return item.zh, item.en, item.name, item.element, item.code_list


def term_row(term: Term) -> dict[str, str]:
    """The row a term is found by."""
    zh, en, name, element, code_list = term
    initials, spelled, pinyin = pinyin_tokens(zh)
    return {
        **dict(zip(_TERM_FIELDS, term, strict=True)), "digest": content_digest(*term), "title_zh": normal(zh), "title_en": normal(en or name),
        "initials": initials, "spelled": spelled, "name": tokens(zh, en, name), "other": tokens(element, code_list), "pinyin": pinyin,
    }


def chunks(values: Sequence[Value], size: int = _CHUNK) -> Iterator[Sequence[Value]]:
    """Pieces small enough for one statement's bound values."""
    return (values[at : at + size] for at in range(0, len(values), size))


def _known(session: Session, resource_ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in chunks(resource_ids):
        rows = session.execute(select(ResourceWords.resource_id, ResourceWords.number).where(ResourceWords.resource_id.in_(chunk)))
        found.update((resource_id, number) for resource_id, number in rows)
    return found


def _term_numbers(session: Session, wanted: set[Term]) -> dict[Term, int]:
    """The numbers of terms, new ones written first. A session remembers them, except under a savepoint that may take them back."""
    remembered: dict[Term, int] = session.info.setdefault("item terms", {})
    missing = sorted(wanted - remembered.keys())
    found = {content_digest(*term): term for term in missing}
    numbers = _terms_kept(session, found)
    fresh = [term_row(term) for digest, term in found.items() if term not in numbers]
    if fresh:
        session.execute(insert(ItemTerm), fresh)
        numbers.update(_terms_kept(session, {row["digest"]: found[row["digest"]] for row in fresh}))
    result = {term: remembered[term] for term in wanted if term in remembered} | numbers
    if not session.in_nested_transaction():
        if len(remembered) > _REMEMBERED:
            remembered.clear()
        remembered.update(numbers)
    return result


def _terms_kept(session: Session, digests: Mapping[str, Term]) -> dict[Term, int]:
    kept: dict[Term, int] = {}
    for chunk in chunks(list(digests)):
        rows = session.execute(select(ItemTerm.digest, ItemTerm.number).where(ItemTerm.digest.in_(chunk)))
        kept.update((digests[digest], number) for digest, number in rows)
    return kept
