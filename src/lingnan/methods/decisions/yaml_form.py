"""Reads a decision table from YAML, as an official writes it: facts with their meaning, then a row a rule with the law it rests on.

    decision: deposit_waiver
    version: "2026-1"
    title: {zh: 保证金减免, en: Waiver of the deposit}
    basis: 工程建设领域农民工工资保证金规定 第十一条
    hit: U
    inputs:
      - {name: years, type: integer, zh: 连续无欠薪年数, en: Years without arrears, range: "[0..50]"}
      - {name: listed, type: boolean, zh: 在欠薪名单, en: On the list of arrears}
    outputs:
      - {name: share, type: number, zh: 缴存比例, en: Share to be deposited}
    rules:
      - {id: listed, when: {listed: true}, then: {share: 1.5}, basis: 第十二条}
      - {id: two_years, when: {listed: false, years: ">= 2"}, then: {share: 0.5}}
      - {id: other, when: {listed: false, years: "< 2"}, then: {share: 1}}

In columns of texts plain words are texts (`when: {kind: 新办, 变更}`); names of facts stay names; an output that begins with `=` is an expression.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lingnan.base import BadInput, load_yaml
from lingnan.methods.decisions.expressions import AnyOf, Anything, Compared, Expression, Literal, Test
from lingnan.methods.decisions.kinds import KINDS, TEXT, Value, kind_of, same_kind, to_kind
from lingnan.methods.decisions.parsing import parse_expression, parse_test
from lingnan.methods.decisions.tables import DecisionTable, Input, Output, Rule, Words

TABLE_KEYS = {"decision", "version", "title", "basis", "proofed", "hit", "facts", "inputs", "outputs", "rules"}
FACT_KEYS = {"name", "type", "zh", "en", "unit"}
INPUT_KEYS = FACT_KEYS | {"values", "range", "from"}
OUTPUT_KEYS = FACT_KEYS | {"values", "default"}
RULE_KEYS = {"id", "when", "then", "basis", "note"}
_CELL = re.compile(r'^(?:-$|null$|[<>=!≥≤≠@"]|(?:starts with|ends with|contains)\()')
_NOT = re.compile(r"not\s*[(（](.*)[)）]")


def read_decision(source: Path | str, parse: Callable[[str], Any] = load_yaml) -> DecisionTable:
    """A table from a file or a text; BadInput names the key, rule or cell that cannot be read. Unknown keys are refused.

    `parse` tells what YAML says, for who keeps what was parsed.
    """
    text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    told = mapping(parse(text), "决策表 decision", TABLE_KEYS, {"decision", "version", "title", "basis", "hit", "inputs", "outputs", "rules"})
    facts = {each["name"]: kind_told(each) for each in _columns(told.get("facts", []), "facts", FACT_KEYS)}
    inputs = _columns(told["inputs"], "inputs", INPUT_KEYS)
    facts |= {each["name"]: kind_told(each) for each in inputs if "from" not in each}
    columns = tuple(_input(each, facts) for each in inputs)
    outputs = tuple(_output(each, facts) for each in _columns(told["outputs"], "outputs", OUTPUT_KEYS))
    rules = tuple(_rule(each, columns, outputs, facts) for each in told["rules"])
    unique((rule.id for rule in rules), "rules")
    unique([*(each.name for each in columns), *(each.name for each in outputs)], "inputs, outputs")
    return DecisionTable(
        str(told["decision"]), str(told["version"]), str(told["hit"]), columns, outputs, rules, facts, words(told["title"]),
        str(told["basis"]), bool(told.get("proofed", False)),
    )


def unfit(where: str, zh: str, en: str) -> BadInput:
    """What cannot be read, and where it stands."""
    return BadInput(f"{where}：{zh}。", f"{where}: {en}.", where=where)


def mapping(told: Any, where: str, known: set[str], needed: set[str]) -> dict[str, Any]:
    """A mapping of known keys with all that it needs."""
    if not isinstance(told, dict):
        raise unfit(where, "应是键值对", "should be keys and values")
    if extra := sorted({str(key) for key in told} - known):
        used, allowed = ", ".join(extra), ", ".join(sorted(known))
        raise unfit(where, f"不认识的键 {used}，可用 {allowed}", f"unknown keys {used}; allowed are {allowed}")
    if missing := sorted(needed - set(told)):
        raise unfit(where, f"缺少 {'、'.join(missing)}", f"misses {', '.join(missing)}")
    return told


def unique(names: Iterable[str], where: str) -> None:
    """Refuses a name used twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise unfit(where, f"“{name}”出现两次", f"“{name}” occurs twice")
        seen.add(name)


def words(told: Any) -> Words:
    """A title in both languages."""
    return Words(**mapping(told, "title", {"zh", "en"}, {"zh", "en"}))


def kind_told(told: Mapping[str, Any]) -> str:
    """The kind that a column tells."""
    if told["type"] not in KINDS:
        wrong, allowed = told["type"], ", ".join(KINDS)
        raise unfit(str(told["name"]), f"类型“{wrong}”不存在，可用 {allowed}", f"the type “{wrong}” does not exist; use {allowed}")
    return str(told["type"])


def _columns(told: Any, where: str, known: set[str]) -> list[dict[str, Any]]:
    return [mapping(each, f"{where}[{number}]", known, {"name", "type", "zh", "en"}) for number, each in enumerate(told, 1)]


def _input(told: dict[str, Any], facts: Mapping[str, str]) -> Input:
    name, kind = str(told["name"]), kind_told(told)
    values = tuple(to_kind(value, kind, name) for value in told.get("values", ()))
    allowed: Test | None = AnyOf(tuple(Compared("=", Literal(value)) for value in values)) if values else None
    if "range" in told:
        allowed = parse_test(str(told["range"]), kind, {})
    source, own = parse_expression(str(told["from"]), facts) if "from" in told else (None, kind)
    if not same_kind(own, kind):
        raise unfit(name, f"from 得出 {own}，不是 {kind}", f"what it is made from is a {own}, not a {kind}")
    return Input(name, kind, Words(told["zh"], told["en"]), allowed, source, values)


def _output(told: dict[str, Any], facts: Mapping[str, str]) -> Output:
    name, kind = str(told["name"]), kind_told(told)
    column = Output(name, kind, Words(told["zh"], told["en"]), tuple(to_kind(value, kind, name) for value in told.get("values", ())))
    default = result(told["default"], column, facts) if "default" in told else None
    return Output(column.name, column.kind, column.words, column.values, default)


def _rule(told: Any, inputs: tuple[Input, ...], outputs: tuple[Output, ...], facts: Mapping[str, str]) -> Rule:
    name = str(told.get("id", "?")) if isinstance(told, dict) else "?"
    mapping(told, f"rules[{name}]", RULE_KEYS, {"id", "when", "then"})
    when = mapping(told["when"], f"rules[{name}].when", {each.name for each in inputs}, set())
    then = mapping(told["then"], f"rules[{name}].then", {each.name for each in outputs}, {each.name for each in outputs})
    tests = tuple(cell(when[each.name], each, facts) if each.name in when else Anything() for each in inputs)
    return Rule(name, tests, tuple(result(then[each.name], each, facts) for each in outputs), str(told.get("basis", "")))


def cell(told: Any, column: Input, facts: Mapping[str, str]) -> Test:
    """A condition as YAML gives it: a value, a list of values, or a text with a test."""
    if told is None:
        raise unfit(column.name, "空单元格含义不明：任意写 -，空值写 \"null\"", "an empty cell says nothing: write - for anything, \"null\" for null")
    if isinstance(told, list):
        return AnyOf(tuple(cell(each, column, facts) for each in told))
    if not isinstance(told, str):
        return Compared("=", Literal(_known(to_kind(_plain(told), column.kind, column.name), column)))
    test = parse_test(_with_quotes(told, facts) if column.kind == TEXT else told, column.kind, facts)
    if column.values:
        for value in _mentioned(test):
            _known(value, column)
    return test


def _known(value: Value, column: Input) -> Value:
    """A value that may occur in its column."""
    if value is not None and column.values and value not in column.values:
        listed = "、".join(str(each) for each in column.values)
        raise unfit(column.name, f"“{value}”不在 values（{listed}）之中", f"“{value}” is not among its values ({listed})")
    return value


def _mentioned(test: Test) -> list[Value]:
    """Values that a test asks to be equal to."""
    if isinstance(test, AnyOf):
        return [value for each in test.tests for value in _mentioned(each)]
    inner = getattr(test, "test", None)
    if inner is not None:
        return _mentioned(inner)
    return [test.to.content] if isinstance(test, Compared) and isinstance(test.to, Literal) and test.sign in ("=", "!=") else []


def _plain(told: Any) -> Any:
    """YAML reads `2026-01-31` as a day and `2026-01-31T08:00:00` as a moment; both stay so."""
    return told if isinstance(told, bool | int | float | date | datetime) else str(told)


def _with_quotes(text: str, facts: Mapping[str, str]) -> str:
    """Plain words of a cell in quotes, so that an official need not write them."""
    text = text.strip()
    if '"' in text:
        return text
    if inner := _NOT.fullmatch(text):
        return f"not({_with_quotes(inner[1], facts)})"
    parts = [part.strip() for part in re.split("[,，]", text)]
    if _CELL.match(text) and text.startswith(("starts", "ends", "contains")):
        return text
    return ", ".join(part if part in facts or _CELL.match(part) else f'"{part}"' for part in parts)


def result(told: Any, column: Output, facts: Mapping[str, str]) -> Expression:
    """An answer as YAML gives it: a value, or an expression after `=`."""
    if isinstance(told, str) and told.startswith("="):
        expression, kind = parse_expression(told[1:], facts)
        if kind and not same_kind(kind, column.kind):
            raise unfit(column.name, f"表达式得出 {kind}，不是 {column.kind}", f"the expression gives a {kind}, not a {column.kind}")
        return expression
    value = to_kind(None if told is None else _plain(told), column.kind, column.name)
    return Literal(_known(value, Input(column.name, column.kind, values=column.values)))


def literals(text: str, kind: str) -> tuple[Value, ...]:
    """The values of a list such as `"High", "Low"`; none where it is a range or anything else."""
    if not text:
        return ()
    test = parse_test(text, kind, {})
    parts = test.tests if isinstance(test, AnyOf) else (test,)
    values = [each.to.content for each in parts if isinstance(each, Compared) and each.sign == "=" and isinstance(each.to, Literal)]
    return tuple(values) if len(values) == len(parts) and all(value is None or same_kind(kind_of(value), kind) for value in values) else ()
