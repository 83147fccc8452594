"""Agents of legal persons 代办: who may act for which unified social credit code, by which written authority, until when."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingnan.base import CHINA, BadInput, Clock, Conflict, Missing, Refused
from lingnan.standards import USCC
from lingnan.storage import Storage
from lingnan.trust.identity.accounts import Accounts
from lingnan.trust.identity.credential_records import ActingSession, AgencyAuthority
from lingnan.trust.identity.credential_shapes import Authority
from lingnan.trust.identity.sessions import OpenedSession
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.writing import writing
from lingnan.trust.shapes import ANONYMOUS, Subject

_DIGEST = re.compile(r"(?:sha256|sm3):[0-9a-f]{64}")
AGENTS = ("citizen", "enterprise")


class Agency:
    """Keeps written authorities and turns an agent's sign-in into a subject of kind `enterprise`."""

    def __init__(self, storage: Storage, clock: Clock, accounts: Accounts, audit: AuditLog) -> None:
        self._storage, self._clock, self._accounts, self._audit = storage, clock, accounts, audit

    def grant(
        self, *, case: str, credit_code: str, account: str, document_digest: str, matters: Iterable[str], valid_from: date, valid_to: date,
        confirmed_by: Subject,
    ) -> Authority:
        """Keep an authority that a case confirmed; the same case again gives the same authority, with other words it is a Conflict.

        Civil Code 165: agent, matters, powers and term must be stated. Who confirms it is never the agent.
        """
        card = self._accounts.account(account)
        asked = AgencyAuthority(
            case_id=case, credit_code=_credit_code(credit_code), account_id=card.id, document_digest=document_digest,
            matters=sorted(set(matters)), valid_from=valid_from, valid_to=valid_to, confirmed_by=confirmed_by.reference,
        )
        _check(asked, card.kind, confirmed_by)
        facts = {"case": case, "matters": list(asked.matters), "from": valid_from.isoformat(), "to": valid_to.isoformat(), "account": card.id}
        with writing(self._audit, confirmed_by, "agency.grant", "authority", case, facts) as begun:
            kept, fresh = self._keep(asked)
            begun.tell(authority=kept.id, fresh=fresh)
        return kept

    def revoke(self, authority: str, *, case: str, by: Subject) -> Authority:
        """End an authority named by its id or by the case that granted it, at once; revoking it again changes nothing."""
        with writing(self._audit, by, "agency.revoke", f"authority:{authority}", case) as begun, self._storage.session() as session:
            found = session.scalar(select(AgencyAuthority).where(or_(AgencyAuthority.id == authority, AgencyAuthority.case_id == authority)))
            if found is None:
                raise Missing(f"没有代办授权“{authority}”。", f"There is no authority “{authority}”.", authority=authority)
            fresh = found.revoked_at is None
            if fresh:
                found.revoked_at, found.revoking_case, found.revoked_by = self._clock.now(), case, by.reference
            begun.tell(authority=found.id, fresh=fresh)
            return _shape(found)

    def may_act(self, account: str, credit_code: str, matter: str = "", on: date | None = None) -> Authority | None:
        """The authority by which the account acts for that legal person in that matter on that day (today when none is given), or None."""
        day = on or self._today()
        return next((each for each in self._authorities(account) if each.credit_code == credit_code and each.covers(matter, day)), None)

    def authorities(self, account: str) -> list[Authority]:
        """Every authority the account was ever given, newest first."""
        return self._authorities(self._accounts.account(account).id)

    def authorities_of(self, credit_code: str) -> list[Authority]:
        """Every authority a legal person ever gave, newest first."""
        statement = select(AgencyAuthority).where(AgencyAuthority.credit_code == _credit_code(credit_code))
        with self._storage.reading() as session:
            return [_shape(each) for each in session.scalars(statement.order_by(AgencyAuthority.sequence.desc()))]

    def act_for(self, subject: Subject, credit_code: str) -> Subject:
        """Let a signed-in agent act for a legal person from now on in this session; Refused without a valid authority."""
        authority = self.may_act(subject.account, credit_code) if subject.session and not subject.token else None
        if authority is None or subject.kind not in AGENTS:
            self._audit.record("agency", subject, "agency.act_for", "authority", "refused")
            raise Refused(
                "该账号当前没有此法人有效的代办授权。请由法人提交授权委托书，经确认后再办理。",
                "This account has no valid authority of that legal person now. Let the legal person hand in a written authority to be confirmed.",
            )
        with writing(self._audit, subject, "agency.act_for", f"authority:{authority.id}"), self._storage.session() as session:
            chosen = session.get(ActingSession, subject.session)
            if chosen is not None and chosen.bound and chosen.credit_code != credit_code:
                raise Refused(
                    "以法人身份登录的会话只能代表该法人。请退出后另行登录。",
                    "A session opened by a legal person's provider acts for that legal person alone. Sign out and sign in anew.",
                )
            if chosen is None:
                session.add(ActingSession(session_id=subject.session, credit_code=credit_code, bound=False, since=self._clock.now()))
            else:
                chosen.credit_code = credit_code
        return for_legal_person(subject, credit_code)

    def act_for_self(self, subject: Subject) -> None:
        """Let the session act for its own account again."""
        own = (ActingSession.session_id == subject.session) & ActingSession.bound.is_(False)
        with self._storage.reading() as session:
            if session.scalar(select(ActingSession.session_id).where(own)) is None:
                return
        with writing(self._audit, subject, "agency.act_for_self", f"account:{subject.account}"), self._storage.session() as session:
            session.execute(delete(ActingSession).where(own))

    def acting(self, subject: Subject) -> Subject:
        """The subject a session's requests are judged as: the legal person while an authority holds, else the account itself.

        A session that the legal person's own provider opened is a visitor's without the authority, never the account's.
        """
        if not subject.session or subject.kind not in AGENTS:
            return subject
        with self._storage.reading() as session:
            columns = select(ActingSession.credit_code, ActingSession.bound)
            chosen = session.execute(columns.where(ActingSession.session_id == subject.session)).first()
        if chosen is None:
            return subject
        if self.may_act(subject.account, chosen.credit_code) is None:
            return ANONYMOUS if chosen.bound else subject
        return for_legal_person(subject, chosen.credit_code)

    def bind_within(self, session: Session, opened: OpenedSession, credit_code: str) -> OpenedSession:
        """Let a session that a legal person's provider just opened act for that legal person alone, in the transaction that opened it."""
        session.add(ActingSession(session_id=opened.id, credit_code=credit_code, bound=True, since=self._clock.now()))
        return replace(opened, subject=for_legal_person(opened.subject, credit_code))

    def _authorities(self, account_id: str) -> list[Authority]:
        statement = select(AgencyAuthority).where(AgencyAuthority.account_id == account_id)
        with self._storage.reading() as session:
            return [_shape(each) for each in session.scalars(statement.order_by(AgencyAuthority.sequence.desc()))]

    def _keep(self, asked: AgencyAuthority) -> tuple[Authority, bool]:
        wanted = _contents(asked)
        try:
            with self._storage.session() as session:
                present = _by_case(session, asked.case_id)
                if present is None:
                    session.add(asked)
                    session.flush()
                    return _shape(asked), True
        except IntegrityError:
            # Another worker kept the same case between our look and our write.
            with self._storage.session() as session:
                present = _by_case(session, wanted[0])
        if present is None or _contents(present) != wanted:
            raise Conflict(
                f"事项 {wanted[0]} 已登记了内容不同的代办授权。请另立事项。",
                f"Case {wanted[0]} has granted another authority already. Open another case.", case=wanted[0],
            )
        return _shape(present), False

    def _today(self) -> date:
        return self._clock.now().astimezone(CHINA).date()


def for_legal_person(subject: Subject, credit_code: str) -> Subject:
    """The same sign-in, judged as the legal person: no office and no role of the agent's own comes with it."""
    return replace(subject, kind="enterprise", credit_code=credit_code, roles=frozenset(), organisation="", division="", level="", person="")


def _by_case(session: Session, case: str) -> AgencyAuthority | None:
    return session.scalar(select(AgencyAuthority).where(AgencyAuthority.case_id == case))


def _contents(record: AgencyAuthority) -> tuple[str, ...]:
    term = (record.valid_from.isoformat(), record.valid_to.isoformat())
    return (record.case_id, record.credit_code, record.account_id, record.document_digest, *term, *record.matters)


def _credit_code(value: str) -> str:
    code = USCC.normal(value) or ""
    reason = USCC.check(code)
    if reason is not None:
        zh, en = USCC.reasons[reason]
        raise BadInput(
            f"统一社会信用代码不正确：{zh}。请核对（GB 32100-2015）。", f"Not a unified social credit code: {en}. Check it (GB 32100-2015).",
            reason=reason,
        )
    return code


def _check(asked: AgencyAuthority, kind: str, confirmed_by: Subject) -> None:
    if kind not in AGENTS:
        raise Refused("工作人员账号不得代办企业事项。请使用个人账号。", "A staff account is no agent of a legal person. Use a personal account.")
    if confirmed_by.account == asked.account_id:
        raise Refused("代理人不得确认自己的授权。请由他人确认。", "An agent does not confirm their own authority. Let somebody else.")
    if not asked.case_id or not asked.matters or not all(asked.matters) or asked.valid_to < asked.valid_from:
        raise BadInput(
            "授权委托书应载明事项编号、代理事项与期限（起不晚于止）。请补充（民法典第一百六十五条）。",
            "A written authority states its case, its matters and its term (from not after to). Complete it (Civil Code 165).",
        )
    if not _DIGEST.fullmatch(asked.document_digest):
        raise BadInput(
            "授权文件摘要应为“sha256:”或“sm3:”加 64 位小写十六进制数。",
            "The document's digest is “sha256:” or “sm3:” and 64 hexadecimal digits in small letters.",
        )


def _shape(record: AgencyAuthority) -> Authority:
    return Authority(
        record.id, record.case_id, record.credit_code, record.account_id, record.document_digest, tuple(record.matters), record.valid_from,
        record.valid_to, record.confirmed_by, record.revoked_at is not None,
    )
