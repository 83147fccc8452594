"""What governing gives back: counts per rule, versions written, and the report of a check."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from lingnan.govern.scores import Asked, characteristic_scores, total_score

DIMENSIONS: Mapping[str, tuple[str, str, str]] = {
    "completeness": ("完整性", "Completeness", "完整性"),
    "uniqueness": ("唯一性", "Uniqueness", "准确性"),
    "conformity": ("规范性", "Conformity", "规范性"),
    "consistency": ("一致性", "Consistency", "一致性"),
    "accuracy": ("准确性", "Accuracy", "准确性"),
    "timeliness": ("时效性", "Timeliness", "时效性"),
    "coverage": ("覆盖度", "Coverage", "完整性"),
    "accessibility": ("可访问性", "Accessibility", "可访问性"),
}
"""ODCS dimension → Chinese, English, and the quality characteristic of GB/T 36344-2018 it counts towards (proofed: false)."""


@dataclass(frozen=True)
class RuleCount:
    """How often one rule was asked and failed, or how often one column was repaired; in rows, or `over` the table once.

    `observed` is the number that the rule's limit is about.
    """

    rule: str
    kind: str
    column: str
    dimension: str
    severity: str
    zh: str
    en: str
    checked: int
    failed: int
    repaired: int = 0
    observed: float = 0
    over: str = "rows"

    @property
    def asked(self) -> Asked:
        """What scores are made of."""
        return self.dimension, self.severity, self.checked, self.failed

    def payload(self) -> dict[str, Any]:
        """The count as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class GovernResult:
    """What became of a table's delivered rows; every one is either accepted or quarantined."""

    table: str
    accepted: int
    quarantined: int
    versions: Mapping[str, int]
    checks: tuple[RuleCount, ...]
    notes: tuple[str, ...] = ()

    @property
    def delivered(self) -> int:
        """Rows that were governed."""
        return self.accepted + self.quarantined

    @property
    def failed_by_rule(self) -> dict[str, int]:
        """Rule id → rows that failed it, rules without a failure left out."""
        return {count.rule: count.failed for count in self.checks if count.failed and count.severity != "info"}

    @property
    def repaired(self) -> int:
        """Values that standardising changed."""
        return sum(count.repaired for count in self.checks)

    def scores(self) -> dict[str, float]:
        """Dimension → share of checks passed (0..1), as GB/T 36344-2018 measures each of its indicators."""
        totals: dict[str, tuple[int, int]] = {}
        for count in self.checks:
            if count.checked and count.severity in ("error", "warning"):
                checked, failed = totals.get(count.dimension, (0, 0))
                totals[count.dimension] = (checked + count.checked, failed + count.failed)
        return {dimension: 1 - failed / checked for dimension, (checked, failed) in totals.items()}

    def characteristics(self) -> dict[str, float]:
        """Characteristic of GB/T 36344-2018 → share of what was asked that held (0..1)."""
        return characteristic_scores(count.asked for count in self.checks)

    @property
    def score(self) -> float:
        """Mean of the characteristics' scores (0..1); 1 when nothing was asked."""
        total = total_score(self.characteristics())
        return 1.0 if total is None else total


@dataclass(frozen=True)
class CheckReport:
    """What `lingnan govern check` found: counts per rule, failed rows, and the file or table that holds each of them."""

    subject: str
    rows: int
    failed_rows: int
    rules: tuple[RuleCount, ...]
    out: str = ""
    suggested: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def scores(self) -> dict[str, float]:
        """Characteristic of GB/T 36344-2018 → share of what was asked that held (0..1)."""
        return characteristic_scores(count.asked for count in self.rules)

    @property
    def failed(self) -> bool:
        """Whether any rule failed, over rows or over the load."""
        return any(rule.failed for rule in self.rules if rule.severity != "info")

    def payload(self) -> dict[str, Any]:
        """The report as the command prints it with `--json`."""
        return {
            "schema": 1, "subject": self.subject, "rows": self.rows, "failed_rows": self.failed_rows, "out": self.out,
            "suggested": self.suggested, "notes": list(self.notes), "scores": self.scores, "score": total_score(self.scores),
            "rules": [{"id": rule.rule, **rule.payload()} for rule in self.rules],
        }
