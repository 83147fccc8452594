"""What policy must know of every table: its columns' classes, taken from contracts and register definitions."""

from collections.abc import Iterable
from typing import cast, get_args

from lingnan.collect import Feed
from lingnan.govern import FeedTables
from lingnan.insight import FIGURE_COLUMNS
from lingnan.registers import RegisterColumn, register_columns
from lingnan.trust import Classified, Column
from lingnan.trust.shapes import Classification

INTERNAL = ("_batch", "_position", "_received_at", "_rules", "_repaired")
CHECKS = ("rule", "column", "dimension", "severity", "checked", "failed", "repaired")
REJECTS = ("_batch", "_position", "_received_at", "reason")
CLASSES: tuple[str, ...] = get_args(Classification)


def classify_tables(feeds: Iterable[Feed]) -> dict[str, Classified]:
    """Every table of these feeds, the registers and the figures, by name."""
    found = {table.table: table for feed in feeds for table in _of_feed(feed)}
    for table, columns in register_columns().items():
        found[table] = Classified(table, tuple(_register_column(column) for column in columns), origin="derived", open_type="conditional")
    for table, names in FIGURE_COLUMNS.items():
        found[table] = Classified(table, tuple(Column(name, "public") for name in names), origin="derived", open_type="unconditional")
    return found


def _of_feed(feed: Feed) -> list[Classified]:
    tables = FeedTables.of(feed.id)
    described = tuple(
        Column(each.name, _class(each.classification), each.element or "", each.physical_type) for each in feed.contract.properties
    )
    as_text = tuple(Column(column.name, column.classification, column.element) for column in described)
    technical = tuple(Column(name, "internal") for name in INTERNAL)
    # The code a department delivered stands beside the one in force; it tells no more than that.
    delivered = tuple(Column(f"{column.name}_delivered", column.classification, column.element) for column in described)
    open_type = feed.contract.custom.get("openType", "none" if feed.file.origin == "made" else "unconditional")

    def told(table: str, columns: tuple[Column, ...]) -> Classified:
        return Classified(table, columns, origin=feed.file.origin, open_type=open_type, organisation=feed.file.department.id)

    return [
        told(tables.accepted, (*described, *delivered, *technical)),
        told(tables.landing, (*as_text, *technical)),
        told(tables.quarantine, (*as_text, *technical, Column("_reasons", "personal"))),
        told(tables.checks, tuple(Column(name, "public") for name in CHECKS)),
        told(feed.rejects, tuple(Column(name, "internal") for name in REJECTS)),
    ]


def _register_column(column: RegisterColumn) -> Column:
    return Column(column.name, _class(column.classification), column.element or "", column.type)


def _class(word: str) -> Classification:
    """The class of a column; a word nobody knows counts as sensitive."""
    return cast("Classification", word if word in CLASSES else "sensitive")
