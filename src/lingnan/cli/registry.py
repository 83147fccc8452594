"""`standards impact` and `conformance`: what uses a code list and what becomes of its codes; how well columns keep to their elements."""

from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

if TYPE_CHECKING:
    from lingnan.catalogue import Conformance, Impact

_SHOWN = 50


def impact(
    code_list: Annotated[str, typer.Argument(metavar="CODELIST", help="代码表 name of the code list")],
    code: Annotated[str, typer.Argument(help="代码，缺省为整表 code; default: the whole list", show_default=False)] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """代码变更影响哪些数据元、信息项、数据列、基础库、规则 what a changed code touches, and its successor."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "page.govern")
        found = hub.catalogue.elements.impact(code_list, code, page_size=_SHOWN)
    if as_json:
        answer(found.model_dump(mode="json"))
        return
    english = language(lang) == "en"
    show([*_head(found, english), *((each.owner, f"{each.column}\t{each.rule}") for each in found.rules),
          *((each.owner, f"{each.name}\t{each.en if english and each.en else each.zh}\t{each.element or each.code_list}") for each in found.places)])
    counts = found.counts
    say(
        f"信息项 {counts.items:,}，基础库列 {counts.register_columns:,}，数据库列 {counts.database_columns:,}，"
        f"契约 {counts.contracts:,}，部门 {counts.departments:,}，规则 {len(found.rules):,}。",
        f"{counts.items:,} items, {counts.register_columns:,} columns of registers, {counts.database_columns:,} of databases, "
        f"{counts.contracts:,} contracts, {counts.departments:,} departments, {len(found.rules):,} rules.", language(lang),
    )


def conformance(
    department: Annotated[str, typer.Option("--department", help="该部门的各资源 the resources of this department", show_default=False)] = "",
    resource: Annotated[str, typer.Option("--resource", help="该资源的各列 the columns of this resource", show_default=False)] = "",
    measure: Annotated[bool, typer.Option("--measure", help="先统计有新版本的表 count tables that have a new version first")] = False,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """数据与数据元的符合率和对标覆盖率 the share of values that fit their data elements, and of columns that have one."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "page.govern")
        if measure:
            hub.measure_conformance(resource)
        found = hub.catalogue.elements.conformance(department, resource)
        columns = hub.catalogue.elements.columns(resource) if resource else []
    if as_json:
        rows = [{**each.model_dump(mode="json"), "coverage": each.coverage, "share": each.share} for each in found]
        answer({"conformance": rows, "columns": [each.model_dump(mode="json") for each in columns]})
        return
    english = language(lang) == "en"
    show([*(_conformance(each, english) for each in found),
          *((each.item, f"{each.element}\t{_percent(each.share)}\t{each.conforming:,}/{each.filled:,}") for each in columns)])


def _conformance(each: "Conformance", english: bool) -> tuple[str, str]:
    named = each.en if english and each.en else each.zh
    return each.key, f"{named}\t{each.mapped:,}/{each.columns:,}\t{_percent(each.coverage)}\t{_percent(each.share)}"


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.2%}"


def _head(found: "Impact", english: bool) -> list[tuple[str, str]]:
    state = ("in force" if found.in_force else "not in force") if english else ("有效" if found.in_force else "已失效")
    rows = [(found.code_list, f"{found.en if english else found.zh}\t{found.edition}")]
    if found.code:
        rows.append((found.code.code, f"{found.code.en if english and found.code.en else found.code.zh}\t{state}\t{found.code.valid_to or ''}"))
    rows += [("→", f"{each.code}\t{each.en if english and each.en else each.zh}") for each in found.successors]
    return [*rows, *((each, "data element" if english else "数据元") for each in found.elements)]
