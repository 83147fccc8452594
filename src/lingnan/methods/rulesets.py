"""Rule sets: many rules over one row, each that holds is a finding with its law, its kind and the facts that show it.

    ruleset: claims
    version: "2026-1"
    title: {zh: 结算审核, en: Audit of claims}
    basis: 示例办法
    facts:
      - {name: price, type: number, zh: 单价, en: Price, unit: 元}
      - {name: ceiling, type: number, zh: 限价, en: Ceiling, unit: 元}
    rules:
      - id: P04
        kind: certain
        title: {zh: 超过限价, en: Above the ceiling}
        when: {price: "> ceiling"}
        evidence: [price, ceiling]
        amount: "= price - ceiling"
        basis: 第十条

A `certain` (明确) rule is a breach by itself; a `suspect` (可疑) one asks a person to look. Neither decides anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lingnan.base import BadInput, load_yaml
from lingnan.methods.decisions.expressions import Anything, Expression, Facts, Test, all_hold
from lingnan.methods.decisions.kinds import INTEGER, NUMBER, Value, literal_sql, quoted, to_kind
from lingnan.methods.decisions.tables import Input, Output, Words
from lingnan.methods.decisions.yaml_form import FACT_KEYS, cell, kind_told, mapping, result, unfit, unique, words

CERTAIN, SUSPECT = "certain", "suspect"
"""明确 and 可疑, as the two libraries of rules of medical insurance tell breaches from doubts."""

SET_KEYS = {"ruleset", "version", "title", "basis", "proofed", "facts", "rules"}
RULE_KEYS = {"id", "kind", "title", "when", "any", "evidence", "amount", "basis", "note"}


@dataclass(frozen=True)
class SetRule:
    """A rule: it holds when in one of its `cases` every test of a fact holds; `amount` is what is at stake, where that can be counted."""

    id: str
    kind: str
    words: Words
    cases: tuple[tuple[tuple[str, Test], ...], ...]
    evidence: tuple[str, ...]
    amount: Expression | None = None
    basis: str = ""


@dataclass(frozen=True)
class Finding:
    """A rule that held: rule, version and kind, title, law, the facts that show it, and the amount at stake (None where not counted)."""

    rule: str
    version: str
    kind: str
    words: Words
    basis: str
    evidence: Mapping[str, Value]
    amount: Value = None


@dataclass(frozen=True)
class RuleSet:
    """Rules under one version; `facts` are the kinds of everything that must be given."""

    id: str
    version: str
    words: Words
    basis: str
    rules: tuple[SetRule, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    proofed: bool = False

    def find(self, given: Mapping[str, Any]) -> tuple[Finding, ...]:
        """Every rule that holds of these facts, in the order of the set; BadInput for a fact not given (None means unknown) or of the wrong type."""
        if missing := [name for name in self.facts if name not in given]:
            raise BadInput(
                f"规则集“{self.id}”缺少事实：{'、'.join(missing)}。请给出；不知道的给空值。",
                f"Rule set “{self.id}” misses the facts {', '.join(missing)}. Give them; null for what is not known.",
                ruleset=self.id, missing=missing,
            )
        facts = {name: to_kind(given[name], kind, name) for name, kind in self.facts.items()}
        return tuple(self._finding(rule, facts) for rule in self.rules if any(_holds(case, facts) for case in rule.cases))

    def _finding(self, rule: SetRule, facts: Facts) -> Finding:
        evidence = {name: facts[name] for name in rule.evidence}
        return Finding(rule.id, self.version, rule.kind, rule.words, rule.basis, evidence, rule.amount.value(facts) if rule.amount else None)


def _holds(case: Sequence[tuple[str, Test]], facts: Facts) -> bool:
    return all_hold(test.holds(facts[name], facts) for name, test in case) is True


def findings_sql(rules: RuleSet, source: str, keep: Sequence[str]) -> str:
    """One row for each rule that holds of each row of `source`: `keep`, and `finding_` with `rule`, `version`, `kind`, `basis`, `evidence`, `amount`.

    The evidence is text (`price=12.0; ceiling=10.0`), because findings of all rules stand in one table. Portable SQL.
    """
    columns = [quoted(name) for name in keep]
    return "\nunion all\n".join(
        f"select {', '.join([*columns, *_told(rules, rule)])} from {source} where {_condition(rule)}" for rule in rules.rules
    )


def _told(rules: RuleSet, rule: SetRule) -> list[str]:
    shown = [f"concat({literal_sql(f'{name}=')}, coalesce({_text(name, rules.facts[name])}, 'null'))" for name in rule.evidence]
    amount = f"cast({rule.amount.sql()} as double)" if rule.amount else "cast(null as double)"
    return [
        f"{literal_sql(rule.id)} as finding_rule", f"{literal_sql(rules.version)} as finding_version", f"{literal_sql(rule.kind)} as finding_kind",
        f"{literal_sql(rule.basis)} as finding_basis", f"concat_ws('; ', {', '.join(shown)}) as finding_evidence", f"{amount} as finding_amount",
    ]


def _text(name: str, kind: str) -> str:
    """A fact as text that is the same on both engines: numbers by way of the one type whose text is."""
    inner = {NUMBER: f"cast({quoted(name)} as double)", INTEGER: f"cast({quoted(name)} as bigint)"}.get(kind, quoted(name))
    return f"cast({inner} as varchar)"


def _condition(rule: SetRule) -> str:
    cases = [" and ".join(test.sql(quoted(name)) for name, test in case) or "true" for case in rule.cases]
    return "coalesce(" + " or ".join(f"({case})" for case in cases) + ", false)"


def read_rules(source: Path | str) -> RuleSet:
    """A rule set from a file or a text; BadInput names the key, rule or cell that cannot be read. Unknown keys are refused."""
    text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    told = mapping(load_yaml(text), "规则集 ruleset", SET_KEYS, {"ruleset", "version", "title", "basis", "facts", "rules"})
    listed = [mapping(each, f"facts[{number}]", FACT_KEYS | {"values"}, {"name", "type", "zh", "en"}) for number, each in enumerate(told["facts"], 1)]
    columns = {
        str(each["name"]): Input(
            str(each["name"]), kind_told(each), Words(each["zh"], each["en"]),
            values=tuple(to_kind(value, kind_told(each), str(each["name"])) for value in each.get("values", ())),
        )
        for each in listed
    }
    unique((str(each["name"]) for each in listed), "facts")
    facts = {name: column.kind for name, column in columns.items()}
    rules = tuple(_rule(each, columns, facts) for each in told["rules"])
    unique((rule.id for rule in rules), "rules")
    title, proofed = words(told["title"]), bool(told.get("proofed", False))
    return RuleSet(str(told["ruleset"]), str(told["version"]), title, str(told["basis"]), rules, facts, proofed)


def _rule(told: Any, columns: Mapping[str, Input], facts: Mapping[str, str]) -> SetRule:
    name = f"rules[{told.get('id', '?') if isinstance(told, dict) else '?'}]"
    mapping(told, name, RULE_KEYS, {"id", "kind", "title"})
    if told["kind"] not in (CERTAIN, SUSPECT):
        raise unfit(name, f"kind 应为 {CERTAIN}（明确）或 {SUSPECT}（可疑）", f"kind is {CERTAIN} or {SUSPECT}")
    cases = told.get("any", [told.get("when", {})])
    if ("when" in told) == ("any" in told):
        raise unfit(name, "要么 when（全部满足），要么 any（任一组满足）", "give either when (all hold) or any (one of the groups holds)")
    tests = tuple(_case(each, name, columns, facts) for each in cases)
    looked = dict.fromkeys(fact for case in tests for column, test in case for fact in (column, *sorted(test.names())))
    evidence = tuple(mapping(dict.fromkeys(told.get("evidence", looked)), f"{name}.evidence", set(facts), set()))
    amount = result(told["amount"], Output("amount", NUMBER), facts) if "amount" in told else None
    return SetRule(str(told["id"]), told["kind"], words(told["title"]), tests, evidence, amount, str(told.get("basis", "")))


def _case(told: Any, where: str, columns: Mapping[str, Input], facts: Mapping[str, str]) -> tuple[tuple[str, Test], ...]:
    """Tests by fact; a group without a test that says something would hold of every row, so it is refused."""
    tests = tuple((name, cell(text, columns[name], facts)) for name, text in mapping(told, f"{where}.when", set(columns), set()).items())
    if all(isinstance(test, Anything) for _name, test in tests):
        raise unfit(where, "没有条件，会命中每一行", "it has no condition and would hold of every row")
    return tests
