"""The form of a resource as it stands: of its draft, of the version in force, or read from its row where versions had not begun."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import BadInput
from lingnan.catalogue.records import Department, Item, Resource, System
from lingnan.catalogue.resources.records import ResourceClassification, ResourceDraft, ResourceRelation, ResourceVersion
from lingnan.catalogue.shapes import DepartmentForm, ItemForm, RelationForm, ResourceForm, SystemForm

_SAME = (
    "key", "zh", "en", "kind", "abstract_zh", "abstract_en", "theme", "division", "format", "share_type", "share_condition", "share_basis",
    "open_type", "open_condition", "open_basis", "share_way", "format_class", "update_cycle", "published_on", "origin", "licence", "source",
    "contract_path", "contract_version", "extension",
)


def current_form(session: Session, resource: Resource) -> ResourceForm:
    """What the catalogue says of the resource now."""
    kept = session.get(ResourceVersion, (resource.id, resource.version)) if resource.version else None
    if kept is not None:
        return ResourceForm.model_validate(kept.content)
    draft = session.get(ResourceDraft, resource.id) if resource.status != "changing" else None
    return ResourceForm.model_validate(draft.content) if draft else _of_row(session, resource)


def working_form(session: Session, resource: Resource) -> ResourceForm:
    """What its authors are at: the draft where there is one, else what holds now."""
    draft = session.get(ResourceDraft, resource.id)
    return ResourceForm.model_validate(draft.content) if draft else current_form(session, resource)


def department_form(record: Department) -> DepartmentForm:
    """A department as the catalogue has it, so that a resource's form cannot rename it."""
    told = {name: getattr(record, name) for name in ("zh", "en", "code", "level", "division", "duties")}
    return DepartmentForm.model_validate({"id": record.key, **told})


def read_form(form: ResourceForm | Mapping[str, Any]) -> ResourceForm:
    """The form, checked for its shape; BadInput names every field that is wrong."""
    if isinstance(form, ResourceForm):
        return form
    try:
        return ResourceForm.model_validate(dict(form))
    except ValidationError as error:
        raise _wrong(str(form.get("key", "?")), error) from error


def with_changes(form: ResourceForm, changes: Mapping[str, Any]) -> ResourceForm:
    """The form with some fields changed; BadInput for a field that is not there or does not hold."""
    return read_form({**json.loads(form.model_dump_json()), **changes, "key": form.key})


def _wrong(key: str, error: ValidationError) -> BadInput:
    fields = [{"field": ".".join(str(part) for part in fault["loc"]), "en": fault["msg"]} for fault in error.errors()]
    told = "; ".join(f"{fault['field']}: {fault['en']}" for fault in fields)
    return BadInput(
        f"资源“{key}”的目录内容有误：{told}。请逐项改正。", f"The form of resource “{key}” is wrong: {told}. Mend each.", resource=key, fields=fields,
    )


def _of_row(session: Session, resource: Resource) -> ResourceForm:
    department = session.get_one(Department, resource.department_id)
    system = session.get(System, resource.system_id) if resource.system_id else None
    items = session.scalars(select(Item).where(Item.resource_id == resource.id, Item.deleted_at.is_(None)).order_by(Item.position))
    further = select(ResourceClassification.category).where(
        ResourceClassification.resource_id == resource.id, ResourceClassification.main.is_(False), ResourceClassification.dropped.is_(False)
    )
    relations = session.scalars(select(ResourceRelation).where(ResourceRelation.resource_id == resource.id))
    told: dict[str, Any] = {name: getattr(resource, name) for name in _SAME}
    return ResourceForm.model_validate({
        **told, "category": resource.category, "categories": tuple(session.scalars(further)), "table": resource.table_name,
        "department": department_form(department),
        "system": SystemForm(id=system.key.partition(".")[2], zh=system.zh, en=system.en) if system else None,
        "items": tuple(ItemForm.model_validate({name: getattr(item, name) for name in ItemForm.model_fields}) for item in items),
        "relations": tuple(RelationForm.model_validate({"kind": row.kind, "target": row.target}) for row in relations),
    })
