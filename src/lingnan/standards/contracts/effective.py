"""What a contract asks of its columns in the end: its own words and those of its data elements."""

from collections.abc import Iterator, Mapping
from typing import Any

from lingnan.standards.contracts.rules import METRICS, RULES
from lingnan.standards.contracts.shapes import Contract, Property, Quality, Step
from lingnan.standards.elements import data_elements, default_steps

CONVERSIONS = {"date", "timestamp", "amount", "integer", "number", "boolean"}
"""Steps that make another type of a text; a column has one."""


def standardise_steps(each: Property) -> tuple[Step, ...]:
    """The steps of a column in order: its data element's or its type's, then its own; an own step or conversion replaces the given one."""
    element = data_elements().get(each.element or "")
    given: tuple[Step, ...] = element.standardise if element and element.logical_type == each.logical_type else default_steps(each.logical_type)
    if element and element.code_list and each.code_list != element.code_list:
        given = tuple({"code": {**step["code"], "list": each.code_list}} if isinstance(step, dict) and "code" in step else step for step in given)
    elif not element and each.code_list:
        given = (*given, {"code": {"list": each.code_list, "from": "label_or_code"}})
    own = {_word(step) for step in each.standardise}
    if own & CONVERSIONS:
        own |= CONVERSIONS
    return (*(step for step in given if _word(step) not in own), *each.standardise)


def _word(step: Step) -> str:
    return step if isinstance(step, str) else next(iter(step))


def all_rules(contract: Contract) -> tuple[tuple[str | None, Quality], ...]:
    """Every rule with the column it judges (None: the row or table): required, unique and key, the data elements', then those written."""
    return tuple(_all_rules(contract))


def _all_rules(contract: Contract) -> Iterator[tuple[str | None, Quality]]:
    for each in contract.properties:
        if each.required or each.primary_key:
            yield each.name, _library(each, "required", "nullValues", "必填", "is required")
        if each.unique:
            yield each.name, _library(each, "unique", "duplicateValues", "不重复", "stands once")
        yield from ((each.name, rule) for rule in _element_rules(each))
        yield from ((_column(rule) or each.name, rule) for rule in each.quality)
    if contract.key and not any(rule.rule == "duplicate_key" for rule in contract.quality):
        told = RULES["duplicate_key"]
        yield None, _made(f"{contract.table}_key", "custom", "duplicate_key", {"columns": list(contract.key)}, told.dimension, told.zh, told.en)
    yield from ((_column(rule), rule) for rule in contract.quality)


def _column(rule: Quality) -> str | None:
    return rule.args.get("of") if rule.kind == "custom" and rule.engine == "lingnan" and rule.rule in RULES and RULES[rule.rule].of_column else None


def _element_rules(each: Property) -> Iterator[Quality]:
    element = data_elements().get(each.element or "")
    written = list(element.rules) if element else [{"rule": "code_valid", "list": each.code_list}] if each.code_list else []
    own = {(rule.rule, rule.args.get("column")) for rule in each.quality}
    for rule in written:
        if (rule["rule"], rule.get("column")) in own:
            continue
        told = RULES[rule["rule"]]
        args: dict[str, Any] = {key: value for key, value in rule.items() if key != "rule"}
        if rule["rule"] == "code_valid":
            args["list"] = each.code_list
            if each.code_list_edition:
                args["edition"] = each.code_list_edition
        made = _made(f"{each.name}_{rule['rule']}", "custom", rule["rule"], args, told.dimension, f"{each.zh}：{told.zh}", f"{each.en}: {told.en}")
        yield made if element is None or element.severity == "error" else Quality(**{**made.__dict__, "severity": element.severity})


def _library(each: Property, word: str, metric: str, zh: str, en: str) -> Quality:
    return _made(f"{each.name}_{word}", "library", metric, {"mustBe": 0}, METRICS[metric][0], each.zh + zh, f"{each.en} {en}")


def _made(name: str, kind: str, rule: str, args: Mapping[str, Any], dimension: str, zh: str, en: str) -> Quality:
    return Quality(name, kind, rule, args, dimension, "error", zh, en)
