"""Boards as pages show them: every panel as labels and series of numbers, or as rows, with what its figures rest on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from lingnan.insight.dashboards.panels import LightColour
from lingnan.insight.dashboards.spec import Audience, Refresh
from lingnan.insight.rooms import Grid
from lingnan.insight.shapes import Card, Origin, Words

PanelKind = Literal["figure", "table", "line", "bar", "rose", "radar", "map", "network", "gantt", "calendar", "timeline", "live"]
PanelState = Literal["shown", "empty", "closed", "failed"]
BoardCell = Words | str | int | Decimal | bool | datetime | date | None


class Label(Card):
    """What numbers of a series belong to; `key` is the value in the table, empty for none."""

    key: str
    title: Words


class PanelSeries(Card):
    """One row of numbers, as long as the labels; a number is None where there is none, and where it is `hidden` because too few rows stand
    behind it. `key` is the value that parts the series, None where measures do; `light` colours it as good, caution or bad."""

    key: str | None
    title: Words
    unit: Words | None = None
    percent: bool = False
    light: LightColour | None = None
    values: tuple[Decimal | None, ...]
    hidden: tuple[bool, ...]


class PanelColumn(Card):
    """A column of a panel that shows rows."""

    name: str
    title: Words
    unit: Words | None = None


class PanelClass(Card):
    """A class of values and its colour's place; `upper` None for the last one."""

    title: Words
    upper: Decimal | None


class MethodLine(Card):
    """How a column is worked out, by which edition of which standard."""

    column: str
    title: Words
    method: Words | None = None
    standard: str = ""


class Basis(Card):
    """What a panel's figures rest on: the table's version and when it was made, methods, parameters nobody has proofread, models that learn."""

    table: str
    title: Words
    origin: Origin
    version: int | None = None
    made_at: datetime | None = None
    methods: tuple[MethodLine, ...] = ()
    references: tuple[str, ...] = ()
    unproofed: tuple[str, ...] = ()
    models: tuple[tuple[str, Words], ...] = ()
    lineage: str = ""


class FigureCard(Card):
    """One number with its change against the period before, and its light."""

    value: Decimal | None
    hidden: bool = False
    unit: Words | None = None
    percent: bool = False
    period: str = ""
    before: Decimal | None = None
    before_period: str = ""
    light: LightColour | None = None
    bound: Decimal | None = None


class LiveFacts(Card):
    """What stands behind a figure that moves: the window's length in seconds, how many rows it counts, how many of them came late,
    and whether its stream is listened to (`quiet`: nothing came for two windows)."""

    seconds: int
    rows: int
    late: int
    state: Literal["listening", "quiet", "away"]
    told_at: datetime | None = None


class LiveEvent(Card):
    """A window that changed; the last of a panel's brings its card."""

    panel: str
    begins_at: datetime
    ends_at: datetime
    rows: int
    late: int
    card: "PanelCard | None" = None


class PanelCard(Card):
    """A panel with its answer, or with what there is to say in its place.

    `least` is the number of rows below which a number is hidden, 0 where all are told; `cut` says that there is more than is shown; `drill` begins
    the address that narrows the board to one place of a map.
    """

    id: str
    kind: PanelKind
    title: Words
    note: Words | None
    breadth: Literal["third", "half", "whole"]
    state: PanelState
    said: Words | None = None
    figure: FigureCard | None = None
    labels: tuple[Label, ...] = ()
    series: tuple[PanelSeries, ...] = ()
    columns: tuple[PanelColumn, ...] = ()
    rows: tuple[tuple[BoardCell, ...], ...] = ()
    classes: tuple[PanelClass, ...] = ()
    palette: Literal["steps", "aqi", "lights"] = "steps"
    level: Literal["city", "county"] = "city"
    drill: str = ""
    stacked: bool = False
    top: Decimal | None = None
    year: int | None = None
    least: int = 0
    cut: bool = False
    live: LiveFacts | None = None
    basis: Basis
    href: str

    def address(self, at: str, series: str | None = None) -> str:
        """The address of the rows behind one mark."""
        told = {"at": at} if series is None else {"at": at, "series": series}
        return self.href + ("&" if "?" in self.href else "?") + urlencode(told)

    def leads(self, place: str) -> str:
        """Where a place on a map leads: to the board narrowed to it, else to its rows."""
        return f"{self.drill}{place}" if self.drill else self.address(place)


class SectionCard(Card):
    """Panels that are read together."""

    title: Words
    panels: tuple[PanelCard, ...]


class FilterCard(Card):
    """A filter as chosen; `options` are values with their names, none for a range of days and a text."""

    id: str
    kind: Literal["choice", "period", "dates", "text"]
    title: Words
    chosen: str = ""
    first: date | None = None
    last: date | None = None
    options: tuple[tuple[str, Words], ...] = ()
    needed: bool = False


class BoardSheet(Card):
    """A board as one reader sees it under the filters of the address; `query` writes them again. `live` says up to which change its moving
    figures are told, empty without such."""

    key: str
    title: Words
    description: Words | None
    owner: Words
    audience: Audience
    refresh: Refresh
    as_of: datetime
    made: bool
    query: str
    live: str = ""
    filters: tuple[FilterCard, ...]
    sections: tuple[SectionCard, ...]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the address chooses, filter by filter."""
        return parse_qsl(self.query)


class PanelSheet(Card):
    """One panel with the rows behind it, or behind one of its marks (`mark` in words)."""

    board: str
    board_title: Words
    query: str
    panel: PanelCard
    mark: tuple[Words, ...]
    total: int | None
    rows: Grid


class BoardLine(Card):
    """A board in the list."""

    key: str
    title: Words
    description: Words | None
    owner: Words
    audience: Audience
    refresh: Refresh
    panels: int
    kinds: tuple[PanelKind, ...]


class BoardList(Card):
    """The boards that a reader may see."""

    items: tuple[BoardLine, ...]
