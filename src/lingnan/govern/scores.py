"""Scores of checked data by the six characteristics of GB/T 36344-2018: of a table, of a resource, of a department."""

from collections.abc import Iterable, Mapping

CHARACTERISTICS: Mapping[str, tuple[str, str]] = {
    "conformity": ("规范性", "Conformity"),
    "completeness": ("完整性", "Completeness"),
    "accuracy": ("准确性", "Accuracy"),
    "consistency": ("一致性", "Consistency"),
    "timeliness": ("时效性", "Timeliness"),
    "accessibility": ("可访问性", "Accessibility"),
}
"""The characteristics in the standard's order, in Chinese and English."""
COUNTS_TOWARDS: Mapping[str, str] = {"uniqueness": "accuracy", "coverage": "completeness"}
"""Dimensions of the contract standard that count towards a characteristic of another name; the others have one of their own. proofed: false."""
JUDGED = ("error", "warning")


Asked = tuple[str, str, int, int]
"""Of one rule: its dimension, its severity, how often it was asked, how often it failed."""


def characteristic_of(dimension: str) -> str:
    """The characteristic that a dimension counts towards."""
    return COUNTS_TOWARDS.get(dimension, dimension)


def characteristic_scores(asked: Iterable[Asked]) -> dict[str, float]:
    """Characteristic → share of what was asked that held (0..1), in the standard's order; one that nothing asked about is left out.

    Rules of severity error and warning are asked; accessibility is the share of promised columns that were delivered.
    """
    totals: dict[str, tuple[int, int]] = {}
    for dimension, severity, checked, failed in asked:
        if checked and (severity in JUDGED or dimension == "accessibility"):
            key = characteristic_of(dimension)
            before = totals.get(key, (0, 0))
            totals[key] = (before[0] + checked, before[1] + failed)
    return {key: 1 - totals[key][1] / totals[key][0] for key in CHARACTERISTICS if key in totals}


def total_score(scores: Mapping[str, float]) -> float | None:
    """The mean of the characteristics that were asked about; None when nothing was."""
    return sum(scores.values()) / len(scores) if scores else None
