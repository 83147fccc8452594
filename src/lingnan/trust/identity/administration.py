"""Who makes, changes and closes accounts: only an administrator, never on the own account, every act in the log before it is done."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lingnan.base import Clock, Conflict, Refused
from lingnan.storage import Storage
from lingnan.trust.identity.accounts import Accounts
from lingnan.trust.identity.organisations import Organisations
from lingnan.trust.identity.records import Account, SetUpCode
from lingnan.trust.identity.roles import ADMINISTRATOR
from lingnan.trust.identity.sessions import new_token, token_hash
from lingnan.trust.identity.sign_in import SignIn
from lingnan.trust.identity.sign_in_rules import SignInRules
from lingnan.trust.identity.subjects import card, is_closed
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.writing import writing
from lingnan.trust.shapes import SYSTEM, AccountCard, Kind, Subject

Allow = Callable[[Subject, str, str], object]
"""Asks the policy whether a subject may do an action on a resource; Refused when not."""
ADMINISTER, MAKE = "account.administer", "account.make"


@dataclass(frozen=True)
class MadeAccount:
    """An account just made or reset, and the one-time token with which its holder sets password and second factor."""

    card: AccountCard
    set_up_token: str = field(repr=False)


class Administration:
    """The verbs of the system administrator 系统管理员; `by` is who asks."""

    def __init__(
        self, storage: Storage, clock: Clock, audit: AuditLog, rules: SignInRules, accounts: Accounts, organisations: Organisations, sign_in: SignIn
    ) -> None:
        self._storage, self._clock, self._audit, self._rules = storage, clock, audit, rules
        self._accounts, self._organisations, self._sign_in = accounts, organisations, sign_in
        self._allow: Allow | None = None

    def use_policy(self, allow: Allow) -> None:
        """Ask the policy point too, from here on: what keeps duties apart stands in the code, further limits may stand in the policy."""
        self._allow = allow

    def has_administrator(self) -> bool:
        """Whether there is an account with the role of administrator."""
        with self._storage.reading() as session:
            return bool(_administrators(session))

    def issue_set_up_code(self) -> str:
        """A one-time code, shown at the machine, with which the first administrator is made on a page; Conflict when there is one."""
        self._ensure_none()
        code, ends = new_token(), self._clock.now() + timedelta(hours=self._rules.set_up_hours)
        with writing(self._audit, SYSTEM, "account.set_up_code", "hub"), self._storage.session() as session:
            session.add(SetUpCode(code_hash=token_hash(code), expires_at=ends))
        return code

    def first_administrator(self, name: str, zh: str = "", en: str = "", *, code: str | None = None) -> MadeAccount:
        """Make the first administrator, only while there is none; without a code only at the machine itself.

        Conflict when there is one already, Refused when a code is given that is unknown, used or over.
        """
        self._ensure_none()
        told = writing(self._audit, SYSTEM, MAKE, "account", facts={"roles": [ADMINISTRATOR], "first": True})
        with told as begun, self._storage.session() as session:
            if code is not None:
                self._use_code(session, code)
            # Made first and looked at afterwards: making it takes the lock of the sequence, so of two at once one sees the other.
            made = self._accounts.make_within(session, name, zh or name, en or name, roles=(ADMINISTRATOR,))
            if _administrators(session) != [made.id]:
                raise _one_already()
            token, shown = self._accounts.issue_link_within(session, made.id, "set_up"), card(made)
            begun.tell(account=shown.id)
        return MadeAccount(shown, token)

    def add_account(
        self, by: Subject, name: str, zh: str, en: str, *, kind: Kind = "official", roles: Iterable[str] = (), organisation: str = "",
        post: str = "", division: str = "",
    ) -> MadeAccount:
        """Make an account; its holder sets password and second factor with the token."""
        wanted = tuple(roles)
        with self._act(by, MAKE, "account", roles=sorted(wanted), kind=kind), self._storage.session() as session:
            made = self._accounts.make_within(
                session, name, zh, en, kind=kind, roles=wanted, organisation=organisation, post=post, division=division
            )
            return MadeAccount(card(made), self._accounts.issue_link_within(session, made.id, "set_up"))

    def listing(
        self, by: Subject, kind: Kind = "official", *, organisation: str = "", words: str = "", after: str = "", limit: int = 100
    ) -> list[AccountCard]:
        """Accounts of a kind by name, those behind the name `after`; the machine's operator may look too."""
        with self._act(by, ADMINISTER, "", verb="list", operator=True, kind=kind):
            return self._accounts.listing(kind, organisation=organisation, words=words, after=after, limit=limit)

    def end_sessions(self, by: Subject, account: str) -> int:
        """End every session and unused link of an account everywhere at once; gives how many sessions there were."""
        target = self._accounts.account(account)
        with self._act(by, ADMINISTER, target.id, verb="sessions.end"), self._storage.session() as session:
            return self._accounts.end_everything_within(session, target.id)

    def set_roles(self, by: Subject, account: str, roles: Iterable[str]) -> AccountCard:
        """Give an account these roles in place of those it has; open sessions have them at once."""
        target, wanted = self._accounts.account(account), sorted(set(roles))
        with self._act(by, ADMINISTER, target.id, verb="role", roles=wanted, before=list(target.roles)), self._leaving_one() as session:
            self._accounts.set_roles_within(session, target.id, wanted)
        return self._accounts.account(target.id)

    def disable(self, by: Subject, account: str) -> None:
        """Close an account: its sessions end everywhere at once."""
        target = self._accounts.account(account)
        with self._act(by, ADMINISTER, target.id, verb="disable"), self._leaving_one() as session:
            self._accounts.disable_within(session, target.id)

    def enable(self, by: Subject, account: str) -> None:
        """Open a closed account again; its holder signs in anew."""
        target = self._accounts.account(account)
        with self._act(by, ADMINISTER, target.id, verb="enable"), self._storage.session() as session:
            self._accounts.enable_within(session, target.id)

    def reset(self, by: Subject, account: str) -> MadeAccount:
        """Take password, second factor and sessions from an account whose holder lost them, and give a token to set them anew.

        The machine's operator may do this too, so that the last administrator who lost a telephone is no end of the hub.
        """
        target = self._accounts.account(account)
        with self._act(by, ADMINISTER, target.id, verb="reset", operator=True), self._storage.session() as session:
            self._sign_in.reset_within(session, target.id)
            return MadeAccount(target, self._accounts.issue_link_within(session, target.id, "set_up"))

    def import_organisations(self, by: Subject, nodes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """Bring the organisation tree up to date; gives key → id."""
        listed = list(nodes)
        with self._act(by, ADMINISTER, "", verb="organisations", units=len(listed)), self._storage.session() as session:
            return self._organisations.import_tree_within(session, listed)

    def disable_organisation(self, by: Subject, unit: str) -> None:
        """Close a unit and all below it: nobody of them can act any longer. Refused when no administrator would be left."""
        closing = self._organisations.unit(unit).id
        with self._act(by, ADMINISTER, "", verb="organisation.disable", unit=closing), self._leaving_one() as session:
            self._organisations.disable_within(session, unit)

    def enable_organisation(self, by: Subject, unit: str) -> None:
        """Open a closed unit again."""
        opening = self._organisations.unit(unit).id
        with self._act(by, ADMINISTER, "", verb="organisation.enable", unit=opening), self._storage.session() as session:
            self._organisations.enable_within(session, unit)

    @contextmanager
    def _act(self, by: Subject, action: str, target: str, operator: bool = False, **facts: Any) -> Iterator[None]:
        """One act of administration: allowed, said in the log, done, and its end said in the log."""
        resource = f"account:{target}" if target else "account"
        if reason := _why_not(by, target, action, operator):
            self._audit.record("account", by, action, resource, "refused", facts=facts)
            raise reason
        if self._allow and by.kind == "official":
            self._allow(by, action, "hub")
        with writing(self._audit, by, action, resource, facts=facts):
            yield

    @contextmanager
    def _leaving_one(self) -> Iterator[Session]:
        """A transaction that is undone when it would take away the last administrator."""
        with self._storage.session() as session:
            before = _administrators(session)
            yield session
            # What was changed is written first, which takes the lock of the sequence: of two at once the second sees the first.
            session.flush()
            if before and not _administrators(session):
                raise Conflict(
                    "这样就没有可用的系统管理员了。请先任命另一位系统管理员。",
                    "No system administrator would be left. Appoint another one first.",
                )

    def _ensure_none(self) -> None:
        if self.has_administrator():
            raise _one_already()

    def _use_code(self, session: Session, code: str) -> None:
        now = self._clock.now()
        unused = (SetUpCode.code_hash == token_hash(code)) & SetUpCode.used_at.is_(None) & (SetUpCode.expires_at > now)
        using = update(SetUpCode).where(unused).values(used_at=now).execution_options(synchronize_session=False)
        if session.scalar(using.returning(SetUpCode.code_hash)) is None:
            raise Refused(
                "启用码无效、已使用或已过期。请在服务器上重新获取。", "The set-up code is unknown, used or over. Ask for a new one at the machine."
            )


def _administrators(session: Session) -> list[str]:
    officials = select(Account).where(Account.kind == "official", Account.disabled_at.is_(None)).execution_options(populate_existing=True)
    return [holder.id for holder in session.scalars(officials) if ADMINISTRATOR in holder.roles and not is_closed(session, holder)]


def _why_not(by: Subject, target: str, action: str, operator: bool) -> Refused | None:
    if by.kind == "system" or (operator and by.kind == "operator"):
        return None
    if by.kind != "official" or ADMINISTRATOR not in by.roles or by.assurance < 2 or (by.scope and action not in by.scope):
        return Refused(
            "只有完成双因素登录的系统管理员可以管理账号。请以系统管理员身份登录。",
            "Only a system administrator signed in with a second factor administers accounts. Sign in as one.", action=action,
        )
    if by.account == target:
        return Refused(
            "不得更改本人的账号或角色。请由另一位系统管理员办理。", "Nobody changes their own account or roles. Let another administrator do it.",
            action=action,
        )
    return None


def _one_already() -> Conflict:
    return Conflict(
        "已有系统管理员，不能再建首个管理员。请由系统管理员添加账号。",
        "There is an administrator already; no first one is made. Let an administrator add accounts.",
    )
