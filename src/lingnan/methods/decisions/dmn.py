"""Reads decisions of a DMN model (XML, 1.1 to 1.5): decision tables, and literal expressions within the subset of FEEL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from lingnan.base import BadInput
from lingnan.methods.decisions import tables
from lingnan.methods.decisions.expressions import Expression
from lingnan.methods.decisions.kinds import KINDS, TEXT, Value, to_kind
from lingnan.methods.decisions.parsing import parse_expression, parse_test
from lingnan.methods.decisions.tables import DecisionTable, Input, Output, Rule, Words
from lingnan.methods.decisions.yaml_form import literals

_POLICIES = {"UNIQUE": "U", "ANY": "A", "PRIORITY": "P", "FIRST": "F", "RULE ORDER": "R", "OUTPUT ORDER": "O", "COLLECT": "C"}
_AGGREGATIONS = {"SUM": "C+", "COUNT": "C#", "MIN": "C<", "MAX": "C>", "": "C"}


@dataclass(frozen=True)
class LiteralDecision:
    """A decision that is one expression over its facts."""

    id: str
    expression: Expression
    facts: Mapping[str, str] = field(default_factory=dict)

    def decide(self, given: Mapping[str, Any]) -> tables.Decision:
        """The expression's value; BadInput for a fact of the wrong type."""
        facts: dict[str, Value] = {name: to_kind(given.get(name), kind, name) for name, kind in self.facts.items()}
        return tables.Decision(self.id, "", facts, (), self.expression.value(facts))


def read_dmn(source: Path | str) -> dict[str, DecisionTable | LiteralDecision]:
    """The decisions of a model by name; BadInput for what is not DMN, is beyond the subset, or hides entities or outer references."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    try:
        model = fromstring(text.encode())
    except (ParseError, DefusedXmlException) as error:
        raise BadInput(f"不是可读的 DMN 文件：{error}。", f"This is no DMN file that can be read: {error}.") from error
    return _Model(model).decisions()


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [each for each in element if _name(each) == name]


def _text(element: Element | None, *path: str) -> str:
    """The text at a path of children, empty where there is none."""
    for name in path:
        found = _children(element, name)
        element = found[0] if found else None
    return (element.text or "").strip() if element is not None else ""


class _Model:
    def __init__(self, model: Element) -> None:
        self.model = model
        self.types = {each.get("name", ""): each for each in _children(model, "itemDefinition")}
        self.facts = {
            each.get("name", ""): self._kind(next(iter(_children(each, "variable")), each).get("typeRef", ""))
            for each in _children(model, "inputData")
        }

    def decisions(self) -> dict[str, DecisionTable | LiteralDecision]:
        found: dict[str, DecisionTable | LiteralDecision] = {}
        for each in _children(self.model, "decision"):
            name = each.get("name", "")
            facts = {fact: self.facts[fact] for fact in self._required(each)}
            if table := _children(each, "decisionTable"):
                found[name] = self._table(name, table[0], facts, each)
            elif text := _text(each, "literalExpression", "text"):
                found[name] = LiteralDecision(name, parse_expression(text, facts)[0], facts)
            else:
                raise BadInput(
                    f"决策“{name}”不是决策表，也不是文字表达式。",
                    f"Decision “{name}” is neither a decision table nor a literal expression.", decision=name,
                )
        return found

    def _required(self, decision: Element) -> list[str]:
        named = {f"#{each.get('id')}": each.get("name", "") for each in _children(self.model, "inputData")}
        needed = [required.get("href", "") for need in _children(decision, "informationRequirement") for required in need]
        if unknown := [each for each in needed if each not in named]:
            raise BadInput(
                f"决策“{decision.get('name')}”要用其他决策的结果（{unknown[0]}），本读取器只支持输入数据。",
                f"Decision “{decision.get('name')}” needs the result of another ({unknown[0]}); this reader takes input data only.",
            )
        return [named[each] for each in needed]

    def _kind(self, named: str) -> str:
        """The kind behind a reference to a type; text where it names none."""
        plain = named.rpartition(":")[2].replace("dateTime", "date and time")
        if plain in KINDS:
            return plain
        return self._kind(_text(self.types[named], "typeRef")) if named in self.types else TEXT

    def _table(self, name: str, table: Element, facts: dict[str, str], decision: Element) -> DecisionTable:
        policy = _POLICIES.get(table.get("hitPolicy", "UNIQUE"), table.get("hitPolicy", ""))
        inputs = tuple(self._input(each, facts) for each in _children(table, "input"))
        of = (next(iter(_children(decision, "variable")), table)).get("typeRef", "")
        outputs = tuple(self._output(each, of, facts) for each in _children(table, "output"))
        rules = tuple(_rule(number, each, inputs, facts) for number, each in enumerate(_children(table, "rule"), 1))
        return DecisionTable(
            name, "", _AGGREGATIONS[table.get("aggregation", "")] if policy == "C" else policy, inputs, outputs, rules, facts,
            Words(name, name),
        )

    def _input(self, element: Element, facts: Mapping[str, str]) -> Input:
        expression, kind = parse_expression(_text(element, "inputExpression", "text"), facts)
        allowed = _text(element, "inputValues", "text")
        name = _text(element, "inputExpression", "text")
        return Input(
            name, kind, Words(element.get("label", name), element.get("label", name)), parse_test(allowed, kind, {}) if allowed else None,
            None if name in facts else expression, literals(allowed, kind),
        )

    def _output(self, element: Element, of: str, facts: Mapping[str, str]) -> Output:
        kind = self._kind(element.get("typeRef", "")) if element.get("typeRef") else self._kind(of)
        values = _text(element, "outputValues", "text") or _text(self.types.get(of), "allowedValues", "text")
        default = _text(element, "defaultOutputEntry", "text")
        return Output(element.get("name", ""), kind, Words(), literals(values, kind), parse_expression(default, facts)[0] if default else None)


def _rule(number: int, element: Element, inputs: tuple[Input, ...], facts: Mapping[str, str]) -> Rule:
    tests = [_text(each, "text") for each in _children(element, "inputEntry")]
    results = [_text(each, "text") for each in _children(element, "outputEntry")]
    return Rule(
        str(number), tuple(parse_test(text, column.kind, facts) for text, column in zip(tests, inputs, strict=True)),
        tuple(parse_expression(text, facts)[0] for text in results), _text(element, "description"),
    )
