"""Whether a subject may do a transition of a case now: authority, interest, four eyes, claim, state, form and guards, in this order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.base import Conflict, Refused, WrongUse
from lingnan.casework.flow import Flow, Transition
from lingnan.casework.form import read_form
from lingnan.casework.guards import GUARDS, Circumstances
from lingnan.casework.policy import Standing
from lingnan.casework.records import Case, CaseEntry
from lingnan.trust import Subject


@dataclass(frozen=True)
class Attempt:
    """A transition that was found right: who does it, in which role, with what."""

    case: Case
    flow: Flow
    transition: Transition
    subject: Subject
    role: str
    values: Mapping[str, Any]
    note: str = ""
    signature: str = ""


def transition_of(flow: Flow, name: str) -> Transition:
    """The transition of that id; WrongUse when the flow has none."""
    found = flow.transition(name)
    if found is None:
        names = [transition.id for transition in flow.transitions]
        raise WrongUse(
            f"流程“{flow.zh}”没有转移“{name}”。可用：{'、'.join(names)}。",
            f"Flow “{flow.en}” has no transition “{name}”. There are: {', '.join(names)}.",
            transition=name,
        )
    return found


def check_state(at: Standing, flow: Flow, transition: Transition, version: int | None) -> None:
    """Conflict when the case stands elsewhere, or was changed since the reader looked."""
    case = at.case
    if version is not None and version != case.version:
        raise Conflict(
            f"事项 {case.number} 已被他人办理（现为第 {case.version} 版，您看到的是第 {version} 版）。请刷新后再办。",
            f"Somebody changed case {case.number} meanwhile (it is at version {case.version}, you saw {version}). Load it again.",
            case=case.number, version=case.version,
        )
    if case.state not in transition.source:
        state, names = flow.state(case.state), [each.id for each in flow.leaving(case.state)]
        raise Conflict(
            f"事项 {case.number} 现处于“{state.zh}”，不能“{transition.zh}”。现可：{'、'.join(names) or '无'}。",
            f"Case {case.number} stands at “{state.en}”, where “{transition.en}” is not possible. Possible: {', '.join(names) or 'nothing'}.",
            case=case.number, state=case.state, possible=names,
        )


def check_authority(session: Session, at: Standing, transition: Transition) -> str:
    """The role the subject acts in; Refused for who may not, has an interest, or did an earlier step that excludes this one."""
    allowed, role = at.allowed_as(transition.who)
    if not allowed:
        raise _refused(at, transition, "您的角色或所属单位不能办理此步", "your role or organisation may not do this step")
    if transition.decides and at.interested:
        raise _refused(at, transition, "您与本案有利害关系，应当回避", "you have an interest in this case and must not decide it")
    if transition.not_by and _did(session, at, transition.not_by):
        raise _refused(at, transition, "同一人不得办理前后两步（四眼原则）", "who did the earlier step may not do this one (four eyes)")
    if transition.approvals > 1 and at.subject.account in approvals_so_far(session, at.case, transition):
        raise _refused(at, transition, "您已同意，须由他人再同意", "you have approved; somebody else must")
    return role


def check_claim(at: Standing, role: str) -> None:
    """Conflict when somebody else has claimed the case; the applicant and the hub itself need no claim."""
    holder = at.case.assigned_account
    if role and at.case.claimed_at is not None and holder != at.subject.account:
        raise Conflict(
            f"事项 {at.case.number} 已由他人签收。请等其释放，或由管理员改派。",
            f"Somebody else has claimed case {at.case.number}. Wait until it is released, or let an administrator reassign it.", case=at.case.number,
        )


def check_filled(
    at: Standing, flow: Flow, transition: Transition, form: Mapping[str, Any], note: str, facts: Mapping[str, Any], attachments: int
) -> dict[str, Any]:
    """The form's values; BadInput for a wrong form, WrongUse without a needed reason, Conflict for a guard that does not hold."""
    values = read_form(transition.form, form)
    if transition.reason and not note.strip():
        raise WrongUse(f"“{transition.zh}”须写明理由。", f"“{transition.en}” needs a reason.", transition=transition.id)
    around = Circumstances(at.subject, {**facts, **values}, values, attachments)
    for use in transition.guards:
        fault = GUARDS[use.name].check(around, **use.arguments)
        if fault:
            raise Conflict(
                f"不能“{transition.zh}”：{fault[0]}。", f"“{transition.en}” is not possible: {fault[1]}.", transition=transition.id, guard=use.name
            )
    return values


def approvals_so_far(session: Session, case: Case, transition: Transition) -> set[str]:
    """The accounts that approved this transition since the case came to the state it stands in."""
    came = select(func.max(CaseEntry.place)).where(CaseEntry.case_id == case.id, CaseEntry.kind.in_(("open", "move")))
    since = session.scalar(came) or 0
    statement = select(CaseEntry.account).where(
        CaseEntry.case_id == case.id, CaseEntry.place > since, CaseEntry.kind == "approve", CaseEntry.transition == transition.id
    )
    return set(session.scalars(statement))


def _did(session: Session, at: Standing, transitions: tuple[str, ...]) -> bool:
    statement = select(CaseEntry.id).where(
        CaseEntry.case_id == at.case.id, CaseEntry.transition.in_(transitions), CaseEntry.account == at.subject.account,
        CaseEntry.by == at.subject.reference,
    )
    return session.scalar(statement.limit(1)) is not None


def _refused(at: Standing, transition: Transition, zh: str, en: str) -> Refused:
    return Refused(
        f"不能对事项 {at.case.number} 执行“{transition.zh}”：{zh}。", f"“{transition.en}” on case {at.case.number} is refused: {en}.",
        case=at.case.number, transition=transition.id,
    )
