"""The case sheet: everything of a case that one reader may see, and what he may do now."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Conflict, Refused
from lingnan.casework.checking import approvals_so_far, check_authority, check_claim
from lingnan.casework.diagram import draw_svg
from lingnan.casework.flow import Flow, FormField, Transition
from lingnan.casework.form import fact_views, unsealed
from lingnan.casework.listing import line_of, waits_for
from lingnan.casework.moving import Mover
from lingnan.casework.policy import Standing
from lingnan.casework.records import Case, CaseComment, CaseDeadline, CaseEntry
from lingnan.casework.shapes import ActionView, CaseSheet, CommentView, DeadlineView, EntryView, FieldView

PLAIN = frozenset({"public", "internal"})
WHOLE = frozenset({"public", "internal", "personal", "sensitive"})
KINDS = {
    "open": ("提起", "Opened"), "claim": ("签收", "Claimed"), "release": ("释放", "Released"), "reassign": ("改派", "Reassigned"),
    "interest": ("申报利害关系", "Interest declared"), "missed": ("逾期", "Deadline missed"),
}


@dataclass(frozen=True)
class Desk:
    """One reader in front of one case."""

    mover: Mover
    flow: Flow
    at: Standing
    lang: str = "zh"

    @property
    def case(self) -> Case:
        """The case."""
        return self.at.case

    @property
    def applies(self) -> bool:
        """Whether the reader sees the case from the applicant's side only."""
        return self.at.is_applicant


def sheet_of(session: Session, desk: Desk) -> CaseSheet:
    """The sheet; attachments are added by the caller, who knows where they are."""
    case, at = desk.case, desk.at
    actions = list(_actions(session, desk))
    clear = _clear(desk, actions)
    fields = _fields(desk)
    return CaseSheet(
        line=line_of(session, desk.mover.flows, case, at.subject, desk.mover.today), flow_version=case.flow_version, version=case.version,
        basis=desk.flow.basis, applicant=f"{case.applicant_kind}:{case.applicant}" if case.applicant else case.applicant_kind,
        applicant_kind=case.applicant_kind, applicant_organisation=case.applicant_organisation, handler=case.handler, provider=case.provider,
        facts=fact_views(fields, desk.mover.facts(case), clear), timeline=list(_timeline(session, desk, fields, clear)), actions=actions,
        deadlines=deadline_views(session, desk), comments=_comments(session, desk), diagram=draw_svg(desk.flow, case.state, desk.lang),
        may_claim=_may_claim(session, at), may_release=case.claimed_at is not None and case.assigned_account == at.subject.account,
        interest=at.interested, oversees=at.oversees,
    )


def deadline_views(session: Session, desk: Desk) -> list[DeadlineView]:
    """The case's deadlines, oldest first."""
    statement = select(CaseDeadline).where(CaseDeadline.case_id == desk.case.id).order_by(CaseDeadline.sequence)
    places = {limit.id: place for place, limit in enumerate(desk.flow.deadlines)}
    found = sorted(session.scalars(statement), key=lambda each: (each.created_at, places[each.deadline], each.id))
    return [_deadline(desk, limit) for limit in found]


def _actions(session: Session, desk: Desk) -> Iterable[ActionView]:
    for transition in desk.flow.leaving(desk.case.state):
        try:
            check_claim(desk.at, check_authority(session, desk.at, transition))
        except (Refused, Conflict):
            continue
        yield _action(session, desk, transition)


def _action(session: Session, desk: Desk, transition: Transition) -> ActionView:
    target = desk.flow.state(transition.target)
    have = len(approvals_so_far(session, desk.case, transition)) if transition.approvals > 1 else 0
    return ActionView(
        transition=transition.id, zh=transition.zh, en=transition.en, to_state=target.id, to_zh=target.zh, to_en=target.en,
        fields=[field_view(field) for field in transition.form], reason=transition.reason, signature=transition.signature, approvals=have,
        approvals_needed=transition.approvals,
    )


def field_view(field: FormField) -> FieldView:
    """A field as a page needs it to draw the form."""
    return FieldView(
        name=field.name, zh=field.zh, en=field.en, type=field.type, required=field.required, classification=field.classification,
        choices=field.choices, minimum=field.minimum, maximum=field.maximum,
    )


def _clear(desk: Desk, actions: list[ActionView]) -> frozenset[str]:
    """Which classifications the reader sees clear: all for the applicant, personal for who may act now, sensitive for who claimed the case.

    A trace code alone shows no personal value, because it may have been overheard.
    """
    if desk.at.by_trace:
        return PLAIN
    if desk.applies:
        return WHOLE
    if desk.at.subject.kind != "official" or not actions or desk.at.interested:
        return PLAIN
    claimed = desk.case.claimed_at is not None and desk.case.assigned_account == desk.at.subject.account
    return WHOLE if claimed else PLAIN | {"personal"}


def _fields(desk: Desk) -> dict[str, FormField]:
    """The fields the reader may see: an applicant sees what applicants fill in, and what is public."""
    if not desk.applies:
        return desk.flow.fields
    own = {field.name for field in desk.flow.opening.form}
    for transition in desk.flow.transitions:
        if any(who.party == "applicant" for who in transition.who):
            own |= {field.name for field in transition.form}
    return {name: field for name, field in desk.flow.fields.items() if name in own or field.classification == "public"}


def _timeline(session: Session, desk: Desk, fields: dict[str, FormField], clear: frozenset[str]) -> Iterable[EntryView]:
    statement = select(CaseEntry).where(CaseEntry.case_id == desk.case.id).order_by(CaseEntry.place)
    for entry in session.scalars(statement):
        if desk.applies and entry.kind in ("interest", "reassign", "claim", "release", "approve"):
            continue
        transition = desk.flow.transition(entry.transition)
        zh, en = (transition.zh, transition.en) if transition else KINDS.get(entry.kind, (entry.kind, entry.kind))
        told = not desk.applies or entry.account == desk.at.subject.account or bool(transition and transition.reason)
        yield EntryView(
            place=entry.place, kind=entry.kind, transition=entry.transition, zh=zh, en=en, from_state=entry.from_state, to_state=entry.to_state,
            at=entry.at, by="" if desk.applies else entry.by, organisation=entry.organisation, role=entry.role, note=entry.note if told else "",
            form=fact_views(fields, unsealed(entry.form, desk.mover.vault), clear), form_digest=entry.form_digest, signed=bool(entry.signature),
        )


def _deadline(desk: Desk, limit: CaseDeadline) -> DeadlineView:
    described = desk.flow.deadline(limit.deadline)
    rule = desk.mover.keeper.rules.find(limit.rule, desk.case.division, limit.begun_on)
    return DeadlineView(
        deadline=limit.deadline, zh=described.zh, en=described.en, rule=limit.rule, basis=rule.basis, proofed=rule.proofed, unit=limit.unit,
        days=limit.days, begun_on=limit.begun_on, due_on=limit.due_on, state=limit.state, estimated=limit.estimated, extended_by=limit.extended_by,
        remaining=desk.mover.keeper.remaining(limit, desk.mover.today), missed=limit.missed_at is not None or limit.state == "late",
    )


def _comments(session: Session, desk: Desk) -> list[CommentView]:
    statement = select(CaseComment).where(CaseComment.case_id == desk.case.id).order_by(CaseComment.at, CaseComment.sequence)
    return [
        CommentView(at=each.at, by="" if desk.applies else each.by, organisation=each.organisation, internal=each.internal, text=each.text)
        for each in session.scalars(statement) if not (desk.applies and each.internal)
    ]


def _may_claim(session: Session, at: Standing) -> bool:
    waits = session.scalar(select(Case.id).where(Case.id == at.case.id, waits_for(at.subject))) is not None
    return waits and at.case.claimed_at is None and at.subject.kind == "official" and not at.is_applicant
