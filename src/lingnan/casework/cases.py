"""Cases: opened, moved, shown, remarked on, and looked at by the worker; each change one transaction, its intent and outcome in the log."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from lingnan.base import BadInput, Refused, WrongUse
from lingnan.casework.case_deadlines import DeadlineKeeper
from lingnan.casework.checking import Attempt, check_authority, check_claim, check_filled, check_state, transition_of
from lingnan.casework.deadlines import DayCounter
from lingnan.casework.flow import LONG_LIMIT, Flow, Transition
from lingnan.casework.flow_library import Flows
from lingnan.casework.form import canonical, read_form
from lingnan.casework.moving import Beginning, Mover
from lingnan.casework.policy import Standing, add_side, find, named_organisations, organisation_of
from lingnan.casework.records import Case, CaseComment
from lingnan.casework.rounds import look_at_deadlines
from lingnan.casework.shapes import Attachments, Authority, CaseSheet, Moved, Opened, Round, Vault, VerifySignature
from lingnan.casework.sheet import Desk, sheet_of
from lingnan.standards import WorkCalendar
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, Subject, writing


class Cases:
    """All cases of a hub. `office` is the key or id of the organisation that handles what names no other.

    Where there is no such organisation every official stands at the hub's own office, so tenancy between offices begins with it.
    A case is named by its id or number; who may not know of it finds it Missing.
    """

    def __init__(
        self, storage: Storage, trust: Authority, flows: Flows, *, calendar: WorkCalendar | None = None, vault: Vault | None = None,
        attachments: Attachments | None = None, verify_signature: VerifySignature | None = None, office: str = "",
    ) -> None:
        self.storage, self.trust, self.flows = storage, trust, flows
        self.attachments: Attachments = attachments or (lambda case: ())
        self.verify_signature = verify_signature
        self.keeper = DeadlineKeeper(flows.rules, DayCounter(calendar))
        self.mover = Mover(flows, self.keeper, trust, storage.clock, storage.announce, vault, office)

    def open(
        self, flow: str, subject: Subject, facts: Mapping[str, Any], *, about: str = "", provider: str = "", handler: str = "",
        division: str = "", once: str = "",
    ) -> Opened:
        """Begin a case; `facts` fill the opening form. BadInput for a wrong form, Refused for who may not.

        `about` names what it concerns and must hold no personal value. With `once`, the same word gives the same case again.
        """
        begun, values = self._may_open(flow, subject, facts)
        given = Beginning(about, provider, handler, division, self._once(flow, once))
        with self._logged(subject, "case.open", f"flow:{flow}", {"digest": self.mover.digest(values)}), self.storage.session() as session:
            return self._begin(session, begun, subject, values, given)

    def open_in(
        self, session: Session, flow: str, facts: Mapping[str, Any], *, about: str = "", provider: str = "", handler: str = "",
        division: str = "", once: str = "",
    ) -> Opened:
        """Begin a case for the hub itself within a handler's session, such as one for an alert."""
        begun, values = self._may_open(flow, SYSTEM, facts)
        return self._begin(session, begun, SYSTEM, values, Beginning(about, provider, handler, division, self._once(flow, once)))

    def act(
        self, case: str, transition: str, subject: Subject, form: Mapping[str, Any] | None = None, note: str = "", *,
        version: int | None = None, signature: str = "", trace_code: str = "",
    ) -> Moved:
        """Do a transition. Conflict when somebody was quicker or it is not possible now, Refused for who may not, BadInput for a wrong form.

        `version` is that of the sheet the reader saw; with it, any change in between is a Conflict.
        """
        with self.storage.reading() as session:
            seen = find(session, subject, case, trace_code=trace_code)
            number, case_id, flow = seen.case.number, seen.case.id, self.flows.pinned(session, seen.case.flow, seen.case.flow_version)
        attachments = len(self.attachments(case_id))
        self.trust.allow(subject, "case.act", f"case:{number}")
        chosen = transition_of(flow, transition)
        reference = self._signed(subject, number, chosen, form or {}, note, signature)
        told = {"transition": transition, "digest": self.mover.digest(form or {})}
        with self._logged(subject, "case.act", f"case:{number}", told), self.storage.session() as session:
            at = find(session, subject, case, trace_code=trace_code, lock=True)
            check_state(at, flow, chosen, version)
            role = check_authority(session, at, chosen)
            check_claim(at, role)
            filled = check_filled(at, flow, chosen, form or {}, note, self.mover.facts(at.case), attachments)
            values = named_organisations(session, chosen.form, filled)
            attempt = Attempt(at.case, flow, chosen, subject, role, values, _text(note), reference)
            moved, approvals = self.mover.move(session, attempt)
            return Moved(at.case.id, number, at.case.state, at.case.version, moved, approvals, chosen.approvals)

    def sheet(self, case: str, subject: Subject, *, trace_code: str = "", lang: str = "zh") -> CaseSheet:
        """The case as this reader may see it."""
        self.trust.allow(subject, "case.view", f"case:{case}")
        with self.storage.reading() as session:
            at = find(session, subject, case, trace_code=trace_code)
            flow = self.flows.pinned(session, at.case.flow, at.case.flow_version)
            shown = sheet_of(session, Desk(self.mover, flow, at, lang))
        # Files may hold what is masked in the facts, so they are for those who handle the case.
        return shown if shown.oversees else shown.model_copy(update={"attachments": list(self.attachments(shown.line.id))})

    def facts(self, case: str) -> dict[str, Any]:
        """Every fact of a case, personal ones too: for handlers of effects, never for a page."""
        with self.storage.reading() as session:
            return self.mover.facts(find(session, SYSTEM, case).case)

    def comment(self, case: str, subject: Subject, text: str, *, internal: bool = True, trace_code: str = "") -> None:
        """Add a remark; the applicant's are never internal."""
        self.trust.allow(subject, "case.view", f"case:{case}")
        if not text.strip() or len(text) > LONG_LIMIT:
            raise BadInput(f"备注应为 1 至 {LONG_LIMIT} 个字符。", f"A comment has 1 to {LONG_LIMIT} characters.")
        with self.held(case, subject, "case.comment", trace_code) as (session, at):
            session.add(CaseComment(
                case_id=at.case.id, at=self.storage.clock.now(), by=subject.reference, account=subject.account,
                organisation=organisation_of(subject), internal=internal and not at.is_applicant, text=text.strip(),
            ))

    def declare_interest(self, case: str, subject: Subject, note: str) -> None:
        """Say that one has an interest in a case and stands back from deciding it; kept for good."""
        self.trust.allow(subject, "case.view", f"case:{case}")
        if not subject.account:
            raise WrongUse("须登录后申报利害关系。", "Sign in to declare an interest.")
        with self.held(case, subject, "case.interest") as (session, at):
            add_side(session, at.case, "interest", account=subject.account, note=_text(note))
            self.mover.write(session, at.case, "interest", subject, note=_text(note))
            if at.case.assigned_account == subject.account and at.case.claimed_at is not None:
                at.case.assigned_account, at.case.claimed_at = "", None
            at.case.version += 1

    def tick(self, now: datetime | None = None) -> Round:
        """The worker's round: remind, escalate, do what a missed deadline brings, recount estimates; each exactly once however often called."""
        return look_at_deadlines(self.storage, self.mover, now)

    def _may_open(self, flow: str, subject: Subject, facts: Mapping[str, Any]) -> tuple[Flow, dict[str, Any]]:
        begun = self.flows.flow(flow)
        self.trust.allow(subject, "case.open", f"flow:{flow}")
        applying = Standing(subject, Case(applicant=subject.account, applicant_kind=subject.kind, handler=""), by_trace=True)
        if not applying.allowed_as(begun.opening.who)[0]:
            raise Refused(
                f"您不能提起“{begun.zh}”。请以有权的账号登录，或联系数据主管部门。",
                f"You may not open “{begun.en}”. Sign in with an account that may, or ask the data bureau.", flow=flow,
            )
        return begun, read_form(begun.opening.form, facts)

    def _begin(self, session: Session, flow: Flow, subject: Subject, values: Mapping[str, Any], given: Beginning) -> Opened:
        known = session.get(Case, given.id) if given.id else None
        case, code = (known, "") if known else self.mover.begin(session, flow, subject, values, given)
        return Opened(case.id, case.number, case.state, case.version, code)

    def _signed(self, subject: Subject, number: str, transition: Transition, form: Mapping[str, Any], note: str, signature: str) -> str:
        """The reference of a checked signature; Refused when one is needed and there is none, or nobody to check it."""
        if not signature and not transition.signature:
            return ""
        if not signature or self.verify_signature is None:
            raise Refused(
                f"“{transition.zh}”须附电子签名。请签名后提交。", f"“{transition.en}” needs a signature. Sign, then send again.",
                transition=transition.id,
            )
        return self.verify_signature(subject, decided_bytes(number, transition.id, form, note), signature)

    @contextmanager
    def held(self, case: str, subject: Subject, action: str, trace_code: str = "") -> Iterator[tuple[Session, Standing]]:
        """A session in which the case is held, and the log knows what is done."""
        with self.storage.reading() as session:
            number = find(session, subject, case, trace_code=trace_code).case.number
        with self._logged(subject, action, f"case:{number}", {}), self.storage.session() as session:
            at = find(session, subject, case, trace_code=trace_code, lock=True)
            if at.oversees:
                raise Refused(
                    f"您所在单位是事项 {number} 有关单位的上级，可查看，不能办理。",
                    f"Your unit stands above one of case {number}: you may read it and do nothing in it.", case=number,
                )
            yield session, at

    @contextmanager
    def _logged(self, subject: Subject, action: str, resource: str, facts: Mapping[str, Any]) -> Iterator[None]:
        """Intent before, outcome after; what is refused or fails is in the log as well."""
        with writing(self.trust.audit, subject, action, resource, facts=facts):
            yield

    def _once(self, flow: str, word: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"lingnan:case:{self.storage.node}:{flow}:{word}")) if word else ""


def decided_bytes(number: str, transition: str, form: Mapping[str, Any], note: str) -> bytes:
    """What a signature covers: the case, the transition, the form and the reason."""
    return canonical({"case": number, "transition": transition, "form": dict(form), "note": note}).encode()


def _text(note: str) -> str:
    told = note.strip()
    if len(told) > LONG_LIMIT:
        raise BadInput(f"说明至多 {LONG_LIMIT} 个字符。", f"A note has at most {LONG_LIMIT} characters.")
    return told
