"""Reads a contract: the standard's schema first, then the hub's own checks, then the shapes; all faults come in one error."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lingnan.standards.contracts.checks import OUR_KEYS, Checks, custom_values
from lingnan.standards.contracts.rules import METRICS, PHYSICAL, RULES
from lingnan.standards.contracts.schema import check_schema
from lingnan.standards.contracts.shapes import Contract, Property, Quality
from lingnan.standards.contracts.source import Source
from lingnan.standards.elements import DataElement
from lingnan.standards.faults import bad_input
from lingnan.standards.vocabulary import SHIPPED, Vocabulary

_TOP = ("apiVersion", "kind", "id", "version", "status", "schema")
_TABLE = ("name", "physicalName", "description", "properties", "quality", "customProperties")
_PROPERTY = (
    "name", "physicalName", "description", "logicalType", "physicalType", "required", "unique", "primaryKey",
    "classification", "examples", "quality", "customProperties",
)
_QUALITY = ("id", "type", "metric", "engine", "implementation", "dimension", "severity", "customProperties")


def read_contract(source: Path | str, vocabulary: Vocabulary = SHIPPED, *, sql: bool = True) -> Contract:
    """The contract in a file (a Path, or a one-line text naming it) or in a YAML text; BadInput lists every fault with its line.

    `vocabulary` gives the elements and code lists it may name: those that ship, unless a hub hands in its own beside them.
    Without `sql` the contract's own SQL is left to who compiles its rules, which refuses the same: a command that judges no row opens no parser.
    """
    return contract_of(contract_values(source, vocabulary, sql=sql), vocabulary)


def contract_values(source: Path | str, vocabulary: Vocabulary = SHIPPED, *, sql: bool = True) -> dict[str, Any]:
    """What a sound contract says, as JSON holds it, for who keeps it and makes the contract of it again; BadInput as `read_contract`."""
    name, text = _text(source)
    read = Source(text)
    if not read.faults:
        _check(read, vocabulary, sql)
    if read.faults:
        _raise(name, read)
    values: dict[str, Any] = read.values
    return values


def _text(source: Path | str) -> tuple[str, str]:
    if isinstance(source, str) and "\n" in source:
        return "", source
    try:
        return str(source), Path(source).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise bad_input(
            f"读不了契约文件 {source}（{error}）。请给出 UTF-8 编码的 YAML 文件。",
            f"The contract file {source} cannot be read ({error}). Give a YAML file in UTF-8.", file=str(source),
        ) from error


def _check(read: Source, vocabulary: Vocabulary, sql: bool) -> None:
    if not isinstance(read.values, dict):
        keys = "apiVersion, kind, id, version, status, schema"
        read.fault((), f"契约须为键值表，含 {keys}。", f"A contract is a mapping with {keys}.")
        return
    check_schema(read)
    if read.faults:
        return
    tables = read.values.get("schema", [])
    if len(tables) != 1:
        read.fault(("schema",), f"一份契约只写一张表，这里有 {len(tables)} 张。", f"A contract is about one table, here are {len(tables)}.")
        return
    Checks(read, tables[0], vocabulary).run(sql=sql)


def _raise(name: str, read: Source) -> None:
    faults = sorted(read.faults, key=lambda fault: fault.line)
    zh = "\n".join(f"  第 {f.line} 行 {f.where()}：{f.zh}" for f in faults)
    en = "\n".join(f"  line {f.line} {f.where()}: {f.en}" for f in faults)
    raise bad_input(
        f"数据契约{name}有 {len(faults)} 处错误，请逐条改正后重试：\n{zh}",
        f"The contract {name} has {len(faults)} faults; correct them and try again:\n{en}".replace("contract  has", "contract has"),
        file=name, faults=[{"line": f.line, "path": f.where(), "zh": f.zh, "en": f.en} for f in faults],
    )


def contract_of(values: Mapping[str, Any], vocabulary: Vocabulary = SHIPPED) -> Contract:
    """The contract that values say which `contract_values` gave for the same vocabulary."""
    table = values["schema"][0]
    custom = custom_values(table)
    zh = custom.pop("titleZh", table.get("businessName", table["name"]))
    en = custom.pop("titleEn", table["name"])
    return Contract(
        id=values["id"], version=values["version"], status=values["status"],
        table=table["name"], physical_name=table.get("physicalName", table["name"]), zh=zh, en=en, description=table.get("description", ""),
        properties=tuple(_property(each, vocabulary) for each in table["properties"]),
        quality=tuple(_qualities(table, table["name"])),
        custom=custom, other=_rest(values, _TOP), table_other=_rest(table, _TABLE), vocabulary=vocabulary,
    )


def _property(each: Mapping[str, Any], vocabulary: Vocabulary) -> Property:
    custom = custom_values(each)
    element = vocabulary.elements.get(custom.get("dataElement", ""))
    logical = each.get("logicalType") or (element.logical_type if element else "string")
    ours = {key: custom.pop(key) for key in OUR_KEYS if key in custom}
    return Property(
        name=each["name"], source=each.get("physicalName", each["name"]),
        zh=ours.get("titleZh", each.get("businessName") or (element.zh if element else each["name"])),
        en=ours.get("titleEn", element.en if element else each["name"]),
        logical_type=logical, physical_type=each.get("physicalType") or _physical(logical, element),
        required=each.get("required", False), unique=each.get("unique", False), primary_key=each.get("primaryKey", False),
        classification=each.get("classification") or (element.classification if element else "internal"),
        element=element.id if element else None,
        code_list=ours.get("codeList", element.code_list if element else None),
        code_list_edition=ours.get("codeListEdition", element.code_list_edition if element else None),
        share_level=ours.get("shareLevel", "conditional"), grade=ours.get("grade", "general"), standardise=tuple(ours.get("standardise", ())),
        quality=tuple(_qualities(each, each["name"])), examples=tuple(each.get("examples", ())), description=each.get("description", ""),
        custom=custom, other=_rest(each, _PROPERTY),
    )


def _physical(logical: str, element: DataElement | None) -> str:
    if element and element.logical_type == logical:
        return element.physical_type
    return PHYSICAL[logical][0]


def _qualities(node: Mapping[str, Any], owner: str) -> Iterator[Quality]:
    taken = {quality["id"] for quality in node.get("quality", ()) if "id" in quality}
    for quality in node.get("quality", ()):
        made = _quality(quality)
        if not made.id:
            first = base = f"{owner}_{made.rule or made.kind}"
            number = 2
            while base in taken:
                base, number = f"{first}_{number}", number + 1
            taken.add(base)
            made = Quality(**{**made.__dict__, "id": base})
        yield made


def _quality(quality: Mapping[str, Any]) -> Quality:
    kind = quality.get("type", "library")
    engine = quality.get("engine", "lingnan")
    ours = kind == "custom" and engine == "lingnan"
    custom = custom_values(quality)
    rest = _rest(quality, _QUALITY)
    if ours:
        args = {key: value for key, value in quality["implementation"].items() if key != "rule"}
        rule, told = quality["implementation"]["rule"], RULES[quality["implementation"]["rule"]]
        dimension, zh, en = told.dimension, told.zh, told.en
    else:
        rule = quality.get("metric", "")
        args = {key: rest.pop(key) for key in list(rest) if key.startswith("must") or key in ("arguments", "query", "unit")}
        if kind == "custom":
            args["implementation"] = quality["implementation"]
        dimension, zh, en = METRICS.get(rule, ("conformity", "", ""))
    # A rule's name is its title here; the standard's description may be in either language.
    name, text = quality.get("name", ""), quality.get("description", "")
    return Quality(
        id=quality.get("id", ""), kind=kind, rule=rule, args=args,
        dimension=quality.get("dimension", dimension), severity=quality.get("severity", "error"),
        zh=custom.pop("titleZh", name or text or zh), en=custom.pop("titleEn", text or name or en), engine=engine,
        other={**rest, **({"customProperties": [{"property": k, "value": v} for k, v in custom.items()]} if custom else {})},
    )


def _rest(node: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key not in known}
