"""Answers the pages around a resource: its versions, its stars, found items, suggestions, what is late, drafts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from lingnan.catalogue import DraftCard, Freshness, ItemHit, ResourceCard, Suggestion, VersionCard
from lingnan.hub.pages.catalogue import facets, page_of
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.resource_item import item_sheet
from lingnan.hub.pages.resource_record import case_for, editable, named, stars
from lingnan.hub.pages.resource_values import difference_lines
from lingnan.hub.pages.resource_versions import version_sheet
from lingnan.insight import (
    DraftLine,
    DraftList,
    FaultLine,
    ItemLine,
    ItemPage,
    ItemSheet,
    OverdueBoard,
    OverdueDepartment,
    OverdueLine,
    ResourceComparison,
    ResourceVersionLine,
    ResourceVersions,
    ResourceVersionSheet,
    StarSheet,
    SuggestionLine,
    SuggestionList,
    Words,
)
from lingnan.trust import Subject

ITEM_FACETS = {"department": Words(zh="提供部门", en="Provider"), "classification": Words(zh="分级", en="Classification")}
KINDS = {"department": Words(zh="部门", en="Department"), "resource": Words(zh="资源", en="Resource"), "item": Words(zh="信息项", en="Item")}
WAITING = ("checking", "reviewing")
LISTED = 200
"""Late resources on one page."""


class ResourcePages:
    """One hub's resources, beyond the sheet of one and the list of all."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def versions(self, code: str, subject: Subject) -> ResourceVersions:
        """Every version, the youngest first; Missing for an unknown resource."""
        card = self._card(code, subject)
        held = self._desk.hub.catalogue.life.versions(card.id)
        return ResourceVersions(
            code=card.code, title=Words(zh=card.zh, en=card.en), withdrawn=card.withdrawn_at is not None,
            items=tuple(_version(each, subject) for each in held),
        )

    def version(self, code: str, number: int, subject: Subject) -> ResourceVersionSheet:
        """One version whole, for good; Missing for one there is none of."""
        return version_sheet(self._desk, subject, self._card(code, subject), number)

    def item(self, code: str, name: str, subject: Subject) -> ItemSheet:
        """One information item; Missing for one the resource has not."""
        return item_sheet(self._desk, self._card(code, subject), name)

    def compare(self, code: str, before: int, after: int, subject: Subject) -> ResourceComparison:
        """In what two versions differ; Missing for a version there is none of."""
        card, life = self._card(code, subject), self._desk.hub.catalogue.life
        found = life.compare(card.id, before, after)
        numbers = tuple(each.number for each in life.versions(card.id))
        return ResourceComparison(
            code=card.code, title=Words(zh=card.zh, en=card.en), before=before, after=after, numbers=numbers,
            items=difference_lines(found.differences),
        )

    def stars(self, code: str, subject: Subject) -> StarSheet:
        """The rating of a resource with every point; Missing before the first."""
        card = self._card(code, subject)
        return stars(self._desk, card, editable=editable(self._desk, subject, card))

    def found_items(self, words: str, chosen: Mapping[str, Sequence[str]], cursor: str, limit: int, subject: Subject) -> ItemPage:
        """Information items found by their own words; none without words."""
        self._desk.hub.trust.allow(subject, "catalogue.search", "catalogue")
        page = page_of(cursor)
        found = self._desk.hub.catalogue.search_items(words, page, limit, chosen)
        return ItemPage(
            total=found.total, items=tuple(_item(each) for each in found.items), facets=facets(found.facets, ITEM_FACETS),
            next=str(page + 1) if page * limit < found.total else None,
        )

    def suggestions(self, words: str, limit: int, subject: Subject) -> SuggestionList:
        """Names that what was typed may grow into."""
        self._desk.hub.trust.allow(subject, "catalogue.search", "catalogue")
        return SuggestionList(items=tuple(_suggestion(each) for each in self._desk.hub.catalogue.suggest(words, limit)))

    def overdue(self, department: str, subject: Subject, cursor: str = "", *, whole: bool = False) -> OverdueBoard:
        """What is later than tolerated, by department; of one when given. Refused for who does not tend data.

        Resources are listed page by page under one department, and on the whole board while they are few; all of them when it is to be `whole`.
        """
        self._desk.hub.trust.allow(subject, "page.govern", "overdue")
        catalogue, page = self._desk.hub.catalogue, page_of(cursor)
        counted = catalogue.life.lateness(department)
        total = sum(each.resources for each in counted)
        late: dict[str, list[Freshness]] = defaultdict(list)
        for each in catalogue.life.overdue(department) if whole or department or total <= LISTED else ():
            late[each.department].append(each)
        shown = slice(None) if whole else slice((page - 1) * LISTED, page * LISTED)
        cards = {card.key: card for card in catalogue.departments()}
        lines = [
            OverdueDepartment(
                key=each.department, title=Words(zh=cards[each.department].zh, en=cards[each.department].en),
                resources=cards[each.department].resources, late=each.resources, days_late=each.days_late,
                items=tuple(_late(one) for one in late[each.department][shown]),
            )
            for each in counted
        ]
        return OverdueBoard(
            at=self._desk.now(), total=total, departments=len(lines), department=department, basis=catalogue.life.lateness_basis if total else "",
            items=tuple(lines), next=str(page + 1) if department and not whole and page * LISTED < total else None,
        )

    def drafts(self, subject: Subject) -> DraftList:
        """Every draft the reader may see: those of the reader's department, all for the hub's office."""
        self._desk.hub.trust.allow(subject, "page.govern", "drafts")
        return DraftList(items=tuple(_draft(each) for each in self._desk.hub.catalogue.life.drafts(subject)))

    def _card(self, code: str, subject: Subject) -> ResourceCard:
        self._desk.hub.trust.allow(subject, "page.view", "catalogue")
        return self._desk.hub.catalogue.resource(code)


def _version(each: VersionCard, subject: Subject) -> ResourceVersionLine:
    return ResourceVersionLine(
        number=each.number, valid_from=each.valid_from, valid_until=each.valid_until, contract=each.basis.rpartition("@")[2],
        case=case_for(subject, each.case), digest=each.digest, items=len(each.form.items),
    )


def _item(hit: ItemHit) -> ItemLine:
    item = hit.item
    return ItemLine(
        name=item.name, title=Words(zh=item.zh or item.name, en=item.en), type=item.type, element=item.element, classification=item.classification,
        share_level=item.share_level, resource=hit.resource_key, resource_title=Words(zh=hit.resource_zh, en=hit.resource_en),
        department=hit.department, href=f"/catalogue/{hit.resource_key}#fields",
        item_href=f"/catalogue/{hit.resource_key}/items/{item.name}",
    )


def _suggestion(each: Suggestion) -> SuggestionLine:
    leads = {
        "department": f"/catalogue?{urlencode({'department': each.key})}", "resource": f"/catalogue/{each.key}",
        "item": f"/catalogue/items?{urlencode({'q': each.zh})}",
    }
    return SuggestionLine(kind=each.kind, kind_title=KINDS[each.kind], title=Words(zh=each.zh, en=each.en), href=leads[each.kind])


def _late(each: Freshness) -> OverdueLine:
    return OverdueLine(
        code=each.code, title=Words(zh=each.zh, en=each.en), cycle=each.cycle, loaded_at=each.loaded_at, due_on=each.due_on,
        tolerated_until=each.tolerated_until, days_late=each.days_late,
    )


def _draft(each: DraftCard) -> DraftLine:
    return DraftLine(
        code=each.code, key=each.resource, title=Words(zh=each.form.zh, en=each.form.en),
        department=Words(zh=each.form.department.zh, en=each.form.department.en), status=named("status", each.status),
        waits=bool(each.case) and each.status in WAITING, base=each.base, case=each.case,
        faults=tuple(FaultLine(field=fault.field, text=Words(zh=fault.zh, en=fault.en)) for fault in each.faults),
    )
