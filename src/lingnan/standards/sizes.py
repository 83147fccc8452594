"""Sizes of enterprise by the statistical rule: its thresholds as dated data, one firm or a whole column at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path

from lingnan.base import BadInput
from lingnan.standards.codes import code_list
from lingnan.standards.lists import Header, read_day, read_header, read_rows, read_several

_PATH = Path(__file__).parent / "data" / "sizes.csv"
_SIZES = ("微型", "小型", "中型", "大型")
UNCLASSED = "不划型"

Amount = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Threshold:
    """The lower bounds of one measure in one group of industries: persons for employees, yuan for revenue and assets."""

    group: str
    zh: str
    en: str
    industries: tuple[str, ...]
    measure: str
    bounds: tuple[int, int, int]
    valid_from: date | None
    valid_to: date | None
    proofed: bool

    def rank(self, value: Amount) -> int:
        """How many of the bounds (small, medium, large) the value reaches: 0 micro to 3 large."""
        return sum(value >= bound for bound in self.bounds)


@cache
def size_rule() -> Header:
    """The rule behind the thresholds: title, edition, date, source."""
    return read_header(_PATH)


@cache
def size_thresholds() -> tuple[Threshold, ...]:
    """Every threshold with its time, in the rule's order."""
    return tuple(_threshold(row) for row in read_rows(_PATH))


def _threshold(row: dict[str, str]) -> Threshold:
    unit = 1 if row["measure"] == "employees" else 10_000
    return Threshold(
        row["group"],
        row["zh"],
        row["en"],
        read_several(row["industries"]),
        row["measure"],
        (int(row["small"]) * unit, int(row["medium"]) * unit, int(row["large"]) * unit),
        read_day(row["valid_from"]),
        read_day(row["valid_to"]),
        row["proofed"] != "false",
    )


def enterprise_size(
    industry: str,
    employees: Amount | None = None,
    revenue_yuan: Amount | None = None,
    assets_yuan: Amount | None = None,
    at: date | None = None,
) -> str | None:
    """大型, 中型, 小型 or 微型 by 国统字〔2017〕213号: every measure of the industry must reach the size's lower bound.

    `industry` is a GB/T 4754-2017 code of any level; 不划型 where the rule leaves the industry out, None where a measure
    it needs is missing or the code is too coarse to tell (F); BadInput for a code that the standard has not.
    """
    group = _group(industry, at)
    if not group:
        return UNCLASSED if group == "" else None
    given = {"employees": employees, "revenue": revenue_yuan, "assets": assets_yuan}
    rules = [rule for rule in _in_force(at) if rule.group == group]
    ranks = [rule.rank(value) for rule in rules if (value := given[rule.measure]) is not None]
    if 0 in ranks:
        return _SIZES[0]
    return _SIZES[min(ranks)] if len(ranks) == len(rules) else None


def _group(industry: str, at: date | None) -> str | None:
    try:
        return industry_groups(at)[industry.strip().upper()]
    except KeyError:
        raise BadInput(
            f"“{industry}”不是 GB/T 4754—2017 的行业代码；请填门类字母或 2 至 4 位数字代码，例如 6513。",
            f"“{industry}” is no industry code of GB/T 4754-2017; give a section letter or 2 to 4 digits, such as 6513.",
            industry=industry,
        ) from None


def _in_force(at: date | None) -> tuple[Threshold, ...]:
    if at is None:
        return tuple(rule for rule in size_thresholds() if rule.valid_to is None)
    standing = tuple(r for r in size_thresholds() if (r.valid_from or at) <= at and (r.valid_to is None or at < r.valid_to))
    if not standing:
        raise BadInput(
            f"{at} 没有收录划型标准；现有标准自 {size_rule().valid_from} 起施行，请给此后的日期。",
            f"No thresholds are held for {at}; those held apply from {size_rule().valid_from}, so give a later day.",
            at=at.isoformat(),
        )
    return standing


@cache
def industry_groups(at: date | None = None) -> Mapping[str, str | None]:
    """Each GB/T 4754-2017 code to its group in the rule: empty where the rule leaves it out, None where it spans several."""
    industries = code_list("industries-2017")
    prefixes = {rule.group: rule.industries for rule in _in_force(at)}
    found: dict[str, str | None] = {entry.code: _group_of(industries.ancestors(entry.code), prefixes) for entry in industries.entries}
    for code in [code for code, group in found.items() if group]:
        for above in industries.ancestors(code):
            found[above] = found[above] or None
    return found


def _group_of(lineage: tuple[str, ...], prefixes: Mapping[str, Iterable[str]]) -> str:
    return next((group for group, wanted in prefixes.items() if _within(lineage, tuple(wanted))), "")


def _within(lineage: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return any(code in wanted for code in lineage) and not any(f"-{code}" in wanted for code in lineage)


def enterprise_size_sql(industry: str, employees: str, revenue: str, assets: str, at: date | None = None) -> str:
    """The same rule as a SQL expression over four column expressions (revenue and assets in yuan).

    不划型 where the rule leaves the industry out, null for an unknown or too coarse code and for a missing measure.
    """
    columns = {"employees": employees, "revenue": revenue, "assets": assets}
    codes: dict[str | None, list[str]] = {}
    for code, group in industry_groups(at).items():
        codes.setdefault(group, []).append(f"'{code}'")
    branches = [
        f"WHEN {industry} IN ({', '.join(codes[group])}) THEN {_size_case([(columns[r.measure], r) for r in rules])}"
        for group, rules in groupby(_in_force(at), key=lambda rule: rule.group)
    ]
    left_out = f"WHEN {industry} IN ({', '.join(codes[''])}) THEN '{UNCLASSED}'"
    return f"CASE {' '.join(branches)} {left_out} END"


def _size_case(measures: list[tuple[str, Threshold]]) -> str:
    micro = " OR ".join(f"({column}) < {rule.bounds[0]}" for column, rule in measures)
    missing = " OR ".join(f"({column}) IS NULL" for column, _ in measures)
    steps = [
        f"WHEN {' AND '.join(f'({column}) >= {rule.bounds[rank - 1]}' for column, rule in measures)} THEN '{_SIZES[rank]}'" for rank in (3, 2, 1)
    ]
    return f"CASE WHEN {micro} THEN '{_SIZES[0]}' WHEN {missing} THEN NULL {' '.join(steps)} END"
