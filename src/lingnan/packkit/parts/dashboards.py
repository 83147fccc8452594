"""Dashboards: boards over the pack's given tables, in the form that the hub's own boards have."""

from pathlib import Path
from typing import TYPE_CHECKING

from lingnan.packkit.memory import Memory
from lingnan.packkit.parts import Kind
from lingnan.packkit.shapes import Title

if TYPE_CHECKING:
    from lingnan.insight import Board

FOLDER = "dashboards"


def _read(file: Path, memory: Memory) -> "Board":
    from lingnan.insight import read_board  # few commands look at a board

    return read_board(file, memory.yaml)


KIND = Kind(
    FOLDER, "看板", "Dashboards", _read, lambda board: Title(zh=board.title.zh, en=board.title.en),
    lambda board: tuple(table.partition(".")[2] for table in board.reads()), lambda board: board.parameters(),
)
