"""The picture of a column's lineage: tables in layers from left to right, a row a column, a curve from each origin; geometry only."""

from collections import defaultdict
from dataclasses import dataclass

from lingnan.insight import ColumnLineageSheet, LineageColumn, LineageTable

WIDTH, HEAD, ROW, FOOT, GAP_X, GAP_Y = 192, 44, 26, 6, 46, 18


@dataclass(frozen=True)
class PlacedColumn:
    """A column with the top of its row."""

    column: LineageColumn
    y: int


@dataclass(frozen=True)
class PlacedTable:
    """A table with its place; a folded one has no rows."""

    table: LineageTable
    x: int
    y: int
    height: int
    rows: tuple[PlacedColumn, ...]


@dataclass(frozen=True)
class Curve:
    """A way from an origin to what is made of it; `step` numbers what makes it."""

    path: str
    step: int
    near: bool


@dataclass(frozen=True)
class ColumnPicture:
    """Tables and curves; sizes in pixels."""

    width: int
    height: int
    tables: tuple[PlacedTable, ...]
    curves: tuple[Curve, ...]
    table_width: int = WIDTH
    head: int = HEAD
    row: int = ROW


def draw_columns_lineage(sheet: ColumnLineageSheet) -> ColumnPicture:
    """Layers side by side, each centred; a curve ends at a column's row, or at the head of a folded table."""
    layers = _ordered(sheet)
    tall = {layer: sum(_height(each) + GAP_Y for each in tables) - GAP_Y for layer, tables in layers.items()}
    height, placed = max(tall.values(), default=0), list[PlacedTable]()
    for rank, layer in enumerate(sorted(layers)):
        y = (height - tall[layer]) // 2
        for each in layers[layer]:
            placed.append(_placed(each, rank * (WIDTH + GAP_X), y))
            y += _height(each) + GAP_Y
    return ColumnPicture(len(layers) * (WIDTH + GAP_X) - GAP_X if layers else 0, height, tuple(placed), _curves(sheet, placed))


def _ordered(sheet: ColumnLineageSheet) -> dict[int, list[LineageTable]]:
    """Tables by layer; from the right, each stands near those that are made of it, so that fewer curves cross."""
    layers: dict[int, list[LineageTable]] = defaultdict(list)
    owner = {column.column: table.table for table in sheet.tables for column in table.columns}
    made: dict[str, set[str]] = defaultdict(set)
    for origin, column in sheet.edges:
        made[owner[origin]].add(owner[column])
    for table in sheet.tables:
        layers[table.layer].append(table)
    places: dict[str, float] = {}
    for layer in sorted(layers, reverse=True):
        near = {each.table: [places[other] for other in made[each.table] if other in places] for each in layers[layer]}
        layers[layer].sort(key=lambda each: (sum(near[each.table]) / max(len(near[each.table]), 1), each.table))
        places |= {each.table: at / len(layers[layer]) for at, each in enumerate(layers[layer])}
    return layers


def _height(table: LineageTable) -> int:
    return HEAD if table.folded else HEAD + ROW * len(table.columns) + FOOT


def _placed(table: LineageTable, x: int, y: int) -> PlacedTable:
    rows = () if table.folded else tuple(PlacedColumn(column, y + HEAD + ROW * at) for at, column in enumerate(table.columns))
    return PlacedTable(table, x, y, _height(table), rows)


def _curves(sheet: ColumnLineageSheet, placed: list[PlacedTable]) -> tuple[Curve, ...]:
    """One curve for all columns of two folded tables."""
    ends: dict[str, tuple[int, int]] = {}
    for table in placed:
        ends |= {column.column: (table.x, table.y + HEAD // 2) for column in table.table.columns}
        ends |= {row.column.column: (table.x, row.y + ROW // 2) for row in table.rows}
    steps = {step.column: step.number for step in sheet.steps}
    drawn: dict[str, Curve] = {}
    for origin, made in sheet.edges:
        (x0, y0), (x1, y1) = ends[origin], ends[made]
        path = f"M{x0 + WIDTH} {y0}C{x0 + WIDTH + GAP_X // 2} {y0} {x1 - GAP_X // 2} {y1} {x1} {y1}"
        drawn.setdefault(path, Curve(path, steps.get(made, 0), sheet.column in (origin, made)))
    return tuple(drawn.values())
