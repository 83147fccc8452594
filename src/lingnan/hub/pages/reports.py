"""Answers reports: every item through the board or query it names, decided for the reader; then versions, methods and law."""

from collections.abc import Iterable, Mapping
from datetime import date

from lingnan.base import BadInput, LingnanError, Missing
from lingnan.hub.pages.dashboards import DashboardPages, audience_action
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.packs import PackPages
from lingnan.hub.pages.past import day_of, desk_of
from lingnan.hub.pages.report_sources import laws_of, named, options_of, sources_of, table_of
from lingnan.hub.pages.tables import purposes
from lingnan.hub.reports import BoundReport, hub_reports
from lingnan.insight import PackAnswer, PanelCard, ReportItem, ReportList, ReportSheet, Words
from lingnan.insight.reports import AS_OF, PanelItem, QueryItem, ReportLine, ReportParameter, ReportSection, WordsItem, typed_values
from lingnan.insight.reports.spec import Item
from lingnan.packkit.parts.queries import Query
from lingnan.trust import Purpose, Subject, purpose_codes

Followed = Mapping[str, str]
Panels = Mapping[tuple[str, tuple[tuple[str, str], ...]], Mapping[str, PanelCard]]
ACTION = "report"


class ReportPages:
    """Reports of one hub."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def reports(self, subject: Subject) -> ReportList:
        """The reports a subject may see."""
        self._desk.hub.trust.allow(subject, "page.view", "reports")
        seen = [each for each in hub_reports(self._desk.hub).values() if self._may(subject, each)]
        return ReportList(items=tuple(
            ReportLine(key=each.key, title=each.report.title, description=each.report.description, owner=each.owner, audience=each.report.audience)
            for each in seen
        ))

    def report(
        self, key: str, typed: Mapping[str, str], subject: Subject, day: str = "", purpose: Purpose | None = None
    ) -> ReportSheet:
        """One report under its parameters, of a past day by the tables' versions of that day; `faulty` says what is missing or wrong."""
        bound = hub_reports(self._desk.hub).get(key)
        if bound is None:
            raise Missing(f"没有报告 {key}。请从报告列表选择。", f"There is no report {key}. Choose one from the list of reports.", report=key)
        self._desk.hub.trust.allow(subject, audience_action(bound.report.audience), f"reports/{key}")
        looked_at = day_of(day)
        desk = desk_of(self._desk, looked_at)
        stated = desk.purpose(subject, purpose)
        blank = self._blank(desk, bound, typed, subject, looked_at)
        try:
            values = typed_values(bound.report, typed)
        except BadInput as fault:
            return blank.model_copy(update={"faulty": Words(zh=fault.zh, en=fault.en)})
        if blank.needs_purpose and not (stated.code in purpose_codes() and stated.article and stated.matter):
            return blank.model_copy(update={"faulty": Words(zh="请载明目的、依据与事项编号。", en="State the purpose, the article and the matter.")})
        return _Making(desk, bound, subject, stated, values).made(blank)

    def _may(self, subject: Subject, bound: BoundReport) -> bool:
        return self._desk.hub.trust.point.permits(subject, audience_action(bound.report.audience))[0]

    def _blank(self, desk: Desk, bound: BoundReport, typed: Mapping[str, str], subject: Subject, day: date | None) -> ReportSheet:
        report = bound.report
        pairs = [(each.id, typed.get(each.id, "").strip()) for each in report.parameters]
        needs = report.purpose and subject.kind == "official" and not subject.token
        return ReportSheet(
            key=bound.key, title=report.title, description=report.description, owner=bound.owner, audience=report.audience, as_of=desk.now(),
            day=day, asked=tuple((name, value) for name, value in pairs if value), needs_purpose=needs, purposes=purposes() if needs else (),
            closing=report.closing,
            parameters=tuple(
                ReportParameter(
                    id=each.id, title=each.title, type=each.type, required=each.required, chosen=chosen, shown=named(desk, each, chosen),
                    options=options_of(desk, each),
                )
                for each, (_name, chosen) in zip(report.parameters, pairs, strict=True)
            ),
        )


class _Making:
    """One report being made for one reader."""

    def __init__(self, desk: Desk, bound: BoundReport, subject: Subject, purpose: Purpose, values: Followed) -> None:
        self._desk, self._bound, self._subject, self._purpose = desk, bound, subject, purpose
        self._values = {**values, AS_OF: desk.now().date().isoformat()}

    def made(self, blank: ReportSheet) -> ReportSheet:
        """The report with its items and what they rest on."""
        report, panels = self._bound.report, self._panels()
        shown = {each.id: each.shown for each in blank.parameters}
        sections = tuple(
            ReportSection(title=section.title, items=tuple(self._item(item, panels, shown) for item in section.items)) for section in report.sections
        )
        cards = [item.panel for section in sections for item in section.items if item.panel]
        sources = sources_of(self._desk, self._bound, [card.basis for card in cards], self._tables())
        laws = laws_of(self._bound, self._desk.now().date())
        tables = [item.table for section in sections for item in section.items if item.table]
        behind = [*(name for card in cards for name in card.basis.unproofed), *(name for each in tables for name in each.unproofed)]
        unproofed = dict.fromkeys([*behind, *(law.name for law in laws if not law.proofed)])
        self._log({each.table: each.version for each in sources})
        return blank.model_copy(update={
            "sections": sections, "sources": sources, "laws": laws, "unproofed": tuple(unproofed),
            "methods": tuple(dict.fromkeys(line for card in cards for line in card.basis.methods)),
            "references": tuple(dict.fromkeys(each for card in cards for each in card.basis.references)),
        })

    def _item(self, item: Item, panels: Panels, shown: Mapping[str, Words | None]) -> ReportItem:
        if isinstance(item, WordsItem):
            return ReportItem(words=Words(zh=self._filled(item.words.zh, shown, "zh"), en=self._filled(item.words.en, shown, "en")))
        if isinstance(item, PanelItem):
            return ReportItem(panel=panels[self._place(item)][item.panel])
        return ReportItem(table=table_of(item, self._answered(item)))

    def _filled(self, text: str, shown: Mapping[str, Words | None], lang: str) -> str:
        told = {name: (called.text(lang) if (called := shown.get(name)) else value or "—") for name, value in self._values.items()}
        return text.format(**told)

    def _follow(self, told: Followed) -> dict[str, str]:
        """What filters or parameters are given; nothing where the report's own parameter is empty."""
        found = {name: self._values[value[1:]] if value.startswith(":") else value for name, value in told.items()}
        return {name: value for name, value in found.items() if value}

    def _place(self, item: PanelItem) -> tuple[str, tuple[tuple[str, str], ...]]:
        return self._bound.board(item.board), tuple(sorted(self._follow(item.filters).items()))

    def _panels(self) -> Panels:
        """Every panel; those of one board under the same filters by one decision."""
        asked: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = {}
        for item in self._bound.report.panels:
            asked.setdefault(self._place(item), []).append(item.panel)
        boards = DashboardPages(self._desk)
        return {place: boards.panels(place[0], names, dict(place[1]), self._subject) for place, names in asked.items()}

    def _answered(self, item: QueryItem) -> PackAnswer | Words:
        """The query's answer, or why there is none."""
        if self._bound.pack is None:
            raise ValueError("a report of the hub's own has no queries")
        try:
            return PackPages(self._desk).query(self._subject, self._bound.pack.id, item.query, self._follow(item.values), self._purpose)
        except LingnanError as error:
            return Words(zh=error.zh, en=error.en)

    def _tables(self) -> Iterable[str]:
        if (pack := self._bound.pack) is None:
            return
        for item in self._bound.report.queries:
            query: Query = pack.part("queries", item.query)
            yield from (pack.table(name) for name in sorted(query.statement.own))

    def _log(self, versions: Mapping[str, int | None]) -> None:
        told = {"versions": dict(sorted(versions.items())), "day": self._values[AS_OF]}
        self._desk.hub.trust.record("query", self._subject, ACTION, f"report:{self._bound.key}", "done", self._purpose.code, told)
