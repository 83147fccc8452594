"""Dictionary of indicators (指标): data elements of statistics, each with its unit, formula in words and frequency."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lingnan.base import load_yaml
from lingnan.standards.faults import missing

INDICATORS = Path(__file__).parent / "data" / "indicators.yaml"


@dataclass(frozen=True)
class Indicator:
    """One indicator; `unit` is a code of indicator-units, `frequency` a label of update-cycles, `uses` the indicators it is counted from."""

    id: str
    zh: str
    en: str
    unit: str
    frequency: str
    source: str
    proofed: bool
    definition: str
    definition_en: str
    formula: str
    formula_en: str
    uses: tuple[str, ...] = ()


@cache
def indicators() -> Mapping[str, Indicator]:
    """Every indicator by its id."""
    return read_indicators(INDICATORS)


def indicator(name: str) -> Indicator:
    """The indicator of that id; Missing when there is none."""
    if found := indicators().get(name):
        return found
    raise missing(
        f"没有指标“{name}”。现有：{'、'.join(indicators())}。",
        f"There is no indicator “{name}”. There are: {', '.join(indicators())}.", indicator=name,
    )


def read_indicators(path: Path) -> Mapping[str, Indicator]:
    """The indicators of a file."""
    return MappingProxyType({name: _indicator(name, facts) for name, facts in load_yaml(path.read_text(encoding="utf-8")).items()})


def _indicator(name: str, facts: Mapping[str, Any]) -> Indicator:
    means, formula = facts.get("means", {}), facts.get("formula", {})
    return Indicator(
        name, facts.get("zh", ""), facts.get("en", ""), facts.get("unit", ""), facts.get("frequency", ""), facts.get("source", ""),
        facts.get("proofed", True), means.get("zh", ""), means.get("en", ""), formula.get("zh", ""), formula.get("en", ""),
        tuple(facts.get("uses", ())),
    )
