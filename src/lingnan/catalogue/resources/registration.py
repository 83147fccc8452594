"""Puts forms into the inventory: only what differs is written, numbers are given once, the index moves in the same transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from lingnan.base import CHINA, new_id
from lingnan.catalogue.records import Department, Item, Resource, System, listed
from lingnan.catalogue.resources import form_rules
from lingnan.catalogue.resources.classifications import Numbers, keep_categories, main_category, theme_of
from lingnan.catalogue.resources.codes import resource_code
from lingnan.catalogue.resources.extensions import Extensions
from lingnan.catalogue.resources.records import ResourceDraft, ResourceVersion
from lingnan.catalogue.resources.relations import keep_relations
from lingnan.catalogue.resources.versions import close_version, content_of, digest_of, version_row
from lingnan.catalogue.search import indexing
from lingnan.catalogue.shapes import DepartmentForm, Registered, ResourceForm
from lingnan.storage import Storage

_PLAIN = (
    "kind", "zh", "en", "abstract_zh", "abstract_en", "format", "share_type", "share_condition", "share_basis", "open_type",
    "open_condition", "open_basis", "update_cycle", "origin", "licence", "source", "contract_path", "contract_version", "extension",
)
_ITEM = (
    "zh", "en", "source", "type", "length", "element", "code_list", "classification", "share_level", "required", "key", "mask", "unit",
    "definition",
)


@dataclass(frozen=True)
class Rules:
    """What registration asks: the provinces' extension fields, and the negative list where there is one."""

    extensions: Extensions = field(default_factory=Extensions)
    negative: form_rules.NegativeList | None = None


class Registrar:
    """Takes forms within one session."""

    def __init__(self, session: Session, storage: Storage, rules: Rules) -> None:
        self._session, self._storage, self._rules = session, storage, rules
        self._departments = {record.key: record for record in session.scalars(select(Department))}
        self._systems = {record.key: record for record in session.scalars(select(System))}
        self._numbers = Numbers(session)
        self._renamed: set[str] = set()

    def take(self, forms: Sequence[ResourceForm]) -> list[Registered]:
        """Register and publish these forms; gives what happened to each, in their order. What a case withdrew stays withdrawn."""
        kept = [form_rules.kept_back(form, self._rules.negative) for form in forms]
        for form in kept:
            form_rules.check_form(form, self._rules.extensions)
        known = self._known(kept)
        taken = [self._take_resource(form, known) for form in kept]
        changed = [(form, record) for form, record, outcome in taken if outcome not in ("unchanged", "withdrawn")]
        for form, record in changed:
            record.content = digest_of(content_of(form))
        self.publish(changed)
        return [Registered(id=record.id, key=record.key, code=record.code, outcome=outcome) for _form, record, outcome in taken]

    def publish(self, wanted: Sequence[tuple[ResourceForm, Resource]], case: str = "") -> None:
        """Put forms in force as the next version of their resources, and into the index."""
        self.enter(wanted)
        for _form, record in wanted:
            record.status = "changing" if record.status == "changing" and not case else "published"
            record.reviewed_on = self._today
        self._keep_versions(wanted, case)
        self._index(wanted)

    def enter(self, wanted: Sequence[tuple[ResourceForm, Resource]]) -> None:
        """Write what forms say into their resources' rows, items, codes and relations; neither version nor index."""
        for form, record in wanted:
            self._fill(form, record)
        self._session.flush()
        self._take_items(list(wanted))
        self._session.flush()
        pairs = [(record, form) for form, record in wanted]
        keep_categories(self._session, self._numbers, pairs)
        keep_relations(self._session, pairs)

    def draft(self, forms: Sequence[ResourceForm]) -> list[Resource]:
        """New resources that nobody but their department sees yet; their codes are theirs from now on."""
        for form in forms:
            form_rules.check_form(form, self._rules.extensions)
        known = self._known(forms)
        fresh = [(form, self._new_resource(form, "draft")) for form in forms if form.key not in known]
        self._session.add_all(record for _form, record in fresh)
        self.enter(fresh)
        return [record for _form, record in fresh]

    def _known(self, forms: Sequence[ResourceForm]) -> dict[str, Resource]:
        """The resources of these forms that there are already; their departments and systems are brought up to date first."""
        for form in forms:
            self._take_department(form.department)
        self._session.flush()
        for form in forms:
            self._take_system(form)
        self._session.flush()
        wanted = select(Resource).where(Resource.key.in_([form.key for form in forms]))
        return {record.key: record for record in self._session.scalars(wanted)}

    def withdraw_missing(self, keys: Iterable[str], kind: str) -> int:
        """Set a tombstone on every resource of the kind whose key is not among these; gives how many."""
        kept = set(keys)
        gone = [
            record for record in self._session.scalars(select(Resource).where(Resource.kind == kind, listed()))
            if record.key not in kept
        ]
        for record in gone:
            record.deleted_at, record.status = self._storage.clock.now(), "withdrawn"
            close_version(self._session, record.id, record.deleted_at)
        indexing.remove(self._session, [record.id for record in gone])
        return len(gone)

    def _take_department(self, form: DepartmentForm) -> None:
        record = self._departments.get(form.id)
        if record is None:
            used = [other.number for other in self._departments.values() if other.level == form.level]
            record = Department(key=form.id, level=form.level, number=max(used, default=0) + 1, id=self._new_id())
            self._session.add(record)
            self._departments[form.id] = record
        elif (record.zh, record.en) != (form.zh, form.en or record.en):
            self._renamed.add(record.id)
        # The level stays: the number, and with it every code, belongs to it. What a form leaves out, the inventory may have from elsewhere.
        for name in ("zh", "en", "code", "division", "duties"):
            setattr(record, name, getattr(form, name) or getattr(record, name) or "")

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
        record = known.get(form.key)
        if record is None:
            record = known[form.key] = self._new_resource(form, "published")
            self._session.add(record)
            return form, record, "added"
        if record.deleted_at is not None:
            if record.withdrawn_case:
                return form, record, "withdrawn"
            record.deleted_at, record.withdrawn_reason, record.status = None, "", "published"
            return form, record, "restored"
        return form, record, "unchanged" if record.content == digest_of(content_of(form)) else "changed"

    def _fill(self, form: ResourceForm, record: Resource) -> None:
        department = self._departments[form.department.id]
        for name in _PLAIN:
            setattr(record, name, getattr(form, name))
        record.theme, record.format_class, record.share_way = theme_of(form), form_rules.format_class(form), form_rules.share_way(form)
        record.published_on = form.published_on or record.published_on or (None if record.status == "draft" else self._today)
        record.department_id = department.id
        record.system_id = self._systems[f"{form.department.id}.{form.system.id}"].id if form.system else None
        record.level, record.division = department.level, form.division or department.division
        record.table_name = form.table

    def _new_resource(self, form: ResourceForm, status: str) -> Resource:
        department = self._departments[form.department.id]
        category = main_category(form, department.level, department.number)
        number = self._numbers.draw(category)
        return Resource(
            key=form.key, category=category, number=number, code=resource_code(category, number), id=self._new_id(), status=status, content="",
            version=0,
        )

    def _keep_versions(self, wanted: Sequence[tuple[ResourceForm, Resource]], case: str) -> None:
        """The next version of each; a draft that became it, or that a contract overtook before its first version, is done with."""
        now, rows = self._storage.clock.now(), []
        for form, record in wanted:
            if record.version:
                close_version(self._session, record.id, now)
            record.version += 1
            basis = f"{form.contract_path}@{form.contract_version}" if form.contract_path and not case else ""
            rows.append(version_row(record.id, record.version, content_of(form), now, basis, case))
        if rows:
            self._session.execute(insert(ResourceVersion), rows)
        done = [record.id for _form, record in wanted if case or record.version == 1]
        if done:
            self._session.execute(delete(ResourceDraft).where(ResourceDraft.resource_id.in_(done)))

    @property
    def _today(self) -> date:
        return self._storage.clock.now().astimezone(CHINA).date()

    def _take_items(self, changed: list[tuple[ResourceForm, Resource]]) -> None:
        ids = [record.id for _form, record in changed]
        known: dict[str, dict[str, Item]] = {}
        for item in self._session.scalars(select(Item).where(Item.resource_id.in_(ids))):
            known.setdefault(item.resource_id, {})[item.name] = item
        fresh = [row for form, record in changed for row in self._take_items_of(form, record, known.get(record.id, {}))]
        self._storage.insert_many(self._session, Item, fresh)

    def _take_items_of(self, form: ResourceForm, record: Resource, known: dict[str, Item]) -> list[dict[str, Any]]:
        """Bring known items up to date; gives the rows of new ones, for there can be millions and objects of them would be waste."""
        fresh: list[dict[str, Any]] = []
        for position, wanted in enumerate(form.items, start=1):
            item = known.pop(wanted.name, None)
            if item is None:
                fields = {name: getattr(wanted, name) for name in _ITEM}
                fresh.append({"resource_id": record.id, "name": wanted.name, "position": position, **fields})
                continue
            item.position, item.deleted_at = position, None
            for name in _ITEM:
                setattr(item, name, getattr(wanted, name))
        for gone in known.values():
            gone.deleted_at = gone.deleted_at or self._storage.clock.now()
        return fresh

    def _index(self, changed: Sequence[tuple[ResourceForm, Resource]]) -> None:
        """Write the words of these resources, and of all that stand under a department's old name."""
        departments = {record.id: record for record in self._departments.values()}
        indexing.put(self._session, [(record, departments[record.department_id], form.items) for form, record in changed])
        for department in self._renamed:
            indexing.put_department(self._session, departments[department], {record.id for _form, record in changed})
        self._renamed.clear()

    def _new_id(self) -> str:
        return new_id(self._storage.node, self._storage.clock)
