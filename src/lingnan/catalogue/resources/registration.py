"""Puts forms into the inventory: only what differs is written, numbers are given once, the index moves in the same transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.base import BadInput, content_digest, new_id
from lingnan.catalogue.records import Department, Item, Resource, System
from lingnan.catalogue.resources.codes import department_category, resource_code
from lingnan.catalogue.search import indexing
from lingnan.catalogue.shapes import DepartmentForm, Registered, ResourceForm
from lingnan.storage import Storage

_PLAIN = (
    "kind", "zh", "en", "abstract_zh", "abstract_en", "theme", "format", "share_type", "share_condition", "share_basis", "open_type",
    "open_condition", "update_cycle", "published_on", "origin", "licence", "source", "contract_path", "contract_version", "extension",
)
_ITEM = ("zh", "en", "source", "type", "length", "element", "code_list", "classification", "share_level", "required", "key")


class Registrar:
    """Takes forms within one session."""

    def __init__(self, session: Session, storage: Storage) -> None:
        self._session, self._storage = session, storage
        self._departments = {record.key: record for record in session.scalars(select(Department))}
        self._systems = {record.key: record for record in session.scalars(select(System))}
        highest = select(Resource.category, func.max(Resource.number)).group_by(Resource.category)
        self._numbers = dict(session.execute(highest).all())
        self._renamed: set[str] = set()

    def take(self, forms: Sequence[ResourceForm]) -> list[Registered]:
        """Register these forms; gives what happened to each, in their order."""
        for form in forms:
            _check(form)
            self._take_department(form.department)
        self._session.flush()
        for form in forms:
            self._take_system(form)
        self._session.flush()
        wanted = select(Resource).where(Resource.key.in_([form.key for form in forms]))
        known = {record.key: record for record in self._session.scalars(wanted)}
        taken = [self._take_resource(form, known) for form in forms]
        self._session.flush()
        changed = [(form, record) for form, record, outcome in taken if outcome != "unchanged"]
        self._take_items(changed)
        self._session.flush()
        self._index([record for _form, record in changed])
        return [Registered(id=record.id, key=record.key, code=record.code, outcome=outcome) for _form, record, outcome in taken]

    def withdraw_missing(self, keys: Iterable[str], kind: str) -> int:
        """Set a tombstone on every resource of the kind whose key is not among these; gives how many."""
        kept = set(keys)
        gone = [
            record for record in self._session.scalars(select(Resource).where(Resource.kind == kind, Resource.deleted_at.is_(None)))
            if record.key not in kept
        ]
        for record in gone:
            record.deleted_at = self._storage.clock.now()
        indexing.remove(self._session, [record.id for record in gone])
        return len(gone)

    def _take_department(self, form: DepartmentForm) -> None:
        record = self._departments.get(form.id)
        if record is None:
            used = [other.number for other in self._departments.values() if other.level == form.level]
            record = Department(key=form.id, level=form.level, number=max(used, default=0) + 1, id=self._new_id())
            self._session.add(record)
            self._departments[form.id] = record
        elif (record.zh, record.en) != (form.zh, form.en):
            self._renamed.add(record.id)
        # The level stays: the number, and with it every code, belongs to it.
        for name in ("zh", "en", "code", "division", "duties"):
            setattr(record, name, getattr(form, name))

    def _take_system(self, form: ResourceForm) -> None:
        if form.system is None:
            return
        key, department = f"{form.department.id}.{form.system.id}", self._departments[form.department.id]
        record = self._systems.get(key)
        if record is None:
            record = System(key=key, department_id=department.id, id=self._new_id())
            self._session.add(record)
            self._systems[key] = record
        record.zh, record.en = form.system.zh, form.system.en

    def _take_resource(self, form: ResourceForm, known: dict[str, Resource]) -> tuple[ResourceForm, Resource, Any]:
        record, content = known.get(form.key), content_digest(form.model_dump_json())
        if record is None:
            record = known[form.key] = self._new_resource(form)
            self._session.add(record)
            outcome = "added"
        elif record.deleted_at is not None:
            record.deleted_at, outcome = None, "restored"
        elif record.content == content:
            return form, record, "unchanged"
        else:
            outcome = "changed"
        department = self._departments[form.department.id]
        for name in _PLAIN:
            setattr(record, name, getattr(form, name))
        record.department_id = department.id
        record.system_id = self._systems[f"{form.department.id}.{form.system.id}"].id if form.system else None
        record.level, record.division = department.level, form.division or department.division
        record.table_name, record.content = form.table, content
        return form, record, outcome

    def _new_resource(self, form: ResourceForm) -> Resource:
        department = self._departments[form.department.id]
        category = form.category or department_category(department.level, department.number)
        number = self._numbers.get(category, 0) + 1
        self._numbers[category] = number
        return Resource(key=form.key, category=category, number=number, code=resource_code(category, number), id=self._new_id())

    def _take_items(self, changed: list[tuple[ResourceForm, Resource]]) -> None:
        ids = [record.id for _form, record in changed]
        known: dict[str, dict[str, Item]] = {}
        for item in self._session.scalars(select(Item).where(Item.resource_id.in_(ids))):
            known.setdefault(item.resource_id, {})[item.name] = item
        for form, record in changed:
            self._take_items_of(form, record, known.get(record.id, {}))

    def _take_items_of(self, form: ResourceForm, record: Resource, known: dict[str, Item]) -> None:
        for position, wanted in enumerate(form.items, start=1):
            item = known.pop(wanted.name, None)
            if item is None:
                item = Item(resource_id=record.id, name=wanted.name, id=self._new_id())
                self._session.add(item)
            item.position, item.deleted_at = position, None
            for name in _ITEM:
                setattr(item, name, getattr(wanted, name))
        for gone in known.values():
            gone.deleted_at = gone.deleted_at or self._storage.clock.now()

    def _index(self, changed: list[Resource]) -> None:
        """Write the words of these resources, and of all that stand under a department's old name."""
        named_anew = select(Resource).where(Resource.department_id.in_(self._renamed), Resource.deleted_at.is_(None))
        listed = {record.id: record for record in (*changed, *(self._session.scalars(named_anew) if self._renamed else ()))}
        self._renamed.clear()
        indexing.remove(self._session, list(listed))
        items: dict[str, list[Item]] = {}
        for item in self._session.scalars(select(Item).where(Item.resource_id.in_(listed), Item.deleted_at.is_(None))):
            items.setdefault(item.resource_id, []).append(item)
        departments = {record.id: record for record in self._departments.values()}
        indexing.add(self._session, [(record, departments[record.department_id], items.get(record.id, [])) for record in listed.values()])

    def _new_id(self) -> str:
        return new_id(self._storage.node, self._storage.clock)


def _check(form: ResourceForm) -> None:
    if form.share_type == "none" and not form.share_basis:
        raise BadInput(
            f"资源“{form.zh}”（{form.key}）定为不予共享，须写明法律依据（share_basis）。请补充法条，或改为有条件共享。",
            f"Resource “{form.en or form.zh}” ({form.key}) is not shared and must name the law (share_basis). "
            "Add the article, or share on condition.",
            resource=form.key,
        )
    names = [item.name for item in form.items]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise BadInput(
            f"资源 {form.key} 的信息项重名：{'、'.join(twice)}。每个信息项只能出现一次，请修改契约。",
            f"Items of {form.key} share a name: {', '.join(twice)}. Each may stand once; correct the contract.",
            resource=form.key, items=twice,
        )
