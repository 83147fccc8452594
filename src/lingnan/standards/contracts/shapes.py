"""A contract as the rooms see it: the promise about one table, its properties and its quality rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lingnan.standards.vocabulary import SHIPPED, Vocabulary

Step = str | dict[str, Any]


@dataclass(frozen=True)
class Quality:
    """One quality rule; `rule` is the library's metric or one of our rules, empty for SQL and text, whose whole content is in `args`."""

    id: str
    kind: str
    rule: str
    args: Mapping[str, Any]
    dimension: str
    severity: str
    zh: str
    en: str
    engine: str = "lingnan"
    other: Mapping[str, Any] = field(default_factory=dict)

    @property
    def metric(self) -> str:
        """The rule under the library's word for it."""
        return self.rule


@dataclass(frozen=True)
class Property:
    """One column: its target name, the header it is delivered under, its types, its data element and what is done to it."""

    name: str
    source: str
    zh: str
    en: str
    logical_type: str
    physical_type: str
    required: bool = False
    unique: bool = False
    primary_key: bool = False
    classification: str = "internal"
    element: str | None = None
    code_list: str | None = None
    code_list_edition: str | None = None
    share_level: str = "conditional"
    grade: str = "general"
    standardise: tuple[Step, ...] = ()
    quality: tuple[Quality, ...] = ()
    examples: tuple[Any, ...] = ()
    description: str = ""
    custom: Mapping[str, Any] = field(default_factory=dict)
    other: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Contract:
    """The promise about one table; `other` and `table_other` keep what the standard allows and the hub does not read.

    `vocabulary` gives the elements and code lists that it names.
    """

    id: str
    version: str
    status: str
    table: str
    physical_name: str
    zh: str
    en: str
    description: str
    properties: tuple[Property, ...]
    quality: tuple[Quality, ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)
    other: Mapping[str, Any] = field(default_factory=dict)
    table_other: Mapping[str, Any] = field(default_factory=dict)
    vocabulary: Vocabulary = field(default=SHIPPED, repr=False, compare=False)

    @property
    def own_standards(self) -> str:
        """What the elements and code lists say that it names and a hub registered; part of what governing its table depends on."""
        rules = [*self.quality, *(rule for each in self.properties for rule in each.quality)]
        steps = [step["code"] for each in self.properties for step in each.standardise if isinstance(step, dict) and "code" in step]
        named = [name for each in self.properties for name in (each.element, each.code_list)]
        return self.vocabulary.own(str(name) for name in (*named, *(each.get("list") for each in (*steps, *(rule.args for rule in rules)))) if name)

    def named(self, name: str) -> Property | None:
        """The property of that target name."""
        return next((each for each in self.properties if each.name == name), None)

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the primary key's columns, in their stated order."""
        keyed = [each for each in self.properties if each.primary_key]
        return tuple(each.name for each in sorted(keyed, key=lambda each: each.other.get("primaryKeyPosition", 0)))
