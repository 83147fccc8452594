"""Answers the pages of the inventory: how far departments are, what a system, a database and a table hold, and decisions on columns."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from lingnan.base import BadInput, Conflict, Missing
from lingnan.catalogue import LABELS, ColumnCard, DatabaseCard, DutyCard, InventoryProgress, InventorySystem, TableCard
from lingnan.catalogue.records import Resource
from lingnan.hub.inventory import allow_describing, describes
from lingnan.hub.pages.desk import Desk, offset_of, percent
from lingnan.insight import (
    InventoryBoard,
    InventoryColumn,
    InventoryDatabase,
    InventoryDepartment,
    InventoryDuty,
    InventoryLine,
    InventoryResource,
    InventoryStep,
    InventorySystemLine,
    InventorySystemSheet,
    InventoryTable,
    InventoryTableSheet,
    Words,
)
from lingnan.standards import data_elements, reason
from lingnan.trust import Subject, writing

TABLES = 50
SHOWN = 5
"""Shapes and values of a profile that a page shows."""
COUNTED = (
    "duties", "systems", "systems_with_database", "databases", "tables", "tables_described", "tables_catalogued", "columns", "columns_decided",
    "resources", "resources_published",
)
FIGURES = ("rows", "nulls", "blanks", "distinct", "shortest", "longest")


class InventoryPages:
    """The inventory of one hub: its progress is everybody's who tends data, databases and tables are shown to those who keep them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def board(self, subject: Subject) -> InventoryBoard:
        """How far every department is."""
        self._look(subject)
        found = self._desk.hub.catalogue.inventory.progress()
        sums = {name: sum(getattr(each, name) for each in found) for name in COUNTED}
        total = InventoryProgress(department="", department_zh="合计", department_en="Total", **sums)
        return InventoryBoard(
            at=self._desk.now(), total=_line(total), begun=sum(each.systems > 0 for each in found), items=tuple(_line(each) for each in found),
            writes=edits(subject),
        )

    def department(self, department: str, subject: Subject) -> InventoryDepartment:
        """One department by its short name: its duties, systems and databases."""
        self._look(subject)
        inventory = self._desk.hub.catalogue.inventory
        progress = next(iter(inventory.progress(department) if department else ()), None)
        if progress is None:
            raise Missing(f"没有部门“{department}”。请从清单进度表选择。", f"There is no department “{department}”. Choose one on the board.")
        systems, inside = inventory.systems(department), self._keeps(subject, department)
        return InventoryDepartment(
            line=_line(progress), duties=tuple(_duty(each) for each in inventory.duties(department)),
            systems=tuple(_system(each) for each in systems),
            databases=tuple(_database(each, inside) for system in systems if system.databases for each in inventory.databases(system.key)),
            writes=inside and edits(subject),
        )

    def system(self, key: str, database: str, words: str, cursor: str, subject: Subject) -> InventorySystemSheet:
        """One system; the tables are those of the chosen database, of its first one when none is chosen."""
        self._look(subject)
        inventory = self._desk.hub.catalogue.inventory
        found = self._system(key)
        databases, inside = inventory.databases(found.key), self._keeps(subject, found.department)
        chosen = next((each for each in databases if each.id == database), None) if database else next(iter(databases), None)
        if database and chosen is None:
            raise Missing(f"该系统没有数据库“{database}”。", f"The system has no database “{database}”.", database=database)
        page = max(offset_of(cursor), 1)
        tables = inventory.tables(chosen.key, words, page=page, page_size=TABLES) if chosen and inside else None
        names = ("code", "purpose", "status", "operator", "builder", "protection_grade", "hosting", "in_service_since", "users", "contact_unit")
        return InventorySystemSheet(
            key=found.key, title=Words(zh=found.zh, en=found.en), department=self._department(found.department), department_key=found.department,
            **{name: getattr(found, name) for name in names}, resources=found.resources, inside=inside,
            writes=inside and edits(subject),
            databases=tuple(_database(each, inside) for each in databases), database=chosen.id if chosen else "", words=words,
            total=tables.total if tables else 0, items=tuple(_table(each) for each in tables.items) if tables else (),
            next=str(page + 1) if tables and page * TABLES < tables.total else None,
        )

    def table(self, table: str, subject: Subject) -> InventoryTableSheet:
        """One table with its columns; Missing for whoever does not keep its department's inventory."""
        self._look(subject)
        card = self._table(table, subject)
        known, system = data_elements(), self._system(card.system)
        return InventoryTableSheet(
            table=_table(card), description=card.description, comment=card.comment, schema_name=card.schema_name, database=card.database,
            system=card.system, system_title=Words(zh=system.zh, en=system.en), department=card.department,
            department_title=self._department(card.department), references=card.references, gone=card.gone_at is not None,
            decides=card.gone_at is None and edits(subject),
            elements=tuple((each.id, Words(zh=each.zh, en=each.en)) for each in known.values()),
            items=tuple(_column(each) for each in self._desk.hub.catalogue.inventory.columns(card.id)),
        )

    def describe(self, table: str, zh: str, en: str, description: str, subject: Subject) -> None:
        """Give a table its names and say what it holds."""
        card = self._edited(table, subject)
        with writing(self._desk.hub.trust.audit, subject, "catalogue.describe_table", f"database-table:{card.id}"):
            self._desk.hub.catalogue.inventory.describe_table(card.id, zh, en, description)

    def decide(self, table: str, column: str, element: str, classification: str, mask: Any, subject: Subject) -> None:
        """Decide what a column of the table is; BadInput for a class below that of its element."""
        card, inventory = self._edited(table, subject), self._desk.hub.catalogue.inventory
        if column not in {each.id for each in inventory.columns(card.id)}:
            raise Missing("该表没有这一列，或它已不存在。", "The table has no such column, or it is gone.", column=column)
        if element and element not in data_elements():
            raise BadInput(f"没有数据元“{element}”。请从列表中选择。", f"There is no element “{element}”. Choose one of the list.", element=element)
        facts = {"element": element, "classification": classification, "mask": mask}
        with writing(self._desk.hub.trust.audit, subject, "catalogue.decide_column", f"database-column:{column}", facts=facts):
            inventory.decide_column(column, subject.reference, element=element, classification=classification, mask=mask)

    def draft(self, table: str, subject: Subject) -> str:
        """Draft the resource that stands for a table, filled in with what is known and suggested of it; gives its key.

        A resource of that key that is there already is the one. Conflict for a table that has a resource or is gone.
        """
        card, catalogue = self._edited(table, subject), self._desk.hub.catalogue
        if card.resource:
            raise Conflict(
                f"这张表已编目为“{card.resource_zh}”。", f"This table is described as “{card.resource_en or card.resource_zh}” already.",
                resource=card.resource,
            )
        if card.gone_at is not None:
            raise Conflict("数据库里已没有这张表，不能编目。", "The database has no such table any more; it cannot be described as a resource.")
        form = catalogue.inventory.make_resource_form(card.id)
        key = form.key if self._is_held(form.key) else catalogue.life.draft(form, subject).resource
        with writing(self._desk.hub.trust.audit, subject, "catalogue.link_resource", f"database-table:{card.id}", facts={"resource": key}):
            catalogue.inventory.link_resource(card.id, key)
        return key

    def _is_held(self, key: str) -> bool:
        with self._desk.hub.storage.reading() as session:
            return session.scalar(select(Resource.id).where(Resource.key == key, Resource.deleted_at.is_(None))) is not None

    def _edited(self, table: str, subject: Subject) -> TableCard:
        """The table of somebody who may write its department's inventory."""
        trust = self._desk.hub.trust
        trust.allow(subject, "catalogue.edit", "inventory")
        card = self._table(table, subject)
        allow_describing(trust, self._desk.hub.settings.office, subject, card.department)
        return card

    def _table(self, table: str, subject: Subject) -> TableCard:
        """The table; another department's is not told of."""
        card = self._desk.hub.catalogue.inventory.table(table)
        if not self._keeps(subject, card.department):
            raise Missing(f"没有登记数据表“{table}”。", f"No table “{table}” is registered.", table=table)
        return card

    def _system(self, key: str) -> InventorySystem:
        held = self._desk.hub.catalogue.inventory.systems(key.partition(".")[0]) if key else []
        found = next((each for each in held if each.key == key), None)
        if found is None:
            raise Missing(f"没有登记信息系统“{key}”。", f"No system “{key}” is registered.", system=key)
        return found

    def _department(self, key: str) -> Words:
        found = next((each for each in self._desk.hub.catalogue.departments() if each.key == key), None)
        return Words(zh=found.zh, en=found.en) if found else Words(zh=key)

    def _keeps(self, subject: Subject, department: str) -> bool:
        return describes(self._desk.hub.trust, self._desk.hub.settings.office, subject, department)

    def _look(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "page.govern", "inventory")


def edits(subject: Subject) -> bool:
    """Whether to show forms at all; each of them asks policy again when it is sent."""
    return not subject.token and (subject.kind == "operator" or "steward" in subject.roles)


def _step(key: str, done: int, of: int) -> InventoryStep:
    return InventoryStep(key=key, done=done, of=of, share=percent(done * 100 / of) if of else None)


def _line(each: InventoryProgress) -> InventoryLine:
    return InventoryLine(
        key=each.department, title=Words(zh=each.department_zh, en=each.department_en), duties=each.duties, systems=each.systems,
        databases=each.databases, href=f"/inventory/{each.department}" if each.department else "/inventory",
        steps=(
            _step("systems", each.systems_with_database, each.systems), _step("tables", each.tables_described, each.tables),
            _step("columns", each.columns_decided, each.columns), _step("resources", each.resources_published, each.resources),
        ),
        catalogued=_step("catalogued", each.tables_catalogued, each.tables),
    )


def _duty(each: DutyCard) -> InventoryDuty:
    return InventoryDuty(number=each.number, title=Words(zh=each.zh, en=each.en), basis=each.basis, collects=each.collects)


def _system(each: InventorySystem) -> InventorySystemLine:
    return InventorySystemLine(
        key=each.key, title=Words(zh=each.zh, en=each.en), status=each.status, protection_grade=each.protection_grade, databases=each.databases,
        tables=each.tables, resources=each.resources, href=f"/systems/{each.key}",
    )


def _database(each: DatabaseCard, inside: bool) -> InventoryDatabase:
    """Where a database stands and what runs it helps whoever attacks it, so it is told to its keepers alone."""
    return InventoryDatabase(
        id=each.id, name=each.name, kind=each.kind, version=each.version if inside else "", place=each.place if inside else "",
        discovered_at=each.discovered_at, gone=each.gone_at is not None,
        steps=(
            _step("tables", each.described, each.tables), _step("columns", each.decided, each.columns),
            _step("catalogued", each.catalogued, each.tables),
        ),
    )


def _table(each: TableCard) -> InventoryTable:
    name = f"{each.schema_name}.{each.name}" if each.schema_name else each.name
    return InventoryTable(
        id=each.id, name=name, kind=each.kind, title=Words(zh=each.zh or each.comment, en=each.en), rows=each.rows, rows_are=each.rows_are,
        retyped=each.retyped, described=bool(each.zh or each.comment), decided=_step("columns", each.decided, each.columns),
        href=f"/database-tables/{each.id}", resource=_resource(each),
    )


def _resource(each: TableCard) -> InventoryResource | None:
    if not each.resource:
        return None
    zh, en = LABELS["status"][each.resource_status]
    page = f"/catalogue/{each.resource}"
    return InventoryResource(
        key=each.resource, title=Words(zh=each.resource_zh, en=each.resource_en), status=Words(zh=zh, en=en),
        href=f"{page}/edit" if each.resource_status == "draft" else page,
    )


def _column(each: ColumnCard) -> InventoryColumn:
    profile = each.profile
    return InventoryColumn(
        id=each.id, name=each.name, comment=each.comment, type=each.type, length=each.length, nullable=each.nullable, key=each.key,
        changed_from=each.changed_from, facts={name: int(profile[name]) for name in FIGURES if name in profile},
        shares=_fitting(profile.get("shares") or {}, each.element_reasons),
        patterns=_first(profile.get("patterns")), minimum=str(profile.get("minimum") or ""), maximum=str(profile.get("maximum") or ""),
        top=_first(profile.get("top")), free_text=each.free_text, suggested_element=each.suggested_element,
        suggested_title=_element(each.suggested_element), score=Decimal(str(round(each.suggested_score, 2))) if each.suggested_element else None,
        reasons=tuple(Words(zh=reason(one), en=reason(one, "en")) for one in each.element_reasons),
        suggested_classification=each.suggested_classification,
        classification_reason=Words(zh=each.classification_reason.get("zh", ""), en=each.classification_reason.get("en", "")),
        element=each.element, element_title=_element(each.element), classification=each.classification, mask=each.mask,
        decided=each.decided_at is not None, decided_at=each.decided_at,
    )


def _element(name: str) -> Words:
    found = data_elements().get(name) if name else None
    return Words(zh=found.zh, en=found.en) if found else Words(zh=name)


def _fitting(shares: Mapping[str, float], reasons: Sequence[str]) -> tuple[tuple[str, Decimal | None], ...]:
    """What most values fit: first what the suggestion rests on, for a single digit fits fifty code lists."""
    told = {written.partition(":")[2] for written in reasons}
    most = sorted((name for name, share in shares.items() if share >= 0.5), key=lambda name: (name not in told, -shares[name], name))
    return tuple((name, percent(shares[name] * 100)) for name in most[:SHOWN])


def _first(counted: Sequence[Any] | None) -> tuple[str, ...]:
    """The most frequent of a profile's shapes or values, each with its count."""
    return tuple(f"{value} × {count:,}" for value, count in (counted or ())[:SHOWN])
