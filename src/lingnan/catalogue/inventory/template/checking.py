"""What rows must be beside readable: filled in, with keys of the right form, pointing at what there is, of a department one may write."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.catalogue.inventory.template.plan import Change, fault_at
from lingnan.catalogue.inventory.template.reading import BookRead
from lingnan.catalogue.inventory.template.shapes import Fault
from lingnan.catalogue.inventory.template.sheets import Sheet
from lingnan.catalogue.records import Department, Resource, System
from lingnan.catalogue.resources.records import ResourceDraft
from lingnan.standards import USCC, code_list

DEPARTMENT_KEY = re.compile(r"[a-z][a-z0-9_]*")
DOTTED_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
MASKS = ("", "plain", "by_kind", "hidden")
_AT_ONCE = 500

Problem = tuple[str, str, str]
"""The field, and what is wrong with it in Chinese and English."""


@dataclass
class Known:
    """What the hub and the file have between them: departments, departments of systems, and department and state of resources."""

    departments: set[str] = field(default_factory=set)
    systems: dict[str, str] = field(default_factory=dict)
    resources: dict[str, tuple[str, str]] = field(default_factory=dict)


def check_rows(
    session: Session, changes: dict[str, list[Change]], book: BookRead, faults: list[Fault], allowed: Callable[[str], bool]
) -> None:
    """Put every fault of the changed rows on the list."""
    known = _known(session, changes)
    may = {department: allowed(department) for department in {_department_of(name, each, known) for name in changes for each in changes[name]}}
    for sheet in book.form:
        for change in changes.get(sheet.name, ()):
            department = _department_of(sheet.name, change, known)
            problems = [*_plain(sheet, change), *_CHECKS[sheet.name](change, known)]
            if department and not may[department]:
                zh, en = f"部门“{department}”的清单不归您的单位填报", f"the inventory of “{department}” is not your unit's to write"
                problems.append((sheet.key[0], zh, en))
            faults += [fault_at(book.sheets[sheet.name], change.number, *problem) for problem in problems]


def _plain(sheet: Sheet, change: Change) -> Iterator[Problem]:
    for column in sheet.compared:
        touched = change.held is None or column.name in change.changed
        if column.required and touched and not change.texts[column.name]:
            yield column.name, "必填", "required"
        if column.fixed and change.held is not None and column.name in change.changed:
            yield column.name, "已登记，不可在表中修改", "is registered and cannot be changed in the sheet"


def _department(change: Change, _known: Known) -> Iterator[Problem]:
    if not DEPARTMENT_KEY.fullmatch(change.key[0]):
        yield "key", "应为小写字母开头，只含小写字母、数字、下划线", "lower-case letters, digits and underscores, a letter first"
    yield from _division(change)
    code = change.texts["code"]
    if code and "code" in change.changed and (reason := USCC.check(code)):
        zh, en = USCC.reasons[reason]
        yield "code", f"统一社会信用代码{zh}", f"the unified social credit code: {en}"


def _duty(change: Change, known: Known) -> Iterator[Problem]:
    if change.key[0] not in known.departments:
        yield "department", "没有这个部门，请先在“部门”表中登记", "no such department; register it on the first sheet"
    if change.key[1] == "0":
        yield "number", "序号从 1 开始", "numbers begin with 1"


def _system(change: Change, known: Known) -> Iterator[Problem]:
    department, _, name = change.key[0].partition(".")
    if department not in known.departments:
        yield "key", f"没有部门“{department}”，系统键应为“部门键.系统标识”", f"no department “{department}”; write department.system"
    elif change.held is None and not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        yield "key", "系统标识应为小写字母开头，只含小写字母、数字、下划线", "the system's id: lower-case letters, digits and underscores"


def _resource(change: Change, known: Known) -> Iterator[Problem]:
    department = change.texts["department"]
    if department not in known.departments:
        yield "department", f"没有部门“{department}”", f"no department “{department}”"
    if change.held is None and not (DOTTED_KEY.fullmatch(change.key[0]) and change.key[0].startswith(f"{department}.")):
        yield "key", "应为“部门键.资源标识”，只含小写字母、数字、下划线", "write department.resource in lower-case letters, digits and underscores"
    system = change.texts["system"]
    if system and "system" in change.changed and known.systems.get(system) != department:
        yield "system", f"该部门没有信息系统“{system}”", f"the department has no system “{system}”"
    yield from _division(change)
    yield from _state(change.key[0], known, "key")


def _item(change: Change, known: Known) -> Iterator[Problem]:
    if change.key[0] not in known.resources:
        yield "resource", f"没有信息资源“{change.key[0]}”", f"no resource “{change.key[0]}”"
    yield from _state(change.key[0], known, "resource")
    if "mask" in change.changed and change.texts["mask"] not in MASKS:
        yield "mask", f"脱敏方式应为：{'、'.join(MASKS[1:])}", f"the mask must be one of {', '.join(MASKS[1:])}"


def _state(resource: str, known: Known, name: str) -> Iterator[Problem]:
    state = known.resources.get(resource, ("", ""))[1]
    if state == "pending":
        yield name, "该资源已有待审的变更，请先办结或撤回", "a change of this resource is pending; finish or withdraw it first"
    elif state in ("checking", "reviewing"):
        yield name, "该资源正在审核，不能修改", "this resource is under review and cannot be changed"
    elif state == "withdrawn":
        yield name, "该资源已撤销", "this resource is withdrawn"


def _division(change: Change) -> Iterator[Problem]:
    division = change.texts["division"]
    if division and "division" in change.changed and not code_list("divisions").ever_existed(division):
        yield "division", f"没有行政区划“{division}”", f"no division “{division}”"


_CHECKS: dict[str, Callable[[Change, Known], Iterator[Problem]]] = {
    "department": _department, "duty": _duty, "system": _system, "resource": _resource, "item": _item,
}


def _known(session: Session, changes: dict[str, list[Change]]) -> Known:
    departments = set(session.scalars(select(Department.key).where(Department.deleted_at.is_(None))))
    held = select(System.key, Department.key).join(Department, Department.id == System.department_id).where(System.deleted_at.is_(None))
    rows: Any = session.execute(held).all()
    systems: dict[str, str] = dict(rows)
    named = {each.key[0] for name in ("resource", "item") for each in changes.get(name, ())}
    resources = dict(_resources(session, named))
    for change in changes.get("resource", ()):
        resources.setdefault(change.key[0], (change.texts["department"], "new"))
    return Known(
        departments | {each.key[0] for each in changes.get("department", ())},
        systems | {each.key[0]: each.key[0].partition(".")[0] for each in changes.get("system", ())}, resources,
    )


def _resources(session: Session, keys: Collection[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    wanted = sorted(keys)
    for at in range(0, len(wanted), _AT_ONCE):
        held = select(Resource.key, Department.key, Resource.status, Resource.deleted_at, ResourceDraft.resource_id).join(
            Department, Department.id == Resource.department_id
        ).outerjoin(ResourceDraft, ResourceDraft.resource_id == Resource.id).where(Resource.key.in_(wanted[at : at + _AT_ONCE]))
        for key, department, status, deleted, pending in session.execute(held):
            state = "withdrawn" if deleted is not None else "pending" if pending and status != "draft" else status
            yield key, (department, state)


def _department_of(name: str, change: Change, known: Known) -> str:
    """The department whose inventory the row is part of; empty when that cannot be told."""
    if name == "resource":
        # Who moves a resource to another department must be allowed to write the one it is in.
        held = known.resources.get(change.key[0], ("", ""))
        return held[0] or change.texts["department"]
    if name == "item":
        return known.resources.get(change.key[0], ("", ""))[0]
    return change.key[0].partition(".")[0]
