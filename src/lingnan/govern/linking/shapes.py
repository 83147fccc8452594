"""What linking takes and gives: columns with their kinds, comparisons with their levels, the model, and the report."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

MISSING, EXACT = 0, 1
"""Level 0: one of the two has no value, which is no evidence either way; level 1: equal; then less and less alike, the last one different."""


Rarity = Mapping[str, tuple[float, float]]
"""Name of a value's bits → what is taken from its share of the records, and the least that is left of it."""


@dataclass(frozen=True)
class LinkColumn:
    """One column that is compared: its name in the files, its kind, and what its values are like."""

    name: str
    kind: str
    filled: float
    distinct: float
    title: str = ""
    former: bool = False

    @property
    def label(self) -> str:
        """The name a reader knows it by."""
        return self.title or self.name


@dataclass(frozen=True)
class Level:
    """One level of a comparison, in both languages; `never` says that such two are never one entity, whatever else agrees."""

    zh: str
    en: str
    never: bool = False


@dataclass(frozen=True)
class Comparison:
    """How one column (or a column with its twin, whose values may be swapped) is compared; SQL over the rows `l` and `r`."""

    number: int
    column: LinkColumn
    levels: tuple[Level, ...]
    measures: Mapping[str, str]
    missing: str
    conditions: tuple[str, ...]
    by_frequency: bool
    frequency_sql: str = ""

    @property
    def gamma(self) -> str:
        """The name of the column that holds the level."""
        return f"g{self.number}"

    @property
    def level_sql(self) -> str:
        """The level as SQL."""
        cases = " ".join(f"when {condition} then {level}" for level, condition in enumerate(self.conditions, EXACT))
        return f"case when {self.missing} then {MISSING} {cases} else {self.last} end"

    @property
    def barred(self) -> int:
        """The level at which two are never one entity; 0 when there is none."""
        return next((number for number, level in enumerate(self.levels) if level.never), MISSING)

    @property
    def last(self) -> int:
        """The level of different values."""
        return len(self.levels) - 1


@dataclass(frozen=True)
class Model:
    """Match and chance probabilities of every level, in the order of the comparisons; `matches` are expected among `pairs` possible ones.

    `together` holds, for two comparisons whose equality goes together among different entities (street and town), how many bits of weight
    would be counted twice. `joint` holds, for two comparisons, bits to add for each level of the one (rows) with each of the other.
    """

    m: tuple[tuple[float, ...], ...]
    u: tuple[tuple[float, ...], ...]
    matches: float
    pairs: float
    together: Mapping[tuple[int, int], float] = field(default_factory=dict)
    rounds: int = 0
    joint: Mapping[tuple[int, int], tuple[tuple[float, ...], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class BlockingRule:
    """Pairs are compared that agree on all these keys: `pairs` of them, which hold the share `caught` of the matches."""

    keys: tuple[str, ...]
    pairs: int
    caught: float


@dataclass(frozen=True)
class Quality:
    """How well linked pairs agree with known entities, over all true pairs; B³ is the mean over records."""

    precision: float
    recall: float
    f1: float
    b3_precision: float
    b3_recall: float
    b3: float
    true_pairs: int


@dataclass(frozen=True)
class LinkReport:
    """What `lingnan govern link` found."""

    records: int
    pairs: int
    clusters: int
    linked_records: int
    compared: int
    threshold: float
    chosen_by: str
    review: int
    by_identifier: int
    one_to_one: bool
    missed: float
    missed_by_overlap: float
    expected_precision: float
    expected_recall: float
    engine: str
    columns: tuple[LinkColumn, ...]
    rules: tuple[BlockingRule, ...]
    out: str = ""
    quality: Quality | None = None
    notes: tuple[tuple[str, str], ...] = ()

    def payload(self) -> dict[str, Any]:
        """The report as the command prints it with `--json`; shares between 0 and 1, the threshold in bits of match weight."""
        told = asdict(self)
        quality = told.pop("quality")
        told["notes"] = [{"zh": zh, "en": en} for zh, en in self.notes]
        return {"schema": 1, **told, **(quality or {})}
