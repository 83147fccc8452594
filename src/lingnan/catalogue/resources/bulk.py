"""Changes of the same fields of many resources: chosen by key or filter, all or none."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import BadInput, WrongUse
from lingnan.catalogue import cards
from lingnan.catalogue.records import Department, Resource, System, listed
from lingnan.catalogue.resources.extensions import Extensions
from lingnan.catalogue.resources.forms import with_changes
from lingnan.catalogue.shapes import FormFault, ResourceForm

CHANGED_TOGETHER: Final = (
    "categories", "theme", "division", "format", "format_class", "share_type", "share_condition", "share_basis", "share_way", "open_type",
    "open_condition", "open_basis", "update_cycle", "licence", "extension", "abstract_zh", "abstract_en",
)
"""The fields that make sense for many resources at once."""
FILTERS: Final[Mapping[str, Any]] = {
    "department": Department.key, "system": System.key, "theme": Resource.theme, "format": Resource.format, "share_type": Resource.share_type,
    "open_type": Resource.open_type, "update_cycle": Resource.update_cycle, "level": Resource.level, "division": Resource.division,
    "origin": Resource.origin, "share_way": Resource.share_way, "kind": Resource.kind,
}
EXTENSION: Final = "extension."
MOST = 5000
"""More in one case nobody could review."""
TOLD = 1500
_CHUNK = 400
Faults = Callable[[ResourceForm], Sequence[FormFault]]


def chosen(session: Session, resources: Sequence[str] | Mapping[str, str]) -> list[Resource]:
    """The published resources of these keys, or that fit all filters, by code; WrongUse for an unknown filter, none, or too many."""
    records = _filtered(session, resources) if isinstance(resources, Mapping) else _named(session, list(dict.fromkeys(resources)))
    if not 0 < len(records) <= MOST:
        raise WrongUse(
            f"选中 {len(records)} 项；批量变更须为 1 至 {MOST} 项。请调整筛选条件。",
            f"{len(records)} are chosen; a bulk edit takes 1 to {MOST}. Change the filters.",
            chosen=len(records),
        )
    return sorted(records, key=lambda record: record.code)


def _named(session: Session, wanted: Sequence[str]) -> list[Resource]:
    """By their keys at once; what is no key is looked up as an id, a code or a table."""
    found: dict[str, Resource] = {}
    for at in range(0, len(wanted), _CHUNK):
        held = select(Resource).where(Resource.key.in_(wanted[at : at + _CHUNK]), listed())
        found |= {record.key: record for record in session.scalars(held)}
    records = [found.get(each) or cards.find_resource(session, each) for each in wanted]
    return list({record.id: record for record in records}.values())


def _filtered(session: Session, filters: Mapping[str, str]) -> list[Resource]:
    unknown = sorted(set(filters) - set(FILTERS))
    if unknown or not filters:
        raise WrongUse(
            f"筛选条件有误：{'、'.join(unknown) or '未给出'}。可用：{'、'.join(FILTERS)}。",
            f"Wrong filters: {', '.join(unknown) or 'none given'}. There are: {', '.join(FILTERS)}.", unknown=unknown,
        )
    wanted = select(Resource).join(Department, Department.id == Resource.department_id).outerjoin(System, System.id == Resource.system_id)
    conditions = [FILTERS[name] == value for name, value in filters.items()]
    return list(session.scalars(wanted.where(listed(), *conditions).order_by(Resource.code).limit(MOST + 1)))


def bulk_forms(
    forms: Sequence[tuple[Resource, ResourceForm]], changes: Mapping[str, Any], faults: Faults, extensions: Extensions
) -> list[tuple[ResourceForm, ResourceForm]]:
    """Each form before and after. BadInput when a change makes any of them faulty where it was not: then nothing is changed at all."""
    must_be_changeable(changes)
    found = [(form, changed_together(form, changes, extensions)) for _record, form in forms]
    wrong = {new.key: made for old, new in found if (made := faults_made(old, new, faults))}
    if wrong:
        zh = "；".join(f"{key}：{''.join(fault.zh for fault in made)}" for key, made in wrong.items())
        en = "; ".join(f"{key}: {' '.join(fault.en for fault in made)}" for key, made in wrong.items())
        raise BadInput(
            f"批量变更会使 {len(wrong)} 项出错，未作任何变更。{zh[:TOLD]}",
            f"The change would make {len(wrong)} resources faulty; nothing was changed. {en[:TOLD]}",
            resources={key: [fault.model_dump() for fault in made] for key, made in wrong.items()},
        )
    return found


def must_be_changeable(changes: Mapping[str, Any]) -> None:
    """WrongUse for no change, and for a field that makes no sense for many at once."""
    unknown = sorted(name for name in changes if name not in CHANGED_TOGETHER and not name.startswith(EXTENSION))
    if unknown or not changes:
        raise WrongUse(
            f"不能批量变更：{'、'.join(unknown) or '未给出变更'}。可批量变更：{'、'.join(CHANGED_TOGETHER)}。",
            f"Not changed in bulk: {', '.join(unknown) or 'nothing given'}. There are: {', '.join(CHANGED_TOGETHER)}.", unknown=unknown,
        )


def changed_together(form: ResourceForm, changes: Mapping[str, Any], extensions: Extensions) -> ResourceForm:
    """The form with the changes; `extension.<key>` changes one extension field, where the province of the resource has it."""
    told = {name: value for name, value in changes.items() if not name.startswith(EXTENSION)}
    further = {name.removeprefix(EXTENSION): value for name, value in changes.items() if name.startswith(EXTENSION)}
    province = extensions.of(form.division or form.department.division) if further else None
    known = {field.key for field in province.fields} if province else set()
    merged = {**form.extension, **{key: value for key, value in further.items() if key in known}}
    if merged != form.extension:
        told["extension"] = {key: value for key, value in merged.items() if value not in (None, "", [])}
    return with_changes(form, told)


def faults_made(old: ResourceForm, new: ResourceForm, faults: Faults) -> list[FormFault]:
    """The faults that the new form has and the old one had not."""
    before = {(fault.field, fault.rule) for fault in faults(old)}
    return [fault for fault in faults(new) if (fault.field, fault.rule) not in before]
