"""Draws an answer, and lays two answers to one question side by side; pure functions over what the query gave."""

from collections.abc import Sequence
from decimal import Decimal
from math import isfinite
from typing import Any

from lingnan.insight.dashboards.cards import Basis, Label, PanelCard, PanelColumn, PanelSeries
from lingnan.insight.query import AnswerSheet, ChartWish, ComparedSheet, QueryAnswer
from lingnan.insight.shapes import Words

MOST_LABELS, MOST_SERIES = 60, 6
Row = Sequence[Any]


def numeric(answer: QueryAnswer) -> tuple[bool, ...]:
    """Which columns hold numbers."""
    return tuple(column.type.startswith(("int", "uint", "float", "double", "decimal")) for column in answer.columns)


def sheet_of(answer: QueryAnswer, most: int) -> AnswerSheet:
    """The first rows of an answer for its page."""
    lines = answer.lines()
    return AnswerSheet(
        heads=answer.columns, numeric=numeric(answer), rows=tuple(tuple(line) for line in lines[:most]), total=len(lines),
        cut=len(lines) > most or bool(answer.truncated), versions=answer.versions, decision=answer.decision, notice=answer.notice,
    )


def chart_of(answer: QueryAnswer, wish: ChartWish) -> PanelCard | Words | None:
    """The picture that was wished for; words where the answer cannot be drawn so, None where none was wished for."""
    if not wish.kind:
        return None
    names, counts = [column.name for column in answer.columns], dict(zip((column.name for column in answer.columns), numeric(answer), strict=True))
    measures = [name for name in wish.measures if counts.get(name)][:MOST_SERIES] or [name for name, held in counts.items() if held][:1]
    label = wish.label if wish.label in names else next((name for name in names if name not in measures), "")
    lines = answer.lines()
    if not label or not measures or not lines:
        return Words(
            zh="要画图，结果须有一列作标签、至少一列数值，且不为空。",
            en="To draw it, the answer needs a column of labels, a column of numbers, and rows.",
        )
    shown, at = lines[:MOST_LABELS], names.index(label)
    labels = tuple(Label(key=str(place), title=Words(zh="—" if line[at] is None else str(line[at]))) for place, line in enumerate(shown))
    series = tuple(_series(name, [line[names.index(name)] for line in shown]) for name in measures)
    return PanelCard(
        id="answer", kind=wish.kind, title=Words(zh="、".join(measures), en=", ".join(measures)), note=None, breadth="whole", state="shown",
        labels=labels, series=series, columns=(PanelColumn(name=label, title=Words(zh=label)),), cut=len(lines) > MOST_LABELS,
        basis=_basis(answer), href="",
    )


def compared(now: QueryAnswer, then: QueryAnswer) -> ComparedSheet | None:
    """Rows that agree in all that is no number, each number then and now; None where they cannot be told apart so, or hold no number."""
    if [column.name for column in now.columns] != [column.name for column in then.columns]:
        return None
    counts = numeric(now)
    keys, measures = [place for place, held in enumerate(counts) if not held], [place for place, held in enumerate(counts) if held]
    found_now, found_then = _by_key(now.lines(), keys), _by_key(then.lines(), keys)
    if not measures or found_now is None or found_then is None:
        return None
    rows = []
    for key in dict.fromkeys((*found_now, *found_then)):
        row: list[Any] = list(key)
        for place in measures:
            old, new = (found.get(key, {}).get(place) for found in (found_then, found_now))
            row += [old, new, None if old is None or new is None else _plain(Decimal(str(new)) - Decimal(str(old)))]
        rows.append(tuple(row))
    names = [column.name for column in now.columns]
    return ComparedSheet(
        keys=tuple(names[place] for place in keys), measures=tuple(names[place] for place in measures), rows=tuple(rows), versions=then.versions,
    )


def _by_key(lines: Sequence[Row], keys: Sequence[int]) -> dict[tuple[Any, ...], dict[int, Any]] | None:
    found = {tuple(str(line[place]) if line[place] is not None else "—" for place in keys): dict(enumerate(line)) for line in lines}
    return found if len(found) == len(lines) else None


def _series(name: str, values: Sequence[Any]) -> PanelSeries:
    told = tuple(None if value is None or not isfinite(value) else Decimal(str(value)) for value in values)
    return PanelSeries(key=None, title=Words(zh=name), values=told, hidden=(False,) * len(told))


def _basis(answer: QueryAnswer) -> Basis:
    first = answer.tables[0] if answer.tables else ""
    return Basis(table=first, title=Words(zh=first), origin="derived", version=answer.versions.get(first))


def _plain(change: Decimal) -> int | float:
    return int(change) if change.is_finite() and change == change.to_integral_value() else float(change)
