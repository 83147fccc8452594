"""Data elements (数据元, GB/T 18391): one meaning and one way to write it, from which a column's type, steps and rules follow."""

import builtins
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lingnan.standards.faults import missing

_FILE = Path(__file__).parent / "data" / "elements.yaml"
TEXT_STEPS = ("nfkc", "trim", "empty_to_null")


@dataclass(frozen=True)
class DataElement:
    """One data element; `rules` are written as in a contract's implementation, `severity` is that of its rules."""

    id: str
    zh: str
    en: str
    object_class: str
    property: str
    representation: str
    logical_type: str
    physical_type: str
    classification: str
    source: str
    proofed: bool = True
    code_list: str | None = None
    code_list_edition: str | None = None
    identifier: str | None = None
    unit: str = ""
    severity: str = "error"
    standardise: tuple[str | dict[str, Any], ...] = ()
    rules: tuple[Mapping[str, Any], ...] = field(default=())

    @builtins.property
    def datatype(self) -> str:
        """The logical type under the standard's word for it."""
        return self.logical_type


@cache
def data_elements() -> Mapping[str, DataElement]:
    """Every data element by its id."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    written = yaml.load(_FILE.read_text(encoding="utf-8"), loader)  # noqa: S506 (one of the two safe loaders)
    return MappingProxyType({name: _element(name, facts) for name, facts in written.items()})


def data_element(name: str) -> DataElement:
    """The data element of that id; Missing when there is none."""
    try:
        return data_elements()[name]
    except KeyError:
        raise missing(
            f"没有数据元“{name}”。现有：{'、'.join(data_elements())}。",
            f"There is no data element “{name}”. There are: {', '.join(data_elements())}.",
            element=name,
        ) from None


def _element(name: str, facts: dict[str, Any]) -> DataElement:
    facts = dict(facts)
    code_list, identifier, unit = facts.get("code_list"), facts.get("identifier"), facts.get("unit", "")
    logical, physical = types_of(facts["representation"])
    if code_list or identifier or facts.get("logical_type") == "string":
        logical, physical = "string", "VARCHAR"
    facts.pop("logical_type", None)
    steps = facts.pop("standardise", None) or _steps(logical, code_list, identifier, unit)
    rules = facts.pop("rules", None) or _rules(code_list, identifier)
    return DataElement(
        id=name, object_class=facts.pop("object"), logical_type=logical, physical_type=physical,
        standardise=tuple(steps), rules=tuple(rules), **facts,
    )


def types_of(representation: str) -> tuple[str, str]:
    """Logical and physical type that a representation asks for (an18, a..50, n..9, n..18,2, d8, dt14, b1)."""
    if fixed := {"d8": ("date", "DATE"), "dt14": ("timestamp", "TIMESTAMPTZ"), "b1": ("boolean", "BOOLEAN")}.get(representation):
        return fixed
    number = re.fullmatch(r"n(?:\.\.)?(\d+)(?:,(\d+))?", representation)
    if not number:
        return "string", "VARCHAR"
    return ("number", f"DECIMAL({number[1]},{number[2]})") if number[2] else ("integer", "BIGINT")


def _steps(logical: str, code_list: str | None, identifier: str | None, unit: str) -> tuple[str | dict[str, Any], ...]:
    if identifier:
        return (identifier, "empty_to_null")
    if code_list:
        return (*TEXT_STEPS, {"code": {"list": code_list, "from": "label_or_code"}})
    if logical == "string":
        return TEXT_STEPS
    return ("amount",) if unit == "元" else (logical,)


def _rules(code_list: str | None, identifier: str | None) -> tuple[Mapping[str, Any], ...]:
    if identifier:
        return ({"rule": "identifier", "kind": identifier},)
    return ({"rule": "code_valid", "list": code_list},) if code_list else ()
