"""The cockpit: the hub's figures, the map's layers, charts and the freshest loads, each leading down to what it counts."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from lingnan.insight.rooms import BuildState
from lingnan.insight.shapes import Card, Origin, Words

Unit = Literal["", "people", "entities", "rows", "percent"]


class Figure(Card):
    """One number with the address of the table or list it is counted from; `table` is the lake's name of that table, `column` where the
    number's lineage begins."""

    key: str
    title: Words
    value: int | Decimal
    unit: Unit = ""
    href: str
    table: str = ""
    note: Words | None = None
    column: str = ""


class MapLayer(Card):
    """One value per city (six-digit division code); a city without data is absent, never zero."""

    key: str
    title: Words
    unit: Unit
    values: dict[str, Decimal]
    table: str = ""


class Series(Card):
    """One row of numbers of a chart, as long as the chart's labels."""

    title: Words
    values: tuple[Decimal | None, ...]


class Chart(Card):
    """A chart and, by the same numbers, its table; `hrefs` lead each label to its list."""

    key: str
    title: Words
    kind: Literal["bar", "stacked", "line"]
    unit: Unit
    labels: tuple[Words, ...]
    series: tuple[Series, ...]
    hrefs: tuple[str, ...] = ()
    table: str = ""
    column: str = ""


class Load(Card):
    """A department's delivery as it came in."""

    code: str
    title: Words
    department: Words
    received_at: datetime
    rows: int
    rejected: int
    batch: str
    origin: Origin
    alarm: Words | None = None


class LastBuild(Card):
    """How the last build went; `seconds` is None while it runs."""

    id: str
    state: BuildState
    started_at: datetime
    seconds: Decimal | None
    steps_run: int
    steps_skipped: int


class Cockpit(Card):
    """All that the first page and the wall show; `made` says that made people are among the figures."""

    as_of: datetime
    made: bool
    figures: tuple[Figure, ...]
    layers: tuple[MapLayer, ...]
    charts: tuple[Chart, ...]
    loads: tuple[Load, ...]
    build: LastBuild | None


class CountyLine(Card):
    """One county-level division of a city; `values` by layer key."""

    code: str
    title: Words
    values: dict[str, Decimal]


class CitySheet(Card):
    """One city: its figures, its counties with the same figures, and the addresses of their tables."""

    code: str
    title: Words
    figures: tuple[Figure, ...]
    layers: tuple[MapLayer, ...]
    counties: tuple[CountyLine, ...]
