"""Reads boards: one of a file, and the hub's own."""

from functools import cache
from pathlib import Path

from lingnan.insight.dashboards.spec import Board
from lingnan.insight.shapes import Words
from lingnan.insight.written import read_written

OWN = Path(__file__).parent / "boards"


def read_board(file: Path) -> Board:
    """The board of a file, whose name without the ending is its id; BadInput says where it does not fit its form."""
    return read_written(file, Board, Words(zh="看板", en="Board"))


@cache
def own_boards() -> tuple[Board, ...]:
    """The hub's own boards, by the names of their files."""
    return tuple(read_board(file) for file in sorted(OWN.glob("*.yaml")))
