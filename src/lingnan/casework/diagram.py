"""Draws a flow: states in layers as boxes, transitions as labelled arrows; as SVG without script, and as Mermaid text. Always the same for a flow."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from lingnan.casework.flow import Flow, State

BOX_WIDTH, BOX_HEIGHT = 132, 44
GAP_X, GAP_Y, MARGIN = 34, 74, 20
LABEL_LINE = 13
WIDE = 0x2E80
"""From here on characters are as wide as they are high."""
Edge = tuple[str, str]


@dataclass(frozen=True)
class Spot:
    """Where a state's box stands: layer from the top, and its left upper corner."""

    layer: int
    x: float
    y: float


def draw_svg(flow: Flow, current: str = "", lang: str = "zh") -> str:
    """The flow as SVG, as wide as its page at most; the current state is marked by class, thickness and words, not by colour alone."""
    layers = _layers(flow)
    spots, width = _spots(flow, layers)
    labels = _labels(flow, lang)
    lanes = _lanes(labels, spots)
    room = max((36 + 24 * lane for lane in lanes.values()), default=0)
    height = MARGIN * 2 + len({spot.layer for spot in spots.values()}) * (BOX_HEIGHT + GAP_Y) - GAP_Y
    words = f"{flow.title(lang)}" + (f" · {flow.state(current).title(lang)}" if current else "")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + room:.0f} {height:.0f}" class="flow" role="img" '
        f'width="{width + room:.0f}" style="max-width:100%;height:auto" font-family="sans-serif" font-size="13">',
        f"<title>{escape(words)}</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" fill="currentColor"/></marker></defs>',
    ]
    parts += [_arrow(edge, text, spots, lanes, width) for edge, text in labels.items()]
    parts += [_box(state, spots[state.id], state.id == current, lang) for state in flow.states]
    return "".join([*parts, "</svg>"])


def draw_mermaid(flow: Flow, current: str = "", lang: str = "zh") -> str:
    """The flow as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"  [*] --> {_name(flow.start.id)}"]
    lines += [f"  {_name(state.id)} : {state.title(lang)}" for state in flow.states]
    for (source, target), texts in _labels(flow, lang).items():
        lines.append(f"  {_name(source)} --> {_name(target)} : {' / '.join(texts)}")
    lines += [f"  {_name(state.id)} --> [*]" for state in flow.states if state.kind == "end"]
    if current:
        lines += ["  classDef current stroke-width:3px", f"  class {_name(current)} current"]
    return "\n".join(lines) + "\n"


def _layers(flow: Flow) -> dict[str, int]:
    """How many steps a state lies from the start at least; ends that are reached early still stand below what leads to them."""
    layers, edge = {flow.start.id: 0}, [flow.start.id]
    while edge:
        here = edge.pop(0)
        for transition in flow.leaving(here):
            if transition.target not in layers:
                layers[transition.target] = layers[here] + 1
                edge.append(transition.target)
    for state in flow.states:
        layers.setdefault(state.id, 0)
    deepest = max(layers.values())
    return {state.id: deepest + 1 if state.kind == "end" else layers[state.id] for state in flow.states}


def _spots(flow: Flow, layers: Mapping[str, int]) -> tuple[dict[str, Spot], float]:
    """Rows by layer; within a row, each state near the middle of those that lead to it."""
    rows: dict[int, list[str]] = {}
    for state in flow.states:
        rows.setdefault(layers[state.id], []).append(state.id)
    widest = max(len(row) for row in rows.values())
    width = MARGIN * 2 + widest * BOX_WIDTH + (widest - 1) * GAP_X
    spots: dict[str, Spot] = {}
    for place, layer in enumerate(sorted(rows)):
        row = sorted(rows[layer], key=lambda name: (_middle(flow, name, spots), rows[layer].index(name)))
        taken = len(row) * BOX_WIDTH + (len(row) - 1) * GAP_X
        left = (width - taken) / 2
        for column, name in enumerate(row):
            spots[name] = Spot(place, left + column * (BOX_WIDTH + GAP_X), MARGIN + place * (BOX_HEIGHT + GAP_Y))
    return spots, width


def _middle(flow: Flow, name: str, spots: Mapping[str, Spot]) -> float:
    before = [spots[source].x for transition in flow.transitions if transition.target == name for source in transition.source if source in spots]
    return sum(before) / len(before) if before else 0.0


def _labels(flow: Flow, lang: str) -> dict[Edge, list[str]]:
    """Every pair of states that is joined, with the names of what joins it."""
    labels: dict[Edge, list[str]] = {}
    for transition in flow.transitions:
        for source in transition.source:
            labels.setdefault((source, transition.target), []).append(transition.title(lang))
    return labels


def _lanes(labels: Mapping[Edge, list[str]], spots: Mapping[str, Spot]) -> dict[Edge, int]:
    """Arrows that do not go to the next row run beside the boxes, each in a lane of its own."""
    beside = [edge for edge in labels if spots[edge[1]].layer - spots[edge[0]].layer != 1]
    return {edge: lane for lane, edge in enumerate(sorted(beside, key=lambda edge: (spots[edge[0]].layer, edge)), start=1)}


def _arrow(edge: Edge, texts: list[str], spots: Mapping[str, Spot], lanes: Mapping[Edge, int], width: float) -> str:
    source, target = spots[edge[0]], spots[edge[1]]
    if edge in lanes:
        return _side_arrow(source, target, texts, width + 24 * lanes[edge] - MARGIN / 2)
    spread = (target.x - source.x) * 0.12
    x1, y1, x2, y2 = source.x + BOX_WIDTH / 2 + spread, source.y + BOX_HEIGHT, target.x + BOX_WIDTH / 2 - spread, target.y - 2
    middle = (y1 + y2) / 2
    path = f"M{x1:.1f},{y1:.1f} C{x1:.1f},{middle:.1f} {x2:.1f},{middle:.1f} {x2:.1f},{y2:.1f}"
    return _line(path) + _text((x1 + x2 * 2) / 3, middle + 8 - LABEL_LINE * (len(texts) - 1) / 2, texts, "middle")


def _side_arrow(source: Spot, target: Spot, texts: list[str], lane: float) -> str:
    """An arrow that leaves to the right, runs down or up its lane, and comes back from the right."""
    leave, enter = source.y + BOX_HEIGHT * 0.35, target.y + BOX_HEIGHT * 0.7
    path = f"M{source.x + BOX_WIDTH:.1f},{leave:.1f} H{lane:.1f} V{enter:.1f} H{target.x + BOX_WIDTH + 2:.1f}"
    return _line(path) + _text(lane - 3, leave - 4 - LABEL_LINE * (len(texts) - 1), texts, "end")


def _line(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity="0.55" marker-end="url(#tip)"/>'


def _text(x: float, y: float, texts: list[str], anchor: str) -> str:
    spans = "".join(f'<tspan x="{x:.1f}" dy="{0 if place == 0 else LABEL_LINE}">{escape(text)}</tspan>' for place, text in enumerate(texts))
    return (
        f'<text y="{y:.1f}" text-anchor="{anchor}" font-size="11" fill="currentColor" stroke="var(--page, #fff)" stroke-width="3" '
        f'paint-order="stroke">{spans}</text>'
    )


def _box(state: State, spot: Spot, current: bool, lang: str) -> str:
    kind = f"{state.kind} current" if current else state.kind
    round_by = BOX_HEIGHT / 2 if state.kind != "normal" else 6
    fill, stroke = ("#1d4ed8", "#1d4ed8") if current else ("var(--page, #fff)", "currentColor")
    dash = ' stroke-dasharray="5 4"' if state.clock == "stopped" else ""
    middle, base, ink = spot.x + BOX_WIDTH / 2, spot.y + BOX_HEIGHT / 2 + 4.5, "#fff" if current else "currentColor"
    here = " ◀" if current else ""
    size = min(13.0, (BOX_WIDTH - 14) / _width(state.title(lang) + here))
    return (
        f'<g class="state {kind}"{" aria-current=" + chr(34) + "step" + chr(34) if current else ""}>'
        f'<rect x="{spot.x:.1f}" y="{spot.y:.1f}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="{round_by:g}" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="{3 if current else 1.2}"{dash}/>'
        f'<text x="{middle:.1f}" y="{base:.1f}" text-anchor="middle" font-size="{size:.1f}" fill="{ink}">{escape(state.title(lang))}{here}</text></g>'
    )


def _width(text: str) -> float:
    """About how wide a text is, in heights of its letters."""
    return sum(1.0 if ord(each) >= WIDE else 0.58 for each in text)


def _name(state: str) -> str:
    return state.replace("-", "_")
