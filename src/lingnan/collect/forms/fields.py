"""From a contract's columns to fields: logical type, code list, data element, limits and pattern become what a browser can ask and check."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, get_args

from lingnan.collect.forms.columns import filled_in
from lingnan.collect.forms.shapes import FieldChoice, FieldKind, FieldSpec, FormFile, FormPart
from lingnan.standards import Contract, Property, Quality

INPUT, HINT_EN, UNIT = "formInput", "formHintEn", "unit"
"""Custom properties of a column: a kind of field that its type does not tell (`picture`, `long`), and its unit of measure."""
_KINDS: Mapping[str, FieldKind] = {
    "integer": "integer", "number": "number", "date": "date", "timestamp": "moment", "boolean": "boolean", "array": "long", "object": "long",
}
LONG = 200
"""Characters from which a text gets several lines."""
PLAIN_PATTERN = re.compile(r"[\w\s^$.*+?()\[\]{}|\\/,:;=<>~-]*", re.ASCII)
"""What Python, the engine and every browser read alike; other patterns are checked on the server alone."""
TEXT_LIMIT = 4000
_ELSEWHERE = "(?"


def parts_of(file: FormFile, contract: Contract, today: date) -> tuple[FormPart, ...]:
    """The form's parts: what no section names first, then the sections in their order."""
    fields = {each.name: field_of(each, contract, today) for each in filled_in(contract)}
    named = {name for section in file.sections for name in section.items}
    free = tuple(field for name, field in fields.items() if name not in named)
    parts = [FormPart(None, free)] if free else []
    parts += [FormPart(section, tuple(fields[name] for name in section.items if name in fields)) for section in file.sections]
    return tuple(parts)


def field_of(column: Property, contract: Contract, today: date) -> FieldSpec:
    """The field of one column."""
    element = contract.vocabulary.elements.get(column.element or "")
    choices = tuple(_choices(column, contract, today))
    limits = _limits(column)
    return FieldSpec(
        name=column.name, zh=column.zh, en=column.en, kind=_kind(column, bool(choices), limits), required=column.required or column.primary_key,
        hint=column.description, unit=str(column.custom.get(UNIT, "") or (element.unit if element else "")), choices=choices,
        minimum=limits.get("min"), maximum=limits.get("max"), shortest=_whole(limits.get("shortest")),
        longest=_whole(limits.get("longest")), pattern=str(limits.get("pattern", "")),
        identifier=(element.identifier or "") if element else "", personal=column.classification in ("personal", "sensitive"),
    )


def _kind(column: Property, chosen: bool, limits: Mapping[str, Any]) -> FieldKind:
    wished = column.custom.get(INPUT)
    if wished in get_args(FieldKind):
        return next(kind for kind in get_args(FieldKind) if kind == wished)
    if chosen:
        return "choice"
    if column.logical_type == "string" and (limits.get("longest") or 0) > LONG:
        return "long"
    return _KINDS.get(column.logical_type, "text")


def _choices(column: Property, contract: Contract, today: date) -> Iterator[FieldChoice]:
    """The codes that hold today, without rows that only group others."""
    if not column.code_list:
        return
    seen: set[str] = set()
    for code in contract.vocabulary.list_of(column.code_list, column.code_list_edition).entries:
        if code.holds(today) and code.level and code.code not in seen:
            seen.add(code.code)
            yield FieldChoice(code.code, code.zh, code.en)


def _limits(column: Property) -> dict[str, Any]:
    """Limits of value and length and a pattern, from the type's options and the column's own rules of severity error."""
    options = column.other.get("logicalTypeOptions") or {}
    found: dict[str, Any] = {
        "min": options.get("minimum"), "max": options.get("maximum"), "shortest": options.get("minLength"), "longest": options.get("maxLength"),
        "pattern": _browsers(options.get("pattern")),
    }
    for rule in column.quality:
        if rule.severity == "error":
            found.update({name: value for name, value in _of_rule(rule).items() if found.get(name) in (None, "")})
    return {name: value for name, value in found.items() if value not in (None, "") and not isinstance(value, bool)}


def _of_rule(rule: Quality) -> dict[str, Any]:
    args = rule.args
    if rule.rule == "in_range":
        return {name: args[name] for name in ("min", "max") if isinstance(args.get(name), int | float)}
    if rule.rule == "length":
        return {"shortest": args.get("min"), "longest": args.get("max")}
    return {"pattern": _browsers(args.get("pattern"))} if rule.rule == "pattern" else {}


def _browsers(pattern: Any) -> str:
    """The pattern where a browser reads it as the engine does, else nothing."""
    text = str(pattern or "").removeprefix("^").removesuffix("$")
    return text if PLAIN_PATTERN.fullmatch(text) and _ELSEWHERE not in text else ""


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) else None
