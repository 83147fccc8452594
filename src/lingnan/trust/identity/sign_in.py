"""Signing in, one step after another: the password, the second factor, what must be set up first, and only then a session."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lingnan.base import Clock, Refused
from lingnan.storage import Storage, unmarked
from lingnan.trust.identity.accounts import Accounts
from lingnan.trust.identity.credential_records import ApiToken, Passkey
from lingnan.trust.identity.passwords import Passwords
from lingnan.trust.identity.pending import Awaited, HasFactor, Need, PendingSignIns, SignInStep
from lingnan.trust.identity.records import Account, AccountPassword, OrganisationUnit
from lingnan.trust.identity.second_factor import SecondFactor, TotpEnrolment, has_totp, remove_second_factor
from lingnan.trust.identity.sessions import Sessions, closed, ended
from lingnan.trust.identity.sign_in_rules import SignInRules
from lingnan.trust.identity.subjects import is_closed
from lingnan.trust.identity.throttle import Counts, Throttle, network
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.writing import Writing, writing

Judged = TypeVar("Judged")


class SignIn:
    """Leads a person from a name to a session. Every attempt is counted and logged; wrong name and wrong password are one answer."""

    def __init__(
        self, storage: Storage, clock: Clock, key: HubKey, audit: AuditLog, rules: SignInRules, accounts: Accounts, sessions: Sessions
    ) -> None:
        self._storage, self._clock, self._key, self._audit, self._rules = storage, clock, key, audit, rules
        self._accounts, self._sessions = accounts, sessions
        self._passwords = Passwords(rules)
        self._pending = PendingSignIns(clock, rules.pending_minutes)
        self._throttle = Throttle(storage, clock, key, rules.throttle)
        self.second_factor = SecondFactor(storage, clock, key, rules.second_factor)
        self._factors: dict[str, HasFactor] = {"totp": has_totp}

    def add_factor(self, method: str, has: HasFactor) -> None:
        """Let another kind of second factor (a passkey) count; `has(session, account_id)` tells whether an account has it."""
        self._factors[method] = has

    def with_password(self, name: str, password: str, address: str = "", device: str = "") -> SignInStep:
        """Begin with a name (or the citizen's own number) and a password; Refused, code SignInRefused, when they do not fit.

        Refused with code TooManyAttempts and `retry_after` seconds while the account or the address has to wait.
        """
        with self._storage.reading() as session:
            holder = self._accounts.to_sign_in(session, name)
            who = _Who(holder.id, holder.kind) if holder else _Who()
            kept = session.get(AccountPassword, who.account) if holder else None
            kept_hash, disabled = kept.hash if kept else None, holder is not None and is_closed(session, holder)
        counted = {"account": who.account or self._key.pseudonym("sign_in_name", name.casefold()), "address": network(address)}
        counts = self._enter(who, "password", address, counted)
        right = self._passwords.verify(kept_hash, password)
        if not right or disabled or kept_hash is None:
            raise self._wrong(who, "password", address, counts, "disabled" if disabled else "wrong" if who.account else "unknown")
        self._throttle.succeed(**counted)
        fresh = self._passwords.hash(password) if self._passwords.outdated(kept_hash) else kept_hash
        with self._entering(who, "password") as told, self._storage.session() as session:
            rehash = update(AccountPassword).where(AccountPassword.account_id == who.account, AccountPassword.hash == kept_hash)
            session.execute(rehash.values(hash=fresh))
            return _said(told, self._next(session, session.get_one(Account, who.account), "password", device, 1))

    def with_set_up(self, token: str, device: str = "") -> SignInStep:
        """Begin with the one-time token of a new or reset account: the password is set next; Refused when it is unknown, used or over."""
        holder = self._accounts.holder_of_link(token, "set_up")
        with self._entering(_Who(holder.id, holder.kind), "set_up") as told, self._storage.session() as session:
            self._accounts.use_link_within(session, token, "set_up")
            return _said(told, self._pend(session, session.get_one(Account, holder.id), "set_password", "set_up", device, 1))

    def with_proof(self, account: str, method: str, device: str = "", assurance: int = 1) -> SignInStep:
        """Begin with an account whose holder another part of identity has just recognised (a provider, a passkey), as `method`."""
        known = self._accounts.account(account)
        with self._entering(_Who(known.id, known.kind), method) as told, self._storage.session() as session:
            return _said(told, self.with_proof_within(session, session.get_one(Account, known.id), method, device, assurance))

    def with_proof_within(self, session: Session, holder: Account, method: str, device: str = "", assurance: int = 1) -> SignInStep:
        """The same inside an open transaction, which the caller has announced."""
        if is_closed(session, holder):
            raise closed()
        return self._next(session, holder, method, device, assurance)

    def awaiting(self, pending: str) -> Awaited:
        """What a sign-in under way waits for and for whom; Refused when it is over."""
        with self._storage.reading() as session:
            return self._pending.look(session, pending)

    def with_totp(self, pending: str, code: str, address: str = "") -> SignInStep:
        """Show the second factor by a code of the authenticator app; Refused when it is wrong or was used."""
        found, who = self._awaiting_factor(pending)
        self._judged(who, "totp", address, lambda: self.second_factor.check_totp(found, code))
        return self._go_on(pending, found, "totp")

    def with_recovery_code(self, pending: str, code: str, address: str = "") -> SignInStep:
        """Show the second factor by a recovery code, which is used up; Refused when it is wrong or was used."""
        found, who = self._awaiting_factor(pending)
        self._judged(who, "recovery_code", address, lambda: self.second_factor.is_recovery_code(found, code))
        return self._go_on(pending, found, "recovery_code", lambda session: self.second_factor.use_recovery_code_within(session, found, code))

    def with_other_factor(self, pending: str, account: str, method: str) -> SignInStep:
        """Go on after another part of identity has checked its own second factor (a passkey) of this very account."""
        return self._go_on(pending, account, method)

    def set_password(self, pending: str, password: str) -> SignInStep:
        """Set the password a sign-in under way waits for; WrongUse, code WeakPassword, when it cannot be taken."""
        with self._storage.reading() as session:
            found = self._pending.look(session, pending, "set_password")
            self._passwords.check(password, _own_words(session, found.account))
        fresh = self._passwords.hash(password)
        who = _Who(found.account, self._accounts.account(found.account).kind)
        with self._writing(who, "account.password"), self._entering(who, found.method) as told, self._storage.session() as session:
            found, holder = self._pending.finish(session, pending, "set_password")
            self._keep_password(session, holder, fresh)
            return _said(told, self._next(session, holder, found.method, found.device, found.assurance))

    def change_password(self, token: str, old: str, new: str, address: str = "") -> SignInStep:
        """Change one's own password: every other session ends, this one goes on under a new token. Refused when the old one is wrong."""
        who = self._owner(token)
        self._check_password(who, old, address)
        with self._storage.reading() as session:
            self._passwords.check(new, _own_words(session, who.account))
        fresh = self._passwords.hash(new)
        with self._writing(who, "account.password"), self._storage.session() as session:
            opened = self._sessions.renew_within(session, token, "")
            self._keep_password(session, session.get_one(Account, who.account), fresh, keep=opened.id)
        return SignInStep.signed_in(opened)

    def enrol_totp(self, token: str) -> TotpEnrolment:
        """A fresh authenticator secret, for a sign-in under way that waits for one or for a session whose owner signed in just now."""
        who = self._enrolling(token)
        with self._writing(who, "account.second_factor", method="totp", step="enrol"):
            return self.second_factor.enrol(who.account, self._accounts.account(who.account).name)

    def enrolling_totp(self, token: str) -> TotpEnrolment:
        """The secret being enrolled, told once more after a wrong first code; Missing when none is."""
        account = self._enrolling(token)
        return self.second_factor.enrolling(account.account, self._accounts.account(account.account).name)

    def has_password(self, account: str) -> bool:
        """Whether the account (by its id) has a password."""
        with self._storage.reading() as session:
            return session.get(AccountPassword, account) is not None

    def confirm_totp(self, token: str, code: str, address: str = "") -> SignInStep:
        """Show the first code of the fresh secret: signed in with assurance 2, with new recovery codes; Refused when the code is wrong."""
        who = self._enrolling(token)
        with self._writing(who, "account.second_factor", method="totp"):
            codes = self._judged(who, "totp", address, lambda: self.second_factor.confirm(who.account, code))
        with self._entering(who, "totp") as told, self._storage.session() as session:
            if self._pending.find(session, token) is None:
                opened = self._sessions.renew_within(session, token, "totp", 2)
            else:
                found, holder = self._pending.finish(session, token, "enrol_second_factor")
                opened = self._sessions.open_within(session, holder, 2, method=f"{found.method}+totp", device=found.device)
            return _said(told, SignInStep.signed_in(opened, codes or ()))

    def confirm_with_password(self, token: str, password: str, address: str = "") -> SignInStep:
        """Show again who one is before a sensitive act: the session goes on under a new token and counts as recently confirmed."""
        self._check_password(self._owner(token), password, address)
        return SignInStep.signed_in(self._sessions.raise_assurance(token, "", 1))

    def confirm_with_totp(self, token: str, code: str, address: str = "") -> SignInStep:
        """The same by a code of the authenticator app, which also raises the session to assurance 2."""
        who = self._owner(token)
        self._judged(who, "totp", address, lambda: self.second_factor.check_totp(who.account, code))
        return SignInStep.signed_in(self._sessions.raise_assurance(token, "totp"))

    def renew_recovery_codes(self, token: str) -> tuple[str, ...]:
        """New recovery codes in place of the old ones, told this once; Refused unless the owner showed who they are just now."""
        who = self._recent_owner(token)
        with self._writing(who, "account.second_factor", method="recovery_code"):
            return self.second_factor.renew_recovery_codes(who.account)

    def reset_within(self, session: Session, account_id: str) -> None:
        """Take every way of signing in from an account, and its sessions and tokens, inside an open transaction."""
        for held in (Passkey, ApiToken):
            live = update(held).where(held.account_id == account_id, held.revoked_at.is_(None))
            session.execute(live.values(revoked_at=self._clock.now()).execution_options(synchronize_session=False))
        session.execute(delete(AccountPassword).where(AccountPassword.account_id == account_id))
        remove_second_factor(session, account_id)
        self._pending.end_all(session, account_id)
        self._accounts.end_everything_within(session, account_id)

    def sweep(self) -> int:
        """Delete sign-ins under way that are over and failures that are forgotten; gives how many rows."""
        with self._storage.session() as session:
            gone = self._pending.sweep(session)
        return gone + self._throttle.sweep()

    def _awaiting_factor(self, pending: str) -> tuple[str, "_Who"]:
        """Whose second factor a sign-in under way waits for."""
        with self._storage.reading() as session:
            found = self._pending.look(session, pending, "second_factor")
            return found.account, _Who(found.account, session.get_one(Account, found.account).kind)

    def _go_on(self, pending: str, account: str, method: str, use_up: Callable[[Session], bool] = lambda _session: True) -> SignInStep:
        """A sign-in whose second factor was shown; `use_up` spends what may be shown once, with the session it buys."""
        who = self._awaiting_factor(pending)[1]
        with self._entering(who, method) as told, self._storage.session() as session:
            found, holder = self._pending.finish(session, pending, "second_factor")
            if found.account != account or not use_up(session):
                raise ended()
            return _said(told, self._next(session, holder, f"{found.method}+{method}", found.device, 2))

    def _next(self, session: Session, holder: Account, method: str, device: str, assurance: int) -> SignInStep:
        """What has to be done before there is a session, else the session."""
        methods = tuple(name for name, has in self._factors.items() if has(session, holder.id))
        if methods and assurance < 2:
            # Only after the second factor may a password be set: an old password alone must not open the way to a new one.
            step = self._pend(session, holder, "second_factor", method, device, assurance)
            return replace(step, methods=(*methods, "recovery_code") if "totp" in methods else methods)
        if method.startswith("password") and self._password_over(session, holder):
            return self._pend(session, holder, "set_password", method, device, assurance)
        if assurance < 2 and self._rules.second_factor.compulsory(holder.kind, frozenset(holder.roles)):
            return self._pend(session, holder, "enrol_second_factor", method, device, assurance)
        return SignInStep.signed_in(self._sessions.open_within(session, holder, assurance, method=method, device=device))

    def _pend(self, session: Session, holder: Account, need: Need, method: str, device: str, assurance: int) -> SignInStep:
        return SignInStep(need, *self._pending.begin(session, holder.id, need, method, device, assurance))

    def _password_over(self, session: Session, holder: Account) -> bool:
        days, kept = self._rules.passwords.rotation_days, session.get(AccountPassword, holder.id)
        return bool(days) and kept is not None and self._clock.now() - kept.set_at >= timedelta(days=days)

    def _keep_password(self, session: Session, holder: Account, fresh: str, keep: str = "") -> None:
        session.merge(AccountPassword(account_id=holder.id, hash=fresh, set_at=self._clock.now()))
        self._pending.end_all(session, holder.id)
        self._accounts.end_links_within(session, holder.id)
        self._sessions.end_all_within(session, holder.id, keep)

    def _owner(self, token: str) -> "_Who":
        subject = self._sessions.subject_of(token)
        if not subject.account:
            raise ended()
        return _Who(subject.account, subject.kind, subject.assurance)

    def _recent_owner(self, token: str) -> "_Who":
        who, minutes = self._owner(token), self._rules.confirm_minutes
        with self._storage.reading() as session:
            has_factor = any(has(session, who.account) for has in self._factors.values())
        if not self._sessions.recently_confirmed(token, minutes) or (has_factor and who.assurance < 2):
            raise Refused(
                "此操作需要重新验证身份。请再次输入密码或动态口令后重试。",
                "This needs you to show again who you are. Enter your password or a code of your authenticator app, then retry.",
                code="ConfirmFirst", minutes=minutes,
            )
        return who

    def _enrolling(self, token: str) -> "_Who":
        """Whose second factor may be enrolled with this token, of a sign-in under way or of a session."""
        with self._storage.reading() as session:
            found = self._pending.find(session, token)
            if found and found.need == "enrol_second_factor":
                return _Who(found.account, session.get_one(Account, found.account).kind)
        return self._recent_owner(token)

    def _check_password(self, who: "_Who", password: str, address: str) -> None:
        counted = {"account": who.account, "address": network(address)}
        with self._storage.reading() as session:
            kept = session.get(AccountPassword, who.account)
            kept_hash = kept.hash if kept else None
        counts = self._enter(who, "password", address, counted)
        if not self._passwords.verify(kept_hash, password):
            raise self._wrong(who, "password", address, counts, "wrong")
        self._throttle.succeed(**counted)

    def _judged(self, who: "_Who", method: str, address: str, check: Callable[[], Judged]) -> Judged:
        """The answer of a check of the second factor, counted and logged; Refused when it is wrong."""
        counted = {"second_factor": who.account, "address": network(address)}
        counts = self._enter(who, method, address, counted)
        answer = check()
        if not answer:
            raise self._wrong(who, method, address, counts, "wrong")
        with unmarked():
            self._throttle.succeed(**counted)
        return answer

    def _enter(self, who: "_Who", method: str, address: str, counted: dict[str, str]) -> Counts:
        try:
            with unmarked():
                return self._throttle.enter(**counted)
        except Refused:
            self._log(who, "account.sign_in", "throttled", method=method, address=self._throttle.address_name(address))
            raise

    def _wrong(self, who: "_Who", method: str, address: str, counts: Counts, reason: str) -> Refused:
        self._log(who, "account.sign_in", "refused", method=method, reason=reason, address=self._throttle.address_name(address))
        with unmarked():
            self._throttle.fail(counts, who.account, address)
        if method == "password":
            return Refused("账号或密码不正确。", "Name or password is wrong.", code="SignInRefused")
        return Refused("验证码不正确或已使用。", "The code is wrong or was used.", code="SignInRefused")

    def _entering(self, who: "_Who", method: str) -> AbstractContextManager[Writing]:
        """A step of signing in; its outcome tells the state that the step led to."""
        return self._writing(who, "account.sign_in", method=method)

    def _writing(self, who: "_Who", action: str, **facts: Any) -> AbstractContextManager[Writing]:
        """A change of how somebody signs in: the log has its intent before it and its outcome after."""
        return writing(self._audit, who.reference, action, f"account:{who.account}", facts=facts)

    def _log(self, who: "_Who", action: str, outcome: str, **facts: Any) -> None:
        self._audit.record("sign_in", who.reference, action, f"account:{who.account or 'unknown'}", outcome, facts=facts)


def _said(told: Writing, step: SignInStep) -> SignInStep:
    told.tell(state=step.state)
    return step


@dataclass(frozen=True)
class _Who:
    """Whom an attempt concerns; nobody when no account has the name."""

    account: str = ""
    kind: str = "anonymous"
    assurance: int = 1

    @property
    def reference(self) -> str:
        return f"{self.kind}:{self.account}" if self.account else self.kind


def _own_words(session: Session, account: str) -> list[str]:
    """The words a password of this account must not contain: the holder's and the unit's names."""
    holder = session.get_one(Account, account)
    unit = session.get(OrganisationUnit, holder.organisation_id) if holder.organisation_id else None
    own = [holder.name, holder.zh, holder.en, *holder.en.split()]
    return own + ([unit.key, unit.code, unit.zh, unit.en] if unit else [])
