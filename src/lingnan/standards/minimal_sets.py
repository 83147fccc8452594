"""Minimal data sets (最小数据集): which data elements must be told at least of a person, a licence, a visit, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lingnan.base import load_yaml
from lingnan.standards.faults import missing

DATA_SETS = Path(__file__).parent / "data" / "data_sets.yaml"
OBLIGATIONS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "required": ("必选", "required"), "conditional": ("条件必选", "required on condition"), "optional": ("可选", "optional"),
})
"""Obligation 约束 of an element within a set: Chinese and English."""


@dataclass(frozen=True)
class Member:
    """An element within a set; a conditional one has its condition in both languages."""

    element: str
    obligation: str
    condition: str = ""
    condition_en: str = ""


@dataclass(frozen=True)
class DataSet:
    """A minimal data set with its members in order."""

    id: str
    zh: str
    en: str
    definition: str
    definition_en: str
    source: str
    proofed: bool
    members: tuple[Member, ...]

    def named(self, obligation: str) -> tuple[str, ...]:
        """The elements of one obligation."""
        return tuple(each.element for each in self.members if each.obligation == obligation)


@cache
def data_sets() -> Mapping[str, DataSet]:
    """Every minimal data set by its id."""
    return read_data_sets(DATA_SETS)


def data_set(name: str) -> DataSet:
    """The data set of that id; Missing when there is none."""
    if found := data_sets().get(name):
        return found
    raise missing(
        f"没有最小数据集“{name}”。现有：{'、'.join(data_sets())}。", f"There is no minimal data set “{name}”. There are: {', '.join(data_sets())}.",
        data_set=name,
    )


def read_data_sets(path: Path) -> Mapping[str, DataSet]:
    """The data sets of a file."""
    return MappingProxyType({name: _data_set(name, facts) for name, facts in load_yaml(path.read_text(encoding="utf-8")).items()})


def _data_set(name: str, facts: Mapping[str, Any]) -> DataSet:
    conditional = facts.get("conditional", {})
    members = (
        *(Member(each, "required") for each in facts.get("required", ())),
        *(Member(each, "conditional", when.get("zh", ""), when.get("en", "")) for each, when in conditional.items()),
        *(Member(each, "optional") for each in facts.get("optional", ())),
    )
    means = facts.get("means", {})
    return DataSet(
        name, facts.get("zh", ""), facts.get("en", ""), means.get("zh", ""), means.get("en", ""), facts.get("source", ""),
        facts.get("proofed", True), members,
    )
