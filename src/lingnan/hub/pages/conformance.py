"""Answers the pages of conformance: how many columns are bound to elements, how many values fit, what they break, and binding what is suggested."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from lingnan.base import BadInput, Missing
from lingnan.catalogue import Conformance, ItemCard, MeasuredColumn, MeasuredOnce
from lingnan.catalogue.registry.conformance import rule_on
from lingnan.catalogue.resources.permits import belongs
from lingnan.hub.pages.desk import Desk, percent
from lingnan.hub.pages.inventory import edits
from lingnan.insight import ConformanceBoard, ConformanceColumn, ConformanceLine, ConformancePoint, ConformanceSheet, Words
from lingnan.standards import DataElement
from lingnan.trust import Subject

SUGGESTED = 3
Suggestions = Mapping[str, tuple[tuple[str, Words, Decimal, Words], ...]]


class ConformancePages:
    """How well one hub's columns keep to their elements: for everybody who tends data."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def board(self, department: str, subject: Subject) -> ConformanceBoard:
        """All departments, or one department's resources; those with the smallest share of bound columns first."""
        self._look(subject)
        register = self._desk.hub.catalogue.elements
        found = [each for each in register.conformance(department) if each.columns]
        title = self._department(department) if department else Words(zh="全部部门", en="All departments")
        href = "/standards/conformance/{}" if department else "/standards/conformance?department={}"
        lines = sorted((_line(each, href.format(each.key)) for each in found), key=lambda line: (line.coverage or 0, line.key))
        trend = register.trend(department)
        return ConformanceBoard(
            department=department, title=title, total=_line(_total(found, title), ""), items=tuple(lines),
            faults=_counted(trend[-1].faults if trend else {}), trend=tuple(map(_point, trend)), least=self._least(),
        )

    def sheet(self, resource: str, subject: Subject) -> ConformanceSheet:
        """One resource column by column, what has no element with what it may be."""
        self._look(subject)
        register, card = self._desk.hub.catalogue.elements, self._desk.hub.catalogue.resource(resource)
        measured = {each.item: each for each in register.columns(card.key)}
        suggested = self._suggested(card.key)
        known = self._desk.hub.catalogue.vocabulary().elements
        columns = tuple(_column(item, measured.get(item.name), suggested, known) for item in card.items)
        line = register.conformance(resource=card.key)[0]
        with self._desk.hub.storage.reading() as session:
            binds = edits(subject) and belongs(session, subject, card.department.key, self._desk.hub.settings.office)
        return ConformanceSheet(
            line=_line(line, f"/catalogue/{card.key}"), department=card.department.key,
            department_title=Words(zh=card.department.zh, en=card.department.en),
            measured_at=max((each.measured_at for each in measured.values()), default=None), columns=columns,
            trend=tuple(map(_point, register.history(card.key))), binds=binds, draft_href=f"/catalogue/{card.key}/edit",
        )

    def bind(self, resource: str, chosen: Mapping[str, str], subject: Subject) -> str:
        """Give columns the elements that were chosen, as a draft of the resource; gives the resource's key."""
        self._desk.hub.trust.allow(subject, "catalogue.edit", "standards")
        if not chosen:
            raise BadInput("请选择要绑定的数据元。", "Choose an element to bind.")
        card = self._desk.hub.catalogue.resource(resource)
        self._desk.hub.catalogue.elements.mappings.accept(card.key, chosen, subject)
        return card.key

    def _suggested(self, resource: str) -> Suggestions:
        found: dict[str, list[tuple[str, Words, Decimal, Words]]] = {}
        for each in self._desk.hub.catalogue.elements.mappings.suggest_for(resource):
            why = Words(zh="；".join(each.reasons_zh), en="; ".join(each.reasons_en))
            found.setdefault(each.item, []).append((each.element, Words(zh=each.zh, en=each.en), Decimal(str(round(each.score, 2))), why))
        return {item: tuple(lines[:SUGGESTED]) for item, lines in found.items()}

    def _department(self, key: str) -> Words:
        found = next((each for each in self._desk.hub.catalogue.departments() if each.key == key), None)
        if found is None:
            raise Missing(f"没有部门“{key}”。", f"There is no department “{key}”.", department=key)
        return Words(zh=found.zh, en=found.en)

    def _least(self) -> Decimal:
        return Decimal(str(round(100 * rule_on(self._desk.now().date()).least, 1)))

    def _look(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "page.govern", "standards")


def _column(
    item: ItemCard, measured: MeasuredColumn | None, suggested: Suggestions, known: Mapping[str, DataElement]
) -> ConformanceColumn:
    bound = known.get(item.element) if item.element else None
    return ConformanceColumn(
        name=item.name, title=Words(zh=item.zh, en=item.en), element=item.element,
        element_title=Words(zh=bound.zh, en=bound.en) if bound else Words(zh=item.element), filled=measured.filled if measured else None,
        share=_share(measured.share) if measured else None, faults=_counted(measured.faults) if measured else (),
        suggestions=() if item.element else suggested.get(item.name, ()),
    )


def _line(each: Conformance, href: str) -> ConformanceLine:
    return ConformanceLine(
        key=each.key, title=Words(zh=each.zh, en=each.en), href=href, columns=each.columns, mapped=each.mapped,
        coverage=percent(100 * each.coverage), filled=each.filled, conforming=each.conforming, share=_share(each.share),
    )


def _total(found: Iterable[Conformance], title: Words) -> Conformance:
    told = list(found)
    sums = {name: sum(getattr(each, name) for each in told) for name in ("columns", "mapped", "measured", "filled", "conforming")}
    return Conformance(key="", zh=title.zh, en=title.en, department="", **sums)


def _point(each: MeasuredOnce) -> ConformancePoint:
    coverage = percent(100 * each.mapped / each.columns) if each.columns else None
    broken = each.filled - each.conforming
    return ConformancePoint(at=each.measured_at, coverage=coverage, share=_share(each.share), filled=each.filled, broken=broken)


def _share(share: float | None) -> Decimal | None:
    return None if share is None else percent(100 * share)


def _counted(faults: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(faults).most_common())
