"""Accounts of natural persons, citizens and officials: made, found, closed, given roles, and led in by one-time links.

A legal person has no account: people act for it. Who a person is to an issuer of identities is kept as the pair of issuer and
subject, the issuer marked `natural` or `legal`, so that the two never meet; a citizen number is kept as its pseudonym alone.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from lingnan.base import Clock, Conflict, Missing, Refused, WrongUse
from lingnan.standards import CITIZEN_NUMBER
from lingnan.storage import Storage
from lingnan.trust.identity.account_names import canonical_name, check_name
from lingnan.trust.identity.organisations import Organisations
from lingnan.trust.identity.records import Account, AccountIdentity, OrganisationUnit, SignInLink
from lingnan.trust.identity.roles import check_roles
from lingnan.trust.identity.sessions import Sessions, closed, new_token, token_hash
from lingnan.trust.identity.sign_in_rules import SignInRules
from lingnan.trust.identity.subjects import CITIZEN_NUMBERS, card, find_account, is_closed, make_subject
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.writing import Writing, writing
from lingnan.trust.shapes import SYSTEM, AccountCard, Kind, Subject

Purpose = Literal["sign_in", "set_up"]
Person = Literal["natural", "legal"]


class Accounts:
    """Makes and finds accounts and turns one-time links into sessions; who may call a verb is decided above, in `Administration`.

    A verb is told in the log before and after, as the hub's own; one that ends in `_within` is told by whoever opened the transaction.
    """

    def __init__(
        self, storage: Storage, clock: Clock, key: HubKey, rules: SignInRules, audit: AuditLog, sessions: Sessions, organisations: Organisations
    ) -> None:
        self._storage, self._clock, self._key, self._rules, self._audit = storage, clock, key, rules, audit
        self._sessions, self._organisations = sessions, organisations

    def make_organisation(self, key: str, zh: str, en: str, *, code: str = "", division: str = "", parent: str = "") -> str:
        """Make or bring up to date a unit of the organisation tree; gives its id."""
        return self._organisations.make(key, zh, en, code=code, division=division, parent=parent)

    def make_account(
        self, name: str, zh: str, en: str, *, kind: Kind = "official", roles: Iterable[str] = (), organisation: str = "", post: str = "",
        division: str = "",
    ) -> str:
        """Make an account and give its id; Conflict when the name is taken, Missing when the unit is unknown, Refused for roles kept apart.

        `organisation` is a unit's key or id, `post` the official's post 岗位, `division` narrows the unit's region to six digits.
        """
        wanted = tuple(roles)
        with self._writing("account.make", "", kind=kind, roles=sorted(wanted)) as told, self._storage.session() as session:
            made = self.make_within(session, name, zh, en, kind=kind, roles=wanted, organisation=organisation, post=post, division=division)
            told.tell(account=made.id)
            return made.id

    def make_within(
        self, session: Session, name: str, zh: str, en: str, *, kind: Kind = "official", roles: Iterable[str] = (), organisation: str = "",
        post: str = "", division: str = "",
    ) -> Account:
        """The same inside an open transaction."""
        name = canonical_name(name)
        check_name(name)
        if kind not in ("citizen", "official"):
            raise WrongUse(
                f"账号只属于自然人：citizen 或 official，不能是“{kind}”。法人由其授权的代理人办理。",
                f"Accounts are of natural persons: citizen or official, not “{kind}”. Legal persons act through authorised agents.", kind=kind,
            )
        if session.scalar(select(Account.id).where(Account.name == name)):
            raise Conflict(f"账号“{name}”已存在。请换一个名称。", f"There is an account “{name}” already. Choose another name.", account=name)
        account = Account(
            name=name, zh=zh, en=en, kind=kind, roles=list(check_roles(kind, roles)), organisation_id=_unit(session, organisation), post=post,
            division=division,
        )
        session.add(account)
        session.flush()
        return account

    def make_citizen(self, citizen_number: str, name: str, zh: str, en: str = "") -> str:
        """Make the account of a citizen, known by the pseudonym of the number; Conflict when the citizen has one, WrongUse for a wrong number."""
        subject = self._citizen(citizen_number)
        if subject is None:
            raise WrongUse("公民身份号码不正确。请核对后重新填写。", "The citizen number is not right. Check it and enter it again.")
        with self._writing("account.make", "", kind="citizen") as told, self._storage.session() as session:
            account = self.make_within(session, name, zh, en, kind="citizen")
            _link(session, account.id, "natural:" + CITIZEN_NUMBERS, subject)
            told.tell(account=account.id)
            return account.id

    def by_citizen_number(self, citizen_number: str) -> AccountCard | None:
        """The citizen's account, or None."""
        subject = self._citizen(citizen_number)
        return self.by_identity(CITIZEN_NUMBERS, subject) if subject else None

    def by_identity(self, issuer: str, subject: str, person: Person = "natural") -> AccountCard | None:
        """The account that this issuer's subject stands for, or None."""
        with self._storage.reading() as session:
            found = _by_identity(session, f"{person}:{issuer}", subject)
            return card(found) if found else None

    def link_identity(self, account: str, issuer: str, subject: str, person: Person = "natural") -> None:
        """Say that an issuer's subject is this account; Conflict when it stands for another account."""
        with self._writing("identity.link", account, issuer=issuer, person=person), self._storage.session() as session:
            _link(session, find_account(session, account).id, f"{person}:{issuer}", subject)

    def account(self, account: str) -> AccountCard:
        """The account of that name or id; Missing when there is none."""
        with self._storage.reading() as session:
            return card(find_account(session, account))

    def exists(self, account: str) -> bool:
        """Whether there is an account of that name or id."""
        with self._storage.reading() as session:
            return session.scalar(select(Account.id).where((Account.name == canonical_name(account)) | (Account.id == account))) is not None

    def identities(self, account: str) -> list[str]:
        """The issuers that know this account, each with the word for whom it knows: `natural:https://id.example.gov.cn`."""
        with self._storage.reading() as session:
            mine = AccountIdentity.account_id == find_account(session, account).id
            return list(session.scalars(select(AccountIdentity.issuer).where(mine).order_by(AccountIdentity.sequence)))

    def listing(
        self, kind: Kind = "official", *, organisation: str = "", words: str = "", after: str = "", limit: int = 100
    ) -> list[AccountCard]:
        """Accounts of a kind by name, of one unit when given, whose name or title holds the words, those behind the name `after`."""
        with self._storage.reading() as session:
            statement = select(Account).where(Account.kind == kind, Account.name > after).order_by(Account.name).limit(limit)
            if organisation:
                statement = statement.where(Account.organisation_id == _unit(session, organisation))
            if words:
                statement = statement.where(or_(*(column.icontains(words, autoescape=True) for column in (Account.name, Account.zh, Account.en))))
            return [card(holder) for holder in session.scalars(statement)]

    def to_sign_in(self, session: Session, name: str) -> Account | None:
        """The account that a name typed at sign-in means: its name, or the citizen's own number; never an id."""
        subject = self._citizen(name)
        if subject:
            return _by_identity(session, "natural:" + CITIZEN_NUMBERS, subject)
        return session.scalar(select(Account).where(Account.name == canonical_name(name)))

    def issue_link(self, account: str, purpose: Purpose = "sign_in", by: Subject = SYSTEM) -> str:
        """A token that serves the account once, to sign in or to be set up; kept only as a hash."""
        with self._writing("account.link", account, by, purpose=purpose), self._storage.session() as session:
            return self.issue_link_within(session, find_account(session, account).id, purpose)

    def issue_link_within(self, session: Session, account_id: str, purpose: Purpose) -> str:
        """The same inside an open transaction."""
        token, rules = new_token(), self._rules
        life = timedelta(minutes=rules.link_minutes) if purpose == "sign_in" else timedelta(hours=rules.set_up_hours)
        session.add(SignInLink(token_hash=token_hash(token), account_id=account_id, purpose=purpose, expires_at=self._clock.now() + life))
        return token

    def redeem_link(self, token: str) -> tuple[str, Subject]:
        """Turn a link's token into a session's token and its subject; Refused when it is unknown, used or over."""
        try:
            holder = self.holder_of_link(token, "sign_in")
        except Refused:
            self._audit.record("sign_in", "anonymous", "account.sign_in", "account", "refused")
            raise
        told = writing(self._audit, f"{holder.kind}:{holder.id}", "account.sign_in", f"account:{holder.id}", facts={"method": "link"})
        with told, self._storage.session() as session:
            used = self.use_link_within(session, token, "sign_in")
            entered = self._sessions.open_within(session, used, 2, method="link")
            return entered.token, entered.subject

    def holder_of_link(self, token: str, purpose: Purpose) -> AccountCard:
        """Whose link it is, without using it up; Refused when it is unknown, used, over or its account disabled."""
        with self._storage.reading() as session:
            account_id = session.scalar(select(SignInLink.account_id).where(self._unused_link(token, purpose)))
            holder = session.get(Account, account_id) if account_id else None
            if holder is None or is_closed(session, holder):
                raise _no_link()
            return card(holder)

    def use_link_within(self, session: Session, token: str, purpose: Purpose) -> Account:
        """The account of a link, which is used up by this; Refused when it is unknown, used, over or its account disabled."""
        marking = update(SignInLink).where(self._unused_link(token, purpose)).values(used_at=self._clock.now())
        # One statement looks and marks, so that of two visitors with the same link one gets in.
        account_id = session.scalar(marking.returning(SignInLink.account_id))
        holder = session.get(Account, account_id) if account_id else None
        if holder is None or is_closed(session, holder):
            raise _no_link()
        return holder

    def subject_of(self, token: str | None) -> Subject:
        """Who stands behind a session's token; a visitor when there is nobody."""
        return self._sessions.subject_of(token)

    def subject_for(self, account: str) -> Subject:
        """The subject of an account without a session, for the terminal's `--as`; Refused when it is disabled.

        Whoever holds the machine holds the hub's key, so this counts as the second factor; the log says what was done as whom.
        """
        with self._storage.reading() as session:
            holder = find_account(session, account)
            if is_closed(session, holder):
                raise closed()
            return make_subject(session, holder, self._rules.second_factor, 2)

    def subject_away(self, account: str, assurance: int, scope: Iterable[str] = ()) -> Subject:
        """The subject of an account whose holder is absent, for what they asked for earlier; Refused when it is disabled.

        It has the roles of this moment, and no more assurance and scope than were there when it was asked for.
        """
        with self._storage.reading() as session:
            holder = find_account(session, account)
            if is_closed(session, holder):
                raise closed()
            found = make_subject(session, holder, self._rules.second_factor, assurance)
        return replace(found, away=True, scope=found.scope or frozenset(scope))

    def sign_out(self, token: str) -> None:
        """End one session."""
        self._sessions.end(token)

    def sign_out_everywhere(self, account: str) -> int:
        """End every session and every unused link of the account; gives how many sessions ended."""
        with self._writing("session.end_all", account) as told, self._storage.session() as session:
            ended = self.end_everything_within(session, find_account(session, account).id)
            told.tell(sessions=ended)
            return ended

    def end_everything_within(self, session: Session, account_id: str) -> int:
        """The same inside an open transaction."""
        self.end_links_within(session, account_id)
        return self._sessions.end_all_within(session, account_id)

    def end_links_within(self, session: Session, account_id: str) -> None:
        """End every unused link of the account."""
        links = update(SignInLink).where(SignInLink.account_id == account_id, SignInLink.used_at.is_(None))
        session.execute(links.values(used_at=self._clock.now()))

    def disable(self, account: str) -> None:
        """Close an account: its sessions and links end with it."""
        with self._writing("account.disable", account), self._storage.session() as session:
            self.disable_within(session, account)

    def disable_within(self, session: Session, account: str) -> None:
        """The same inside an open transaction."""
        holder = find_account(session, account)
        holder.disabled_at = holder.disabled_at or self._clock.now()
        self.end_everything_within(session, holder.id)

    def enable(self, account: str) -> None:
        """Open a closed account again; it has to sign in anew."""
        with self._writing("account.enable", account), self._storage.session() as session:
            self.enable_within(session, account)

    def enable_within(self, session: Session, account: str) -> None:
        """The same inside an open transaction."""
        find_account(session, account).disabled_at = None

    def set_roles(self, account: str, roles: Iterable[str]) -> tuple[str, ...]:
        """Give an account these roles in place of those it has; open sessions have them at once. Refused for roles kept apart."""
        wanted = tuple(roles)
        with self._writing("account.role", account, roles=sorted(wanted)), self._storage.session() as session:
            return self.set_roles_within(session, account, wanted)

    def set_roles_within(self, session: Session, account: str, roles: Iterable[str]) -> tuple[str, ...]:
        """The same inside an open transaction."""
        holder = find_account(session, account)
        holder.roles = list(check_roles(holder.kind, roles))
        return tuple(holder.roles)

    def _unused_link(self, token: str, purpose: Purpose) -> ColumnElement[bool]:
        unused = (SignInLink.token_hash == token_hash(token)) & SignInLink.used_at.is_(None)
        return unused & (SignInLink.expires_at > self._clock.now()) & (SignInLink.purpose == purpose)

    def _writing(self, action: str, account: str, by: Subject = SYSTEM, **facts: Any) -> AbstractContextManager[Writing]:
        """One verb as the log tells it; `account` is a name or id, empty where none is concerned."""
        return writing(self._audit, by, action, f"account:{self.account(account).id}" if account else "account", facts=facts)

    def _citizen(self, citizen_number: str) -> str | None:
        normal = CITIZEN_NUMBER.normal(citizen_number)
        return self._key.pseudonym("citizen", normal) if normal and CITIZEN_NUMBER.valid(normal) else None


def _no_link() -> Refused:
    return Refused("该链接无效、已使用或已过期。请重新获取。", "This link is unknown, used or over. Ask for a new one.")


def _unit(session: Session, unit: str) -> str | None:
    if not unit:
        return None
    found = session.scalar(select(OrganisationUnit.id).where((OrganisationUnit.key == unit) | (OrganisationUnit.id == unit)))
    if found is None:
        raise Missing(f"没有机构“{unit}”。请先录入机构。", f"There is no unit “{unit}”. Enter it first.", unit=unit)
    return found


def _by_identity(session: Session, issuer: str, subject: str) -> Account | None:
    statement = select(Account).join(AccountIdentity, AccountIdentity.account_id == Account.id)
    return session.scalars(statement.where(AccountIdentity.issuer == issuer, AccountIdentity.subject == subject)).first()


def _link(session: Session, account_id: str, issuer: str, subject: str) -> None:
    taken = _by_identity(session, issuer, subject)
    if taken is not None and taken.id != account_id:
        raise Conflict(
            "该身份已关联另一账号。请用原账号登录，或联系管理员。",
            "This identity belongs to another account. Sign in with that one, or ask the administrator.", issuer=issuer,
        )
    if taken is None:
        session.add(AccountIdentity(issuer=issuer, subject=subject, account_id=account_id))
        session.flush()
