"""Models that learn as pages show them: what answers and why, and the card of each, generated from its manifest and the register."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from lingnan.insight.dashboards.cards import PanelCard
from lingnan.insight.shapes import Card, Words

Better = Literal["less", "more"]
ANSWERING = {
    "model": Words(zh="使用中", en="in use"),
    "next_build": Words(zh="已批准，下次构建起使用", en="approved, used from the next build on"),
    "not_approved": Words(zh="未经批准，由基线代替", en="not approved, its baseline answers"),
    "not_better": Words(zh="不优于基线，由基线代替", en="not better than its baseline, which answers"),
    "retired": Words(zh="已停用，由基线代替", en="retired, its baseline answers"),
    "extra_missing": Words(zh="未装扩展，由基线代替", en="its extra is not installed, its baseline answers"),
    "too_little": Words(zh="数据太少，由基线代替", en="too little to learn from, its baseline answers"),
    "not_built": Words(zh="尚未学习", en="not learnt yet"),
}
"""What answers in a model's place, and why."""
STATES = {
    "candidate": Words(zh="候选", en="candidate"), "approved": Words(zh="已批准", en="approved"), "retired": Words(zh="已停用", en="retired"),
}


class ModelTile(Card):
    """A model in the index: its newest fit beside its baseline. `gain` is by how much of the baseline's number it is better, negative where it is
    worse; `drift` the highest stability index of what it reads against the fit it was approved on, `moved` whether that is beyond the limit."""

    key: str
    title: Words
    href: str
    pack: str
    pack_title: Words
    purpose: Words
    baseline: Words
    state: str
    state_title: Words
    answering: str
    answering_title: Words
    error_title: Words
    better: Better
    error: float | None = None
    baseline_error: float | None = None
    gain: float | None = None
    drift: float | None = None
    moved: bool = False
    learnt_at: datetime | None = None


class ModelIndex(Card):
    """Every model that learns; `used` of them answer themselves, `waiting` are cases of approval that have not ended and that the reader may see."""

    items: tuple[ModelTile, ...]
    used: int
    waiting: int
    extra_missing: bool


class ModelNamed(Card):
    """Something with a name and what it is."""

    name: str
    title: Words


class ModelTable(Card):
    """A table that the newest fit read: its version, rows, and the days it covers where they are known."""

    table: str
    title: Words
    href: str
    version: int | None
    rows: int | None
    first: str
    last: str


class ModelFold(Card):
    """A part of the back-test: `name` as the values of its columns stand in the table, `title` in words."""

    name: str
    title: Words
    rows: int
    error: float
    baseline_error: float
    beats: bool


class ModelMeasure(Card):
    """A further number of the newest fit; None where it has none."""

    name: str
    title: Words
    value: float | None


class ModelFitLine(Card):
    """One time the model was learnt; `drift` by watched column."""

    number: int
    learnt_at: datetime
    version: str
    error: float | None
    baseline_error: float | None
    answering: str
    answering_title: Words
    drift: dict[str, float]


class ModelVersionLine(Card):
    """A version with what was decided of it; who and why only for whoever may see the case."""

    version: str
    state: str
    state_title: Words
    seen_at: datetime
    decided_at: datetime | None
    decided_by: Words | None = None
    reason: str = ""
    examined: str = ""
    case: str = ""
    libraries: dict[str, str]
    current: bool


class ModelLimits(Card):
    """From which numbers on a model is watched and told of."""

    watch: float
    moved: float
    worse: float


class ModelSheet(Card):
    """The card of one model. `asks` is the address at which its approval may be asked for, `case` the number of a case that has not ended,
    `pictures` what is drawn of `folds` and `fits`, no part of the JSON."""

    tile: ModelTile
    users: Words
    never: Words
    method: Words
    limits_told: Words
    made_by: str
    features: tuple[ModelNamed, ...]
    sources: tuple[str, ...]
    tables: tuple[ModelTable, ...]
    libraries: dict[str, str]
    version: str
    rows: int | None
    folds: tuple[ModelFold, ...]
    measures: tuple[ModelMeasure, ...]
    watched: tuple[ModelNamed, ...]
    fits: tuple[ModelFitLine, ...]
    versions: tuple[ModelVersionLine, ...]
    limits: ModelLimits
    unproofed: tuple[str, ...] = ()
    pictures: tuple[PanelCard, ...] = Field(default=(), exclude=True)
    result: str = ""
    case: str = ""
    asks: str = ""
