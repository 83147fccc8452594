"""What policy must know of every table: its columns' classes and grades, how it is shared and opened; from contracts and registers.

A contract says `shareType` and `openType` in the custom properties of its table, `grade` in those of a column (GB/T 43697-2024). Derived tables
take what their sources have (`inheritance`).
"""

from collections.abc import Iterable
from typing import Any, cast, get_args

from lingnan.collect import Feed
from lingnan.govern import FeedTables
from lingnan.hub.inheritance import GRADES, TYPES, Inheritance
from lingnan.hub.purchases import terms_of
from lingnan.trust import Classified, Column
from lingnan.trust.shapes import Classification, Grade

LANDED = {"_batch": "VARCHAR", "_position": "VARCHAR", "_received_at": "TIMESTAMP WITH TIME ZONE"}
"""The technical columns of every row that was delivered, with the types a mask has to keep."""
REPAIRED, RULES = Column("_repaired", "internal", type="VARCHAR[]"), Column("_rules", "internal", type="VARCHAR[]")
REASONS = Column("_reasons", "personal", type='STRUCT("rule" VARCHAR, "column" VARCHAR, "value" VARCHAR)[]')
CHECKS = {**dict.fromkeys(("rule", "column", "dimension", "severity"), "VARCHAR"), **dict.fromkeys(("checked", "failed", "repaired"), "BIGINT")}
REJECTS = {**LANDED, "reason": "VARCHAR"}
STREAMED = (
    Column("_extra", "personal"), Column("_message", "internal"), Column("_event_at", "internal", type="TIMESTAMP WITH TIME ZONE"),
)
"""What rows of a stream have beside: what the contract does not know, which could be anything; the message's hash; the time of the event."""
CLASSES: tuple[str, ...] = get_args(Classification)


def classify_tables(feeds: Iterable[Feed]) -> dict[str, Classified]:
    """Every table of these feeds, the registers and the figures, by name."""
    known = list(feeds)
    delivered = {table.table: table for feed in known for table in _of_feed(feed)}
    return {**delivered, **Inheritance(delivered, [feed.id for feed in known]).tables()}


def _of_feed(feed: Feed) -> list[Classified]:
    tables = FeedTables.of(feed.id)
    contract = feed.contract
    described = tuple(
        Column(each.name, _class(each.classification), each.element or "", each.physical_type, _grade(each.grade))
        for each in contract.properties
    )
    as_text = tuple(Column(column.name, column.classification, column.element, grade=column.grade) for column in described)
    landed = tuple(Column(name, "internal", type=kind) for name, kind in LANDED.items())
    # The code a department delivered stands beside the one in force; it tells no more than that.
    delivered = tuple(Column(f"{column.name}_delivered", column.classification, column.element, grade=column.grade) for column in described)
    # The same as the catalogue's: what the contract says of the table, else as guarded as its most guarded item.
    all_shared = all(each.share_level == "unconditional" for each in contract.properties)
    share_type = _type(contract.custom.get("shareType", "unconditional" if all_shared else "conditional"))
    open_type = _type(contract.custom.get("openType", "none" if feed.file.origin == "made" else "unconditional"))

    def told(table: str, columns: tuple[Column, ...]) -> Classified:
        return Classified(table, columns, feed.file.origin, open_type, share_type, feed.file.department.id, terms_of(feed))

    streamed = STREAMED if feed.file.stream is not None else ()
    late = [told(feed.late, (*as_text, *landed, *streamed, Column("_late_by_s", "internal", type="DOUBLE")))] if streamed else []
    return [
        *late,
        told(tables.accepted, (*described, *delivered, *landed, REPAIRED)),
        told(tables.landing, (*as_text, *landed, *streamed)),
        told(tables.quarantine, (*as_text, *landed, RULES, REASONS)),
        told(tables.checks, tuple(Column(name, "public", type=kind) for name, kind in CHECKS.items())),
        told(feed.rejects, tuple(Column(name, "internal", type=kind) for name, kind in REJECTS.items())),
    ]


def _class(word: str) -> Classification:
    """The class of a column; a word nobody knows counts as sensitive."""
    return cast("Classification", word if word in CLASSES else "sensitive")


def _grade(word: str) -> Grade:
    """The grade of a column; a word nobody knows counts as core."""
    return next((each for each in GRADES if each == word), "core")


def _type(word: str) -> Any:
    """How a table is shared or opened; a word nobody knows counts as not at all."""
    return word if word in TYPES else "none"
