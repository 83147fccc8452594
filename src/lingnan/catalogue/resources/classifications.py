"""The categories of a resource after the 2017 compilation guide, and the numbers that make them codes; a number is never given twice."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.catalogue.records import Resource
from lingnan.catalogue.resources.codes import DEPARTMENT, LEVELS, SCHEMES, department_category, resource_code
from lingnan.catalogue.resources.records import ResourceClassification
from lingnan.catalogue.shapes import ClassificationCard, ResourceForm, Scheme
from lingnan.standards import code_list

ITEM_LENGTH = 3
WHOLE = "000"
"""The third part of a category that names a class and an item only."""
_CHUNK = 400


@cache
def guide_items() -> Mapping[str, tuple[str, str]]:
    """The classes and items 类、项 of the guide with their names."""
    return {entry.code: (entry.zh, entry.en) for entry in code_list("themes").entries if len(entry.code) == ITEM_LENGTH}


def scheme_of(category: str) -> Scheme:
    """Which classification a category belongs to."""
    return SCHEMES[category[0]]


def widened(category: str) -> str:
    """A class and item alone as a whole category."""
    return category + WHOLE if len(category) == ITEM_LENGTH else category


def check_category(category: str) -> str | None:
    """None for a category that may be used, else a key of `codes.REASONS`."""
    if category[:1] not in SCHEMES:
        return "class"
    if category[0] == DEPARTMENT:
        return None if category[1:ITEM_LENGTH] in LEVELS.values() else "item"
    return None if category[:ITEM_LENGTH] in guide_items() else "item"


def main_category(form: ResourceForm, level: str, number: int) -> str:
    """The category of the resource's own code: the form's, else its department's."""
    return form.category or department_category(level, number)


def categories_of(form: ResourceForm, main: str) -> list[str]:
    """Every category of a resource, its main one first, each once."""
    named = (main, *map(widened, form.categories), *([widened(form.theme)] if form.theme else []))
    return list(dict.fromkeys(named))


def theme_of(form: ResourceForm) -> str:
    """The class and item that facets count by: the form's own, else of its first category that is not a department's."""
    others = (category[:ITEM_LENGTH] for category in (*form.categories, form.category) if category and category[0] != DEPARTMENT)
    return form.theme or next(others, "")


class Numbers:
    """Gives numbers within categories, within one session."""

    def __init__(self, session: Session) -> None:
        highest = select(ResourceClassification.category, func.max(ResourceClassification.number)).group_by(ResourceClassification.category)
        self._last: dict[str, int] = dict(session.execute(highest).all())

    def draw(self, category: str) -> int:
        """The next number of a category."""
        self._last[category] = self._last.get(category, 0) + 1
        return self._last[category]


def new_row(numbers: Numbers, resource_id: str, category: str, *, main: bool = False, number: int = 0) -> dict[str, Any]:
    """A row of `resource_classification`, with a number already drawn or a fresh one."""
    number = number or numbers.draw(category)
    return {
        "resource_id": resource_id, "category": category, "scheme": scheme_of(category), "number": number, "code": resource_code(category, number),
        "main": main, "dropped": False,
    }


def keep_categories(session: Session, numbers: Numbers, wanted: Iterable[tuple[Resource, ResourceForm]]) -> None:
    """Bring the categories of these resources to what their forms say; one that was left and comes back has its old code again."""
    listed = list(wanted)
    known = _known(session, [record.id for record, _form in listed])
    fresh: list[dict[str, Any]] = []
    for record, form in listed:
        held = known.get(record.id, {})
        categories = categories_of(form, record.category)
        for category in categories:
            if category not in held:
                main = category == record.category
                fresh.append(new_row(numbers, record.id, category, main=main, number=record.number if main else 0))
        for category, row in held.items():
            if row.dropped != (category not in categories):
                row.dropped = not row.dropped
    if fresh:
        session.execute(ResourceClassification.__table__.insert(), fresh)  # type: ignore[attr-defined]


def classification_cards(session: Session, resource_id: str) -> tuple[ClassificationCard, ...]:
    """The classifications of a resource, its main one first."""
    held = select(ResourceClassification).where(ResourceClassification.resource_id == resource_id, ResourceClassification.dropped.is_(False))
    rows = session.scalars(held.order_by(ResourceClassification.main.desc(), ResourceClassification.code))
    return tuple(_card(row) for row in rows)


def _card(row: ResourceClassification) -> ClassificationCard:
    zh, en = guide_items().get(row.category[:ITEM_LENGTH], ("", "")) if row.scheme != "department" else ("", "")
    return ClassificationCard(scheme=scheme_of(row.category), category=row.category, code=row.code, main=row.main, item_zh=zh, item_en=en)


def _known(session: Session, ids: Sequence[str]) -> dict[str, dict[str, ResourceClassification]]:
    found: dict[str, dict[str, ResourceClassification]] = {}
    for at in range(0, len(ids), _CHUNK):
        chosen = select(ResourceClassification).where(ResourceClassification.resource_id.in_(ids[at : at + _CHUNK]))
        for row in session.scalars(chosen):
            found.setdefault(row.resource_id, {})[row.category] = row
    return found
