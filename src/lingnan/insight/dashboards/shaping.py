"""What of a panel's answer is shown: labels and series of numbers, small groups hidden, the order and the classes that the board asks for."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lingnan.insight.dashboards.binding import Threshold
from lingnan.insight.dashboards.cards import FigureCard, Label, PanelClass, PanelSeries
from lingnan.insight.dashboards.panels import Calendar, FigurePanel, Grouped, Light, LightColour, Line, MapPanel, Measure, Rose
from lingnan.insight.dashboards.periods import between
from lingnan.insight.shapes import Words

Rows = Sequence[Mapping[str, Any]]
Naming = Callable[[str, str], Words | None]
"""What a value of a column is called; None for a value that speaks for itself."""
STEPS = 5
COMPASS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
NOT_GIVEN = Words(zh="未填", en="not given")
PERCENT = Words(zh="%", en="%")


@dataclass(frozen=True)
class Shaped:
    """Numbers by label and series; `cut` when there were more labels."""

    labels: tuple[Label, ...]
    series: tuple[PanelSeries, ...]
    cut: bool = False


@dataclass
class _Cell:
    value: Decimal | None
    rows: int
    hidden: bool = False


def number(value: Any) -> Decimal | None:
    """A number as it is kept; None for none and for what is no number."""
    if value is None or isinstance(value, str) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return Decimal(str(round(value, 6))) if isinstance(value, float) else Decimal(value)


def shape_groups(panel: Grouped, rows: Rows, least: int, naming: Naming) -> Shaped:
    """Measures by label; groups of fewer than `least` rows hidden, and with a single one the next smallest, which a sum would else tell."""
    kept = [row for row in rows if row["k"] is not None or not isinstance(panel, MapPanel)]
    keys = list(dict.fromkeys(_text(row["k"]) for row in kept))
    lines = _lines(panel, kept)
    if least:
        for _head, line in lines:
            _hide(line.values(), least)
        for key in keys if panel.series else ():
            _hide_single([line[key] for _head, line in lines if key in line])
    if isinstance(panel, Line):
        keys = between(keys, panel.bucket)
        _fill(keys, lines)
    ordered = _ordered(panel, keys, lines)
    shown = ordered[: panel.limit]
    names = {_text(row["k"]): row["l"] for row in kept}
    labels = tuple(Label(key=key, title=_named(panel.by, key, names.get(key), naming)) for key in shown)
    headed = _headed(panel, lines, naming)
    series = tuple(_series(key, title, measure, [line.get(label) for label in shown]) for (key, title, measure), line in headed)
    return Shaped(labels, series, len(ordered) > len(shown))


def _fill(keys: Sequence[str], lines: Sequence[tuple[tuple[str | None, Measure], dict[str, _Cell]]]) -> None:
    """Where nothing was counted the count is nought; what is measured has a gap."""
    for (_key, measure), line in lines:
        if measure.measure == "count":
            for key in keys:
                line.setdefault(key, _Cell(Decimal(0), 0))


def _lines(panel: Grouped, rows: Rows) -> list[tuple[tuple[str | None, Measure], dict[str, _Cell]]]:
    """A line of cells for each value of `series`, or for each measure."""
    if panel.series is None:
        lines = [(each, {_text(row["k"]): _cell(row, place) for row in rows}) for place, each in enumerate(panel.measures)]
        return [((None, each), _of_whole(each, line)) for each, line in lines]
    found: dict[str, dict[str, _Cell]] = {}
    for row in rows:
        found.setdefault(_text(row["s"]), {})[_text(row["k"])] = _cell(row, 0)
    whole = sum((cell.value or Decimal(0) for line in found.values() for cell in line.values()), Decimal(0))
    measure = panel.measures[0]
    return [((key, measure), _of_whole(measure, found[key], whole)) for key in sorted(found)]


def _cell(row: Mapping[str, Any], place: int) -> _Cell:
    """A number and how many rows it stands on: the fewer of those that meet a measure's condition and those that do not, where it has one."""
    rows, met = int(row["n"]), row.get(f"n{place}")
    inside = rows if met is None else min((each for each in (int(met), rows - int(met), rows) if each > 0), default=0)
    return _Cell(number(row[f"m{place}"]), inside)


def _of_whole(measure: Measure, cells: dict[str, _Cell], whole: Decimal | None = None) -> dict[str, _Cell]:
    """Shares of the whole where the measure asks for them."""
    if not measure.is_of_whole:
        return cells
    total = whole if whole is not None else sum((cell.value or Decimal(0) for cell in cells.values()), Decimal(0))
    return {key: replace(cell, value=round(100 * cell.value / total, 4) if total and cell.value is not None else None) for key, cell in cells.items()}


def _hide(cells: Iterable[_Cell], least: int) -> None:
    held = list(cells)
    for cell in held:
        cell.hidden = 0 < cell.rows < least
    _hide_single(held)


def _hide_single(cells: Sequence[_Cell]) -> None:
    """One hidden cell alone would be what the sum leaves over: hide the smallest other with it."""
    if sum(cell.hidden for cell in cells) == 1 and (others := [cell for cell in cells if not cell.hidden]):
        min(others, key=lambda cell: cell.rows).hidden = True


def _ordered(panel: Grouped, keys: list[str], lines: Sequence[tuple[Any, dict[str, _Cell]]]) -> list[str]:
    if panel.order in ("label", "-label"):
        return sorted(keys, reverse=panel.order == "-label")
    counted = lines if panel.series else lines[:1]
    sums = {key: sum((_worth(line.get(key)) for _head, line in counted), Decimal(0)) for key in keys}
    down = panel.order == "-value"
    return sorted(keys, key=lambda key: (-sums[key] if down else sums[key], key))


def _worth(cell: _Cell | None) -> Decimal:
    """What a cell counts in the order; one that is hidden counts nothing, or its place would tell."""
    return Decimal(0) if cell is None or cell.hidden or cell.value is None else cell.value


def _headed(
    panel: Grouped, lines: Sequence[tuple[tuple[str | None, Measure], dict[str, _Cell]]], naming: Naming
) -> list[tuple[tuple[str | None, Words, Measure], dict[str, _Cell]]]:
    return [
        ((key, measure.title if key is None else _named(panel.series or "", key, None, naming), measure), line) for (key, measure), line in lines
    ]


def _series(key: str | None, title: Words, measure: Measure, cells: Sequence[_Cell | None]) -> PanelSeries:
    return PanelSeries(
        key=key, title=title, unit=unit_of(measure), percent=measure.is_percent, light=measure.light,
        values=tuple(None if cell is None or cell.hidden else cell.value for cell in cells),
        hidden=tuple(bool(cell and cell.hidden) for cell in cells),
    )


def unit_of(measure: Measure) -> Words | None:
    """In what a measure is told."""
    return PERCENT if measure.is_percent else measure.unit


def shape_figure(panel: FigurePanel, rows: Rows, least: int, threshold: Callable[[str], Threshold | None]) -> FigureCard:
    """The number, that of the newest period where there are periods, beside the one before."""
    cells = {_text(row["k"]): _cell(row, 0) for row in rows if panel.period is None or row["k"] is not None}
    for cell in cells.values():
        cell.hidden = bool(least) and 0 < cell.rows < least
    if panel.measure.measure in ("count", "distinct") and panel.period is None and not cells:
        cells = {"": _Cell(Decimal(0), 0)}
    cells = _of_whole(panel.measure, cells)
    periods = sorted(cells)
    now, before = (cells[periods[-1]] if periods else None), (cells[periods[-2]] if panel.period and len(periods) > 1 else None)
    value = None if now is None or now.hidden else now.value
    light, bound = _light(panel.light, value, threshold)
    return FigureCard(
        value=value, hidden=bool(now and now.hidden), unit=unit_of(panel.measure), percent=panel.measure.is_percent,
        period=periods[-1] if panel.period and periods else "", before=None if before is None or before.hidden else before.value,
        before_period=periods[-2] if before is not None else "", light=light, bound=bound,
    )


def _light(light: Light | None, value: Decimal | None, threshold: Callable[[str], Threshold | None]) -> tuple[LightColour | None, Decimal | None]:
    if light is None:
        return None, None
    bound, caution = threshold(light.bound), threshold(light.caution) if light.caution else None
    if bound is None or value is None:
        return None, bound.value if bound else None
    sign = 1 if light.good == "above" else -1
    if sign * value >= sign * bound.value:
        return "good", bound.value
    return ("caution" if caution is not None and sign * value >= sign * caution.value else "bad"), bound.value


def shape_rose(panel: Rose, rows: Rows, least: int) -> Shaped:
    """Shares in percent of all moments, by sector and class of strength; a calm without a direction is left out."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        sector = row["k"] if panel.points else COMPASS[int(row["k"])]
        if sector in COMPASS:
            counts[sector, row["s"]] = counts.get((sector, row["s"]), 0) + int(row["n"])
    whole = sum(counts.values())
    labels = tuple(Label(key=each if panel.points else str(place), title=Words(zh=each, en=each)) for place, each in enumerate(COMPASS))
    series = []
    for place, title in enumerate(class_titles(panel.bounds, panel.unit)):
        found = [counts.get((each, str(place)), 0) for each in COMPASS]
        hidden = tuple(0 < each < least for each in found)
        shares = (Decimal(str(round(100 * each / whole, 4))) if whole else None for each in found)
        values = tuple(None if hide else share for share, hide in zip(shares, hidden, strict=True))
        series.append(PanelSeries(key=str(place), title=title, unit=PERCENT, percent=True, values=values, hidden=hidden))
    return Shaped(labels if whole else (), tuple(series) if whole else ())


def shape_calendar(panel: Calendar, rows: Rows, least: int) -> tuple[Shaped, int | None]:
    """The days of the newest year there is, and that year."""
    days = {date.fromisoformat(row["k"]): _cell(row, 0) for row in rows if row["k"]}
    if not days:
        return Shaped((), ()), None
    year = max(days).year
    held = {day: cell for day, cell in sorted(days.items()) if day.year == year}
    if least:
        _hide(held.values(), least)
    labels = tuple(Label(key=day.isoformat(), title=Words(zh=day.isoformat(), en=day.isoformat())) for day in held)
    return Shaped(labels, (_series(None, panel.measure.title, panel.measure, list(held.values())),)), year


def classes_of(panel: MapPanel | Calendar, shaped: Shaped) -> tuple[PanelClass, ...]:
    """The classes as the board names them, else by quantiles, so that one large value does not leave the others pale."""
    bounds = [Decimal(str(each)) for each in panel.bounds]
    if bounds:
        titles = panel.classes or class_titles(panel.bounds, None)
        return tuple(PanelClass(title=title, upper=upper) for title, upper in zip(titles, [*bounds, None], strict=True))
    values = sorted({each for line in shaped.series for each in line.values if each is not None})
    if not values:
        return ()
    uppers = dict.fromkeys(values[min(len(values) - 1, math.ceil(len(values) * (step + 1) / STEPS) - 1)] for step in range(STEPS))
    return tuple(PanelClass(title=Words(zh=f"≤ {_short(each)}", en=f"≤ {_short(each)}"), upper=each) for each in uppers)


def class_titles(bounds: Sequence[float], unit: Words | None) -> tuple[Words, ...]:
    """“≤ 2”, “2–4”, “> 4”, with the unit."""
    told = [f"{each:g}" for each in bounds]
    texts = [f"≤ {told[0]}", *(f"{low}–{high}" for low, high in pairwise(told)), f"> {told[-1]}"]
    return tuple(Words(zh=f"{text} {unit.zh}" if unit else text, en=f"{text} {unit.text('en')}" if unit else text) for text in texts)


def _short(value: Decimal) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _named(column: str, key: str, label: Any, naming: Naming) -> Words:
    if label is not None:
        return Words(zh=str(label))
    return (naming(column, key) if key else NOT_GIVEN) or Words(zh=key)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
