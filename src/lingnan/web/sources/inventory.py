"""What the pages of the inventory ask for."""

from typing import Protocol

from lingnan.insight import InventoryBoard, InventoryDepartment, InventorySystemSheet, InventoryTableSheet
from lingnan.trust import Subject


class InventorySource(Protocol):
    """How far departments are; systems, databases, tables, columns and what is decided of them."""

    def board(self, subject: Subject) -> InventoryBoard:
        """How far every department is; Refused for who does not tend data."""
        ...

    def department(self, department: str, subject: Subject) -> InventoryDepartment:
        """One department: its duties, systems and databases."""
        ...

    def system(self, key: str, database: str, words: str, cursor: str, subject: Subject) -> InventorySystemSheet:
        """One system; the tables are those of the chosen database, of its first one when none is chosen."""
        ...

    def table(self, table: str, subject: Subject) -> InventoryTableSheet:
        """One table with its columns; Missing for whoever does not keep its department's inventory."""
        ...

    def describe(self, table: str, zh: str, en: str, description: str, subject: Subject) -> None:
        """Give a table its names and say what it holds."""
        ...

    def decide(self, table: str, column: str, element: str, classification: str, mask: str, subject: Subject) -> None:
        """Decide what a column of the table is; BadInput for a class below that of its element."""
        ...
