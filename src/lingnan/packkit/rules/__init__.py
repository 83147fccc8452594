"""The rules that every pack keeps, one file each; a rule is found by its file, so no list of them is written."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from lingnan.lake import Engine
from lingnan.packkit.pack import Reading
from lingnan.packkit.shapes import Finding, Stage
from lingnan.standards import Contract


@dataclass(frozen=True)
class Ground:
    """What rules may ask beside the pack: an engine to try on, the other packs, columns and types of tables the hub is known to make."""

    engine: Engine
    readings: tuple[Reading, ...] = ()
    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    promised: Callable[[], Mapping[str, Contract]] = dict
    """What is promised of tables that packs may need, opened when a contract is to be drafted."""


Look = Callable[[Reading, Ground], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """One thing that every pack must be: what it asks, from which stage on, and how it is looked at."""

    name: str
    zh: str
    en: str
    stage: Stage
    look: Look


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by the name of its file."""
    found = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return tuple(sorted((module.RULE for module in found), key=lambda rule: str(rule.name)))


def finding(reading: Reading, rule: str, file: str, zh: str, en: str, mend: Any = None) -> Finding:
    """A finding about a pack's file."""
    return Finding(reading.place.folder.name, rule, file, zh, en, mend)
