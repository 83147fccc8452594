"""What the pages of the inventory ask for."""

from pathlib import Path
from typing import Protocol

from lingnan.insight import AuthorityBoard, InventoryBoard, InventoryDepartment, InventorySystemSheet, InventoryTableSheet, Upload, WorkbookCheck
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

    def draft(self, table: str, subject: Subject) -> str:
        """Draft the resource that stands for a table; gives its key, Conflict for a table that has one or is gone."""
        ...

    def decide(self, table: str, column: str, element: str, classification: str, mask: str, subject: Subject) -> None:
        """Decide what a column of the table is; BadInput for a class below that of its element."""
        ...


class WorkbookSource(Protocol):
    """The workbook that offices pass around; only who may write an inventory gets an answer."""

    def own(self, subject: Subject) -> str:
        """The department whose filled workbook the reader is offered; empty for none."""
        ...

    def template(self, department: str, path: Path, subject: Subject) -> None:
        """Write the workbook: of one department, or an empty form."""
        ...

    def upload(self, file: Upload, subject: Subject) -> str:
        """Keep a workbook for its sender and check it; BadInput for what is none. Gives the name it is called back by."""
        ...

    def check(self, file: str, subject: Subject) -> WorkbookCheck:
        """What an uploaded workbook would change, or what is wrong with it; Missing for another's."""
        ...

    def problems(self, file: str, path: Path, subject: Subject) -> str:
        """Write the copy that marks every fault into the folder; gives its name for the reader, Missing when nothing is wrong."""
        ...

    def take(self, file: str, subject: Subject) -> WorkbookCheck:
        """Import an uploaded workbook, all of it or nothing; with faults nothing was changed."""
        ...

    def drop(self, file: str, subject: Subject) -> None:
        """Throw an uploaded workbook away."""
        ...


class AuthoritySource(Protocol):
    """Which resource is the one source of which figure, and what is disputed."""

    def board(self, words: str, cursor: str, subject: Subject) -> AuthorityBoard:
        """Sources with all open disputes and the latest that were settled; Refused for who does not tend data."""
        ...

    def claim(self, element: str, resource: str, division: str, basis: str, subject: Subject) -> None:
        """Say that a resource is the one source; Conflict, which stands on the list by then, when another one is it."""
        ...

    def settle(self, conflict: str, keep: bool, reason: str, subject: Subject) -> None:
        """End a dispute with a reason; Refused for all but the hub's office."""
        ...
