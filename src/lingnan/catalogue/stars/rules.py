"""The rules of the stars, read from `rules.yaml` or the hub's own file."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lingnan.base import WrongUse, load_yaml
from lingnan.catalogue.stars.facts import FACTS

SHIPPED = Path(__file__).parent / "rules.yaml"
OWN_FILE = "stars.yaml"
WHOLE = 100
"""What all rules together give; stars are steps of it."""

Mend = Literal["edit", "items", "quality", "quarantine", "loads", "use"]


class StarRule(BaseModel):
    """One rule: `share` gives its points in proportion to a fact between 0 and 1, `at_least` all of them from a bound on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    dimension: str
    points: int = Field(gt=0)
    zh: str
    en: str
    fact: Literal[*FACTS]  # type: ignore[valid-type]
    at_least: float | None = None
    share: bool = False
    mend: Mend

    @model_validator(mode="after")
    def _one_way(self) -> "StarRule":
        if self.share == (self.at_least is not None):
            raise ValueError("say either share or at_least")
        return self


class Step(BaseModel):
    """From how many points on a resource has so many stars."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: int
    stars: int = Field(ge=1, le=5)


class Words(BaseModel):
    """A name in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str


class StarRules(BaseModel):
    """All rules of one edition; their points make a hundred."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    edition: str
    stars: tuple[Step, ...]
    dimensions: dict[str, Words]
    rules: tuple[StarRule, ...]

    @model_validator(mode="after")
    def _whole(self) -> "StarRules":
        total = sum(rule.points for rule in self.rules)
        if total != WHOLE:
            raise ValueError(f"the points of all rules make {total}, not {WHOLE}")
        if unknown := {rule.dimension for rule in self.rules} - set(self.dimensions):
            raise ValueError(f"unknown dimensions: {sorted(unknown)}")
        if len({rule.id for rule in self.rules}) != len(self.rules):
            raise ValueError("a rule stands twice")
        if [step.points for step in self.stars] != sorted({step.points for step in self.stars}, reverse=True) or self.stars[-1].points:
            raise ValueError("the steps must fall to 0 points")
        return self

    def stars_of(self, points: float) -> int:
        """How many stars so many points are."""
        return next(step.stars for step in self.stars if points >= step.points)


def read_rules(home: Path | None = None) -> StarRules:
    """The hub's own rules where it has some, else those shipped; WrongUse when its file is not understood."""
    own = home / OWN_FILE if home else None
    if own is None or not own.is_file():
        return _shipped()
    try:
        return StarRules.model_validate(load_yaml(own.read_text(encoding="utf-8")))
    except (ValidationError, ValueError, TypeError) as error:
        raise WrongUse(
            f"无法读取 {OWN_FILE}：{error}。请对照随附的 rules.yaml 修改。",
            f"{OWN_FILE} is not understood: {error}. Compare it with the shipped rules.yaml.",
            file=str(own),
        ) from error


@cache
def _shipped() -> StarRules:
    return StarRules.model_validate(load_yaml(SHIPPED.read_text(encoding="utf-8")))
