"""Mapping columns to elements: suggestions for what has none, and many of them accepted at once; what a steward decides goes the usual way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import BadInput
from lingnan.catalogue import cards
from lingnan.catalogue.inventory import cards as inventory_cards
from lingnan.catalogue.inventory.records import TableColumn
from lingnan.catalogue.inventory.service import Inventory
from lingnan.catalogue.inventory.suggestion import CLASSES
from lingnan.catalogue.records import Item
from lingnan.catalogue.registry import elements
from lingnan.catalogue.registry.shapes import MappingSuggestion
from lingnan.catalogue.resources.forms import working_form
from lingnan.standards import DataElement, data_elements, reason, suggest_elements
from lingnan.storage import Storage
from lingnan.trust import Subject

LEAST_GUARDED = CLASSES[0]
EXACT = 0.99
"""The score of an element registered here whose very name a column bears."""


class Mappings:
    """Suggests elements for columns that have none, and writes what a steward accepts; `amend` drafts a resource's change for a person."""

    def __init__(self, storage: Storage, inventory: Callable[[], Inventory], amend: Callable[[str, Mapping[str, Any], Subject], object]) -> None:
        self._storage, self._inventory, self._amend = storage, inventory, amend

    def suggest_for(self, resource: str) -> list[MappingSuggestion]:
        """The items of a resource without element, each with what it may be, best first; items that are like nothing are left out."""
        with self._storage.reading() as session:
            record = cards.find_resource(session, resource)
            wanted = select(Item.name, Item.zh, Item.definition).where(
                Item.resource_id == record.id, Item.deleted_at.is_(None), Item.element == ""
            )
            rows, own = session.execute(wanted.order_by(Item.position)).all(), _own(session)
        return [found for name, zh, definition in rows for found in _suggestions(name, zh or definition, {}, own)]

    def suggest_for_table(self, table: str) -> list[MappingSuggestion]:
        """The undecided columns of a discovered table, judged by their sampled values too."""
        with self._storage.reading() as session:
            inventory_cards.find_table(session, table)
            wanted = select(TableColumn.name, TableColumn.comment, TableColumn.profile).where(
                TableColumn.table_id == table, TableColumn.deleted_at.is_(None), TableColumn.element == "", TableColumn.decided_at.is_(None)
            )
            rows, own = session.execute(wanted.order_by(TableColumn.position)).all(), _own(session)
        return [found for name, comment, profile in rows for found in _suggestions(name, comment, (profile or {}).get("shares") or {}, own)]

    def accept(self, resource: str, chosen: Mapping[str, str], by: Subject) -> None:
        """Give items of a resource their elements (name → element), as one change of its draft; it is in force once its case agrees.

        BadInput for an item that there is not, Missing for an element that is not registered, Refused for another department's resource.
        """
        with self._storage.reading() as session:
            known = {element: elements.current(session, element) for element in set(chosen.values())}
            form = working_form(session, cards.find_resource(session, resource, drafts=True))
        named = {item.name for item in form.items}
        if strange := sorted(set(chosen) - named):
            raise BadInput(
                f"资源没有信息项：{'、'.join(strange)}。现有：{'、'.join(sorted(named))}。",
                f"The resource has no item {', '.join(strange)}; it has {', '.join(sorted(named))}.", items=strange,
            )
        items = []
        for item in form.items:
            element = known.get(chosen.get(item.name, ""))
            mapped = {} if element is None else {
                "element": element.id, "code_list": element.code_list, "classification": _more_guarded(item.classification, element.classification),
            }
            items.append({**item.model_dump(), **mapped})
        self._amend(resource, {"items": items}, by)

    def accept_columns(self, table: str, chosen: Mapping[str, str], by: str) -> int:
        """Decide on columns of a discovered table (name → element), each with the most guarded of its suggested class and its element's."""
        inventory = self._inventory()
        columns = {each.name: each for each in inventory.columns(table)}
        if strange := sorted(set(chosen) - columns.keys()):
            raise BadInput(f"数据表没有列：{'、'.join(strange)}。", f"The table has no column {', '.join(strange)}.", columns=strange)
        for name, element in chosen.items():
            column, own = columns[name], data_elements()[element].classification if element in data_elements() else LEAST_GUARDED
            inventory.decide_column(
                column.id, by, element=element, classification=_more_guarded(column.classification or column.suggested_classification, own)
            )
        return len(chosen)


@dataclass(frozen=True)
class _Own:
    """What this hub registered: each way to write a name with the elements in force that go by it, and elements that are retired."""

    named: Mapping[str, tuple[DataElement, ...]]
    retired: frozenset[str]


def _own(session: Session) -> _Own:
    rows = elements.rows_of(session)
    named: dict[str, tuple[DataElement, ...]] = {}
    for row in rows:
        if row.status in elements.IN_FORCE and not row.shipped:
            found = elements.element_of(row)
            for form in {_plain(each) for each in (found.id, found.zh, found.en, *found.synonyms, *found.columns)}:
                named[form] = (*named.get(form, ()), found)
    return _Own(named, frozenset(row.element for row in rows if row.status == "retired"))


def _plain(text: str) -> str:
    return text.lower().replace("_", "").replace(" ", "")


def _suggestions(name: str, comment: str, shares: Mapping[str, float], own: _Own) -> list[MappingSuggestion]:
    """What is registered here under just that name goes before what ships and is like it; what is retired is not suggested."""
    here = {each.id: each for form in (name, comment) for each in own.named.get(_plain(form), ())}
    shipped = [each for each in suggest_elements(name, comment, shares) if each.element not in here and each.element not in own.retired]
    return [
        *(_suggestion(name, each, EXACT, (f"name:{each.zh}",)) for each in here.values()),
        *(_suggestion(name, data_elements()[each.element], each.score, each.reasons) for each in shipped),
    ]


def _suggestion(name: str, element: DataElement, score: float, reasons: Sequence[str]) -> MappingSuggestion:
    return MappingSuggestion(
        item=name, element=element.id, score=score, zh=element.zh, en=element.en, reasons_zh=tuple(reason(why) for why in reasons),
        reasons_en=tuple(reason(why, "en") for why in reasons),
    )


def _more_guarded(first: str, second: str) -> str:
    known = [each for each in (first, second) if each in CLASSES]
    return max(known, key=CLASSES.index) if known else CLASSES[-1]
