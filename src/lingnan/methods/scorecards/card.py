"""A scorecard as it is published: attributes in bins, each bin with its points; scored in Python or in SQL, without any library.

Points: logit(bad) = α + Σ β·WOE, score = offset − factor·logit, factor = PDO/ln 2, offset = base − factor·ln(odds); each attribute bears a share of
α and offset.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from lingnan.base import BadInput
from lingnan.methods.decisions.kinds import literal_sql, quoted


@dataclass(frozen=True)
class Scale:
    """At `base` points the odds good:bad are `odds`; `pdo` more points double them."""

    pdo: float = 20.0
    base: float = 600.0
    odds: float = 50.0

    @property
    def factor(self) -> float:
        """Points for each unit of the logarithm of odds."""
        return self.pdo / math.log(2)

    @property
    def offset(self) -> float:
        """Points at even odds."""
        return self.base - self.factor * math.log(self.odds)


@dataclass(frozen=True)
class Bin:
    """Values from `low` up to but not with `high` (None: without end), or the listed `values`, or what is `missing`; how many were good and bad."""

    goods: int
    bads: int
    woe: float
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    missing: bool = False
    points: float = 0.0

    @property
    def label(self) -> str:
        """The bin as a reader writes it."""
        if self.missing:
            return "missing 缺失"
        if self.values:
            return ", ".join(self.values)
        return f"[{'-∞' if self.low is None else f'{self.low:g}'}..{'∞' if self.high is None else f'{self.high:g}'})"


@dataclass(frozen=True)
class Attribute:
    """A column in bins, its information value, and its coefficient β."""

    name: str
    bins: tuple[Bin, ...]
    iv: float
    coefficient: float = 0.0
    neutral: float = 0.0

    def bin_of(self, value: Any) -> Bin | None:
        """The bin a value falls into; None for a category nobody has seen, or a missing value where none was missing."""
        missing = value is None or value != value
        for each in self.bins:
            if each.missing or missing:
                if each.missing and missing:
                    return each
            elif each.values:
                if str(value) in each.values:
                    return each
            elif (each.low is None or value >= each.low) and (each.high is None or value < each.high):
                return each
        return None

    def points(self, value: Any) -> float:
        """The points of a value; what no bin holds is neutral (WOE nought)."""
        found = self.bin_of(value)
        return self.neutral if found is None else found.points

    @property
    def most(self) -> float:
        """The points of the best bin."""
        return max(each.points for each in self.bins)


@dataclass(frozen=True)
class Score:
    """A score with its parts: the chance of a bad outcome, points by attribute, and as reasons those that cost most against the best bin."""

    score: float
    chance: float
    parts: Mapping[str, float]
    reasons: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Scorecard:
    """A card under one version; `made_of` says from which data, code and parameters."""

    name: str
    version: str
    attributes: tuple[Attribute, ...]
    intercept: float
    scale: Scale = Scale()
    made_of: Mapping[str, Any] = field(default_factory=dict)

    def score(self, facts: Mapping[str, Any], reasons: int = 4) -> Score:
        """The score of one legal entity; BadInput names attributes not given (None means unknown)."""
        if missing := [each.name for each in self.attributes if each.name not in facts]:
            raise BadInput(
                f"评分卡“{self.name}”缺少：{'、'.join(missing)}。请给出；不知道的给空值。",
                f"Scorecard “{self.name}” misses {', '.join(missing)}. Give them; null for what is not known.", missing=missing,
            )
        parts = {each.name: each.points(facts[each.name]) for each in self.attributes}
        lost = {each.name: each.most - parts[each.name] for each in self.attributes}
        told = sorted((name for name in lost if lost[name] > 0), key=lambda name: -lost[name])[:reasons]
        total = sum(parts.values())
        return Score(total, self.chance(total), parts, tuple((name, lost[name]) for name in told))

    def chance(self, score: float) -> float:
        """The chance of a bad outcome that a score stands for."""
        return 1 / (1 + math.exp((score - self.scale.offset) / self.scale.factor))

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, publication and the registry of models."""
        return asdict(self)


def read_card(told: Mapping[str, Any]) -> Scorecard:
    """A card from the plain values of `as_dict`."""
    attributes = tuple(
        Attribute(**{**each, "bins": tuple(Bin(**{**part, "values": tuple(part["values"])}) for part in each["bins"])})
        for each in told["attributes"]
    )
    return Scorecard(told["name"], told["version"], attributes, told["intercept"], Scale(**told["scale"]), told["made_of"])


def scorecard_sql(card: Scorecard, source: str, keep: Sequence[str]) -> str:
    """Rows of `source` scored as `Scorecard.score` does: `keep`, each attribute's points as `points_<name>`, `score`, `chance`, `card_version`."""
    columns, names = ", ".join(quoted(name) for name in keep), [quoted(f"points_{each.name}") for each in card.attributes]
    parts = ", ".join(f"{_points_sql(each)} as {name}" for each, name in zip(card.attributes, names, strict=True))
    total = " + ".join(names)
    chance = f"1 / (1 + exp(({total} - {_double(card.scale.offset)}) / {_double(card.scale.factor)}))"
    return (
        f"with points as (select {columns}, {parts} from {source})\n"
        f"select {columns}, {', '.join(names)}, {total} as score, {chance} as chance, {literal_sql(card.version)} as card_version from points"
    )


def _points_sql(attribute: Attribute) -> str:
    listed = any(each.values for each in attribute.bins)
    value = f"cast({quoted(attribute.name)} as {'varchar' if listed else 'double'})"
    unknown = f"{value} is null" if listed else f"({value} is null or isnan({value}))"
    missing = next((each.points for each in attribute.bins if each.missing), attribute.neutral)
    cases = [f"when {unknown} then {_double(missing)}"]
    for each in attribute.bins:
        if each.values:
            cases.append(f"when {value} in ({', '.join(literal_sql(name) for name in each.values)}) then {_double(each.points)}")
        elif not each.missing:
            cases.append(f"when {f'{value} < {_double(each.high)}' if each.high is not None else 'true'} then {_double(each.points)}")
    return f"case {' '.join(cases)} else {_double(attribute.neutral)} end"


def _double(value: float) -> str:
    """A number as text that both engines read as a double, to the last bit."""
    text = repr(float(value))
    return text if "e" in text else f"{text}e0"
