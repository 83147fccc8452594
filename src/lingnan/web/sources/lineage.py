"""What the page of a column's lineage asks for."""

from collections.abc import Collection
from typing import Protocol

from lingnan.insight import ColumnLineageSheet, Direction
from lingnan.trust import Purpose, Subject


class LineageSource(Protocol):
    """Lineage of columns."""

    def sheet(
        self, column: str, direction: Direction, turned: Collection[str], subject: Subject, row: str = "", purpose: Purpose | None = None
    ) -> ColumnLineageSheet:
        """One column, with the source rows of one value when a row is named; Refused for who tends no data, Missing for an unknown column."""
        ...
