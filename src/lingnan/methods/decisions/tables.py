"""Decision tables with the meaning of DMN 1.5 (chapter 8): facts go in, rules that hold are hits, the hit policy makes one answer of them.

What the hit policy forbids is no answer: two rules that contradict each other, or a fact outside its allowed values, give a fault and no value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lingnan.base import BadInput, WrongUse
from lingnan.methods.decisions.expressions import Anything, Expression, Facts, Test, all_hold
from lingnan.methods.decisions.kinds import Value, to_kind

UNIQUE, ANY, PRIORITY, FIRST, RULE_ORDER, OUTPUT_ORDER = "U", "A", "P", "F", "R", "O"
COLLECT, SUM, COUNT, LEAST, GREATEST = "C", "C+", "C#", "C<", "C>"
POLICIES = (UNIQUE, ANY, PRIORITY, FIRST, RULE_ORDER, OUTPUT_ORDER, COLLECT, SUM, COUNT, LEAST, GREATEST)
SINGLE = (UNIQUE, ANY, PRIORITY, FIRST)
LISTS = (RULE_ORDER, OUTPUT_ORDER, COLLECT)
AGGREGATES = (SUM, COUNT, LEAST, GREATEST)

CONFLICT, OUTSIDE = "conflict", "outside"
"""The two faults: rules that contradict each other, and a fact outside its allowed values."""


@dataclass(frozen=True)
class Words:
    """What something is called in both languages."""

    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Input:
    """A column of conditions: a fact, or what `source` makes of facts; `allowed` holds the values that can occur."""

    name: str
    kind: str
    words: Words = Words()
    allowed: Test | None = None
    source: Expression | None = None
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Output:
    """A column of answers; `values` in falling priority, `default` where no rule holds."""

    name: str
    kind: str = ""
    words: Words = Words()
    values: tuple[Value, ...] = ()
    default: Expression | None = None


@dataclass(frozen=True)
class Rule:
    """A row: one test for each input, one expression for each output, and the law it rests on."""

    id: str
    tests: tuple[Test, ...]
    results: tuple[Expression, ...]
    basis: str = ""


@dataclass(frozen=True)
class Hit:
    """A rule that held: what it answers, the law it rests on, and the facts it looked at."""

    rule: str
    answer: Mapping[str, Value]
    basis: str
    evidence: Mapping[str, Value]


@dataclass(frozen=True)
class Decision:
    """An answer with its reasons: table and version, the facts given, every hit in the order of the table.

    `value` is one value for one output, a mapping for several, a list of these where the hit policy collects, None without an answer.
    `fault` is empty, `conflict` or `outside`; `defaulted` says that no rule held and the table's default answers.
    """

    table: str
    version: str
    facts: Mapping[str, Value]
    hits: tuple[Hit, ...]
    value: Any = None
    fault: str = ""
    defaulted: bool = False


@dataclass(frozen=True)
class DecisionTable:
    """A table as read: identity, law, hit policy, columns and rows; `facts` are the kinds of everything that must be given."""

    id: str
    version: str
    policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    words: Words = Words()
    basis: str = ""
    proofed: bool = False

    def __post_init__(self) -> None:
        if self.policy not in POLICIES:
            known = ", ".join(POLICIES)
            raise _unfit(self.id, f"命中策略“{self.policy}”不存在，可用 {known}", f"the hit policy “{self.policy}” does not exist; use {known}")
        if self.policy in AGGREGATES and len(self.outputs) != 1:
            raise _unfit(self.id, f"{self.policy} 只能有一个输出列", f"{self.policy} takes one output column")
        if self.policy in (PRIORITY, OUTPUT_ORDER) and not any(output.values for output in self.outputs):
            wanted = f"{self.policy} needs an output with values, the most important first"
            raise _unfit(self.id, f"{self.policy} 需要有 values 的输出列，先后即优先次序", wanted)

    def decide(self, given: Mapping[str, Any]) -> Decision:
        """The answer to these facts, of which more may be given than asked; BadInput for one not given (None means unknown) or of the wrong type."""
        facts = self.read(given)
        cells = {each.name: facts[each.name] if each.source is None else each.source.value(facts) for each in self.inputs}
        if any(each.allowed and cells[each.name] is not None and not each.allowed.holds(cells[each.name], facts) for each in self.inputs):
            return Decision(self.id, self.version, facts, (), fault=OUTSIDE)
        hits = tuple(self._hit(rule, cells, facts) for rule in self.rules if self._holds(rule, cells, facts))
        if not hits:
            return self._without_hit(facts)
        answer, fault = _answer(self, hits)
        return Decision(self.id, self.version, facts, hits, answer, fault)

    def read(self, given: Mapping[str, Any]) -> dict[str, Value]:
        """Facts in their kinds; BadInput names those not given."""
        if missing := [name for name in self.facts if name not in given]:
            raise BadInput(
                f"决策表“{self.id}”缺少事实：{'、'.join(missing)}。请给出；不知道的给空值。",
                f"Decision table “{self.id}” misses the facts {', '.join(missing)}. Give them; null for what is not known.",
                table=self.id, missing=missing,
            )
        return {name: to_kind(given[name], kind, name) for name, kind in self.facts.items()}

    def shape(self, values: Iterable[Value]) -> Any:
        """One value for one output, a mapping for several."""
        found = tuple(values)
        return found[0] if len(self.outputs) == 1 else dict(zip((output.name for output in self.outputs), found, strict=True))

    def rank(self, hit: Hit) -> tuple[int, ...]:
        """Where a hit stands by the priority of its answers, the first output before the second; what is not listed comes last."""
        places = []
        for output in self.outputs:
            if output.values:
                value = hit.answer[output.name]
                places.append(output.values.index(value) if value in output.values else len(output.values))
        return tuple(places)

    def _holds(self, rule: Rule, cells: Facts, facts: Facts) -> bool:
        return all_hold(test.holds(cells[each.name], facts) for test, each in zip(rule.tests, self.inputs, strict=True)) is True

    def _hit(self, rule: Rule, cells: Facts, facts: Facts) -> Hit:
        looked = {each.name: cells[each.name] for test, each in zip(rule.tests, self.inputs, strict=True) if not isinstance(test, Anything)}
        beside = {name: facts[name] for test in rule.tests for name in test.names()}
        answer = {output.name: result.value(facts) for output, result in zip(self.outputs, rule.results, strict=True)}
        return Hit(rule.id, answer, rule.basis, {**looked, **beside})

    def _without_hit(self, facts: Mapping[str, Value]) -> Decision:
        if not any(output.default for output in self.outputs):
            return Decision(self.id, self.version, facts, ())
        value = self.shape(output.default.value(facts) if output.default else None for output in self.outputs)
        return Decision(self.id, self.version, facts, (), [value] if self.policy in LISTS else value, defaulted=True)


def _answer(table: DecisionTable, hits: tuple[Hit, ...]) -> tuple[Any, str]:
    """What the hit policy makes of hits, and the fault where it forbids them."""
    policy = table.policy
    if (policy == UNIQUE and len(hits) > 1) or (policy == ANY and any(hit.answer != hits[0].answer for hit in hits)):
        return None, CONFLICT
    if policy in AGGREGATES:
        return _aggregate(policy, [next(iter(hit.answer.values())) for hit in hits]), ""
    ordered = sorted(hits, key=table.rank) if policy in (PRIORITY, OUTPUT_ORDER) else list(hits)
    answers = [table.shape(hit.answer.values()) for hit in ordered]
    return (answers if policy in LISTS else answers[0]), ""


def _aggregate(policy: str, values: list[Any]) -> Any:
    """Sum, number, least or greatest of the hits' values; null with a null among them, but the number counts every hit."""
    if policy == COUNT:
        return len(values)
    if None in values:
        return None
    return sum(values[1:], values[0]) if policy == SUM else min(values) if policy == LEAST else max(values)


def _unfit(table: str, zh: str, en: str) -> WrongUse:
    return WrongUse(f"决策表“{table}”：{zh}。", f"Decision table “{table}”: {en}.", table=table)
