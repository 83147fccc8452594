"""The policy: rules written in Cedar, deny wins over permit, what no rule permits is denied, and a rule that cannot be worked out denies."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import cedarpy

from lingnan.base import WrongUse
from lingnan.trust.policy.masks import MASKS
from lingnan.trust.policy.rows import ROW_SCOPES
from lingnan.trust.policy.shapes import Effect, Reason

FOLDER = Path(__file__).parent / "cedar"
SCHEMA = FOLDER / "00-schema.cedarschema"
BY_GRANT = "grant"
"""What stands in @mask and @rows when the grant says which."""
RULE_MASKS = ("by_kind", BY_GRANT, *sorted(MASKS))
UNREADABLE = "policy-unreadable"
"""The reason of a denial because a rule could not be worked out."""


@dataclass(frozen=True)
class Rule:
    """One sentence of the policy as its annotations tell it; `mask` and `rows` are what a permit asks for."""

    id: str
    effect: Effect
    zh: str
    en: str
    basis: str
    mask: str = ""
    rows: str = ""

    @property
    def reason(self) -> Reason:
        """The rule as a dry run tells it."""
        return Reason(self.id, self.effect, self.zh, self.en, self.basis)


@dataclass(frozen=True)
class Ruling:
    """What the policy says to one request: the permits that hold when nothing denies, else what denied; both empty when nothing spoke."""

    permits: tuple[Rule, ...] = ()
    denials: tuple[str, ...] = ()


class Policy:
    """A set of rules that answers requests; WrongUse when the text is no policy."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._bodies = _read_bodies(text)
        self.rules = tuple(rule for rule, _body in self._bodies)
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        self._places = {rule.id: place for place, rule in enumerate(self.rules)}
        self._sets: dict[str, cedarpy.PolicySet] = {}

    @classmethod
    def read(cls, additions: str = "") -> "Policy":
        """The shipped rules with these additions behind them."""
        return _shipped() if not additions.strip() else cls(shipped_text() + "\n" + additions)

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """Every rule by its id."""
        return {rule.id: rule for rule in self.rules}

    def text_of(self, rule: str) -> str:
        """One rule as it was written, its annotations with it."""
        lines = self.text.splitlines()
        begin = next(place for place, line in enumerate(lines) if f'@id("{rule}")' in line)
        while begin and lines[begin - 1].startswith("@"):
            begin -= 1
        end = next((place for place in range(begin, len(lines)) if lines[place].rstrip().endswith(";")), len(lines) - 1)
        return "\n".join(lines[begin : end + 1])

    def judge(self, action: str, requests: Sequence[Mapping[str, Any]], entities: str) -> list[Ruling]:
        """The rulings of several requests for one action about the same entities, in their order."""
        if not requests:
            return []
        asked = [{**each, "action": {"type": "Action", "id": action}} for each in requests]
        return [self._ruling(result) for result in cedarpy.is_authorized_batch(asked, self.speaking(action), entities)]

    def speaking(self, action: str) -> cedarpy.PolicySet:
        """The rules that speak of an action; the others cannot change an answer and would only take time."""
        if action not in self._sets:
            chosen = {rule.id: body for rule, body in self._bodies if _speaks(body["action"], action)}
            self._sets[action] = cedarpy.PolicySet.from_json_str(json.dumps({"staticPolicies": chosen, "templates": {}, "templateLinks": []}))
        return self._sets[action]

    def _ruling(self, result: cedarpy.AuthzResult) -> Ruling:
        # Cedar leaves out a rule whose condition fails to work out, also a forbid; here that denies.
        if result.diagnostics.errors or result.decision == cedarpy.Decision.NoDecision:
            return Ruling(denials=(UNREADABLE,))
        rules = tuple(self.rules[place] for place in sorted(self._places[reason] for reason in result.diagnostics.reasons))
        return Ruling(permits=rules) if result.allowed else Ruling(denials=tuple(rule.id for rule in rules))


def faults(text: str, taken: Iterable[str] = ()) -> list[str]:
    """What is wrong with a policy text, each in one sentence; none when it may be used. `taken` are ids used elsewhere."""
    try:
        rules = [rule for rule, _body in _read_bodies(text)]
    except WrongUse as error:
        return [error.en]
    found = [f"{rule.id}: this id is taken already" for rule in rules if rule.id in set(taken)]
    checked = cedarpy.validate_policies(text, schema())
    names = checked.id_annotations_by_policy_id
    return found + [f"{names.get(each.policy_id, each.policy_id)}: {each.error}" for each in checked.errors]


@cache
def shipped_text() -> str:
    """All policies that come with the hub, in the order of their files."""
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("[0-9][0-9]-*.cedar")))


@cache
def schema() -> cedarpy.Schema:
    """What policies may speak of."""
    return cedarpy.Schema.from_str(SCHEMA.read_text(encoding="utf-8"))


@cache
def known_actions() -> frozenset[str]:
    """Every action the schema declares; any other is denied unasked."""
    declared = re.findall(r"^action\s(.*?)appliesTo", SCHEMA.read_text(encoding="utf-8"), re.S | re.M)
    return frozenset(re.findall(r'"([^"]+)"', " ".join(declared)))


@cache
def _shipped() -> Policy:
    return Policy(shipped_text())


def _speaks(scope: Mapping[str, Any], action: str) -> bool:
    """Whether the action scope of a rule holds the action; there are no groups of actions."""
    if scope["op"] == "All":
        return True
    named = scope.get("entities") or [scope["entity"]]
    return any(each.get("id") == action for each in named)


def _read_bodies(text: str) -> tuple[tuple[Rule, dict[str, Any]], ...]:
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(text))
    except ValueError as error:
        raise WrongUse(f"策略文本无法解析：{error}。请检查 Cedar 语法。", f"The policy text is no Cedar: {error}.") from error
    if parsed["templates"]:
        raise WrongUse("策略不得使用模板（?principal、?resource）。", "A policy must not be a template (?principal, ?resource).")
    numbered = sorted(parsed["staticPolicies"].items(), key=lambda item: int(item[0].removeprefix("policy")))
    bodies = tuple((_rule(body), body) for _number, body in numbered)
    rules = [rule for rule, _body in bodies]
    twice = {rule.id for rule in rules if sum(rule.id == other.id for other in rules) > 1}
    if twice:
        named = "、".join(sorted(twice))
        raise WrongUse(f"策略编号重复：{named}。", f"Policy ids stand twice: {named}.")
    return bodies


def _rule(body: Mapping[str, Any]) -> Rule:
    told = {key: str(value or "") for key, value in body.get("annotations", {}).items()}
    rule = Rule(
        told.get("id", ""), "permit" if body["effect"] == "permit" else "deny", told.get("zh", ""), told.get("en", ""), told.get("basis", ""),
        told.get("mask", ""), told.get("rows", ""),
    )
    wrong = _wrong_annotations(rule, told)
    if wrong:
        raise WrongUse(f"策略“{rule.id}”的注解有误：{wrong}。", f"Annotations of policy “{rule.id}” are wrong: {wrong}.", policy=rule.id)
    return rule


def _wrong_annotations(rule: Rule, told: Mapping[str, str]) -> str:
    missing = [f"@{name}" for name in ("id", "zh", "en", "basis") if not told.get(name)]
    unknown = [f"@{name}?" for name in told if name not in ("id", "zh", "en", "basis", "mask", "rows")]
    if rule.effect == "deny":
        unknown += [f"@{name} on forbid" for name in ("mask", "rows") if told.get(name)]
    if rule.mask and rule.mask not in RULE_MASKS:
        unknown.append(f"@mask({rule.mask})")
    if rule.rows and rule.rows not in (BY_GRANT, *ROW_SCOPES):
        unknown.append(f"@rows({rule.rows})")
    return " ".join(missing + unknown)
