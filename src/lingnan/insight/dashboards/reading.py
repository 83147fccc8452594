"""Reads boards: one of a file, and the hub's own."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from lingnan.base import load_yaml
from lingnan.insight.dashboards.spec import Board
from lingnan.insight.shapes import Words
from lingnan.insight.written import read_written

OWN = Path(__file__).parent / "boards"


def read_board(file: Path, parse: Callable[[str], Any] = load_yaml) -> Board:
    """The board of a file, whose name without the ending is its id; BadInput says where it does not fit its form."""
    return read_written(file, Board, Words(zh="看板", en="Board"), parse)


@cache
def own_boards() -> tuple[Board, ...]:
    """The hub's own boards, by the names of their files."""
    return tuple(read_board(file) for file in sorted(OWN.glob("*.yaml")))
