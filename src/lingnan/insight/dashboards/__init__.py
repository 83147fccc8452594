"""Boards made of YAML: what a board says, the one statement a panel stands for, and what of its answer is shown."""

from lingnan.insight.dashboards.binding import BoundBoard, ColumnNote, Threshold
from lingnan.insight.dashboards.cards import (
    Basis,
    BoardCell,
    BoardLine,
    BoardList,
    BoardSheet,
    FigureCard,
    FilterCard,
    Label,
    LiveEvent,
    LiveFacts,
    PanelCard,
    PanelClass,
    PanelColumn,
    PanelSeries,
    PanelSheet,
    PanelState,
    SectionCard,
)
from lingnan.insight.dashboards.filters import chosen_of, query_of
from lingnan.insight.dashboards.moving import live_card
from lingnan.insight.dashboards.own import bound_own_boards, figure_note
from lingnan.insight.dashboards.panels import Condition, FigurePanel, Live, MapPanel, Measure, Panel, shows_rows, tells_extremes
from lingnan.insight.dashboards.reading import own_boards, read_board
from lingnan.insight.dashboards.showing import Frame, panel_card, silent_card
from lingnan.insight.dashboards.spec import Board, Filter, Section
from lingnan.insight.dashboards.statement import Chosen, Statement, choices_statement, count_statement, panel_statement, rows_statement

__all__ = [
    "Basis", "Board", "BoardCell", "BoardLine", "BoardList", "BoardSheet", "BoundBoard", "Chosen", "ColumnNote", "Condition", "FigureCard",
    "FigurePanel", "Filter", "FilterCard", "Frame", "Label", "Live", "LiveEvent", "LiveFacts", "MapPanel", "Measure", "Panel", "PanelCard",
    "PanelClass", "PanelColumn", "PanelSeries", "PanelSheet", "PanelState", "Section", "SectionCard", "Statement", "Threshold", "bound_own_boards",
    "choices_statement", "chosen_of", "count_statement", "figure_note", "live_card", "own_boards", "panel_card", "panel_statement", "query_of",
    "read_board", "rows_statement", "shows_rows", "silent_card", "tells_extremes",
]
