"""Measures how well the hub's tables keep to their data elements: what was accepted, what quarantine holds, the registers; once a version."""

from collections import defaultdict
from typing import TYPE_CHECKING

from lingnan.catalogue.registry.measuring import Mapped, added, measure_accepted, measure_rejected
from lingnan.catalogue.registry.shapes import ColumnMeasure
from lingnan.collect import Feed
from lingnan.govern import FeedTables
from lingnan.lake import EngineSession
from lingnan.registers import register_columns, register_definitions
from lingnan.standards import Vocabulary, data_elements

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

STEP = "catalogue:conformance"
FORM = "conformity"


def measure_conformance(hub: "Hub", resource: str = "") -> int:
    """Count every governed table and register that has a new version since, or those of one resource; gives how many were counted."""
    counted = sum(_measure(hub, feed) for feed in hub.feeds if resource in ("", feed.id))
    return counted + sum(_measure_register(hub, each.table) for each in register_definitions() if resource in ("", each.table))


def _measure(hub: "Hub", feed: Feed) -> bool:
    tables, columns = FeedTables.of(feed.id), _mapped(feed)
    if not columns or not all(hub.lake.exists(table) for table in tables.outputs):
        return False
    version = f"{hub.lake.version(tables.accepted)}.{hub.lake.version(tables.quarantine)}"
    if hub.catalogue.elements.measured_version(feed.id) == version:
        return False
    with hub.engine.session(hub.trust.views_for_step(STEP, dict.fromkeys(tables.outputs))) as session:
        measures = _count(session, tables, columns, feed.contract.vocabulary)
    return hub.catalogue.elements.record_conformance(feed.id, measures, version)


def _measure_register(hub: "Hub", table: str) -> bool:
    known = data_elements()
    columns = [
        Mapped(each.name, known[each.element], each.type.upper() == "VARCHAR")
        for each in register_columns()[table] if each.element and each.element in known
    ]
    if not columns or not hub.lake.exists(table):
        return False
    version = str(hub.lake.version(table))
    if hub.catalogue.elements.measured_version(table) == version:
        return False
    with hub.engine.session(hub.trust.views_for_step(STEP, {table: None})) as session:
        measures = measure_accepted(session, table, columns)
    return hub.catalogue.elements.record_conformance(table, measures, version)


def _mapped(feed: Feed) -> list[Mapped]:
    known = feed.contract.vocabulary.elements
    return [
        Mapped(each.name, known[each.element], each.physical_type.upper() == "VARCHAR")
        for each in feed.contract.properties if each.element and each.element in known
    ]


def _count(session: EngineSession, tables: FeedTables, columns: list[Mapped], vocabulary: Vocabulary) -> list[ColumnMeasure]:
    rules: dict[str, list[str]] = defaultdict(list)
    strict: set[str] = set()
    checks = ".".join(f'"{part}"' for part in tables.checks.split("."))
    for row in session.query(f'select rule, "column", dimension, severity from {checks}').to_pylist():
        if row["dimension"] == FORM:
            rules[row["column"]].append(row["rule"])
        if row["severity"] == "error":
            strict.add(row["rule"])
    accepted = measure_accepted(session, tables.accepted, columns, strict, vocabulary)
    return added(accepted, measure_rejected(session, tables.quarantine, columns, rules))
