"""Answers the pages of packs: the index by rows of the plan, one pack whole, its queries, lists, searches and cards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from lingnan.base import BadInput, LingnanError, Missing
from lingnan.hub.boards import pack_words
from lingnan.hub.pack_cases import asked_of_rows, columns_of_asks
from lingnan.hub.pack_queries import ACTION, OWN_ACTION, Answered, admits, ask, ask_each, enter, rows
from lingnan.hub.pages.desk import Desk, cell
from lingnan.hub.pages.models import ModelPages
from lingnan.hub.pages.tables import purposes
from lingnan.hub.pages.titles import truth_words
from lingnan.insight import Grid, GridColumn, Lineage, LineageEdge, LineageNode, PackAnswer, PackCard, PackIndex, PackQueryRows, PackSheet, Words
from lingnan.insight.packs import AskedParameter, PackBeside, PackFigure, PackLine, PackPart, PackParts, PackTable, PackTile, PlanRowLine
from lingnan.insight.shapes import Count
from lingnan.packkit import Pack, Parameter, places_in_use, plan_rows
from lingnan.packkit.parts import Kind, kinds
from lingnan.packkit.parts.pages import OWN_ELEMENTS, AnyPage, BoardPage, CardPage, CasePage, FormPage, ListPage, SearchPage, TablePage
from lingnan.packkit.parts.queries import Query
from lingnan.standards import Property
from lingnan.trust import Purpose, Subject
from lingnan.trust.shapes import Classification

PAGE_ROWS, CARD_ROWS, CHOICES = 50, 20, 50
ADDRESSES = {"dashboards": "boards", "reports": "reports"}
OF_PACKS = frozenset("CDE")
"""Chapters of the plan that applications answer; the others are the hub's own rooms."""


class PackPages:
    """The packs of one hub."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _packs(self) -> dict[str, Pack]:
        return {pack.id: pack for pack in self._desk.hub.packs}

    def index(self, subject: Subject) -> PackIndex:
        """Every pack, and the rows of the plan that packs answer with those that do; what cannot be read is named to who tends data."""
        self._desk.hub.trust.allow(subject, "page.view", "packs")
        answering: dict[str, list[PackLine]] = {}
        for pack in self._packs.values():
            for row in pack.manifest.plan:
                answering.setdefault(row, []).append(_line(pack))
        items = tuple(
            PlanRowLine(row=row, title=Words(zh=title.zh, en=title.en), packs=tuple(answering.get(row, ()))) for row, title in plan_rows().items()
            if row[0] in OF_PACKS or row in answering
        )
        may, _why = self._desk.hub.trust.point.permits(subject, "page.govern")
        found = {place.folder.name for place in places_in_use(self._desk.hub.settings.packs, self._desk.hub.home)}
        faulty = tuple(sorted(found - set(self._packs))) if may else ()
        tiles = tuple(_tile(pack, subject) for pack in self._packs.values())
        return PackIndex(packs=tiles, items=items, count=len(self._packs), covered=sum(bool(each.packs) for each in items), faulty=faulty)

    def pack(self, subject: Subject, pack: str) -> PackSheet:
        """One pack whole; Missing when there is none."""
        self._desk.hub.trust.allow(subject, "page.view", "packs")
        found, known = self._pack(pack), plan_rows()
        manifest, today = found.manifest, self._desk.now().date()
        return PackSheet(
            line=_line(found), owners=tuple(map(self._desk.titles.department, manifest.owners)), refresh=manifest.refresh,
            origin=found.origin, needs=manifest.needs,
            plan=tuple(Count(key=row, title=Words(zh=known[row].zh, en=known[row].en), count=1) for row in manifest.plan if row in known),
            tables=tuple(self._table(found, name) for name in manifest.gives if name in found.made),
            figures=tuple(each for name, parameter in found.parameters.items() for each in _figures(name, parameter, today)),
            parts=tuple(each for kind in kinds() if (each := _parts(found, kind, subject)).items), lineage=self._lineage(found),
            cases=tuple(case.name for cases in found.cases.values() for case in cases), models=ModelPages(self._desk).of(pack),
        )

    def query(
        self, subject: Subject, pack: str, name: str, asked: Mapping[str, str], purpose: Purpose | None = None, cursor: str = "",
    ) -> PackAnswer:
        """A query's page: its parameters, and its rows once they are given."""
        found = self._pack(pack)
        query: Query = found.part("queries", name)
        enter(query.file.audience, subject, query.file.title.zh)
        card = PackAnswer(
            pack=_line(found), name=name, title=_words(query.file.title), lead=_words(query.file.description),
            parameters=tuple(
                AskedParameter(
                    name=each, title=_words(told.title), kind=told.type, pattern=told.pattern, required=told.required, typed=asked.get(each, ""),
                )
                for each, told in query.file.parameters.items()
            ),
            needs_purpose=query.file.purpose and subject.kind == "official", purposes=purposes() if query.file.purpose else (),
            unproofed=_unproofed(found, query.statement.own),
        )
        if any(told.required and not asked.get(each) for each, told in query.file.parameters.items()):
            return card
        try:
            answered = ask(self._desk, subject, found, query, asked, purpose, cursor)
        except LingnanError as error:
            if not isinstance(error, BadInput) and error.code not in ("PurposeNeeded", "NotMade"):
                raise
            return card.model_copy(update={"faulty": Words(zh=error.zh, en=error.en)})
        return card.model_copy(update={"grid": self._grid(found, query.statement.own, answered), "next": answered.next})

    def query_rows(
        self, subject: Subject, pack: str, name: str, asked: Mapping[str, str], purpose: Purpose | None = None, cursor: str = "",
    ) -> PackQueryRows:
        """The same for a program."""
        found = self._pack(pack)
        query: Query = found.part("queries", name)
        answered = ask(self._desk, subject, found, query, asked, purpose, cursor)
        return PackQueryRows(
            pack=found.id, query=name, rows=tuple({key: _plain(value) for key, value in row.items()} for row in answered.rows.to_pylist()),
            versions={table: view.version or 0 for table, view in answered.views.items()}, decision=answered.decision,
            unproofed=_unproofed(found, query.statement.own), next=answered.next,
        )

    def query_batch(
        self, subject: Subject, pack: str, name: str, many: Sequence[Mapping[str, str]], purpose: Purpose | None = None,
    ) -> PackQueryRows:
        """Many questions to a query at once; each row says by `asked` which question it answers, from 0 on. Each is a call of a program's token."""
        found = self._pack(pack)
        query: Query = found.part("queries", name)
        if subject.token and len(many) > 1:
            self._desk.hub.trust.tokens.spend_calls(subject, len(many) - 1)  # the request itself was counted when it came in
        answered = ask_each(self._desk, subject, found, query, many, purpose)
        return PackQueryRows(
            pack=found.id, query=name, unproofed=_unproofed(found, query.statement.own), decision=answered[0].decision,
            rows=tuple(
                {"asked": at, **{key: _plain(value) for key, value in row.items()}}
                for at, each in enumerate(answered) for row in each.rows.to_pylist()
            ),
            versions={table: view.version or 0 for table, view in answered[0].views.items()},
            cut=tuple(at for at, each in enumerate(answered) if each.next is not None),
        )

    def page(self, subject: Subject, pack: str, name: str, asked: Mapping[str, str], cursor: str = "") -> PackAnswer | PackCard | str:
        """A list, a search or a card as the address asks; the address itself of a form, of one's cases or of a board."""
        found = self._pack(pack)
        page: AnyPage = found.part("pages", name)
        enter(page.audience, subject, page.title.zh)
        if not isinstance(page, TablePage):
            return _address(found, page, asked)
        if isinstance(page, CardPage):
            return self._card(found, page, subject, asked.get(page.key, "") or (subject.credit_code if _keyless(found, page) else ""))
        return self._rows(found, name, page, subject, asked, cursor)

    def _rows(self, pack: Pack, name: str, page: ListPage | SearchPage, subject: Subject, asked: Mapping[str, str], cursor: str) -> PackAnswer:
        card = PackAnswer(
            pack=_line(pack), name=name, title=_words(page.title), lead=_words(page.lead) if page.lead else None,
            parameters=tuple(self._asked(pack, page, subject, asked)), unproofed=_unproofed(pack, [page.table]),
        )
        words = asked.get("q", "").strip() if isinstance(page, SearchPage) else ""
        if isinstance(page, SearchPage) and not words:
            return card
        where = {each: asked[each] for each in page.filters if asked.get(each)} if isinstance(page, ListPage) else {}
        order, within = (page.order, ()) if isinstance(page, ListPage) else ((), page.within)
        used = (*page.columns, *columns_of_asks(pack, page.asks))
        answered = rows(self._desk, subject, pack, page.table, used, where, order, PAGE_ROWS, cursor, words, within, bool(page.own))
        asks, answered = asked_of_rows(pack, page.asks, answered.rows.to_pylist()), _narrowed(answered, page.columns)
        hrefs: tuple[str, ...] = ()
        if page.card:
            key = pack.part("pages", page.card).key
            hrefs = tuple(f"/packs/{pack.id}/pages/{page.card}?{key}={_plain(value)}" for value in answered.rows.column(key).to_pylist())
        return card.model_copy(update={"grid": self._grid(pack, [page.table], answered), "hrefs": hrefs, "asks": asks, "next": answered.next})

    def _asked(self, pack: Pack, page: ListPage | SearchPage, subject: Subject, asked: Mapping[str, str]) -> Iterable[AskedParameter]:
        if isinstance(page, SearchPage):
            title = Words(zh="查找的内容", en="Words to look for")
            return [AskedParameter(name="q", title=title, kind="text", required=True, typed=asked.get("q", ""))]
        contract = pack.contracts[pack.table(page.table)]
        found = []
        for name in page.filters:
            held = contract.named(name)
            title = Words(zh=held.zh, en=held.en) if held else Words(zh=name)
            choices = self._choices(pack, page, name, subject)
            words = {choice: called for choice in choices if (called := _called(pack, held, choice))}
            found.append(AskedParameter(name=name, title=title, kind="choice", typed=asked.get(name, ""), choices=choices, words=words))
        return found

    def _choices(self, pack: Pack, page: ListPage, column: str, subject: Subject) -> tuple[str, ...]:
        """The values of a column that the subject may see, the first of many."""
        table = pack.table(page.table)
        if self._desk.version(table) is None:
            return ()
        view = self._desk.views(subject, [table], OWN_ACTION if page.own else ACTION, items=[column])[table]
        sql = f"select distinct cast({column} as varchar) as value from {table} where {column} is not null order by 1 limit {CHOICES}"
        return tuple(str(row["value"]) for row in self._desk.answer(sql, {table: view}))

    def _card(self, pack: Pack, page: CardPage, subject: Subject, key: str) -> PackCard:
        answered = self._about(pack, page.table, (*page.columns, *columns_of_asks(pack, page.asks)), (page.key, key), subject, page, (), 1)
        if not key or not answered.rows.num_rows:
            raise Missing(f"{page.title.zh}中没有“{key[:60]}”。", f"There is no “{key[:60]}” in {page.title.en}.")
        asks = asked_of_rows(pack, page.asks, answered.rows.to_pylist())
        row, contract = _narrowed(answered, page.columns).rows.to_pylist()[0], pack.contracts[pack.table(page.table)]
        beside = []
        for each in page.beside:
            used = (*each.columns, *columns_of_asks(pack, each.asks))
            found = self._about(pack, each.table, used, (each.by, key), subject, page, each.order, CARD_ROWS)
            offered = asked_of_rows(pack, each.asks, found.rows.to_pylist())
            grid = self._grid(pack, [each.table], _narrowed(found, each.columns))
            beside.append(PackBeside(title=_words(each.title), grid=grid, asks=offered))
        return PackCard(
            pack=_line(pack), title=_words(page.title), lead=_words(page.lead) if page.lead else None,
            fields=tuple((_title(contract, name), _called(pack, contract.named(name), value) or str(_shown(value))) for name, value in row.items()),
            beside=tuple(beside), asks=tuple((each.title, each.hrefs[0]) for each in asks),
            reports=tuple((_words(pack.part("reports", name).title), f"/reports/{pack.id}.{name}") for name in page.reports),
            unproofed=_unproofed(pack, [page.table, *(each.table for each in page.beside)]),
        )

    def _about(
        self, pack: Pack, table: str, columns: Iterable[str], by: tuple[str, str], subject: Subject, page: CardPage, order: Iterable[str], most: int,
    ) -> Answered:
        return rows(self._desk, subject, pack, table, columns, dict([by]), order, most, own=bool(page.own))

    def _grid(self, pack: Pack, tables: Iterable[str], answered: Answered) -> Grid:
        named = [pack.table(table) for table in sorted(tables)]
        masks = {column for view in answered.views.values() for column in view.masks}
        columns = tuple(
            GridColumn(
                name=field.name, title=next((_title(pack.contracts[table], field.name) for table in named if pack.contracts[table].named(field.name)),
                                            Words(zh=field.name)),
                type=str(field.type), classification=self._class(named, field.name), masked=field.name in masks,
                words={} if field.name in masks else _codes_called(pack, named, answered.rows.column(field.name).to_pylist(), field.name),
            )
            for field in answered.rows.schema
        )
        shown = tuple(tuple(cell(value) for value in row.values()) for row in answered.rows.to_pylist())
        return Grid(table=named[0] if named else "", columns=columns, rows=shown, total=len(shown), origin="derived", decision=answered.decision)

    def _class(self, tables: Iterable[str], column: str) -> Classification:
        known = [each.classification for table in tables if (held := self._desk.hub.classify(table)) for each in held.columns if each.name == column]
        return known[0] if known else "internal"

    def _table(self, pack: Pack, name: str) -> PackTable:
        table = pack.table(name)
        contract = pack.contracts[table]
        return PackTable(
            name=table, title=Words(zh=contract.zh, en=contract.en), says=_one_row_is(pack, name),
            rows=self._desk.rows(table), unproofed=pack.unproofed_behind(name),
            href=f"/tables/{pack.id}/{name}" if self._desk.version(table) is not None else "",
        )

    def _lineage(self, pack: Pack) -> Lineage:
        """The tables that a pack needs on the left, each of its own to the right of all that it is made of."""
        made_of = {name: _made_of(pack, name) for name in pack.order}
        depths = dict.fromkeys(pack.manifest.needs, 0)
        for name in pack.order:
            depths[name] = 1 + max((depths.get(each, 0) for each in made_of[name]), default=0)
        nodes = tuple(
            LineageNode(
                id=table if name in pack.made else name, title=self._name(pack, table if name in pack.made else name),
                kind="register" if name.startswith("registers.") else "table", depth=depth, here=name in pack.manifest.gives,
                href=f"/tables/{table.replace('.', '/')}" if self._desk.version(table) is not None else "",
            )
            for name, depth in depths.items() for table in (pack.table(name) if name in pack.made else name,)
        )
        edges = tuple(
            LineageEdge(source=pack.table(each) if each in pack.made else each, target=pack.table(name))
            for name, sources in made_of.items() for each in sources
        )
        return Lineage(nodes=nodes, edges=edges)

    def _name(self, pack: Pack, table: str) -> Words:
        contract = pack.contracts.get(table)
        return Words(zh=contract.zh or table, en=contract.en or table) if contract else Words(zh=table.rpartition(".")[2])

    def _pack(self, name: str) -> Pack:
        if name not in self._packs:
            known = "、".join(self._packs) or "（无）"
            raise Missing(f"没有名为 {name} 的数据包。现有：{known}。", f"There is no pack {name}. Known: {known}.", pack=name)
        return self._packs[name]


def _line(pack: Pack) -> PackLine:
    manifest = pack.manifest
    return PackLine(
        id=pack.id, title=_words(manifest.title), description=_words(manifest.description), stage=manifest.stage, href=f"/packs/{pack.id}",
    )


def _tile(pack: Pack, subject: Subject) -> PackTile:
    ways = (way for kind in kinds() if kind.folder in ("dashboards", "pages") for way in _parts(pack, kind, subject).items if way.href)
    return PackTile(line=_line(pack), rows=pack.manifest.plan, ways=tuple(ways))


def _figures(name: str, parameter: Parameter, today: date) -> Iterable[PackFigure]:
    holding = parameter.at(today)
    for begun, dated in parameter.values.items():
        told = f"{len(dated.rows or ())} × {len(parameter.columns)}" if parameter.columns else "" if dated.value is None else str(dated.value)
        yield PackFigure(
            name=name, title=_words(parameter.description), unit=parameter.unit, begins=begun, value=told, reference=dated.reference,
            proofed=dated.proofed, in_force=dated is holding,
        )


def _parts(pack: Pack, kind: Kind, subject: Subject) -> PackParts:
    items = tuple(
        PackPart(name=name, title=_words(kind.title(part)), href=_href(pack, kind.folder, name, part, subject))
        for name, part in pack.parts[kind.folder].items()
    )
    return PackParts(folder=kind.folder, title=Words(zh=kind.zh, en=kind.en), items=items)


def _href(pack: Pack, folder: str, name: str, part: Any, subject: Subject) -> str:
    """Where a part is met by those it is for; some are met in their rooms alone."""
    audience = {"queries": lambda: part.file.audience, "pages": lambda: part.audience}.get(folder)
    if audience is not None:
        needs_key = isinstance(part, CardPage) and not _keyless(pack, part)
        return f"/packs/{pack.id}/{folder}/{name}" if admits(audience(), subject) and not needs_key else ""
    if folder in ADDRESSES:
        return f"/{ADDRESSES[folder]}/{pack.id}.{name}"
    return f"/forms/{part.form}" if folder == "forms" else ""


def _address(pack: Pack, page: FormPage | CasePage | BoardPage, asked: Mapping[str, str]) -> str:
    if isinstance(page, BoardPage):
        return f"/boards/{pack.id}.{page.board}"
    if isinstance(page, CasePage):
        return f"/cases?flow={page.flow}"
    given = {page.about.key: asked[page.about.key]} if page.about and asked.get(page.about.key) else {}
    return f"/forms/{page.form}" if page.form else f"/cases/new/{page.flow}" + (f"?{urlencode(given, quote_via=quote)}" if given else "")


def _keyless(pack: Pack, page: CardPage) -> bool:
    """Whether a card is an enterprise's own by its credit code, so that no address need say whose."""
    contract = pack.contracts.get(pack.table(page.table))
    held = contract.named(page.key) if contract else None
    return page.own == "enterprise" and held is not None and held.element in OWN_ELEMENTS["enterprise"]


def _narrowed(answered: Answered, columns: Iterable[str]) -> Answered:
    """The rows without columns that were only looked at."""
    return replace(answered, rows=answered.rows.select(list(columns)))


def _one_row_is(pack: Pack, name: str) -> Words:
    """What one row of a table is: in English as its SQL says it, in Chinese as its contract and the columns of its key do."""
    contract = pack.contracts[pack.table(name)]
    titles = {each.name: each.zh or each.name for each in contract.properties}
    said, ended, _rest = contract.description.partition("。")
    key = "、".join(titles[each] for each in contract.key)
    statement, model = pack.statements.get(name), pack.manifest.models.get(name)
    en = statement.says.removeprefix("One row is ") if statement else model.title.en if model else ""
    return Words(zh=(said + ended if ended else "") + (f"每个{key}一行。" if key else ""), en=en)


def _made_of(pack: Pack, name: str) -> tuple[str, ...]:
    """Own tables and others' that one is made of."""
    needs = pack.statements[name].needs if name in pack.statements else frozenset[str]()
    return *sorted(pack.reads(name)), *sorted(needs)


def _unproofed(pack: Pack, tables: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({each for table in tables if table in pack.made for each in pack.unproofed_behind(table)}))


def _words(title: Any) -> Words:
    return Words(zh=title.zh, en=title.en)


def _title(contract: Any, column: str) -> Words:
    held = contract.named(column)
    return Words(zh=held.zh, en=held.en) if held else Words(zh=column)


def _codes_called(pack: Pack, tables: Iterable[str], values: Iterable[Any], column: str) -> dict[str, Words]:
    """What the codes of a column are called, by the contract of the first table that has it."""
    held = next((found for table in tables if (found := pack.contracts[table].named(column))), None)
    return {each: called for each in set(values) if isinstance(each, str) and (called := _called(pack, held, each))}


def _called(pack: Pack, held: Property | None, value: Any) -> Words | None:
    """What a value is called: yes or no, or the words of its column's code list; None when it speaks for itself."""
    if isinstance(value, bool) or (held is not None and held.physical_type.upper() == "BOOLEAN"):
        return truth_words(str(value))
    codes = (held.code_list or ("divisions" if held.element == "division" else "")) if held else ""
    return pack_words(pack, codes, value) if codes and isinstance(value, str) else None


def _shown(value: Any) -> Any:
    return "—" if value is None else cell(value)


def _plain(value: Any) -> str | int | float | bool | None:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
