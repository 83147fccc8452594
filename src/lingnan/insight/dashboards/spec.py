"""What a board is written in: its audience, its filters, its sections of panels; a panel names one table and columns of it, never SQL."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlencode

from pydantic import Field, StringConstraints, model_validator

from lingnan.insight.dashboards.panels import (
    Bar,
    Calendar,
    Condition,
    FigurePanel,
    Gantt,
    Line,
    ListName,
    Live,
    MapPanel,
    Network,
    Panel,
    Radar,
    Rose,
    TablePanel,
    Timeline,
    Title,
    Word,
)
from lingnan.insight.shapes import Card
from lingnan.insight.written import Written

Audience = Literal["public", "officials", "steward", "reviewer", "analyst", "administrator", "security", "auditor"]
"""Anyone, any official, or officials of one role. What they see of a table is decided for each table beside."""
Refresh = Literal["realtime", "hourly", "daily", "monthly", "yearly"]
AnyPanel = Annotated[
    FigurePanel | TablePanel | Line | Bar | Rose | Radar | MapPanel | Network | Gantt | Calendar | Timeline | Live, Field(discriminator="kind"),
]
TAKEN = frozenset({"from", "to", "lang", "wall", "at", "series", "section", "panel"})
"""Keys of the address that are no filter's."""


class Filter(Card):
    """What a reader may choose; `id` is its key in the address.

    `choice` is one value of a column (`area.table.column`) or of a code list, called by the list or by another column of the table, `label`;
    `period` the same of a column of years, quarters or months, newest first; `dates` a range of days, kept in the address as `from` and `to`;
    `text` words that a column contains. `default` is a value, or `latest` for a period. One that is `needed` always holds a value: its default,
    or the first there is.
    """

    id: Word
    kind: Literal["choice", "period", "dates", "text"] = "choice"
    title: Title
    column: Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{0,62}\.){2}[a-z][a-z0-9_]{0,62}$")] | None = None
    label: Word | None = None
    codes: ListName | None = None
    default: str = ""
    needed: bool = False

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if self.kind == "dates" and (self.column or self.codes or self.default or self.needed):
            raise ValueError(f"filter {self.id}: a range of days has no column, code list or default")
        if self.kind == "text" and (self.column or self.codes or self.default or self.needed):
            raise ValueError(f"filter {self.id}: a text has no column, code list or default")
        if self.kind == "choice" and not (self.column or self.codes):
            raise ValueError(f"filter {self.id}: a choice needs `column` (area.table.column), `codes` (a code list) or both")
        if self.kind == "period" and not self.column:
            raise ValueError(f"filter {self.id}: a period needs `column` (area.table.column)")
        if self.label and (self.kind != "choice" or not self.column or self.codes):
            raise ValueError(f"filter {self.id}: a `label` goes with a choice by `column` that names no code list")
        if self.id in TAKEN:
            raise ValueError(f"filter {self.id}: the address uses that word; choose another")
        return self

    @property
    def source(self) -> tuple[str, str] | None:
        """Table and column of the choices."""
        table, _, column = (self.column or "").rpartition(".")
        return (table, column) if table else None

    @property
    def reads(self) -> frozenset[str]:
        """The columns of that table from which the choices come."""
        return frozenset(each for each in (self.source[1], self.label) if each) if self.source else frozenset()


class Section(Card):
    """Panels that are read together; the big screen shows one section at a time."""

    title: Title
    panels: Annotated[tuple[AnyPanel, ...], Field(min_length=1)]


class Board(Written):
    """A board as its file says."""

    id: Word
    title: Title
    description: Title | None = None
    audience: Audience
    refresh: Refresh = "daily"
    filters: tuple[Filter, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _one_section_may_be_left_out(cls, told: Any) -> Any:
        """A board of one section may name its panels alone."""
        if isinstance(told, dict) and "panels" in told and "sections" not in told:
            rest = {key: value for key, value in told.items() if key != "panels"}
            return {**rest, "sections": [{"title": told.get("title"), "panels": told["panels"]}]}
        return told

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _once("panel", [*(panel.id for panel in self.panels), "embed", "live"])
        _once("filter", [each.id for each in self.filters])
        if sum(each.kind == "dates" for each in self.filters) > 1:
            raise ValueError("a board has one range of days at most")
        known = {each.id: each for each in self.filters}
        for panel in self.panels:
            for condition in panel.where:
                _known(panel.id, condition, known)
            if isinstance(panel, MapPanel) and panel.drill is not None and (panel.drill not in known or known[panel.drill].kind != "choice"):
                raise ValueError(f"panel {panel.id}: `drill` names a filter of one choice: {panel.drill}")
        return self

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Every panel in the order of the page."""
        return tuple(panel for section in self.sections for panel in section.panels)

    def drilled(self, panel: MapPanel, query: str) -> str:
        """The beginning of the address that narrows the board to one place of a map, to which the place's code is added; empty without such."""
        if panel.drill is None:
            return ""
        pairs = [(name, value) for name, value in parse_qsl(query) if name != panel.drill]
        return f"?{urlencode([*pairs, (panel.drill, '')])}"

    def panel(self, wanted: str) -> Panel | None:
        """One panel by its id."""
        return next((panel for panel in self.panels if panel.id == wanted), None)

    def reads(self) -> dict[str, frozenset[str]]:
        """Every column the board reads, by table: what a pack's contracts must hold."""
        found: dict[str, frozenset[str]] = {}
        for table, columns in self._read():
            found[table] = found.get(table, frozenset()) | columns
        return found

    def codes_named(self) -> frozenset[str]:
        """Code lists that its panels and filters name."""
        return frozenset((*(name for panel in self.panels for name in panel.codes.values()), *(each.codes for each in self.filters if each.codes)))

    def windows(self) -> frozenset[tuple[str, str]]:
        """The windows of streams that its live panels show: the table that the stream fills, and the window's name."""
        return frozenset((panel.stream, panel.window) for panel in self.panels if isinstance(panel, Live))

    def parameters(self) -> frozenset[str]:
        """Named parameters that its lights look at."""
        return frozenset(name for panel in self.panels if isinstance(panel, FigurePanel) and panel.light for name in panel.light.parameters)

    def _read(self) -> Iterator[tuple[str, frozenset[str]]]:
        yield from ((panel.table, panel.columns_read()) for panel in self.panels if not isinstance(panel, Live))
        yield from ((each.source[0], each.reads) for each in self.filters if each.source)


def _once(what: str, names: list[str]) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{what} named twice: {', '.join(twice)}")


def _known(panel: str, condition: Condition, filters: dict[str, Filter]) -> None:
    """A condition by a filter fits that filter."""
    if condition.filter is None:
        return
    chosen = filters.get(condition.filter)
    if chosen is None:
        raise ValueError(f"panel {panel}: there is no filter {condition.filter}")
    if (chosen.kind == "dates") != (condition.operator == "within"):
        raise ValueError(f"panel {panel}: `within` goes with a range of days, and only that: {condition.filter}")
    if (chosen.kind == "text") != (condition.operator == "contains"):
        raise ValueError(f"panel {panel}: `contains` goes with a filter of text, and only that: {condition.filter}")


