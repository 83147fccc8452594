"""The rules of watching, as dated data."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lingnan.base import load_yaml

RULES = Path(__file__).parent / "rules.yaml"
Measure = Literal[
    "rows", "tables", "records", "neighbours", "misses", "off_hours", "refusals", "dormant", "sign_in_failures", "token_client", "personal_export",
    "query_budget",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Usual(_Strict):
    """When an account's own past lifts a limit: `factor` times its mean over at least `hours` active hours, never above `ceiling`."""

    factor: int
    hours: int
    ceiling: int


class WatchRule(_Strict):
    """One rule: what is counted, beyond which number it is abnormal, how serious that is (blue, yellow, orange, red), for which kinds."""

    id: str
    zh: str
    en: str
    measure: Measure
    limit: int
    level: Literal["blue", "yellow", "orange", "red"]
    once: Literal["hour", "day"]
    kinds: tuple[str, ...]
    usual: Usual | None = None

    def concerns(self, subject: str) -> bool:
        """Whether the rule speaks of a subject by its reference."""
        return subject.partition(":")[0] in self.kinds


class OfficeHours(_Strict):
    """The hours of a working day in China in which reading is ordinary."""

    begins: int
    ends: int


class WatchRules(_Strict):
    """All rules in force, with their basis."""

    valid_from: object
    proofed: bool
    basis: str
    office_hours: OfficeHours
    keep_days: int
    rules: tuple[WatchRule, ...]


@cache
def read_watch_rules(path: Path = RULES) -> WatchRules:
    """The rules of a file; pydantic's error names what is wrong in it."""
    return WatchRules(**load_yaml(path.read_text(encoding="utf-8")))
