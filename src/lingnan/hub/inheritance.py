"""What derived tables take from the tables they come from: of class, grade and way of sharing always the strictest, along the lineage."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_args

from lingnan.hub.purchases import terms_together
from lingnan.insight import FIGURE_COLUMNS, figure_lineage
from lingnan.registers import ColumnName, Origins, RegisterColumn, register_columns, register_lineage, released
from lingnan.trust import Bought, Classified, Column
from lingnan.trust.shapes import Classification, Grade

CLASSES: tuple[Classification, ...] = get_args(Classification)
GRADES: tuple[Grade, ...] = get_args(Grade)
TYPES = ("unconditional", "conditional", "none")


class Inheritance:
    """Works out registers and figures from what is known of delivered tables; a source that is not there gives nothing."""

    def __init__(self, delivered: Mapping[str, Classified], feeds: Sequence[str]) -> None:
        self._delivered = delivered
        self._given = {(table, column.name): column for table, known in delivered.items() for column in known.columns}
        self._own = {(table, column.name): column for table, columns in register_columns().items() for column in columns}
        counted = {key: Origins(worked_out=columns) for key, columns in figure_lineage(feeds).items()}
        self._lineage = {**register_lineage(), **counted}
        self._class, self._grade = cache(self._find_class), cache(self._find_grade)

    def tables(self) -> dict[str, Classified]:
        """Every derived table, by name."""
        registers = {
            table: Classified(
                table, tuple(self._column(table, column) for column in columns), "derived", "conditional", self._share(table),
                bought=self._bought(table),
            )
            for table, columns in register_columns().items()
        }
        figures = {
            table: Classified(
                table, tuple(Column(name, "public", grade=self._grade((table, name))) for name in names), "derived", "unconditional",
                self._share(table),
            )
            for table, names in FIGURE_COLUMNS.items()
        }
        return {**registers, **figures}

    def _column(self, table: str, column: RegisterColumn) -> Column:
        key = (table, column.name)
        return Column(column.name, self._class(key), column.element or "", column.type, self._grade(key))

    def _find_class(self, key: ColumnName) -> Classification:
        """The strictest of the column's own class and of those whose values it holds, but for what is released."""
        if key in self._given:
            return self._given[key].classification
        own = self._own[key].classification if key in self._own else "public"
        sources = [(source, self._class(source)) for source in self._sources(key).copied if self._exists(source)]
        held = [found for source, found in sources if not _covers(released(key, source), found)]
        return max([_class(own), *held], key=CLASSES.index)

    def _find_grade(self, key: ColumnName) -> Grade:
        if key in self._given:
            return self._given[key].grade
        return max([self._grade(source) for source in self._sources(key).all if self._exists(source)], key=GRADES.index, default="general")

    def _share(self, table: str) -> Any:
        """How the strictest of its sources is shared; a derived table is shared on conditions at the least."""
        held = [self._delivered[each].share_type if each in self._delivered else self._share(each) for each in self._tables_of(table)]
        return max(["conditional", *held], key=TYPES.index)

    def _bought(self, table: str) -> Bought | None:
        """The terms of everything bought that its rows hold or are worked out of; counts for the hub's own figures are no use of what was bought."""
        return terms_together(self._delivered[each].bought if each in self._delivered else self._bought(each) for each in self._tables_of(table))

    def _tables_of(self, table: str) -> list[str]:
        """The tables whose columns a table's columns come from, itself left out."""
        made = (origins for (each, _name), origins in self._lineage.items() if each == table)
        return sorted({source for origins in made for source, _column in origins.all} - {table})

    def _sources(self, key: ColumnName) -> Origins:
        return self._lineage.get(key, Origins())

    def _exists(self, key: ColumnName) -> bool:
        return key in self._given or key in self._own


def _class(word: str) -> Classification:
    """The class of a column; a word nobody knows counts as sensitive."""
    return next((each for each in CLASSES if each == word), "sensitive")


def _covers(up_to: str, found: Classification) -> bool:
    return bool(up_to) and CLASSES.index(found) <= CLASSES.index(_class(up_to))
