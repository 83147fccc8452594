"""Pictures made of numbers: where data came from, how long steps took, how a score went; geometry only, words stay in templates."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from lingnan.insight import BuildSheet, Chart, Lineage, LineageNode, StepLine, TrendPoint, Words

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y = 190, 46, 70, 16
BAR_LEFT, BAR_WIDTH, BAR_ROW = 0, 1000, 26
TREND_WIDTH, TREND_HEIGHT, TREND_MARGIN = 320, 72, 8
COLUMNS_WIDTH, COLUMNS_HEIGHT, COLUMN_WIDTH = 900, 120, 18.0
LARGEST_BARS, SMALLEST_BAR = 400, 3.0


@dataclass(frozen=True)
class Box:
    """A node with its place."""

    node: LineageNode
    x: int
    y: int


@dataclass(frozen=True)
class LineagePicture:
    """Boxes and the curves between them; sizes in pixels."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    curves: tuple[str, ...]
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def draw_lineage(lineage: Lineage) -> LineagePicture:
    """Columns by depth, each centred; edges as curves from right side to left side."""
    columns: dict[int, list[LineageNode]] = defaultdict(list)
    for node in lineage.nodes:
        columns[node.depth].append(node)
    ranks = {depth: rank for rank, depth in enumerate(sorted(columns))}
    tallest = max((len(nodes) for nodes in columns.values()), default=0)
    height = max(tallest * (BOX_HEIGHT + GAP_Y) - GAP_Y, 0)
    boxes: dict[str, Box] = {}
    for depth, nodes in columns.items():
        top = (height - (len(nodes) * (BOX_HEIGHT + GAP_Y) - GAP_Y)) // 2
        for row, node in enumerate(nodes):
            boxes[node.id] = Box(node, ranks[depth] * (BOX_WIDTH + GAP_X), top + row * (BOX_HEIGHT + GAP_Y))
    curves = tuple(_curve(boxes[e.source], boxes[e.target]) for e in lineage.edges if e.source in boxes and e.target in boxes)
    return LineagePicture(max(len(columns) * (BOX_WIDTH + GAP_X) - GAP_X, 0), height, tuple(boxes.values()), curves)


def _curve(left: Box, right: Box) -> str:
    x0, y0 = left.x + BOX_WIDTH, left.y + BOX_HEIGHT // 2
    x1, y1 = right.x, right.y + BOX_HEIGHT // 2
    bend = max((x1 - x0) // 2, GAP_X // 2)
    return f"M{x0} {y0}C{x0 + bend} {y0} {x1 - bend} {y1} {x1} {y1}"


@dataclass(frozen=True)
class Bar:
    """One step's bar; `x` and `width` of 1000."""

    step: StepLine
    x: float
    width: float


@dataclass(frozen=True)
class Bars:
    """All bars over `seconds` in all, with the ticks of the axis as (x, seconds)."""

    seconds: float
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, float], ...]


def draw_bars(build: BuildSheet) -> Bars:
    """A bar per step on one time axis; a step that waits has none."""
    ends = [float((step.begun_s or 0) + (step.seconds or 0)) for step in build.steps]
    total = max([*ends, float(build.line.seconds or 0), 0.1])
    scale = BAR_WIDTH / total
    bars = tuple(_bar(step, scale) for step in build.steps[:LARGEST_BARS])
    every = next(size for size in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 10**9) if total / size <= 6)
    return Bars(total, bars, tuple((round(index * every * scale, 1), round(index * every, 2)) for index in range(int(total / every) + 1)))


def _bar(step: StepLine, scale: float) -> Bar:
    if step.begun_s is None:
        return Bar(step, 0.0, 0.0)
    return Bar(step, round(float(step.begun_s) * scale, 1), max(round(float(step.seconds or 0) * scale, 1), SMALLEST_BAR))


@dataclass(frozen=True)
class Column:
    """A part of a day's column: which series, where, how high."""

    series: int
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Columns:
    """Stacked columns, one a label; `most` is the number that fills the height, `marks` the labels to write with their places."""

    parts: tuple[Column, ...]
    most: int
    marks: tuple[tuple[float, Words], ...]
    column_width: float = COLUMN_WIDTH
    width: int = COLUMNS_WIDTH
    height: int = COLUMNS_HEIGHT


def draw_columns(chart: Chart, every: int = 5) -> Columns:
    """Counts stacked by label, every so many labels written, the last one always."""
    sums = [sum(int(series.values[place] or 0) for series in chart.series) for place in range(len(chart.labels))]
    most = max([*sums, 1])
    step = COLUMNS_WIDTH / max(len(chart.labels), 1)
    parts = []
    for place in range(len(chart.labels)):
        top = float(COLUMNS_HEIGHT)
        for number, series in enumerate(chart.series):
            height = int(series.values[place] or 0) / most * COLUMNS_HEIGHT
            top -= height
            if height:
                parts.append(Column(number, round(place * step + (step - COLUMN_WIDTH) / 2, 1), round(top, 1), round(height, 1)))
    last = len(chart.labels) - 1
    marks = tuple((round((place + 0.5) * step, 1), label) for place, label in enumerate(chart.labels) if (last - place) % every == 0)
    return Columns(tuple(parts), most, marks)


@dataclass(frozen=True)
class Trend:
    """A line through scores; `points` for a polyline, `last` the end's place."""

    points: str
    last: tuple[float, float]
    lowest: Decimal
    highest: Decimal
    width: int = TREND_WIDTH
    height: int = TREND_HEIGHT


def draw_trend(trend: tuple[TrendPoint, ...]) -> Trend | None:
    """The line of a score over time; None below two points, which would be no trend."""
    if len(trend) < 2:
        return None
    scores = [point.score for point in trend]
    low, high = min(scores), max(scores)
    span = float(high - low) or 1.0
    step = (TREND_WIDTH - 2 * TREND_MARGIN) / (len(trend) - 1)
    places = [
        (round(TREND_MARGIN + index * step, 1), round(TREND_HEIGHT - TREND_MARGIN - float(score - low) / span * (TREND_HEIGHT - 2 * TREND_MARGIN), 1))
        for index, score in enumerate(scores)
    ]
    return Trend(" ".join(f"{x:g},{y:g}" for x, y in places), places[-1], low, high)
