"""One figure, one source 一数一源: who is the source of an element in a division, and who says so too."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lingnan.base import BadInput, Conflict, Missing, new_id
from lingnan.catalogue.cards import find_resource
from lingnan.catalogue.inventory.records import AuthoritativeSource, SourceConflict
from lingnan.catalogue.inventory.shapes import AuthorityCard, AuthorityConflict
from lingnan.catalogue.records import Department, Resource
from lingnan.standards import data_element
from lingnan.storage import Storage


def claim(session: Session, storage: Storage, element: str, resource: str, by: str, division: str, basis: str) -> Conflict | None:
    """Make the resource the source of the element; gives the conflict, which is on the list by then, when another one is it already."""
    _check(element, division)
    wanted = find_resource(session, resource)
    if wanted.deleted_at is not None:
        raise BadInput(
            f"资源“{wanted.zh}”已撤销，不能作为数据来源。", f"Resource “{wanted.en or wanted.zh}” is withdrawn and cannot be a source.",
            resource=resource,
        )
    scope = AuthoritativeSource.element == element, AuthoritativeSource.division == division
    held = session.scalars(select(AuthoritativeSource).where(*scope)).first()
    holder = session.get(Resource, held.resource_id) if held is not None and held.deleted_at is None else None
    if holder is not None and holder.deleted_at is None and holder.id != wanted.id:
        _open_conflict(session, storage, element, division, holder, wanted, by, basis)
        return _already(session, element, division, holder)
    _assign(session, storage, held, element, division, wanted, by, basis)
    return None


def release(session: Session, storage: Storage, element: str, division: str) -> None:
    """Let the element have no source again; Missing when it has none."""
    held = _held(session, element, division)
    held.deleted_at = storage.clock.now()


def settle(session: Session, storage: Storage, conflict: str, by: str, keep: bool, reason: str) -> None:
    """End a conflict: the holder stays, or the claimant becomes the source. Conflict when somebody has done so already."""
    record = session.get(SourceConflict, conflict)
    if record is None:
        raise Missing(f"没有来源争议“{conflict}”。", f"There is no conflict “{conflict}”.", conflict=conflict)
    if record.state != "open":
        raise Conflict("该争议已处理，请刷新后查看。", "This conflict has been settled. Look at it anew.", conflict=conflict)
    if not reason.strip():
        raise BadInput("请写明裁定理由。", "Say why it is settled so.")
    record.state, record.reason, record.settled_by, record.settled_at = "kept" if keep else "moved", reason, by, storage.clock.now()
    if not keep:
        held = session.scalars(
            select(AuthoritativeSource).where(AuthoritativeSource.element == record.element, AuthoritativeSource.division == record.division)
        ).first()
        claimant = session.get(Resource, record.claimant_id)
        if claimant is not None:
            _assign(session, storage, held, record.element, record.division, claimant, by, record.basis)


def sources(session: Session, element: str = "", department: str = "") -> list[AuthorityCard]:
    """Sources by element and division, of one element or department when given."""
    wanted = _joined().order_by(AuthoritativeSource.element, AuthoritativeSource.division)
    if element:
        wanted = wanted.where(AuthoritativeSource.element == element)
    if department:
        wanted = wanted.where(Department.key == department)
    return [_card(*row) for row in session.execute(wanted)]


def source_of(session: Session, element: str, division: str) -> AuthorityCard | None:
    """The one source for a division: that of the division itself, else of the one it lies in, else of everywhere."""
    wider = tuple(dict.fromkeys((division, f"{division[:4]}00", f"{division[:2]}0000", ""))) if division else ("",)
    found = {row[0].division: row for row in session.execute(_joined().where(AuthoritativeSource.element == element))}
    row = next((found[each] for each in wider if each in found), None)
    return _card(*row) if row is not None else None


def conflicts(session: Session, state: str = "open") -> list[AuthorityConflict]:
    """Conflicts of a state, or all, oldest first."""
    holder, claimant = aliased(Resource), aliased(Resource)
    wanted = select(SourceConflict, holder, claimant).join(holder, holder.id == SourceConflict.holder_id).join(
        claimant, claimant.id == SourceConflict.claimant_id
    )
    if state:
        wanted = wanted.where(SourceConflict.state == state)
    names = ("id", "element", "division", "basis", "claimed_by", "claimed_at", "state", "reason", "settled_by", "settled_at")
    return [
        AuthorityConflict(
            **{name: getattr(record, name) for name in names}, holder=one.key, holder_zh=one.zh, claimant=other.key, claimant_zh=other.zh
        )
        for record, one, other in session.execute(wanted.order_by(SourceConflict.claimed_at, SourceConflict.id))
    ]


def _joined() -> Any:
    return select(AuthoritativeSource, Department, Resource).join(Department, Department.id == AuthoritativeSource.department_id).join(
        Resource, Resource.id == AuthoritativeSource.resource_id
    ).where(AuthoritativeSource.deleted_at.is_(None), Resource.deleted_at.is_(None))


def _card(record: AuthoritativeSource, department: Department, resource: Resource) -> AuthorityCard:
    names: Sequence[str] = ("id", "element", "division", "basis", "claimed_by", "claimed_at")
    return AuthorityCard(
        **{name: getattr(record, name) for name in names}, department=department.key, department_zh=department.zh, resource=resource.key,
        resource_zh=resource.zh,
    )


def _check(element: str, division: str) -> None:
    data_element(element)
    if division and not (division.isdigit() and len(division) == 6):
        raise BadInput(f"行政区划“{division}”应为 6 位数字。", f"Division “{division}” must be six digits.", division=division)


def _held(session: Session, element: str, division: str) -> AuthoritativeSource:
    wanted = select(AuthoritativeSource).where(
        AuthoritativeSource.element == element, AuthoritativeSource.division == division, AuthoritativeSource.deleted_at.is_(None)
    )
    found = session.scalars(wanted).first()
    if found is None:
        raise Missing(f"数据元“{element}”没有登记来源。", f"Element “{element}” has no registered source.", element=element)
    return found


def _assign(
    session: Session, storage: Storage, held: AuthoritativeSource | None, element: str, division: str, resource: Resource, by: str, basis: str
) -> None:
    if held is None:
        held = AuthoritativeSource(id=new_id(storage.node, storage.clock), element=element, division=division)
        session.add(held)
    elif held.deleted_at is None and held.resource_id == resource.id and held.basis == basis:
        return
    held.deleted_at, held.department_id, held.resource_id, held.basis = None, resource.department_id, resource.id, basis
    held.claimed_by, held.claimed_at = by, storage.clock.now()


def _open_conflict(
    session: Session, storage: Storage, element: str, division: str, holder: Resource, claimant: Resource, by: str, basis: str
) -> None:
    standing = select(SourceConflict.id).where(
        SourceConflict.element == element, SourceConflict.division == division, SourceConflict.claimant_id == claimant.id,
        SourceConflict.state == "open",
    )
    if session.scalar(standing) is None:
        session.add(SourceConflict(
            id=new_id(storage.node, storage.clock), element=element, division=division, holder_id=holder.id, claimant_id=claimant.id, basis=basis,
            claimed_by=by, claimed_at=storage.clock.now(),
        ))


def _already(session: Session, element: str, division: str, holder: Resource) -> Conflict:
    department = session.get(Department, holder.department_id)
    zh, en = (department.zh, department.en or department.zh) if department else ("", "")
    known, scope = data_element(element), division or "全部"
    return Conflict(
        f"数据元“{known.zh}”（范围 {scope}）的唯一来源已是{zh}的“{holder.zh}”，一数一源。本次申报已列入来源争议，由数据主管部门裁定。",
        f"The one source of “{known.en}” (scope {division or 'everywhere'}) is “{holder.en or holder.zh}” of {en}. "
        "The claim stands on the list of conflicts; the data bureau decides.",
        element=element, division=division, resource=holder.key,
    )
