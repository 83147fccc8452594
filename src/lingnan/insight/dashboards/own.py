"""What the hub's own boards stand on: notes on the columns of its figures, and the dated parameters its lights look at."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from lingnan.base import load_yaml
from lingnan.insight.dashboards.binding import BoundBoard, ColumnNote, Threshold
from lingnan.insight.dashboards.reading import own_boards
from lingnan.insight.shapes import Card, Words

FOLDER = Path(__file__).parent
HUB = Words(zh="数据枢纽", en="Data hub")


class Note(Card):
    """A column of a figure table."""

    zh: str
    en: str
    unit: Words | None = None
    method: Words | None = None
    standard: str = ""
    codes: str = ""


class DatedFigure(Card):
    """A parameter's value from a day on."""

    value: Decimal
    reference: Annotated[str, Field(min_length=4)]
    proofed: bool


class OwnParameter(Card):
    """A parameter of the hub's own boards."""

    zh: str
    en: str
    values: dict[date, DatedFigure]


def bound_own_boards(today: date) -> tuple[BoundBoard, ...]:
    """The hub's own boards with what they stand on today."""
    def threshold(name: str) -> Threshold | None:
        return _threshold(name, today)

    return tuple(BoundBoard(key=board.id, board=board, owner=HUB, note=figure_note, threshold=threshold) for board in own_boards())


def figure_note(table: str, column: str) -> ColumnNote | None:
    """What a column of the figures means; None for other tables."""
    found = _notes().get(table, {}).get(column)
    if found is None:
        return None
    return ColumnNote(title=Words(zh=found.zh, en=found.en), unit=found.unit, method=found.method, standard=found.standard, codes=found.codes)


def _threshold(name: str, today: date) -> Threshold | None:
    known = _parameters().get(name)
    if known is None:
        return None
    held = [known.values[day] for day in sorted(known.values) if day <= today]
    return Threshold(held[-1].value, held[-1].reference, held[-1].proofed) if held else None


@cache
def _notes() -> dict[str, dict[str, Note]]:
    told = load_yaml((FOLDER / "notes.yaml").read_text(encoding="utf-8"))
    return {table: {name: Note.model_validate(each) for name, each in columns.items()} for table, columns in told.items()}


@cache
def _parameters() -> dict[str, OwnParameter]:
    told = load_yaml((FOLDER / "parameters.yaml").read_text(encoding="utf-8"))
    return {name: OwnParameter.model_validate(each) for name, each in told.items()}
