"""What a pack is written in: its manifest, its dated parameters, its cases; and what the checker finds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lingnan.base import BadInput

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
"""A name that stands in SQL as it is."""
Table = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}\.[a-z][a-z0-9_]{0,62}$")]
PlanRow = Annotated[str, Field(pattern=r"^[A-G]\d{1,2}$")]
RuleName = Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
Scalar = int | float | str | date | bool | None
Stage = Literal["sample", "pilot", "service"]
STAGES: tuple[Stage, ...] = ("sample", "pilot", "service")
Audience = Literal[
    "public", "signed_in", "citizens", "enterprises", "officials", "steward", "reviewer", "analyst", "administrator", "security", "auditor",
]
"""Whom a part of a pack is for: a kind of people, or the officials that hold a role. What they see in it is policy's."""
ParameterType = Literal["integer", "number", "text", "date", "boolean"]
_KINDS: Mapping[ParameterType, tuple[tuple[type, ...], str, str]] = {
    "integer": ((int,), "整数", "a whole number"), "number": ((int, float), "数", "a number"),
    "text": ((str,), "文字（加引号）", "a text (in quotes)"), "date": ((date,), "日期，如 2026-01-31", "a day such as 2026-01-31"),
    "boolean": ((bool,), "true 或 false", "true or false"),
}


class Strict(BaseModel):
    """A shape that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(Strict):
    """A name or sentence in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Learned(Strict):
    """What makes a model one that has learnt: it is entered in the register, and used only once it was approved.

    `error` and `baseline_error` are columns of its table: how it and its baseline did on what neither had seen (`better`: which way is good),
    in folds parted by `folds`; `made_by` is the column that says what produced a row; `watched` are columns of what it reads whose drift is told.
    For its card: whom it serves (`users`), what it is `never` used for, what it looks at (`features`) in plain words, `sources` of its method or law,
    columns that tell further of its quality (`measures`: calibration, stability), and by which column the days of a read table go (`period`).
    """

    purpose: Title
    users: Title
    never: Title
    method: Title
    limits: Title
    features: Annotated[dict[Word, Title], Field(min_length=1)]
    sources: Annotated[tuple[Annotated[str, Field(min_length=4)], ...], Field(min_length=1)]
    measures: dict[Word, Title] = {}
    period: dict[Word, Word] = {}
    error: Word
    baseline_error: Word
    better: Literal["less", "more"] = "less"
    folds: tuple[Word, ...] = ()
    made_by: Word
    watched: dict[Word, tuple[Word, ...]] = {}


class Model(Strict):
    """A table that a function of `models.py` makes, because SQL cannot say it: what it reads, which figures it is given, what it is measured
    against and needs installed. `learns` makes it a model of the register; without it a function works out and learns nothing."""

    title: Title
    reads: tuple[Word, ...]
    parameters: tuple[Word, ...] = ()
    baseline: Title | None = None
    extra: Word | None = None
    learns: Learned | None = None


class Applied(Strict):
    """What a decision is applied to: a table of the pack whose columns bear the names of its facts, and the columns kept beside the answer.

    With `each_rule` there is a row for each rule that holds, else one for each row of the table.
    """

    reads: Word
    keeps: tuple[Word, ...]
    each_rule: bool = False


class Scored(Strict):
    """Places or things of a table of the pack held against each other by several criteria (TOPSIS, columns divided by their length): the columns
    kept beside the `score` (0 to 1), the columns that count, those of them of which less is better, and the dated table of figures that weighs
    them, with the columns `criterion` and `weight`."""

    reads: Word
    keeps: Annotated[tuple[Word, ...], Field(min_length=1)]
    criteria: Annotated[tuple[Word, ...], Field(min_length=2)]
    costs: tuple[Word, ...] = ()
    weights: Word

    @model_validator(mode="after")
    def _costs_are_criteria(self) -> Self:
        strange = sorted(set(self.costs) - set(self.criteria))
        if strange:
            raise ValueError(f"costs that are no criteria: {', '.join(strange)}")
        return self


class Manifest(Strict):
    """A pack's identity card (`pack.yaml`): what it answers, who owns it, what it reads and gives, how far it has come."""

    id: Word
    title: Title
    description: Title
    plan: Annotated[tuple[PlanRow, ...], Field(min_length=1)]
    owners: Annotated[tuple[str, ...], Field(min_length=1)]
    stage: Stage
    refresh: Literal["realtime", "hourly", "daily", "monthly", "yearly"]
    subjects: Literal["enterprises", "people", "places", "things"]
    needs: tuple[Table, ...]
    gives: Annotated[tuple[Word, ...], Field(min_length=1)]
    models: dict[Word, Model] = {}
    decisions: dict[Word, Applied] = {}
    scores: dict[Word, Scored] = {}
    exempt: dict[RuleName, Annotated[str, Field(min_length=12)]] = {}
    """Rules of higher stages that the pack need not keep, and why; an exemption that is not needed is a fault itself."""

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        for named in (self.plan, self.needs, self.gives):
            twice = sorted({each for each in named if named.count(each) > 1})
            if twice:
                raise ValueError(f"named twice: {', '.join(twice)}")
        if self.scores and self.subjects == "people":
            raise ValueError("natural persons are not scored (RESPONSIBLE_USE.md): a pack whose subjects are people has no scores")
        return self


class Dated(Strict):
    """What a parameter is from a day on, by which text; `value` (or `rows`) null says that it was abolished."""

    value: Scalar = None
    rows: tuple[tuple[Scalar, ...], ...] | None = None
    reference: Annotated[str, Field(min_length=4)]
    proofed: bool


class Parameter(Strict):
    """A dated figure, or with `columns` a dated table of figures, each edition with its law or standard.

    A value holds from its day until the next one's; `proofed` says whether somebody compared it with the original text.
    """

    description: Title
    unit: str
    type: ParameterType = "number"
    columns: dict[Word, ParameterType] = {}
    values: Annotated[dict[date, Dated], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_figure_or_table(self) -> Self:
        for day, dated in self.values.items():
            if self.columns and (dated.value is not None or any(len(row) != len(self.columns) for row in dated.rows or ())):
                raise ValueError(f"{day}: a table has `rows`, each with a value for every column")
            if not self.columns and dated.rows is not None:
                raise ValueError(f"{day}: a figure has a `value`; rows need `columns`")
        if list(self.values) != sorted(self.values):
            raise ValueError("the days of `values` must ascend")
        return self

    @model_validator(mode="after")
    def _is_of_its_type(self) -> Self:
        for place, kind, value in self._typed():
            kinds, zh, en = _KINDS[kind]
            if not isinstance(value, kinds) or (isinstance(value, bool) and kind != "boolean") or isinstance(value, datetime):
                raise BadInput(f"{place}：{value!r} 不是 {kind}，应为{zh}。", f"{place}: {value!r} is no {kind}; write {en}.")
        return self

    def _typed(self) -> Iterator[tuple[str, ParameterType, Scalar]]:
        """Every value that is not null, with its place and the type it was said to have."""
        for day, dated in self.values.items():
            if dated.value is not None:
                yield f"{day}", self.type, dated.value
            for number, row in enumerate(dated.rows or (), 1):
                cells = zip(self.columns.items(), row, strict=True)
                yield from ((f"{day}, rows {number}, {name}", kind, value) for (name, kind), value in cells if value is not None)

    def at(self, day: date) -> Dated | None:
        """What holds on a day; None before the first edition."""
        return next((dated for begun, dated in reversed(self.values.items()) if begun <= day), None)

    @property
    def proofed(self) -> bool:
        """Whether every edition was compared with its original."""
        return all(dated.proofed for dated in self.values.values())


Rows = tuple[dict[Word, Any], ...]


class Answer(Strict):
    """What a query of the pack must answer when it is asked so."""

    query: Word
    asked: dict[Word, str] = {}
    rows: Rows


class Case(Strict):
    """A sentence with given rows and what they must lead to: rows of tables, answers of queries, rows that alerts are about.

    Columns that a row does not name are null where it is given, and not looked at where it is expected.
    """

    name: Annotated[str, Field(min_length=8)]
    as_of: date
    given: dict[Table, Rows]
    expect: dict[Word, Rows] = {}
    answers: tuple[Answer, ...] = ()
    alerts: dict[Word, Rows] = {}

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if not (self.expect or self.answers or self.alerts):
            raise ValueError("a case expects rows of a table, an answer of a query or an alert")
        return self


@dataclass(frozen=True)
class Finding:
    """What the checker noticed: which rule, of which pack, in which file, what to do; `mend` puts it right where a machine can."""

    pack: str
    rule: str
    file: str
    zh: str
    en: str
    mend: Callable[[], None] | None = field(default=None, repr=False, compare=False)

    def told(self) -> dict[str, Any]:
        """The same for machines."""
        return {"pack": self.pack, "rule": self.rule, "file": self.file, "zh": self.zh, "en": self.en, "mendable": self.mend is not None}


Origin = Literal["wheel", "folder", "package"]


@dataclass(frozen=True)
class Place:
    """Where a pack lies, how it came to the hub, and the home of the hub that read it; code of packs not of the wheel is not run in the hub."""

    folder: Path
    origin: Origin
    home: Path | None = None
