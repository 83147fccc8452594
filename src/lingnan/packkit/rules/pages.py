"""A page shows given tables by columns they have, and leads to forms, flows, boards and cards that are there."""

from collections.abc import Iterable, Iterator

from lingnan.packkit.pack import Pack, Reading
from lingnan.packkit.parts.pages import (
    FOLDER,
    OWN_AUDIENCES,
    OWN_ELEMENTS,
    AnyPage,
    BoardPage,
    CardPage,
    CasePage,
    FormPage,
    ListPage,
    SearchPage,
    TablePage,
    tables_of,
)
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "pages"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for pack, name, page in reading.each(FOLDER):
        for zh, en in _faults(pack, page):
            yield finding(reading, NAME, f"{FOLDER}/{name}.yaml", zh, en)


def _faults(pack: Pack, page: AnyPage) -> Iterator[tuple[str, str]]:
    if isinstance(page, TablePage):
        yield from _columns(pack, page.table, _named(page))
        if page.card and not isinstance(pack.parts[FOLDER].get(page.card), CardPage):
            yield f"没有卡片页 {page.card}。", f"There is no page {page.card} of kind card."
        elif page.card and (key := pack.parts[FOLDER][page.card].key) not in page.columns:
            yield f"通往 {page.card} 须显示列 {key}。", f"To lead to {page.card}, the page shows the column {key}."
        yield from _own(pack, page)
        yield from _asks(pack, page, page.table, page.asks)
    if isinstance(page, CardPage):
        for each in page.beside:
            yield from _columns(pack, each.table, (each.by, *each.columns, *(name.removeprefix("-") for name in each.order)))
            yield from _asks(pack, page, each.table, each.asks)
        for name in sorted(set(page.reports) - set(pack.parts.get("reports", {}))):
            yield f"没有报告 {name}。", f"There is no report {name}."
    if isinstance(page, FormPage):
        if bool(page.form) == bool(page.flow):
            yield "须写明 form 或 flow 之一。", "It names either a form or a flow."
        if page.form and page.form not in pack.parts["forms"]:
            yield f"没有表单 {page.form}。", f"There is no form {page.form}."
        yield from _about(pack, page)
    if isinstance(page, FormPage | CasePage) and page.flow and page.flow not in {flow.id for flow in pack.parts["flows"].values()}:
        yield f"没有流程 {page.flow}。", f"There is no flow {page.flow}."
    if isinstance(page, BoardPage) and page.board not in pack.parts.get("dashboards", {}):
        yield f"没有看板 {page.board}。", f"There is no dashboard {page.board}."


def _own(pack: Pack, page: ListPage | SearchPage | CardPage) -> Iterator[tuple[str, str]]:
    """A page of own rows is for those who have some, and every table of it has one column that says whose a row is."""
    card = pack.parts[FOLDER].get(page.card) if page.card else None
    if isinstance(card, CardPage) and card.own != page.own:
        yield f"{page.card} 的 own 应与本页相同。", f"`own` of {page.card} must be that of this page."
    if page.own is None:
        return
    if page.audience not in OWN_AUDIENCES[page.own]:
        allowed = OWN_AUDIENCES[page.own]
        yield f"只看本人的页面，audience 应为 {'、'.join(allowed)}。", f"The audience of a page of own rows is {' or '.join(allowed)}."
    for table in dict.fromkeys(tables_of(page)):
        contract, wanted = pack.contracts.get(pack.table(table)), OWN_ELEMENTS[page.own]
        if contract is not None and sum(each.element in wanted for each in contract.properties) != 1:
            told = "、".join(wanted), " or ".join(wanted)
            yield f"{table} 须恰有一列的数据元是 {told[0]}。", f"{table} must have exactly one column of the data element {told[1]}."


def _asks(pack: Pack, page: TablePage, table: str, asks: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What is asked about a row is asked by whom the row is about, and the row bears what the form is about."""
    for name in asks:
        form = pack.parts[FOLDER].get(name)
        if not isinstance(form, FormPage) or form.about is None:
            yield f"没有办理一行的表单页 {name}（about）。", f"There is no form page {name} about a row."
            continue
        if page.own is None:
            yield f"只有看本人行的页面（own）可以通往 {name}。", f"Only a page of own rows leads to {name}."
        if form.about.when and form.about.table != table:
            told = form.about.table
            yield f"{name} 的条件只能在 {told} 的行旁核对。", f"The conditions of {name} can be looked at beside rows of {told} alone."
        yield from _columns(pack, table, [form.about.key])


def _about(pack: Pack, page: FormPage) -> Iterator[tuple[str, str]]:
    """A case about a row: the row has the columns named and says whose it is, and the flow's form asks for its key."""
    if (about := page.about) is None:
        return
    yield from _columns(pack, about.table, filter(None, (about.key, about.division, about.authority, *about.when)))
    flow = next((flow for flow in pack.parts["flows"].values() if flow.id == page.flow), None)
    if flow is not None and about.key not in {field.name for field in flow.opening.form}:
        yield f"流程 {page.flow} 的表单没有 {about.key}。", f"The form of {page.flow} does not ask for {about.key}."
    own = [each for each, audiences in OWN_AUDIENCES.items() if page.audience in audiences]
    contract = pack.contracts.get(pack.table(about.table))
    elements = {name for each in own for name in OWN_ELEMENTS[each]}
    if contract is not None and not any(each.element in elements for each in contract.properties):
        yield f"{about.table} 没有说明一行属于谁的列。", f"{about.table} has no column that says whose a row is."


def _named(page: TablePage) -> Iterable[str]:
    if isinstance(page, ListPage):
        return (*page.columns, *page.filters, *(name.removeprefix("-") for name in page.order))
    if isinstance(page, SearchPage):
        return (*page.columns, *page.within)
    return (*page.columns, page.key) if isinstance(page, CardPage) else page.columns


def _columns(pack: Pack, table: str, columns: Iterable[str]) -> Iterator[tuple[str, str]]:
    contract = pack.contracts.get(pack.table(table))
    if table not in pack.manifest.gives:
        yield f"{table} 不是本包给出的表。", f"{table} is no table that the pack gives."
        return
    if contract is None:
        return  # another rule tells of the contract
    for name in sorted(set(columns) - {each.name for each in contract.properties}):
        yield f"{table} 没有列 {name}。", f"{table} has no column {name}."


RULE = Rule(NAME, "页面显示的表和列、通往的表单和流程都存在", "pages show columns and lead to parts that are there", "sample", _look)
