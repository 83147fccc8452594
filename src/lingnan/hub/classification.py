"""What policy must know of every table: its columns' classes and grades, how it is shared and opened; from contracts and registers.

A contract says `shareType` and `openType` in the custom properties of its table, `grade` in those of a column (GB/T 43697-2024).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast, get_args

from lingnan.collect import Feed
from lingnan.govern import FeedTables
from lingnan.insight import FIGURE_COLUMNS
from lingnan.registers import RegisterColumn, register_columns, register_definitions
from lingnan.trust import Classified, Column
from lingnan.trust.shapes import Classification, Grade

INTERNAL = ("_batch", "_position", "_received_at", "_rules", "_repaired")
CHECKS = ("rule", "column", "dimension", "severity", "checked", "failed", "repaired")
REJECTS = ("_batch", "_position", "_received_at", "reason")
CLASSES: tuple[str, ...] = get_args(Classification)
GRADES: tuple[str, ...] = get_args(Grade)
TYPES = ("unconditional", "conditional", "none")


def classify_tables(feeds: Iterable[Feed]) -> dict[str, Classified]:
    """Every table of these feeds, the registers and the figures, by name."""
    found = {table.table: table for feed in feeds for table in _of_feed(feed)}
    graded = _register_grades(found)
    for table, columns in register_columns().items():
        described = tuple(_register_column(column, graded.get((table, column.name), "general")) for column in columns)
        found[table] = Classified(table, described, origin="derived", open_type="conditional")
    for table, names in FIGURE_COLUMNS.items():
        found[table] = Classified(table, tuple(Column(name, "public") for name in names), origin="derived", open_type="unconditional")
    return found


def _of_feed(feed: Feed) -> list[Classified]:
    tables = FeedTables.of(feed.id)
    contract = feed.contract
    described = tuple(
        Column(each.name, _class(each.classification), each.element or "", each.physical_type, _grade(each.grade))
        for each in contract.properties
    )
    as_text = tuple(Column(column.name, column.classification, column.element, grade=column.grade) for column in described)
    technical = tuple(Column(name, "internal") for name in INTERNAL)
    # The code a department delivered stands beside the one in force; it tells no more than that.
    delivered = tuple(Column(f"{column.name}_delivered", column.classification, column.element, grade=column.grade) for column in described)
    # The same as the catalogue's: what the contract says of the table, else as guarded as its most guarded item.
    all_shared = all(each.share_level == "unconditional" for each in contract.properties)
    share_type = _type(contract.custom.get("shareType", "unconditional" if all_shared else "conditional"))
    open_type = _type(contract.custom.get("openType", "none" if feed.file.origin == "made" else "unconditional"))

    def told(table: str, columns: tuple[Column, ...]) -> Classified:
        return Classified(table, columns, feed.file.origin, open_type, share_type, feed.file.department.id)

    return [
        told(tables.accepted, (*described, *delivered, *technical)),
        told(tables.landing, (*as_text, *technical)),
        told(tables.quarantine, (*as_text, *technical, Column("_reasons", "personal"))),
        told(tables.checks, tuple(Column(name, "public") for name in CHECKS)),
        told(feed.rejects, tuple(Column(name, "internal") for name in REJECTS)),
    ]


def _register_column(column: RegisterColumn, grade: Grade) -> Column:
    return Column(column.name, _class(column.classification), column.element or "", column.type, grade)


def _register_grades(found: Mapping[str, Classified]) -> dict[tuple[str, str], Grade]:
    """By table and column of a register: the highest grade of any column its value may come from."""
    graded = {(table, column.name): column.grade for table, known in found.items() for column in known.columns}
    highest: dict[tuple[str, str], Grade] = {}
    for definition in register_definitions():
        for source in definition.sources:
            # An expression of a source names its columns as words; every one of them tells something of the value.
            said = [*source.columns.items(), (definition.identifier, source.identifier), ("identifier", source.identifier)]
            for name, expression in said:
                grades = [graded.get((source.table, word), "general") for word in re.findall(r"[a-z][a-z0-9_]*", expression)]
                for table in (definition.table, definition.observations):
                    highest[table, name] = max([*grades, highest.get((table, name), "general")], key=GRADES.index)
    return highest


def _class(word: str) -> Classification:
    """The class of a column; a word nobody knows counts as sensitive."""
    return cast("Classification", word if word in CLASSES else "sensitive")


def _grade(word: str) -> Grade:
    """The grade of a column; a word nobody knows counts as core."""
    return cast("Grade", word if word in GRADES else "core")


def _type(word: str) -> Any:
    """How a table is shared or opened; a word nobody knows counts as not at all."""
    return word if word in TYPES else "none"
