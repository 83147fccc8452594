"""`standards lint`, `show`, `list`, `search`: what ships with the hub; `impact`, `conformance`: how the hub's own columns keep to it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingnan.cli import registry
from lingnan.cli.options import AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

if TYPE_CHECKING:
    from lingnan.standards import CodeList, DataElement, DataSet, Indicator

app = typer.Typer(help="标准 standards", no_args_is_help=True)
app.command("impact")(registry.impact)
app.command("conformance")(registry.conformance)
_KINDS = ("elements", "codes", "sets", "indicators", "documents")
_SHOWN_CODES = 200


@app.callback()
def _group() -> None:
    """标准 standards."""


@app.command("lint")
def lint_files(
    files: Annotated[list[Path] | None, typer.Argument(
        help="数据元 YAML 或代码表 CSV，缺省为全部 elements or codes; default: all", show_default=False,
    )] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False,
) -> int:
    """检查名称、定义、格式、代码表、重复；有问题时退出码为 1 check names, definitions, formats, code lists, duplicates; exit code 1 for faults."""
    from lingnan.standards import lint_standards

    found = lint_standards(files or ())
    words = language(lang, home)
    if as_json:
        answer({"faults": [{"place": each.place, "object": each.object, "rule": each.rule, "found": each.found,
                            "zh": each.text(), "en": each.text("en")} for each in found]})
    else:
        show([(f"{each.place}/{each.object}" if each.object else each.place, f"{each.rule}\t{each.text(words)}") for each in found])
    say(f"{len(found):,} 个问题。", f"{len(found):,} faults.", words)
    return 1 if found else 0


@app.command("list")
def list_standards(
    kind: Annotated[str, typer.Argument(help="elements | codes | sets | indicators | documents")] = "elements",
    area: Annotated[str | None, typer.Option("--area", help="数据元的领域 area of elements, e.g. people", show_default=False)] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False,
) -> None:
    """列出数据元、代码表、最小数据集、指标或标准文件 list elements, code lists, minimal data sets, indicators or documents."""
    from lingnan.base import WrongUse

    if kind not in _KINDS:
        raise WrongUse(f"没有“{kind}”这一类；可列 {'、'.join(_KINDS)}。", f"There is no kind “{kind}”; there are {', '.join(_KINDS)}.", kind=kind)
    rows = [row for row in _rows(kind) if area is None or row.get("area") == area]
    if as_json:
        answer({kind: rows})
        return
    name = "en" if language(lang, home) == "en" else "zh"
    shown = ("format", "codes", "unit", "state")
    show([(str(row.get("id") or row.get("number")), "\t".join((row[name], *(str(row[key]) for key in shown if row.get(key))))) for row in rows])


@app.command("show")
def show_standard(
    name: Annotated[str, typer.Argument(help="数据元、代码表、最小数据集或指标的标识 id of an element, code list, data set or indicator")],
    home: Home = None, lang: Lang = None, as_json: AsJson = False,
) -> None:
    """显示一个数据元、代码表、最小数据集或指标 show one element, code list, data set or indicator."""
    from lingnan.base import Missing
    from lingnan.standards import code_lists, data_elements, data_sets, indicators

    facts: dict[str, Any]
    if name in data_elements():
        facts = _element(data_elements()[name])
    elif name in code_lists():
        facts = _list(code_lists()[name])
    elif name in data_sets():
        facts = _set(data_sets()[name])
    elif name in indicators():
        facts = _indicator(indicators()[name])
    else:
        raise Missing(
            f"没有名为“{name}”的数据元、代码表、最小数据集或指标；可用 lingnan standards search 查找。",
            f"No element, code list, data set or indicator is called “{name}”; look for it with lingnan standards search.", name=name,
        )
    if as_json:
        answer(facts)
        return
    other = "_zh" if language(lang, home) == "en" else "_en"
    show([(key, _plain(value)) for key, value in facts.items() if value not in (None, "", [], {}) and not key.endswith(other)])


@app.command("search")
def search_standards(
    words: Annotated[list[str], typer.Argument(help="词 words: 名称、同义名称、列名、定义 names, synonyms, columns, definitions")],
    home: Home = None, lang: Lang = None, as_json: AsJson = False,
) -> None:
    """按词查找数据元、代码表、数据集和指标 find elements, code lists, data sets and indicators by words."""
    from lingnan.standards import find_standards

    found = find_standards(" ".join(words))
    if as_json:
        answer({"hits": [{"kind": hit.kind, "id": hit.id, "zh": hit.zh, "en": hit.en, "by": hit.by} for hit in found]})
        return
    show([(hit.id, f"{hit.kind}\t{hit.en if language(lang, home) == 'en' else hit.zh}") for hit in found])
    say(f"{len(found):,} 项。", f"{len(found):,} found.", language(lang, home))


def _rows(kind: str) -> list[dict[str, Any]]:
    from lingnan.standards import code_lists, data_elements, data_sets, documents, indicators

    if kind == "elements":
        return [{"id": each.id, "zh": each.zh, "en": each.en, "format": each.representation, "area": each.area} for each in data_elements().values()]
    if kind == "codes":
        return [{"id": name, "zh": each.header.zh, "en": each.header.en, "codes": len(each.versions)} for name, each in code_lists().items()]
    if kind == "sets":
        return [{"id": each.id, "zh": each.zh, "en": each.en, "codes": len(each.members)} for each in data_sets().values()]
    if kind == "indicators":
        return [{"id": each.id, "zh": each.zh, "en": each.en, "unit": each.unit, "frequency": each.frequency} for each in indicators().values()]
    return [{"number": each.number, "zh": each.zh, "en": each.en, "kind": each.kind, "state": each.state, "in_force": each.in_force,
             "replaces": list(each.replaces), "proofed": each.proofed} for each in documents()]


def _element(each: "DataElement") -> dict[str, Any]:
    domain = each.value_domain
    return {
        "id": each.id, "name_zh": each.zh, "name_en": each.en, "definition_zh": each.definition, "definition_en": each.definition_en,
        "object_class": each.object_class, "property": each.property, "term": each.term, "datatype": domain.datatype, "format": domain.format,
        "format_zh": each.format.zh, "format_en": each.format.en, "unit": domain.unit, "code_list": domain.code_list, "minimum": domain.minimum,
        "maximum": domain.maximum, "pattern": domain.pattern, "identifier": each.identifier, "synonyms": list(each.synonyms),
        "columns": list(each.columns), "relations": {kind: list(to) for kind, to in each.relations.items()}, "classification": each.classification,
        "area": each.area, "steward": each.steward, "submitter": each.submitter, "version": each.version, "source": each.source,
        "proofed": each.proofed,
    }


def _list(each: "CodeList") -> dict[str, Any]:
    from lingnan.standards import elements_of

    header = each.header
    codes = [{"code": entry.code, "zh": entry.zh, "en": entry.en, "parent": entry.parent, "valid_from": entry.valid_from, "valid_to": entry.valid_to}
             for entry in each.entries[:_SHOWN_CODES]]
    return {
        "id": header.id, "name_zh": header.zh, "name_en": header.en, "standard": header.standard, "edition": header.edition,
        "valid_from": header.valid_from, "valid_to": header.valid_to, "source": header.source, "proofed": header.proofed,
        "elements": [element.id for element in elements_of(header.id)], "size": len(each.versions), "truncated": len(each) > _SHOWN_CODES,
        "codes": codes,
    }


def _set(each: "DataSet") -> dict[str, Any]:
    from lingnan.standards import data_element

    members = [{"element": member.element, "zh": data_element(member.element).zh, "obligation": member.obligation,
                "condition_zh": member.condition, "condition_en": member.condition_en} for member in each.members]
    return {"id": each.id, "name_zh": each.zh, "name_en": each.en, "definition_zh": each.definition, "definition_en": each.definition_en,
            "source": each.source, "proofed": each.proofed, "members": members}


def _indicator(each: "Indicator") -> dict[str, Any]:
    return {"id": each.id, "name_zh": each.zh, "name_en": each.en, "definition_zh": each.definition, "definition_en": each.definition_en,
            "formula_zh": each.formula, "formula_en": each.formula_en, "unit": each.unit, "frequency": each.frequency, "uses": list(each.uses),
            "source": each.source, "proofed": each.proofed}


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(_plain(each) for each in value)
    return " ".join(str(part) for part in value.values() if part) if isinstance(value, dict) else str(value)
