"""Writes the rows of a checked import: departments, duties and systems at once, resources and their items as drafts or pending changes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.base import LingnanError, new_id
from lingnan.catalogue.inventory.records import Duty
from lingnan.catalogue.inventory.template.forms import Forms
from lingnan.catalogue.inventory.template.plan import Change, Plan, fault_at
from lingnan.catalogue.inventory.template.reading import BookRead
from lingnan.catalogue.inventory.template.sheets import EXTENSION, sheet, sheet_of, typed
from lingnan.catalogue.records import Department, System
from lingnan.catalogue.resources.drafts import Drafts
from lingnan.catalogue.resources.extensions import STEM
from lingnan.catalogue.resources.form_rules import refusals
from lingnan.catalogue.resources.registration import Rules
from lingnan.catalogue.search import indexing
from lingnan.catalogue.shapes import FormFault, ResourceForm
from lingnan.storage import Storage
from lingnan.trust import Subject

_AT_ONCE = 500


class Applier:
    """Applies a plan within one session; what the forms of resources lack becomes faults, and then nothing of it may be kept."""

    def __init__(self, session: Session, storage: Storage, rules: Rules, by: Subject) -> None:
        self._session, self._storage, self._rules, self._by = session, storage, rules, by

    def apply(self, plan: Plan, book: BookRead) -> None:
        """Write everything, lower sheets after those they point at."""
        changes = plan.changes
        self._departments(changes["department"])
        self._duties(changes["duty"])
        self._systems(changes["system"])
        rows, items = {each.key[0]: each for each in changes["resource"]}, defaultdict(list)
        for each in changes["item"]:
            items[each.key[0]].append(each)
        keys = list(dict.fromkeys((*rows, *items)))
        for at in range(0, len(keys), _AT_ONCE):
            self._resources(keys[at : at + _AT_ONCE], rows, items, plan, book)

    def _departments(self, changes: Sequence[Change]) -> None:
        held = self._by_key(Department, [each.key[0] for each in changes])
        highest: Any = self._session.execute(select(Department.level, func.max(Department.number)).group_by(Department.level))
        numbers: dict[str, int] = dict(highest.all())
        for change in changes:
            record = held.get(change.key[0])
            if record is None:
                level = change.texts["level"]
                numbers[level] = numbers.get(level, 0) + 1
                record = Department(id=self._new_id(), key=change.key[0], level=level, number=numbers[level])
                self._session.add(record)
            record.deleted_at = None
            self._set("department", record, change)
            if change.held is not None and {"zh", "en"} & set(change.changed):
                self._session.flush()
                indexing.put_department(self._session, record)
        self._session.flush()

    def _duties(self, changes: Sequence[Change]) -> None:
        departments = self._by_key(Department, [each.key[0] for each in changes])
        wanted = {record.id for record in departments.values()}
        held = {(duty.department_id, duty.number): duty for duty in self._session.scalars(select(Duty).where(Duty.department_id.in_(wanted)))}
        for change in changes:
            department, number = departments[change.key[0]], int(change.key[1])
            record = held.get((department.id, number))
            if record is None:
                record = Duty(id=self._new_id(), department_id=department.id, number=number)
                self._session.add(record)
            record.deleted_at = None
            self._set("duty", record, change)

    def _systems(self, changes: Sequence[Change]) -> None:
        held = self._by_key(System, [each.key[0] for each in changes])
        departments = self._by_key(Department, [each.key[0].partition(".")[0] for each in changes])
        for change in changes:
            record = held.get(change.key[0])
            if record is None:
                record = System(id=self._new_id(), key=change.key[0], department_id=departments[change.key[0].partition(".")[0]].id)
                self._session.add(record)
            record.deleted_at = None
            self._set("system", record, change)
        self._session.flush()

    def _resources(
        self, keys: Sequence[str], rows: dict[str, Change], items: dict[str, list[Change]], plan: Plan, book: BookRead
    ) -> None:
        forms, wanted = Forms(self._session, keys, sheet_of(book.form, "resource")), []
        for key in keys:
            change, below = rows.get(key), items.get(key, [])
            try:
                form = forms.changed(key, change, below)
            except ValidationError as error:
                self._tell(plan, book, change, below, "", f"内容有误：{error.errors()[0]['msg']}", f"not valid: {error.errors()[0]['msg']}")
                continue
            found = [*refusals(form, self._rules.extensions), *_elsewhere(form, change)]
            for fault in found:
                self._tell(plan, book, change, below, _column(form, fault.field), fault.zh, fault.en)
            if not found:
                wanted.append(form)
        if not plan.faults:
            self._keep(wanted, plan, book, rows)

    def _keep(self, wanted: Sequence[ResourceForm], plan: Plan, book: BookRead, rows: dict[str, Change]) -> None:
        """New ones become drafts, drafts are rewritten, what is published keeps its version and gets a pending change."""
        try:
            Drafts(self._session, self._storage, self._rules).keep(wanted, self._by)
        except LingnanError as error:
            self._tell(plan, book, next(iter(rows.values()), None), [], "", error.zh, error.en)

    def _tell(self, plan: Plan, book: BookRead, change: Change | None, items: Sequence[Change], name: str, zh: str, en: str) -> None:
        """A fault of a form at the cell it comes from, else at the key of the first row that belongs to the resource."""
        if change is not None:
            read = book.sheets["resource"]
            plan.faults.append(fault_at(read, change.number, name if name in read.places else "key", zh, en))
        elif items:
            plan.faults.append(fault_at(book.sheets["item"], items[0].number, "name", zh, en))

    def _set(self, name: str, record: Any, change: Change) -> None:
        """Write the cells that differ, and no other."""
        columns = {column.name: column for column in sheet(name).compared}
        for each in change.changed:
            setattr(record, each, typed(columns[each], change.texts[each]))

    def _by_key(self, kind: Any, keys: Sequence[str]) -> dict[str, Any]:
        return {record.key: record for part in _parts(sorted(set(keys))) for record in self._session.scalars(select(kind).where(kind.key.in_(part)))}

    def _new_id(self) -> str:
        return new_id(self._storage.node, self._storage.clock)


def _column(form: ResourceForm, field: str) -> str:
    """The column of a form's field; an extension field's is that of its province."""
    if not field.startswith(EXTENSION) or field.count(".") > 1:
        return field
    return f"{EXTENSION}{(form.division or form.department.division)[:STEM]}.{field.removeprefix(EXTENSION)}"


def _elsewhere(form: ResourceForm, change: Change | None) -> Iterator[FormFault]:
    """Cells filled in for another province than the resource's own."""
    own = f"{EXTENSION}{(form.division or form.department.division)[:STEM]}."
    for name in change.changed if change is not None else ():
        if name.startswith(EXTENSION) and not name.startswith(own) and change is not None and change.texts[name]:
            yield FormFault(
                field=name, rule="extension", zh="该资源不属于此省，请清空此格。", en="The resource is of another province; empty this cell.",
            )


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))
