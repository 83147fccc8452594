"""What a board's columns mean, what its values are called, and on how many rows a number must stand."""

import re
from collections.abc import Iterable

from lingnan.hub.pages.cockpit import dimension_words
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.titles import code_words, truth_words
from lingnan.insight import Words
from lingnan.insight.dashboards import BoundBoard, ColumnNote, FigurePanel, Filter, Measure, Panel, PanelColumn
from lingnan.insight.dashboards.cards import Basis, MethodLine
from lingnan.lake import ShapeLimits
from lingnan.standards import code_list

PERSONAL = ("personal", "sensitive")
FIRST_DAY = re.compile(r"\d{4}-\d\d-01")
DEPARTMENTS, DIMENSIONS, DIVISIONS = "departments", "dimensions", "divisions"


class BoardColumns:
    """The columns of one panel's table."""

    def __init__(self, desk: Desk, bound: BoundBoard | None, panel: Panel | None) -> None:
        self._desk, self._bound, self._panel = desk, bound, panel

    @property
    def personal(self) -> bool:
        """Whether the panel reads a column that tells of persons."""
        return self._panel is not None and bool(self._panel.columns_read() & self._of_persons())

    @property
    def least(self) -> int:
        """Rows on which a number must stand; 0 for a table that holds nothing of persons."""
        return ShapeLimits.read().least_group if self._of_persons() else 0

    def name(self, column: str, key: str) -> Words | None:
        """What a value is called; None when it speaks for itself."""
        if self._is_truth(self._panel.table if self._panel else "", column):
            return truth_words(key)
        codes = (self._panel.codes.get(column) if self._panel else "") or self._note(column).codes
        return self._coded(codes, key)

    def option(self, wanted: Filter, key: str) -> Words:
        """What a choice of a filter is called; a period's first day stands for its month."""
        if wanted.kind == "period" and FIRST_DAY.fullmatch(key):
            return Words(zh=key[:7])
        if wanted.codes or wanted.source is None:
            return self._coded(wanted.codes or "", key) or Words(zh=key)
        if self._is_truth(*wanted.source):
            return truth_words(key) or Words(zh=key)
        note = self._noted(*wanted.source)
        return self._coded(note.codes, key) or Words(zh=key)

    def column(self, column: str) -> PanelColumn:
        """A column's head."""
        note = self._note(column)
        return PanelColumn(name=column, title=note.title, unit=note.unit)

    def basis(self) -> Basis:
        """What the panel's figures rest on."""
        panel, bound = self._panel, self._bound
        if panel is None or bound is None:
            raise ValueError("a basis is of a panel on a board")
        commit = self._desk.commit(panel.table)
        named = panel.light.parameters if isinstance(panel, FigurePanel) and panel.light else ()
        lights = {name: found for name in named if (found := bound.threshold(name))}
        unproofed = [*bound.unproofed(panel.table), *(name for name, found in lights.items() if not found.proofed)]
        drawn = sorted(panel.drawn())
        return Basis(
            table=panel.table, title=self._desk.titles.table(panel.table), origin=self._desk.titles.origin(panel.table),
            version=commit.version if commit else None, made_at=commit.at if commit else None, methods=tuple(self._methods(drawn)),
            references=tuple(dict.fromkeys(each.reference for each in lights.values())), unproofed=tuple(dict.fromkeys(unproofed)),
            models=bound.models(panel.table),
            lineage=f"{panel.table}.{shown}" if (shown := _measured(panel) or next(iter(drawn), "")) else "",
        )

    def _methods(self, columns: Iterable[str]) -> Iterable[MethodLine]:
        for column in columns:
            note = self._note(column)
            if note.method or note.standard:
                yield MethodLine(column=column, title=note.title, method=note.method, standard=note.standard)

    def _of_persons(self) -> frozenset[str]:
        known = self._desk.hub.classify(self._panel.table) if self._panel else None
        return frozenset(each.name for each in known.columns if each.classification in PERSONAL) if known else frozenset()

    def _note(self, column: str) -> ColumnNote:
        return self._noted(self._panel.table if self._panel else "", column)

    def _noted(self, table: str, column: str) -> ColumnNote:
        """What the board's owner says of a column, else what the contract does."""
        told = self._bound.note(table, column) if self._bound else None
        if told is not None:
            return told
        title = self._desk.titles.column(table, column)
        feed = self._desk.titles.feed(table)
        found = feed.contract.named(column) if feed else None
        if found is None:
            return ColumnNote(title if title.zh else Words(zh=column))
        codes = found.code_list or (DIVISIONS if found.element == "division" else "")
        unit, method, standard = (str(found.custom.get(key, "")) for key in ("unit", "method", "standard"))
        return ColumnNote(title, Words(zh=unit) if unit else None, Words(zh=method) if method else None, standard, codes)

    def _is_truth(self, table: str, column: str) -> bool:
        return self._desk.version(table) is not None and self._desk.types(table).get(column) == "bool"

    def _coded(self, codes: str, key: str) -> Words | None:
        if not codes or not key:
            return None
        if self._bound and (own := self._bound.words(codes, key)) is not None:
            return own
        if codes == DEPARTMENTS:
            return self._desk.titles.department(key)
        if codes == DIMENSIONS:
            return dimension_words(key)
        if codes == DIVISIONS:
            entry = code_list(DIVISIONS).get(key)
            return Words(zh=entry.zh, en=entry.en) if entry else None
        return code_words(codes, key)


def _measured(panel: Panel) -> str:
    """The column whose lineage a reader wants first."""
    measure = getattr(panel, "measure", None) or next(iter(getattr(panel, "measures", ())), None)
    return (measure.column if isinstance(measure, Measure) else None) or next(iter(getattr(panel, "columns", ())), "")
