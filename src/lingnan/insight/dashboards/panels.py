"""The kinds of panels, each with the columns it is drawn from."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from lingnan.insight.shapes import Card, Words

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
"""A name that stands in a statement as it is."""
ListName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
"""A code list, with its edition where there is one list for each: `industries-2017`."""
Table = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}\.[a-z][a-z0-9_]{0,62}$")]
Scalar = bool | int | float | date | str
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "starts", "contains", "within", "empty", "present"]
LiveMeasure = Literal["count", "sum", "mean", "min", "max", "latest"]
LightColour = Literal["good", "caution", "bad"]
MeasureName = Literal["count", "sum", "mean", "min", "max", "latest", "share", "distinct"]
Bucket = Literal["hour", "day", "month", "quarter", "year"]
Width = Literal["third", "half", "whole"]
Palette = Literal["steps", "aqi", "lights"]
"""Colours of classes: from pale to deep, the six of the air quality index, or good, caution, bad."""
Bounds = Annotated[tuple[float, ...], Field(max_length=5)]
"""Upper bounds of classes, ascending; a last class lies above them."""


class Title(Words):
    """A text that is given in both languages."""

    zh: Annotated[str, StringConstraints(min_length=1)]
    en: Annotated[str, StringConstraints(min_length=1)]


class Condition(Card):
    """Which rows of the table: a column compared with a value, or with what a filter holds (`:filter`; left out while nothing is chosen).

    `in` takes a list, `starts` the beginning of a text, `contains` a filter of text, `within` one of days; `empty` and
    `present` take no value.
    """

    column: Word
    operator: Operator = "="
    value: Scalar | tuple[Scalar, ...] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.operator in ("empty", "present")) != (self.value is None):
            raise ValueError(f"column {self.column}: `empty` and `present` go without a value, all others with one")
        if (self.operator == "in") != isinstance(self.value, tuple):
            raise ValueError(f"column {self.column}: `in` goes with a list, and only that")
        if self.operator == "within" and self.filter is None:
            raise ValueError(f"column {self.column}: `within` goes with a filter of days")
        if self.operator == "contains" and self.filter is None:
            raise ValueError(f"column {self.column}: `contains` goes with a filter of text")
        return self

    @property
    def filter(self) -> str | None:
        """The filter it follows; None for a value of its own."""
        return self.value[1:] if isinstance(self.value, str) and self.value.startswith(":") else None


class Measure(Card):
    """What is counted: of `column`, and only of rows that meet `when`.

    `share` is in percent: of rows that meet `when` among all, of one column's sum in the sum of another (`of`), or of each group in the whole.
    `latest` is the value at the newest moment of `at`. With `light` its line or bars are drawn in that light's colour.
    """

    measure: MeasureName
    column: Word | None = None
    of: Word | None = None
    at: Word | None = None
    when: Condition | None = None
    title: Title
    unit: Title | None = None
    light: LightColour | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.measure not in ("count", "share") and self.column is None:
            raise ValueError(f"{self.measure} needs a column")
        if self.of is not None and (self.measure != "share" or self.column is None):
            raise ValueError("`of` goes with a share of a column")
        if (self.measure == "latest") != (self.at is not None):
            raise ValueError("`at` goes with latest, and only that")
        if self.when is not None and (self.measure == "latest" or self.of is not None or self.when.filter is not None):
            raise ValueError("`when` has a value of its own, and goes neither with `of` nor with latest")
        return self

    @property
    def is_of_whole(self) -> bool:
        """Whether it is each group's share in all groups together."""
        return self.measure == "share" and self.of is None and self.when is None

    @property
    def columns(self) -> frozenset[str]:
        """The columns it reads."""
        return frozenset(each for each in (self.column, self.of, self.at, self.when.column if self.when else None) if each)

    @property
    def is_percent(self) -> bool:
        """Whether it is told in percent."""
        return self.measure == "share" or (self.unit is not None and self.unit.zh == "%")


class Panel(Card):
    """What every panel says; `codes` names a code list for a column's values, where its contract does not."""

    id: Word
    title: Title
    note: Title | None = None
    table: Table
    where: tuple[Condition, ...] = ()
    width: Width | None = None
    codes: dict[Word, ListName] = Field(default_factory=dict)

    def columns_read(self) -> frozenset[str]:
        """Every column of the table it reads."""
        return frozenset({*(each.column for each in self.where), *self.codes, *self.drawn()})

    def drawn(self) -> frozenset[str]:
        """The columns it is drawn from."""
        return frozenset()

    @property
    def breadth(self) -> Width:
        """How much of the page's width it takes."""
        return self.width or "half"


class Light(Card):
    """A light by named parameters: the bound a value should keep, and where caution begins; `good` says on which side the good ones lie."""

    bound: Word
    caution: Word | None = None
    good: Literal["above", "below"]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters it looks at."""
        return tuple(each for each in (self.bound, self.caution) if each)


def named_classes(panel: "MapPanel | Calendar") -> "MapPanel | Calendar":
    """Bounds ascend, and classes that are named have one name more than there are bounds."""
    if list(panel.bounds) != sorted(set(panel.bounds)):
        raise ValueError(f"panel {panel.id}: bounds ascend")
    if panel.classes and len(panel.classes) != len(panel.bounds) + 1:
        raise ValueError(f"panel {panel.id}: {len(panel.bounds)} bounds part {len(panel.bounds) + 1} classes")
    return panel


class FigurePanel(Panel):
    """One number; with `period`, that of the newest period and its change against the one before."""

    kind: Literal["figure"]
    measure: Measure
    period: Word | None = None
    bucket: Bucket | None = None
    light: Light | None = None

    def drawn(self) -> frozenset[str]:
        """Those of the measure and of the period."""
        return self.measure.columns | {each for each in (self.period,) if each}

    @property
    def breadth(self) -> Width:
        """A third unless said otherwise."""
        return self.width or "third"


class Grouped(Panel):
    """Measures by the values of a column, perhaps parted by a second one; `label` is the column that names what `by` numbers.

    `by` may be a day or moment told by `bucket`. With `series` there is one measure.
    """

    by: Word
    bucket: Bucket | None = None
    label: Word | None = None
    series: Word | None = None
    measures: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=6)]
    order: Literal["label", "-label", "value", "-value"] = "label"
    limit: Annotated[int, Field(ge=1, le=1000)] = 200

    @model_validator(mode="after")
    def _one_measure_beside_series(self) -> Self:
        if self.series is not None and len(self.measures) > 1:
            raise ValueError(f"panel {self.id}: with `series` there is one measure")
        if self.series is not None and self.measures[0].light is not None:
            raise ValueError(f"panel {self.id}: a `light` colours a measure, not the values of `series`")
        return self

    def drawn(self) -> frozenset[str]:
        """Groups, names and measures."""
        groups = {each for each in (self.by, self.label, self.series) if each}
        return frozenset(groups).union(*(measure.columns for measure in self.measures))


class Line(Grouped):
    """Lines over an ordered column."""

    kind: Literal["line"]


class Bar(Grouped):
    """Bars, side by side or stacked."""

    kind: Literal["bar"]
    stacked: bool = False
    order: Literal["label", "-label", "value", "-value"] = "-value"
    limit: Annotated[int, Field(ge=1, le=60)] = 20


class Radar(Grouped):
    """A wheel of three axes or more; all axes end at `top`, or at the largest value."""

    kind: Literal["radar"]
    top: float | None = None
    limit: Annotated[int, Field(ge=3, le=12)] = 12


class MapPanel(Grouped):
    """Divisions coloured by one measure; `by` holds six-digit codes of cities or counties.

    `drill` names a filter of the board by city: a city on the map then leads to the board narrowed to it, its rows stay behind the table.
    """

    kind: Literal["map"]
    level: Literal["city", "county"] = "city"
    drill: Word | None = None
    bounds: Bounds = ()
    classes: tuple[Title, ...] = ()
    palette: Palette = "steps"
    measures: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=1)]
    order: Literal["label", "-label", "value", "-value"] = "-value"

    _classes_fit = model_validator(mode="after")(named_classes)

    @model_validator(mode="after")
    def _cities_are_drilled(self) -> Self:
        if self.drill is not None and self.level != "city":
            raise ValueError(f"panel {self.id}: a map of cities is drilled, no other")
        return self


class Rose(Panel):
    """How often a direction and a strength meet: sectors of the wind's direction, parted by classes of `radius`.

    `angle` holds degrees from north clockwise, or with `points` the letters of the compass (N, NNE, …).
    """

    kind: Literal["rose"]
    angle: Word
    points: bool = False
    radius: Word
    bounds: Annotated[tuple[float, ...], Field(min_length=1, max_length=5)]
    unit: Title | None = None
    palette: Palette = "steps"

    def drawn(self) -> frozenset[str]:
        """Direction and strength."""
        return frozenset({self.angle, self.radius})


class Calendar(Panel):
    """A year of days coloured by one measure; the newest year there is."""

    kind: Literal["calendar"]
    day: Word
    measure: Measure
    bounds: Bounds = ()
    palette: Palette = "steps"
    classes: tuple[Title, ...] = ()

    _classes_fit = model_validator(mode="after")(named_classes)

    def drawn(self) -> frozenset[str]:
        """The day and those of the measure."""
        return self.measure.columns | {self.day}

    @property
    def breadth(self) -> Width:
        """The whole page unless said otherwise."""
        return self.width or "whole"


class TablePanel(Panel):
    """Some rows as they are, in the order of a column (`-` before it: descending), or measures by a column as a table."""

    kind: Literal["table"]
    columns: tuple[Word, ...] = ()
    order: Annotated[str, StringConstraints(pattern=r"^-?[a-z][a-z0-9_]{0,62}$")] | None = None
    by: Word | None = None
    label: Word | None = None
    measures: tuple[Measure, ...] = ()
    limit: Annotated[int, Field(ge=1, le=200)] = 20

    @model_validator(mode="after")
    def _rows_or_groups(self) -> Self:
        if bool(self.columns) == bool(self.by) or bool(self.by) != bool(self.measures):
            raise ValueError(f"panel {self.id}: a table has either `columns`, or `by` and `measures`")
        return self

    def drawn(self) -> frozenset[str]:
        """What it shows and orders by."""
        ordered = () if self.by or self.order is None else (self.order.lstrip("-"),)
        groups = {each for each in (*self.columns, self.by, self.label, *ordered) if each}
        return frozenset(groups).union(*(measure.columns for measure in self.measures))


class Network(Panel):
    """Legal entities or things, and what joins them; a column of persons is refused."""

    kind: Literal["network"]
    source: Word
    target: Word
    source_label: Word | None = None
    target_label: Word | None = None
    relation: Word | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 80

    def drawn(self) -> frozenset[str]:
        """Both ends, their names and the relation."""
        return frozenset(each for each in (self.source, self.target, self.source_label, self.target_label, self.relation) if each)


class Gantt(Panel):
    """What begins and ends when, by days or by numbers of days; a bar without an end goes on."""

    kind: Literal["gantt"]
    label: Word
    begin: Word
    end: Word
    state: Word | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 30

    def drawn(self) -> frozenset[str]:
        """Name, both ends and state."""
        return frozenset(each for each in (self.label, self.begin, self.end, self.state) if each)


class Timeline(Panel):
    """What happened when, newest first."""

    kind: Literal["timeline"]
    at: Word
    label: Word
    category: Word | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 30

    def drawn(self) -> frozenset[str]:
        """Moment, words and category."""
        return frozenset(each for each in (self.at, self.label, self.category) if each)


class Live(Panel):
    """What the windows of a stream come to while it runs: the newest with those before it, or with `parted` the parts of the newest.

    `stream` is the table that the stream fills, `window` one of its feed's windows, `part` one value that parts it.
    """

    kind: Literal["live"]
    stream: Table
    window: Word
    measure: LiveMeasure
    unit: Title | None = None
    part: str = ""
    parted: bool = False
    limit: Annotated[int, Field(ge=2, le=120)] = 30

    @model_validator(mode="before")
    @classmethod
    def _reads_what_the_stream_fills(cls, told: Any) -> Any:
        if isinstance(told, dict) and "table" in told:
            raise ValueError("a live panel names its `stream`, not a table")
        return {**told, "table": told.get("stream")} if isinstance(told, dict) else told

    @model_validator(mode="after")
    def _one_part_or_all(self) -> Self:
        if self.part and self.parted:
            raise ValueError(f"panel {self.id}: either one `part`, or all of them by `parted`")
        return self


def shows_rows(panel: Panel) -> bool:
    """Whether a panel shows rows as they are, not counts of them."""
    return isinstance(panel, Network | Gantt | Timeline) or (isinstance(panel, TablePanel) and bool(panel.columns))


def tells_extremes(panel: Panel) -> bool:
    """Whether a panel tells a value that one row alone holds."""
    measures = panel.measures if isinstance(panel, Grouped | TablePanel) else (panel.measure,) if isinstance(panel, FigurePanel | Calendar) else ()
    told = (panel.measure,) if isinstance(panel, Live) else tuple(each.measure for each in measures)
    return any(each in ("min", "max", "latest") for each in told)
