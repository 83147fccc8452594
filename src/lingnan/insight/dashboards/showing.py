"""A panel's card from the rows of its statement."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lingnan.insight.dashboards.binding import Threshold
from lingnan.insight.dashboards.cards import Basis, BoardCell, Label, LiveFacts, PanelCard, PanelClass, PanelColumn, PanelState
from lingnan.insight.dashboards.panels import (
    Bar,
    Calendar,
    FigurePanel,
    Gantt,
    Grouped,
    MapPanel,
    Network,
    Panel,
    Radar,
    Rose,
    TablePanel,
    Timeline,
)
from lingnan.insight.dashboards.shaping import (
    Naming,
    Rows,
    class_titles,
    classes_of,
    number,
    shape_calendar,
    shape_figure,
    shape_groups,
    shape_rose,
    unit_of,
)
from lingnan.insight.shapes import Words


@dataclass(frozen=True)
class Frame:
    """What stands around a panel's answer: what it rests on, the address of its rows, the names of values and columns, its thresholds;
    `least` is the number of rows below which a number is hidden, 0 for a table without persons."""

    basis: Basis
    href: str
    least: int
    naming: Naming
    column: Callable[[str], PanelColumn]
    threshold: Callable[[str], Threshold | None]


def panel_card(panel: Panel, rows: Rows, frame: Frame) -> PanelCard:
    """The panel with its answer."""
    facts = _facts(panel, rows, frame)
    figure = facts.get("figure")
    nothing = (figure.value is None and not figure.hidden) if figure else not (facts.get("labels") or facts.get("rows"))
    return _card(panel, frame, "empty" if nothing else "shown", least=frame.least, **facts)


def live_frame(panel: Panel, frame: Frame, live: LiveFacts, **facts: Any) -> PanelCard:
    """A live panel with what its windows came to."""
    return _card(panel, frame, "shown", least=frame.least, live=live, **facts)


def silent_card(panel: Panel, state: PanelState, said: Words, basis: Basis, href: str) -> PanelCard:
    """The panel with what there is to say in its place."""
    return _blank(panel, basis, href, state=state, said=said)


def _card(panel: Panel, frame: Frame, state: PanelState, **facts: Any) -> PanelCard:
    return _blank(panel, frame.basis, frame.href, state=state, **facts)


def _blank(panel: Panel, basis: Basis, href: str, **facts: Any) -> PanelCard:
    kind = getattr(panel, "kind")  # noqa: B009 every panel of a board has one, their base has not
    return PanelCard(id=panel.id, kind=kind, title=panel.title, note=panel.note, breadth=panel.breadth, basis=basis, href=href, **facts)


def _facts(panel: Panel, rows: Rows, frame: Frame) -> dict[str, Any]:
    if isinstance(panel, FigurePanel):
        return {"figure": shape_figure(panel, rows, frame.least, frame.threshold)}
    if isinstance(panel, Rose):
        return _rose(panel, rows, frame)
    if isinstance(panel, Calendar):
        shaped, year = shape_calendar(panel, rows, frame.least)
        return {"labels": shaped.labels, "series": shaped.series, "year": year, "classes": classes_of(panel, shaped), "palette": panel.palette}
    if isinstance(panel, Network):
        return _network(panel, rows, frame)
    if isinstance(panel, Grouped):
        return _grouped(panel, rows, frame)
    if isinstance(panel, TablePanel) and panel.by:
        return _counted_table(panel, rows, frame)
    return _plain_rows(panel, rows, frame)


def _grouped(panel: Grouped, rows: Rows, frame: Frame) -> dict[str, Any]:
    shaped = shape_groups(panel, rows, frame.least, frame.naming)
    facts: dict[str, Any] = {"labels": shaped.labels, "series": shaped.series, "cut": shaped.cut, "columns": (frame.column(panel.by),)}
    if isinstance(panel, MapPanel):
        facts |= {"classes": classes_of(panel, shaped), "palette": panel.palette, "level": panel.level}
    if isinstance(panel, Radar) and panel.top is not None:
        facts["top"] = number(panel.top)
    if isinstance(panel, Bar):
        facts["stacked"] = panel.stacked
    return facts


def _rose(panel: Rose, rows: Rows, frame: Frame) -> dict[str, Any]:
    shaped = shape_rose(panel, rows, frame.least)
    uppers = [*(number(each) for each in panel.bounds), None]
    classes = tuple(PanelClass(title=title, upper=upper) for title, upper in zip(class_titles(panel.bounds, panel.unit), uppers, strict=True))
    return {"labels": shaped.labels, "series": shaped.series, "classes": classes, "palette": panel.palette}


def _counted_table(panel: TablePanel, rows: Rows, frame: Frame) -> dict[str, Any]:
    """Measures by a column as a table; the first column's key stands in the labels, so that every line leads to its rows."""
    by, order = panel.by or "", (panel.order or f"-{panel.measures[0].column or 'count'}")
    grouped = Bar.model_validate({
        "kind": "bar", "id": panel.id, "title": panel.title, "table": panel.table, "by": by, "label": panel.label, "measures": panel.measures,
        "order": {by: "label", f"-{by}": "-label"}.get(order, "-value" if order.startswith("-") else "value"), "limit": min(panel.limit, 60),
    })
    shaped = shape_groups(grouped, rows, frame.least, frame.naming)
    return {"labels": shaped.labels, "series": shaped.series, "cut": shaped.cut, "columns": (
        frame.column(by), *(PanelColumn(name=f"m{place}", title=each.title, unit=unit_of(each)) for place, each in enumerate(panel.measures)),
    )}


def _network(panel: Network, rows: Rows, frame: Frame) -> dict[str, Any]:
    """Ends as labels, what joins them as rows: from, to, relation, how many."""
    names: dict[str, Words] = {}
    for row in rows:
        for key, label, column in ((row["k"], row["l"], panel.source), (row["s"], row["t"], panel.target)):
            names.setdefault(str(key), Words(zh=str(label)) if label else frame.naming(column, str(key)) or Words(zh=str(key)))
    lines = tuple((str(row["k"]), str(row["s"]), _cell(panel.relation or "", row["r"], frame), int(row["n"])) for row in rows)
    columns = [frame.column(panel.source), frame.column(panel.target)]
    columns += [frame.column(panel.relation)] if panel.relation else []
    return {
        "labels": tuple(Label(key=key, title=title) for key, title in names.items()), "rows": lines, "columns": tuple(columns),
        "cut": len(rows) >= panel.limit,
    }


def _plain_rows(panel: Panel, rows: Rows, frame: Frame) -> dict[str, Any]:
    if isinstance(panel, Gantt):
        names: tuple[str | None, ...] = (panel.label, panel.begin, panel.end, panel.state)
    elif isinstance(panel, Timeline):
        names = (panel.at, panel.label, panel.category)
    else:
        names = panel.columns if isinstance(panel, TablePanel) else ()
    columns = tuple(each for each in names if each)
    lines = tuple(tuple(_cell(name, row[name], frame) for name in columns) for row in rows)
    return {"columns": tuple(frame.column(each) for each in columns), "rows": lines, "cut": len(rows) >= getattr(panel, "limit", 0)}


def _cell(column: str, value: Any, frame: Frame) -> BoardCell:
    """A value as it is shown: a code by its meaning, a number as a number, lists and structures as text."""
    if isinstance(value, bool):
        return frame.naming(column, str(value).lower()) or value
    if isinstance(value, str):
        return frame.naming(column, value) or value if column else value
    if value is None or isinstance(value, int | Decimal | date):
        return value
    return number(value) if isinstance(value, float) else str(value)


