"""Draws a flow from top to bottom: states as boxes in the order they are reached, below each what leads out of it, an arrow to where it leads.

As SVG without script, narrow enough for a phone, and as Mermaid text; always the same for the same flow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from lingnan.casework.flow import Flow, State, Transition

MARGIN, BOX_HEIGHT, ROW_HEIGHT, GAP, INDENT = 10.0, 34.0, 21.0, 14.0, 16.0
LANE, SMALLEST_BOX = 13.0, 112.0
STATE_SIZE, ROW_SIZE = 14.0, 12.0
WIDE = 0x2E80
"""From here on characters are as wide as they are high."""
HERE = " ◀"
ACCENT = "var(--accent, #1d4ed8)"
PAPER = "var(--page, #fff)"


@dataclass(frozen=True)
class Layout:
    """Where everything stands: tops of boxes, heights of rows, the lane of each state that arrows lead to."""

    order: tuple[State, ...]
    tops: Mapping[str, float]
    rows: tuple[tuple[str, Transition, float], ...]
    lanes: Mapping[str, float]
    box_width: float
    width: float
    height: float


def draw_svg(flow: Flow, current: str = "", lang: str = "zh") -> str:
    """The flow as SVG; the current state is marked by shape and sign too, not by colour alone."""
    layout = _layout(flow, lang)
    told = flow.title(lang) + (f" · {flow.state(current).title(lang)}" if current else "")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" width="{layout.width:.0f}" class="flow" '
        'role="img" font-family="sans-serif" fill="currentColor">',
        f"<title>{escape(told)}</title>",
    ]
    parts += [_entrance(layout, state) for state in layout.order if state.id in layout.lanes]
    parts += [_row(layout, source, transition, y, source == current, lang) for source, transition, y in layout.rows]
    parts += [_box(layout, state, state.id == current, lang) for state in layout.order]
    return "".join([*parts, "</svg>"])


def draw_mermaid(flow: Flow, current: str = "", lang: str = "zh") -> str:
    """The flow as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"  [*] --> {_name(flow.start.id)}"]
    lines += [f"  {_name(state.id)} : {state.title(lang)}" for state in flow.states]
    for transition in flow.transitions:
        lines += [f"  {_name(source)} --> {_name(transition.target)} : {transition.title(lang)}" for source in transition.source]
    lines += [f"  {_name(state.id)} --> [*]" for state in flow.states if state.kind == "end"]
    if current:
        lines += ["  classDef current stroke-width:3px", f"  class {_name(current)} current"]
    return "\n".join(lines) + "\n"


def _layout(flow: Flow, lang: str) -> Layout:
    layers = _layers(flow)
    order = tuple(sorted(flow.states, key=lambda state: layers[state.id]))
    box_width = max(SMALLEST_BOX, max(_width(state.title(lang) + HERE) for state in order) * STATE_SIZE + 24)
    tops: dict[str, float] = {}
    rows: list[tuple[str, Transition, float]] = []
    y = MARGIN
    for state in order:
        tops[state.id] = y
        y += BOX_HEIGHT
        for transition in flow.leaving(state.id):
            rows.append((state.id, transition, y + ROW_HEIGHT / 2 + 2))
            y += ROW_HEIGHT
        y += GAP
    words = max(INDENT + _width(transition.title(lang)) * ROW_SIZE for _source, transition, _y in rows)
    first = MARGIN + max(box_width, words) + 18
    lanes = _lanes(rows, tops, first)
    return Layout(order, tops, tuple(rows), lanes, box_width, max(lanes.values()) + MARGIN, y - GAP + MARGIN)


def _layers(flow: Flow) -> dict[str, int]:
    """How many steps a state lies from the start at least; ends come last."""
    layers, edge = {flow.start.id: 0}, [flow.start.id]
    while edge:
        here = edge.pop(0)
        for transition in flow.leaving(here):
            if transition.target not in layers:
                layers[transition.target] = layers[here] + 1
                edge.append(transition.target)
    last = len(flow.states)
    return {state.id: last if state.kind == "end" else layers.get(state.id, last) for state in flow.states}


def _lanes(rows: list[tuple[str, Transition, float]], tops: Mapping[str, float], first: float) -> dict[str, float]:
    """One lane for each state that arrows lead to, those that run the shortest way nearest."""
    reach: dict[str, float] = {}
    for _source, transition, y in rows:
        reach[transition.target] = max(reach.get(transition.target, 0.0), abs(tops[transition.target] - y))
    ordered = sorted(reach, key=lambda name: (reach[name], tops[name]))
    return {name: first + place * LANE for place, name in enumerate(ordered)}


def _entrance(layout: Layout, state: State) -> str:
    """The lane that leads to a state, from the farthest row on either side, and its arrow into the box."""
    lane, middle = layout.lanes[state.id], layout.tops[state.id] + BOX_HEIGHT / 2
    heights = [y for _source, transition, y in layout.rows if transition.target == state.id]
    right = MARGIN + layout.box_width
    tip = f"M{right + 9:.1f},{middle - 4:.1f} L{right + 1:.1f},{middle:.1f} L{right + 9:.1f},{middle + 4:.1f} z"
    return (
        f'<path d="M{lane:.1f},{min([middle, *heights]):.1f} V{max([middle, *heights]):.1f} M{lane:.1f},{middle:.1f} H{right + 8:.1f}" '
        f'fill="none" stroke="currentColor" stroke-opacity="0.45"/><path d="{tip}"/>'
    )


def _row(layout: Layout, source: str, transition: Transition, y: float, leads_on: bool, lang: str) -> str:
    """What leads out of a state: its name, and a line to the lane of where it leads."""
    text, x = transition.title(lang), MARGIN + INDENT
    begin, lane = x + _width(text) * ROW_SIZE + 5, layout.lanes[transition.target]
    ink = f' stroke="{ACCENT}" stroke-width="1.8"' if leads_on else ' stroke="currentColor" stroke-opacity="0.45"'
    weight = f' font-weight="600" fill="{ACCENT}"' if leads_on else ""
    return (
        f'<path d="M{MARGIN + 6:.1f},{y - 8:.1f} V{y:.1f} H{x - 4:.1f} M{begin:.1f},{y:.1f} H{lane:.1f}" fill="none"{ink}/>'
        f'<circle cx="{lane:.1f}" cy="{y:.1f}" r="2"{f" fill={chr(34)}{ACCENT}{chr(34)}" if leads_on else ""}/>'
        f'<text x="{x:.1f}" y="{y + 4:.1f}" font-size="{ROW_SIZE:g}"{weight}>{escape(text)}</text>'
    )


def _box(layout: Layout, state: State, current: bool, lang: str) -> str:
    top, middle = layout.tops[state.id], MARGIN + layout.box_width / 2
    fill, ink = (ACCENT, "#fff") if current else (PAPER, "currentColor")
    edge = f'stroke="{ACCENT}" stroke-width="3"' if current else f'stroke="currentColor" stroke-width="{2 if state.kind == "end" else 1.2:g}"'
    dash = ' stroke-dasharray="5 4"' if state.clock == "stopped" else ""
    marks = f'class="state {state.kind} current" aria-current="step"' if current else f'class="state {state.kind}"'
    corner = 6 if state.kind == "normal" else BOX_HEIGHT / 2
    return (
        f'<g {marks}><rect x="{MARGIN:g}" y="{top:.1f}" width="{layout.box_width:.1f}" height="{BOX_HEIGHT:g}" rx="{corner:g}" fill="{fill}" {edge}'
        f'{dash}/><text x="{middle:.1f}" y="{top + BOX_HEIGHT / 2 + 5:.1f}" text-anchor="middle" font-size="{STATE_SIZE:g}" fill="{ink}">'
        f"{escape(state.title(lang))}{HERE if current else ''}</text></g>"
    )


def _width(text: str) -> float:
    """About how wide a text is, in heights of its letters."""
    return sum(1.0 if ord(each) >= WIDE else 0.58 for each in text)


def _name(state: str) -> str:
    return state.replace("-", "_")
