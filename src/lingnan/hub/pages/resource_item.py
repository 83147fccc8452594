"""One information item of a resource: what it means, how it is guarded, and where else its data element stands."""

from lingnan.base import Missing
from lingnan.catalogue import ItemCard, ResourceCard
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.resource import field_of
from lingnan.hub.pages.standards import use_of
from lingnan.insight import ElementUse, ItemSheet, Words

SHOWN = 50
"""Other places of the element on the page; the element's own page has them all."""


def item_sheet(desk: Desk, card: ResourceCard, name: str) -> ItemSheet:
    """The item of that name; Missing when the resource has none."""
    item = next((each for each in card.items if each.name == name), None)
    if item is None:
        raise Missing(
            f"资源“{card.zh}”没有信息项“{name}”，请从资源页面的信息项中选择。",
            f"“{card.en or card.zh}” has no item “{name}”; choose one on the page of the resource.", item=name,
        )
    known = desk.hub.catalogue.vocabulary()
    element, codes = known.elements.get(item.element), known.lists.get(item.code_list)
    used, places = _elsewhere(desk, card, item) if element else (0, ())
    return ItemSheet(
        column=f"{card.table}.{name}" if desk.titles.feed(card.table) is not None else "",
        code=card.code, key=card.key, resource=Words(zh=card.zh, en=card.en), department=Words(zh=card.department.zh, en=card.department.en),
        department_key=card.department.key, field=field_of(item), used=used, places=places,
        element=Words(zh=element.zh, en=element.en) if element else None, codes=Words(zh=codes.header.zh, en=codes.header.en) if codes else None,
        meaning=Words(zh=element.definition, en=element.definition_en) if element else None,
    )


def _elsewhere(desk: Desk, card: ResourceCard, item: ItemCard) -> tuple[int, tuple[ElementUse, ...]]:
    """How many other places have the item's element, and the first of them."""
    found = desk.hub.catalogue.elements.used_by(item.element, page_size=SHOWN)
    others = [each for each in found.places if (each.owner, each.name) != (card.key, item.name)]
    return found.counts.items + found.counts.register_columns + found.counts.database_columns - 1, tuple(map(use_of, others))
