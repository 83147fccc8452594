"""The few figures that a delivery tells, and how they changed since the last one; never of columns that tell of persons."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

from lingnan.insight.dashboards.cards import PanelCard
from lingnan.insight.query import ChartWish, QueryAnswer
from lingnan.insight.questions import numeric
from lingnan.insight.shapes import Words

MOST_KEPT, MOST_TOLD = 100, 6
OPEN = ("public", "internal")


@dataclass(frozen=True)
class Figure:
    """One figure under a key that stays; `value` as written in decimals."""

    key: str
    zh: str
    en: str
    value: str
    unit_zh: str = ""
    unit_en: str = ""

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


def answer_figures(answer: QueryAnswer, wish: ChartWish) -> tuple[Figure, ...]:
    """The number of rows, then the first measure by label; of an answer with personal or masked columns the number of rows alone."""
    lines = answer.lines()
    counted = Figure("rows", "行数", "Rows", str(len(lines)))
    if any(column.masked or column.classification not in OPEN for column in answer.columns):
        return (counted,)
    names = [column.name for column in answer.columns]
    numbers = [name for name, held in zip(names, numeric(answer), strict=True) if held]
    measures = [name for name in wish.measures if name in numbers] or numbers[:1]
    told = []
    for line in lines[:MOST_KEPT]:
        label = " ".join("—" if value is None else str(value) for name, value in zip(names, line, strict=True) if name not in numbers)
        for name in measures[:1]:
            value = line[names.index(name)]
            if value is not None and isfinite(value):
                title = f"{label} {name}".strip()
                told.append(Figure(title, title, title, _written(value)))
    return (counted, *told)


def panel_figures(panels: Iterable[PanelCard]) -> tuple[Figure, ...]:
    """The figures of a board's or report's figure panels, those left out that are hidden or cannot be told."""
    found = []
    for panel in panels:
        if panel.figure is None or panel.figure.value is None or panel.figure.hidden or panel.least:
            continue
        unit = panel.figure.unit or Words(zh="%" if panel.figure.percent else "")
        found.append(Figure(panel.id, panel.title.zh, panel.title.text("en"), _written(panel.figure.value), unit.zh, unit.text("en")))
    return tuple(found[:MOST_KEPT])


def told_figures(now: Sequence[Figure], before: Sequence[Figure]) -> Words:
    """Some of the figures in words, those that changed most first where they are many."""
    held = {each.key: Decimal(each.value) for each in before}
    changes = {each.key: Decimal(each.value) - held[each.key] for each in now if each.key in held}
    ranked = sorted(range(len(now)), key=lambda place: (-abs(changes.get(now[place].key, Decimal(0))), place))
    shown = [now[place] for place in sorted(ranked[:MOST_TOLD])]
    rest = len(now) - len(shown)
    zh = [f"{each.zh} {_number(each.value)}{each.unit_zh}{_changed(changes.get(each.key), '较上次')}" for each in shown]
    en = [f"{each.en} {_number(each.value)}{_spaced(each.unit_en)}{_changed(changes.get(each.key), 'since last')}" for each in shown]
    more = (f"另有 {rest} 项。", f" {rest} more.") if rest else ("", "")
    return Words(zh="；".join(zh) + "。" + more[0] if zh else "没有可列出的数值。", en="; ".join(en) + "." + more[1] if en else "No figures to tell.")


def _changed(change: Decimal | None, words: str) -> str:
    if change is None:
        return ""
    return f" ({words} {'+' if change > 0 else '±' if not change else ''}{_number(str(change))})"


def _number(value: str) -> str:
    told = f"{Decimal(value):,.2f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def _written(value: Any) -> str:
    return f"{Decimal(str(value)):f}"


def _spaced(unit: str) -> str:
    return f" {unit}" if unit and unit != "%" else unit
