"""A report as plain values, ready to be set: every word in the reader's language, every number as pages write it, every picture as SVG."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from lingnan.insight import PanelCard, ReportItem, ReportSheet, ReportTable, Words
from lingnan.web.county_maps import county_map
from lingnan.web.drawing import colour, picture_for
from lingnan.web.maps import outlines
from lingnan.web.printing.standing import brand, shade, standing_counties, standing_map, standing_picture, verdict
from lingnan.web.rendering import moment, number, percent
from lingnan.web.words import word

WIDE, ROUND = 640, 420
"""How wide pictures are drawn, in pixels: long ones, and those about a middle."""
MIDDLE = frozenset({"radar", "rose"})
LIGHTS = {"good": "light-good", "caution": "light-caution", "bad": "light-bad"}
LABELS = (
    "reports.sources", "reports.table", "reports.version", "reports.made_at", "reports.rests", "reports.methods", "reports.laws", "reports.figure",
    "reports.value", "reports.reference", "reports.unproofed", "reports.made", "reports.day",
)
Leaf = dict[str, Any]


class Leaves:
    """One report in one language."""

    def __init__(self, sheet: ReportSheet, lang: str, home: Path) -> None:
        self._sheet, self._lang, self._home, self._outlines = sheet, lang, home, outlines(home)

    def told(self) -> Leaf:
        """The whole report."""
        sheet = self._sheet
        return {
            "lang": self._lang, "title": self._say(sheet.title), "description": self._say(sheet.description), "owner": self._say(sheet.owner),
            "as_of": moment(sheet.as_of), "made": sheet.made, "brand": brand(),
            "labels": {key.partition(".")[2]: word(self._lang, key) for key in LABELS},
            "parameters": [[self._say(each.title), self._say(each.shown) or each.chosen] for each in sheet.parameters if each.chosen],
            "sections": [
                {"title": self._say(section.title), "items": [self._item(item) for item in section.items]} for section in sheet.sections
            ],
            "sources": [
                [self._say(each.title), each.table, "—" if each.version is None else str(each.version), moment(each.made_at),
                 word(self._lang, f"origin.{each.origin}")]
                for each in sheet.sources
            ],
            "methods": [
                f"{self._say(each.title)}：{self._say(each.method)}{f' ({each.standard})' if each.standard else ''}" for each in sheet.methods
            ],
            "laws": [[self._say(each.title), each.value, each.reference, not each.proofed] for each in sheet.laws],
            "references": list(sheet.references), "unproofed": list(sheet.unproofed), "closing": self._say(sheet.closing),
        }

    def _item(self, item: ReportItem) -> Leaf:
        if item.words is not None:
            return {"kind": "words", "text": self._say(item.words)}
        if item.panel is not None:
            return {**self._panel(item.panel), "title": self._say(item.panel.title), "note": self._say(item.panel.note),
                    "basis": self._basis(item.panel)}
        return self._table(item.table) if item.table is not None else {"kind": "words", "text": ""}

    def _panel(self, card: PanelCard) -> Leaf:
        if card.state != "shown":
            return {"kind": "said", "text": self._say(card.said) or word(self._lang, "boards.nothing")}
        if card.figure is not None:
            return self._figure(card)
        title = self._say(card.title)
        if card.kind == "map":
            counties = county_map(self._home, card) if card.level == "county" else None
            drawn = standing_counties(card, counties, self._lang, title) if counties else standing_map(card, self._outlines, self._lang, title)
            legend = [[shade(colour(card.palette, place, len(card.classes))), self._say(each.title)] for place, each in enumerate(card.classes)]
            noted = self._outlines.approval or self._say(self._outlines.remark)
            beside = {"legend": legend, "said": noted} if drawn else {"legend": [], "said": ""}
            return {"kind": "map", "svg": drawn, "wide": 0.8, **beside, **self._numbers(card)}
        drawn_at = picture_for(card, self._lang, ROUND if card.kind in MIDDLE else WIDE)
        if drawn_at is not None:
            legend = [[shade(css), name] for css, name in drawn_at.legend]
            svg = standing_picture(drawn_at, card.kind, title)
            return {"kind": "picture", "svg": svg, "wide": 0.62 if card.kind in MIDDLE else 1.0, "legend": legend}
        return {"kind": "table", **(self._numbers(card) if card.series else self._rows(card))}

    def _figure(self, card: PanelCard) -> Leaf:
        found = card.figure
        if found is None:
            return {"kind": "said", "text": word(self._lang, "boards.nothing")}
        value = f"< {card.least}" if found.hidden else percent(found.value) if found.percent else number(found.value)
        told = [found.period] if found.period else []
        if found.before is not None:
            before = percent(found.before) if found.percent else number(found.before)
            told.append(f"{word(self._lang, 'boards.figure_before')} {found.before_period} {before}")
        if found.bound is not None:
            told.append(f"{word(self._lang, 'boards.bound')} {percent(found.bound) if found.percent else number(found.bound)}")
        light = word(self._lang, f"boards.light.{found.light}") if found.light else ""
        return {
            "kind": "figure", "value": value, "unit": "" if found.percent else self._say(found.unit), "told": " · ".join(told),
            "light": light, "shade": verdict(LIGHTS[found.light]) if found.light else "#000000",
        }

    def _numbers(self, card: PanelCard) -> Leaf:
        first = self._say(card.columns[0].title) if card.columns else word(self._lang, "boards.label")
        heads = [[first, False], *([self._say(line.title) + (f"（{self._say(line.unit)}）" if line.unit else ""), True] for line in card.series)]
        rows = [
            [self._say(label.title), *(
                "*" if line.hidden[place] else percent(line.values[place]) if line.percent else number(line.values[place]) for line in card.series
            )]
            for place, label in enumerate(card.labels)
        ]
        return {"heads": heads, "rows": rows}

    def _rows(self, card: PanelCard) -> Leaf:
        heads = [[self._say(each.title) + (f"（{self._say(each.unit)}）" if each.unit else ""), False] for each in card.columns]
        return {"heads": heads, "rows": self._cells(row[:len(card.columns)] for row in card.rows)}

    def _table(self, table: ReportTable) -> Leaf:
        marked = f"{self._say(table.title)} {self._mark(table.unproofed)}".strip()
        if not table.rows:
            return {"kind": "said", "title": marked, "note": "", "basis": "", "text": self._say(table.said) or word(self._lang, "reports.nothing")}
        heads = [[self._say(each.title), _counts(table.rows, place)] for place, each in enumerate(table.columns)]
        rows, cut = self._cells(table.rows), word(self._lang, "boards.cut") if table.cut else ""
        if table.facts:
            pairs = [[head[0], cell] for head, cell in zip(heads, rows[0], strict=True)]
            return {"kind": "facts", "title": marked, "note": "", "basis": "", "rows": pairs}
        return {"kind": "table", "title": marked, "note": "", "basis": cut, "heads": heads, "rows": rows}

    def _cells(self, rows: Iterable[Iterable[Any]]) -> list[list[str]]:
        return [[self._cell(value) for value in row] for row in rows]

    def _cell(self, value: Any) -> str:
        if isinstance(value, Words):
            return self._say(value)
        if isinstance(value, bool):
            return word(self._lang, "packs.yes" if value else "packs.no")
        return moment(value) if isinstance(value, date) else number(value)

    def _basis(self, card: PanelCard) -> str:
        return " · ".join(self._basis_parts(card))

    def _basis_parts(self, card: PanelCard) -> Iterator[str]:
        found = card.basis
        yield f"{word(self._lang, 'boards.source')} {self._say(found.title)}"
        if found.version is not None:
            yield word(self._lang, "boards.version", number=found.version)
            yield moment(found.made_at)
        if found.origin == "made":
            yield word(self._lang, "origin.made")
        if marked := self._mark(found.unproofed):
            yield marked
        if card.least:
            yield word(self._lang, "boards.few", least=card.least)
        if card.cut:
            yield word(self._lang, "boards.cut")

    def _mark(self, unproofed: tuple[str, ...]) -> str:
        return f"[{word(self._lang, 'boards.unproofed')}]" if unproofed else ""

    def _say(self, words: Words | None) -> str:
        return words.text(self._lang) if words else ""


def _counts(rows: Iterable[tuple[Any, ...]], place: int) -> bool:
    """Whether a column holds numbers alone."""
    held = [row[place] for row in rows if row[place] is not None]
    return bool(held) and all(isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in held)
