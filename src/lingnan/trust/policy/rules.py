"""The policy: rules as data, deny wins over permit, what no rule permits is denied."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from lingnan.trust.policy.masks import POLICIES
from lingnan.trust.shapes import Classification, Classified, Column, Kind, Subject


class Rule(BaseModel):
    """One sentence of the policy; an absent list means any. A permit shows only columns of the classifications it names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    effect: Literal["permit", "deny"]
    zh: str
    en: str
    basis: str
    kinds: tuple[Kind, ...] = ()
    roles: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    origins: tuple[Literal["made", "real", "derived"], ...] = ()
    open_types: tuple[Literal["unconditional", "conditional", "none"], ...] = ()
    classifications: tuple[Classification, ...] = ()
    mask: bool = False
    rows: str = ""

    def concerns(self, subject: Subject, action: str, resource: Classified | None) -> bool:
        """Whether the rule speaks of this subject, action and resource, columns aside."""
        speaks = not self.kinds or subject.kind in self.kinds
        speaks = speaks and (not self.roles or not subject.roles.isdisjoint(self.roles))
        speaks = speaks and (not self.actions or action in self.actions)
        if resource is None:
            return speaks and not (self.areas or self.tables or self.origins or self.open_types or self.classifications)
        speaks = speaks and (not self.areas or resource.area in self.areas) and (not self.tables or resource.table in self.tables)
        speaks = speaks and (not self.origins or resource.origin in self.origins)
        return speaks and (not self.open_types or resource.open_type in self.open_types)

    def covers(self, column: Column) -> bool:
        """Whether the rule speaks of this column; a permit that names no classification is about actions, never about data."""
        if not self.classifications:
            return self.effect == "deny"
        return column.classification in self.classifications


@dataclass
class Verdict:
    """What the rules say of each column; `rules` are the ones that decided, `rows` the row conditions they bring."""

    clear: list[str] = field(default_factory=list)
    masked: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)

    def take(self, column: str, rules: list[Rule]) -> None:
        """Note the outcome for one column from the rules that cover it."""
        deciding = next((rule for rule in rules if rule.effect == "deny"), None)
        deciding = deciding or next((rule for rule in rules if not rule.mask), None) or next(iter(rules), None)
        if deciding is None or deciding.effect == "deny":
            self.denied.append(column)
        else:
            (self.masked if deciding.mask else self.clear).append(column)
        if deciding is None:
            return
        if deciding.id not in self.rules:
            self.rules.append(deciding.id)
        if deciding.effect == "permit" and deciding.rows and deciding.rows not in self.rows:
            self.rows.append(deciding.rows)


class Policy:
    """A set of rules that answers for a subject, an action and a resource."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules

    @classmethod
    def read(cls, folder: Path = POLICIES) -> "Policy":
        """The rules of every `NN-name.yaml` of the folder; pydantic's error names a rule that is not well formed."""
        return cls(_read_rules(folder))

    def judge_columns(self, subject: Subject, action: str, resource: Classified, columns: tuple[Column, ...]) -> Verdict:
        """Clear, masked and denied columns for this subject and action."""
        concerning = [rule for rule in self.rules if rule.concerns(subject, action, resource)]
        verdict = Verdict()
        for column in columns:
            verdict.take(column.name, [rule for rule in concerning if rule.covers(column)])
        return verdict

    def judge_action(self, subject: Subject, action: str) -> tuple[bool, str]:
        """Whether an action that reads no table is permitted, and the rule that said so."""
        rules = [rule for rule in self.rules if rule.actions and rule.concerns(subject, action, None)]
        deny = next((rule for rule in rules if rule.effect == "deny"), None)
        deciding = deny or next(iter(rules), None)
        return deciding is not None and deny is None, deciding.id if deciding else ""


@cache
def _read_rules(folder: Path) -> tuple[Rule, ...]:
    files = sorted(folder.glob("[0-9][0-9]-*.yaml"))
    return tuple(Rule(**entry) for file in files for entry in yaml.safe_load(file.read_text(encoding="utf-8")))
