"""The forms of resources as they are in force or drafted, with the cells of a file put in."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.catalogue.inventory.template.plan import Change
from lingnan.catalogue.inventory.template.sheets import EXTENSION, Sheet, several, sheet, typed
from lingnan.catalogue.records import Department, Resource, System
from lingnan.catalogue.resources.forms import current_form, department_form
from lingnan.catalogue.resources.records import ResourceDraft, ResourceVersion
from lingnan.catalogue.resources.versions import content_of
from lingnan.catalogue.shapes import RelationForm, ResourceForm, SystemForm

_KINDS = ("related", "derived_from", "part_of", "replaces")


class Forms:
    """The resources of some keys with what is needed to make their forms."""

    def __init__(self, session: Session, keys: Sequence[str], sheet: Sheet) -> None:
        self._session, self._sheet = session, sheet
        self.records = {record.key: record for record in session.scalars(select(Resource).where(Resource.key.in_(keys)))}
        self._departments = {record.key: record for record in session.scalars(select(Department))}
        self._systems = {record.key: record for record in session.scalars(select(System))}
        self._keys = {record.id: record.key for record in self._departments.values()}
        ids = [record.id for record in self.records.values()]
        self._drafts = {row.resource_id: row.content for row in session.scalars(select(ResourceDraft).where(ResourceDraft.resource_id.in_(ids)))}
        current = select(ResourceVersion).join(Resource, Resource.id == ResourceVersion.resource_id).where(
            ResourceVersion.resource_id.in_(ids), ResourceVersion.number == Resource.version
        )
        self._versions = {row.resource_id: row.content for row in session.scalars(current)}

    def changed(self, key: str, change: Change | None, items: Sequence[Change]) -> ResourceForm:
        """The form of this key with the cells that differ put in; ValidationError when they do not make one."""
        record = self.records.get(key)
        values: dict[str, Any] = self._held(record) if record is not None else {"key": key, "origin": "real", "items": []}
        if change is not None:
            values |= self._cells(change, record is None)
        if change is not None and (told := _extension(self._sheet, change)):
            values["extension"] = {key: value for key, value in {**(values.get("extension") or {}), **told}.items() if value is not None}
        values["department"] = department_form(self._departments[self._key_of(record, change)])
        values["items"] = _with_items(values.get("items") or [], items)
        return ResourceForm.model_validate(values)

    def _held(self, record: Resource) -> dict[str, Any]:
        content = self._drafts.get(record.id) or self._versions.get(record.id)
        return dict(content) if content else content_of(current_form(self._session, record))

    def _cells(self, change: Change, fresh: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name in change.changed:
            text = change.texts[name]
            if name == "categories":
                values[name] = several(text)
            elif name == "relations":
                values[name] = [_relation(each) for each in several(text)]
            elif name == "system":
                values[name] = self._system(text)
            elif name.startswith(EXTENSION) or name == "department" or (fresh and not text):
                continue
            else:
                values[name] = text
        return values

    def _key_of(self, record: Resource | None, change: Change | None) -> str:
        return self._keys[record.department_id] if record is not None else change.texts["department"] if change is not None else ""

    def _system(self, key: str) -> SystemForm | None:
        record = self._systems.get(key)
        return SystemForm(id=key.partition(".")[2], zh=record.zh, en=record.en) if record is not None else None


def _extension(sheet: Sheet, change: Change) -> dict[str, Any]:
    """The extension fields that the row changes by their keys; None for one that was emptied."""
    columns = {column.name: column for column in sheet.compared if column.name.startswith(EXTENSION)}
    told = {name: change.texts[name] for name in change.changed if name in columns}
    return {name.rpartition(".")[2]: typed(columns[name], text) if text else None for name, text in told.items()}


def _relation(text: str) -> RelationForm:
    kind, colon, target = text.partition(":")
    return RelationForm(kind=cast("Any", kind), target=target) if colon and kind in _KINDS else RelationForm(target=text)


def _with_items(held: Sequence[Any], changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Items of the file over those held, in their order, new ones at the end, without those that are marked to go."""
    items = {each["name"]: dict(each) for each in held}
    columns = {column.name: column for column in sheet("item").compared}
    for change in changes:
        if change.removed:
            items.pop(change.key[1], None)
            continue
        item = items.setdefault(change.key[1], {"name": change.key[1]})
        item |= {name: typed(columns[name], change.texts[name]) for name in change.changed}
        if change.held is None:
            item.setdefault("source", change.key[1])
    return list(items.values())
