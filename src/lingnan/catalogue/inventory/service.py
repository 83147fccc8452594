"""The verbs of the inventory: duties, systems, what was discovered, decisions of stewards, sources of authority, progress."""

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from sqlalchemy import select

from lingnan.base import BadInput, Missing, new_id
from lingnan.catalogue.inventory import authority, cards
from lingnan.catalogue.inventory.drafting import resource_form
from lingnan.catalogue.inventory.progress import Progress
from lingnan.catalogue.inventory.recording import Recorder
from lingnan.catalogue.inventory.records import Duty, TableColumn
from lingnan.catalogue.inventory.shapes import (
    AuthorityCard,
    AuthorityConflict,
    ColumnCard,
    DatabaseCard,
    DatabaseFound,
    Decision,
    Discovered,
    DutyCard,
    DutyForm,
    InventoryProgress,
    InventorySystem,
    SystemDetails,
    TableCard,
    TablePage,
)
from lingnan.catalogue.inventory.suggestion import CLASSES, may_keep_values, without_values
from lingnan.catalogue.inventory.template.shapes import Imported
from lingnan.catalogue.records import System
from lingnan.catalogue.resources.registration import Rules
from lingnan.catalogue.shapes import ResourceForm
from lingnan.standards import data_element
from lingnan.storage import Storage
from lingnan.trust import Subject

MASKS = ("", "plain", "by_kind", "hidden")


class Inventory:
    """What departments have: their duties, systems, databases, tables and columns; every verb is one transaction."""

    def __init__(self, storage: Storage, rules: Rules | None = None) -> None:
        self._storage, self._rules, self._progress = storage, rules or Rules(), Progress(storage)

    def record_discovery(self, system: str, found: DatabaseFound) -> Discovered:
        """Keep what a look into a database of this system (its key) found. The same again changes nothing but the time of the look."""
        with self._storage.session() as session:
            return Recorder(session, self._storage, cards.find_system(session, system), found).record()

    def put_system(self, department: str, system: str, zh: str, en: str, details: SystemDetails) -> str:
        """Register a system of a department, or change what is known of it; gives its key `department.system`."""
        if not zh.strip() or not system.strip():
            raise BadInput("请填写信息系统的标识和名称。", "A system needs an id and a name.")
        with self._storage.session() as session:
            owner = cards.find_department(session, department)
            key = f"{owner.key}.{system}"
            record = session.scalars(select(System).where(System.key == key)).first()
            if record is None:
                record = System(id=self._new_id(), key=key, department_id=owner.id)
                session.add(record)
            record.deleted_at = None
            for name, value in {"zh": zh, "en": en, **details.model_dump()}.items():
                setattr(record, name, value)
            return key

    def put_duties(self, department: str, duties: Iterable[DutyForm]) -> None:
        """The duties of a department as they are now; those not among them get a tombstone."""
        wanted = {each.number: each for each in duties}
        with self._storage.session() as session:
            owner = cards.find_department(session, department)
            held = {record.number: record for record in session.scalars(select(Duty).where(Duty.department_id == owner.id))}
            for number, form in wanted.items():
                record = held.get(number)
                if record is None:
                    record = Duty(id=self._new_id(), department_id=owner.id, number=number)
                    session.add(record)
                record.deleted_at = None
                for name in ("zh", "en", "basis", "collects"):
                    setattr(record, name, getattr(form, name))
            for number, record in held.items():
                if number not in wanted and record.deleted_at is None:
                    record.deleted_at = self._storage.clock.now()

    def duties(self, department: str = "") -> list[DutyCard]:
        """Duties, of one department when given."""
        with self._storage.reading() as session:
            return cards.duty_cards(session, department)

    def systems(self, department: str = "") -> list[InventorySystem]:
        """Systems with what is known of them, of one department when given."""
        with self._storage.reading() as session:
            return cards.system_list(session, department)

    def databases(self, system: str = "") -> list[DatabaseCard]:
        """Databases, of one system when given."""
        with self._storage.reading() as session:
            return cards.database_cards(session, system)

    def tables(self, database: str, words: str = "", *, gone: bool = False, page: int = 1, page_size: int = 50) -> TablePage:
        """Tables of a database (key or id) by name."""
        with self._storage.reading() as session:
            return cards.table_page(session, database, words, gone, max(page, 1), max(1, min(page_size, 500)))

    def table(self, table: str) -> TableCard:
        """One table by its id."""
        with self._storage.reading() as session:
            return cards.table_cards(session, [cards.find_table(session, table)])[0]

    def columns(self, table: str, *, gone: bool = False) -> list[ColumnCard]:
        """The columns of a table with suggestions and decisions."""
        with self._storage.reading() as session:
            return cards.column_cards(session, table, gone)

    def describe_table(self, table: str, zh: str, en: str = "", description: str = "") -> TableCard:
        """Give a table its name and say what it holds; discovery leaves both alone."""
        with self._storage.session() as session:
            record = cards.find_table(session, table)
            record.zh, record.en, record.description = zh.strip(), en.strip(), description.strip()
            session.flush()
            return cards.table_cards(session, [record])[0]

    def decide_column(self, column: str, by: str, *, element: str = "", classification: str, mask: Decision = "") -> ColumnCard:
        """A steward's decision on a column; its class may not be lower than its element's. It lifts the flag of a changed type."""
        with self._storage.session() as session:
            record = session.get(TableColumn, column)
            if record is None or record.deleted_at is not None:
                raise Missing(f"没有登记数据列“{column}”。", f"No column “{column}” is registered.", column=column)
            _check_decision(element, classification, mask)
            record.element, record.classification, record.mask = element, classification, mask
            record.decided_by, record.decided_at, record.changed_from = by, self._storage.clock.now(), ""
            if not may_keep_values(classification, record.free_text):
                record.profile = without_values(record.profile)
            session.flush()
            return cards.column_card(record)

    def make_resource_form(self, table: str) -> ResourceForm:
        """The form of a resource made of a discovered table, to be drafted by whoever describes it."""
        with self._storage.reading() as session:
            return resource_form(session, table)

    def link_resource(self, table: str, resource: str) -> None:
        """Remember which resource a table was described as."""
        with self._storage.session() as session:
            cards.find_table(session, table).resource_key = resource

    def progress(self, department: str = "") -> list[InventoryProgress]:
        """Per department: systems registered, databases discovered, tables described, columns decided on, resources published."""
        return self._progress.of_departments(department)

    def claim(self, element: str, resource: str, by: str, *, division: str = "", basis: str = "") -> None:
        """Make a resource the one source of an element, in a division or everywhere; Conflict, put on the list, when another one is it."""
        with self._storage.session() as session:
            refused = authority.claim(session, self._storage, element, resource, by, division, basis)
        if refused is not None:
            raise refused

    def release(self, element: str, division: str = "") -> None:
        """Let an element have no source again."""
        with self._storage.session() as session:
            authority.release(session, self._storage, element, division)

    def sources(self, element: str = "", department: str = "") -> list[AuthorityCard]:
        """Who is the source of what, of one element or department when given."""
        with self._storage.reading() as session:
            return authority.sources(session, element, department)

    def source_of(self, element: str, division: str = "") -> AuthorityCard | None:
        """The one source of an element for a division: the nearest claim that covers it."""
        with self._storage.reading() as session:
            return authority.source_of(session, element, division)

    def conflicts(self, state: str = "open") -> list[AuthorityConflict]:
        """Claims that were refused: `open`, `kept`, `moved`, or all of them for an empty state."""
        with self._storage.reading() as session:
            return authority.conflicts(session, state)

    def settle(self, conflict: str, by: str, *, keep: bool, reason: str) -> None:
        """End a conflict with a reason: the holder stays, or the claimant becomes the source."""
        with self._storage.session() as session:
            authority.settle(session, self._storage, conflict, by, keep, reason)

    def write_template(self, path: Path, departments: Collection[str] | None = None) -> dict[str, int]:
        """The inventory of these departments (None: all) as the workbook that offices pass around; gives rows by sheet."""
        from lingnan.catalogue.inventory.template.writing import write_template  # libraries of workbooks are opened when one is asked for

        with self._storage.reading() as session:
            for each in departments or ():
                cards.find_department(session, each)
            return write_template(path, session, departments, self._rules.extensions)

    def import_template(
        self, path: Path, by: Subject, *, allowed: Callable[[str], bool] = lambda department: True, dry_run: bool = False
    ) -> Imported:
        """Take a filled-in workbook, all of it or nothing; `allowed` tells whose departments' rows may be in it.

        With faults nothing is changed and a copy that marks them is written beside the file; BadInput for what is no template at all.
        """
        from lingnan.catalogue.inventory.template.importing import import_template

        return import_template(path, self._storage, self._rules, by, allowed=allowed, dry_run=dry_run)

    def _new_id(self) -> str:
        return new_id(self._storage.node, self._storage.clock)


def _check_decision(element: str, classification: str, mask: str) -> None:
    if classification not in CLASSES:
        raise BadInput(
            f"分类“{classification}”不存在。应为：{'、'.join(CLASSES)}。", f"There is no class “{classification}”. Use {', '.join(CLASSES)}.",
            classification=classification,
        )
    if mask not in MASKS:
        known = MASKS[1:]
        raise BadInput(f"脱敏方式“{mask}”不存在。应为：{'、'.join(known)}。", f"There is no mask “{mask}”. Use {', '.join(known)}.", mask=mask)
    if element and CLASSES.index(classification) < CLASSES.index(data_element(element).classification):
        given = data_element(element)
        raise BadInput(
            f"数据元“{given.zh}”的分类为 {given.classification}，列的分类不得更低。",
            f"The element “{given.en}” is {given.classification}; its column may not be less guarded.", element=element,
        )
