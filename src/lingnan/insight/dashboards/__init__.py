"""Boards made of YAML: what a board says, the one statement a panel stands for, and what of its answer is shown."""

from lingnan.insight.dashboards.binding import BoundBoard, ColumnNote, Threshold
from lingnan.insight.dashboards.panels import Condition, Measure, Panel
from lingnan.insight.dashboards.reading import own_boards, read_board
from lingnan.insight.dashboards.spec import Board, Filter, Section

__all__ = [
    "Board", "BoundBoard", "ColumnNote", "Condition", "Filter", "Measure", "Panel", "Section", "Threshold", "own_boards", "read_board",
]
