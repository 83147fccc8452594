"""Grants 授权: proposed by one person, approved by another, over by time or revoked; personal columns rest on an impact assessment."""

from dataclasses import asdict

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lingnan.base import Conflict, Missing, Refused, WrongUse
from lingnan.storage import Storage
from lingnan.trust.policy.assessments import assessment_fault, find_assessment
from lingnan.trust.policy.book import turn_page
from lingnan.trust.policy.cards import grant_card
from lingnan.trust.policy.deciding import PolicyPoint
from lingnan.trust.policy.masks import MASKS, is_text
from lingnan.trust.policy.permits import changing, must_be_allowed, must_be_another, must_be_named
from lingnan.trust.policy.purposes import missing_parts
from lingnan.trust.policy.records import DataGrant
from lingnan.trust.policy.rows import compile_filters
from lingnan.trust.policy.shapes import GRANT_ACTIONS, GrantCard, GrantForm
from lingnan.trust.shapes import Classified, Column, Subject

GRANT_MASKS = ("clear", "by_kind", "pseudonym", *sorted(MASKS))
"""What a grant may say of a column: clear, its usual mask, a pseudonym of this grant alone, or one mask by name."""


class Grants:
    """Proposes, approves, revokes and shows grants; what is said here holds at the next decision of any process.

    Every change is decided about the granted table: it is for the organisation that provides it, a unit above, or the hub's own office.
    """

    def __init__(self, storage: Storage, point: PolicyPoint) -> None:
        self._storage, self._point = storage, point

    def propose(self, form: GrantForm, by: Subject) -> GrantCard:
        """Keep a grant that opens nothing yet; WrongUse when it is not well formed, the same one again for the same case.

        Refused when the table is another organisation's.
        """
        must_be_allowed(self._point, by, "grant.propose", form.table, self._point.classifier(form.table))
        self._check(form)
        told = changing(self._point, by, "grant.propose", form.table, purpose=form.purpose.code, columns=sorted(form.columns))
        with told as writing, self._storage.session() as session:
            same = (DataGrant.case_id == form.case) & (DataGrant.table_name == form.table)
            kept = session.scalar(select(DataGrant).where(same)) if form.case else None
            if kept is None:
                kept = _record(form, by.reference)
                session.add(kept)
                session.flush()
            writing.tell(grant=kept.id)
            return grant_card(kept, self._point.clock.now())

    def approve(self, grant: str, by: Subject) -> GrantCard:
        """Open a grant; Refused without a second person, or for personal columns without a complete and favourable assessment."""
        self._must_be_theirs(grant, by, "grant.approve")
        with changing(self._point, by, "grant.approve", f"grant:{grant}") as writing, self._storage.session() as session:
            kept = _find(session, grant)
            if kept.revoked_at is not None:
                raise Conflict("该授权已撤销，不能再批准。请另行提出。", "The grant was revoked. Propose another.", grant=grant)
            if kept.approved_at is not None:
                return grant_card(kept, self._point.clock.now())
            must_be_another(kept.proposed_by, by.reference, ("授权", "A grant"))
            self._check_personal(session, kept)
            kept.approved_by, kept.approved_at = by.reference, self._point.clock.now()
            turn_page(session)
            card = grant_card(kept, kept.approved_at)
            writing.tell(table=card.table, proposed_by=card.proposed_by, purpose=card.purpose.code)
        return card

    def revoke(self, grant: str, by: Subject, reason: str) -> GrantCard:
        """Close a grant at once; revoking again changes nothing."""
        self._must_be_theirs(grant, by, "grant.revoke")
        with changing(self._point, by, "grant.revoke", f"grant:{grant}") as writing, self._storage.session() as session:
            kept = _find(session, grant)
            if kept.revoked_at is None:
                kept.revoked_by, kept.revoked_at, kept.revoked_reason = by.reference, self._point.clock.now(), reason
                turn_page(session)
            writing.tell(table=kept.table_name)
            return grant_card(kept, self._point.clock.now())

    def of(self, subject: Subject, table: str) -> tuple[GrantCard, ...]:
        """The grants in force that a subject holds on a table."""
        return self._point.held_grants(subject, table)

    def is_holder(self, subject: Subject, grant: GrantCard) -> bool:
        """Whether a grant, whatever its state, is the subject's own or its unit's."""
        return self._point.book.page().is_holder(subject, grant)

    def get(self, grant: str) -> GrantCard:
        """One grant; Missing when there is none."""
        with self._storage.reading() as session:
            return grant_card(_find(session, grant), self._point.clock.now())

    def on(self, table: str = "", organisation: str = "", account: str = "", limit: int = 200) -> list[GrantCard]:
        """Grants on a table or to a holder, newest first, whatever their state."""
        held = [DataGrant.grantee_organisation == organisation] if organisation else []
        held += [DataGrant.grantee_account == account] if account else []
        statement = select(DataGrant).order_by(DataGrant.id.desc()).limit(limit)
        statement = statement.where(DataGrant.table_name == table) if table else statement
        statement = statement.where(or_(*held)) if held else statement
        with self._storage.reading() as session:
            now = self._point.clock.now()
            return [grant_card(each, now) for each in session.scalars(statement)]

    def _must_be_theirs(self, grant: str, by: Subject, action: str) -> None:
        """Refused unless policy permits the action on the table that the grant is about; Missing when there is no such grant."""
        must_be_named(by, action)
        with self._storage.reading() as session:
            table = _find(session, grant).table_name
        must_be_allowed(self._point, by, action, f"grant:{grant}", self._point.described(table))

    def _check(self, form: GrantForm) -> None:
        known = self._point.classifier(form.table)
        if known is None:
            raise Missing(f"目录中没有表“{form.table}”。", f"The catalogue knows no table “{form.table}”.", table=form.table)
        missing = missing_parts(form.purpose)
        if missing:
            zh, en = "、".join(each[0] for each in missing), ", ".join(each[1] for each in missing)
            raise WrongUse(f"授权须载明：{zh}。", f"A grant has to state {en}.", missing=[each[1] for each in missing])
        if bool(form.organisation) == bool(form.account) or not form.valid_from < form.valid_to:
            raise WrongUse(
                "授权须恰好写明一个被授权机构或账号，且起始早于终止。", "A grant names one unit or one account, and begins before it ends.",
                table=form.table,
            )
        strange = [action for action in form.actions if action not in GRANT_ACTIONS]
        if strange or not form.actions or not form.columns:
            raise WrongUse(
                f"授权至少含一列一项操作，操作限于 {'、'.join(GRANT_ACTIONS)}。",
                f"A grant holds at least one column and one action of {', '.join(GRANT_ACTIONS)}.", table=form.table,
            )
        compile_filters(form.rows, known)
        for name, mask in form.columns.items():
            _check_column(known, name, mask)

    def _check_personal(self, session: Session, kept: DataGrant) -> None:
        """PIPL 55: sensitive information, or giving personal information to another handler, takes an assessment beforehand."""
        known = self._point.classifier(kept.table_name)
        personal = {column.name for column in known.columns if column.classification in ("personal", "sensitive")} if known else set(kept.columns)
        concerned = personal & set(kept.columns)
        if not concerned:
            return
        fault: tuple[str, str] | None = ("未附影响评估", "there is no assessment")
        if kept.assessment_id:
            fault = assessment_fault(find_assessment(session, kept.assessment_id), kept.table_name, kept.purpose, concerned)
        if fault:
            raise Refused(
                f"授权涉及个人信息（{'、'.join(sorted(concerned))}），须先完成个人信息保护影响评估且结论可行：{fault[0]}。",
                f"The grant holds personal columns ({', '.join(sorted(concerned))}) and takes a complete, favourable impact assessment: {fault[1]}.",
                basis="个人信息保护法 第五十五条", grant=kept.id,
            )


def _check_column(known: Classified, name: str, mask: str) -> None:
    column: Column | None = next((each for each in known.columns if each.name == name), None)
    if column is None or mask not in GRANT_MASKS or (mask == "pseudonym" and not is_text(column)):
        raise WrongUse(
            f"授权中的列“{name}”（{mask}）不成立：列须存在，脱敏方式限于 {'、'.join(GRANT_MASKS)}，假名只用于文本列。",
            f"Column “{name}” ({mask}) cannot be granted so: it has to exist, masks are {', '.join(GRANT_MASKS)}, and pseudonyms take texts.",
            table=known.table, column=name,
        )


def _record(form: GrantForm, by: str) -> DataGrant:
    return DataGrant(
        grantee_organisation=form.organisation, grantee_account=form.account, table_name=form.table, actions=list(form.actions),
        columns=dict(form.columns), rows=[{**asdict(each), "values": list(each.values)} for each in form.rows], purpose=form.purpose.code,
        article=form.purpose.article, matter=form.purpose.matter, valid_from=form.valid_from, valid_to=form.valid_to,
        assessment_id=form.assessment or None, case_id=form.case, proposed_by=by,
    )


def _find(session: Session, grant: str) -> DataGrant:
    kept = session.get(DataGrant, grant)
    if kept is None:
        raise Missing(f"没有授权“{grant}”。", f"There is no grant “{grant}”.", grant=grant)
    return kept
