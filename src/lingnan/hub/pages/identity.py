"""Answers the pages about signing in, oneself and accounts; each verb asks trust first, the verbs of signing in count and log by themselves."""

from collections.abc import Callable, Mapping

from lingnan.hub.pages import account_list, own_account, own_tokens, signing_in
from lingnan.hub.pages.desk import Desk
from lingnan.insight import (
    AccountForm,
    AccountPage,
    AccountSheet,
    Me,
    Menu,
    ProfileSheet,
    SignInNeed,
    SignInPage,
    TokenForm,
    TokenPage,
    UnitTree,
)
from lingnan.trust import Departure, IssuedToken, MadeAccount, Purpose, SignInStep, Subject, TotpEnrolment

Counts = Callable[[Subject], Mapping[str, int]]
"""How many things wait for a subject, by the key of the menu's entry."""


class IdentityPages:
    """One hub's answers about identity; `session` is the cookie's token, `pending` that of a sign-in under way."""

    def __init__(self, desk: Desk, counts: Counts | None = None) -> None:
        self._desk = desk
        self.counts: Counts = counts or (lambda _subject: {})

    def menu(self, subject: Subject) -> Menu:
        """What the top of the page offers to who is signed in."""
        return own_account.menu(self._desk, subject, self.counts(subject))

    def hold_purpose(self, subject: Subject, table: str, purpose: Purpose) -> None:
        """Let a purpose hold for this session and a table."""
        self._desk.hub.trust.held_purposes.state(subject, table, purpose)

    def end_purpose(self, subject: Subject, table: str) -> None:
        """End what was stated for a table."""
        self._desk.hub.trust.held_purposes.end(subject, table)

    def me(self, subject: Subject) -> Me:
        """Who asks."""
        return own_account.me(self._desk, subject)

    def entry(self) -> SignInPage:
        """How one may sign in here."""
        return signing_in.entry(self._desk)

    def begin(self, name: str, password: str, address: str, device: str) -> SignInStep:
        """Begin to sign in with name and password; Refused alike for an unknown name and a wrong password."""
        return self._desk.hub.trust.sign_in.with_password(name, password, address, device)

    def begin_set_up(self, token: str, device: str) -> SignInStep:
        """Begin with the one-time token of a new or reset account."""
        return self._desk.hub.trust.sign_in.with_set_up(token, device)

    def first_administrator(self, code: str, name: str, zh: str, device: str) -> SignInStep:
        """Make the first administrator with the code shown at the machine, and begin its sign-in."""
        made = self._desk.hub.trust.first_administrator(name, zh, code=code)
        return self._desk.hub.trust.sign_in.with_set_up(made.set_up_token, device)

    def needed(self, pending: str) -> SignInNeed:
        """What a sign-in under way waits for; Refused when it is over."""
        return signing_in.needed(self._desk, pending)

    def show_code(self, pending: str, method: str, code: str, address: str) -> SignInStep:
        """Show the second factor by `totp` or `recovery_code`."""
        return signing_in.show_code(self._desk, pending, method, code, address)

    def set_password(self, pending: str, password: str) -> SignInStep:
        """Set the password that a sign-in under way waits for."""
        return self._desk.hub.trust.sign_in.set_password(pending, password)

    def enrol(self, token: str, *, again: bool = False) -> TotpEnrolment:
        """A fresh secret for an authenticator app, for a sign-in under way or a session; `again` tells the same one after a wrong code."""
        return signing_in.enrol(self._desk, token, again)

    def confirm_enrolment(self, token: str, code: str, address: str) -> SignInStep:
        """Take the fresh secret into use by its first code; the step has the recovery codes."""
        return signing_in.confirm_enrolment(self._desk, token, code, address)

    def depart(self, provider: str, invitation: str) -> Departure:
        """Where to send the browser to sign in at a provider."""
        return self._desk.hub.trust.providers.begin(provider, invitation)

    def arrive(self, provider: str, answer: Mapping[str, str], browser: str, device: str) -> SignInStep:
        """The session for who comes back from a provider, or what has to be shown first."""
        return self._desk.hub.trust.providers.arrive(provider, answer, browser, device)

    def ask_passkey(self) -> str:
        """The options for `navigator.credentials.get`, as JSON."""
        return self._desk.hub.trust.passkeys.begin_sign_in()

    def enter_by_passkey(self, answer: str, device: str) -> str:
        """The session that a passkey's answer opens."""
        return self._desk.hub.trust.passkeys.finish_sign_in(answer, device).token

    def profile(self, session: str) -> ProfileSheet:
        """One's own account."""
        return own_account.profile(self._desk, session)

    def change_password(self, session: str, old: str, new: str, address: str) -> SignInStep:
        """Change one's own password: every other session ends, this one goes on under a new token."""
        own_account.owner(self._desk, session)
        return self._desk.hub.trust.sign_in.change_password(session, old, new, address)

    def confirm(self, session: str, method: str, secret: str, address: str) -> SignInStep:
        """Show again who one is, by `password`, `totp` or `passkey` (the browser's answer); the last two raise the assurance too."""
        return own_account.confirm(self._desk, session, method, secret, address)

    def renew_codes(self, session: str) -> tuple[str, ...]:
        """New recovery codes, told this once."""
        own_account.owner(self._desk, session)
        return self._desk.hub.trust.sign_in.renew_recovery_codes(session)

    def ask_new_passkey(self, session: str) -> str:
        """The options for `navigator.credentials.create`, as JSON; Refused, code ConfirmFirst, when one signed in too long ago."""
        return self._desk.hub.trust.passkeys.begin_registration(own_account.recent_owner(self._desk, session))

    def add_passkey(self, session: str, answer: str, name: str) -> None:
        """Keep the passkey that the browser made."""
        self._desk.hub.trust.passkeys.finish_registration(own_account.owner(self._desk, session), answer, name)

    def revoke_passkey(self, session: str, passkey: str) -> None:
        """End one's own passkey."""
        self._desk.hub.trust.passkeys.revoke(passkey, own_account.owner(self._desk, session))

    def end_session(self, session: str, other: str) -> bool:
        """End one of one's sessions by its id; says whether it was this one."""
        subject = own_account.owner(self._desk, session)
        self._desk.hub.trust.sessions.end_one(subject.account, other)
        return other == subject.session

    def end_sessions(self, session: str) -> None:
        """End all of one's sessions, this one too."""
        self._desk.hub.trust.accounts.sign_out_everywhere(own_account.owner(self._desk, session).account)

    def act_for(self, session: str, credit_code: str) -> None:
        """Act for a legal person in this session from now on; Refused without a valid authority."""
        own_account.act_for(self._desk, session, credit_code)

    def tokens(self, subject: Subject) -> TokenPage:
        """One's API tokens, and what a new one may be made of."""
        return own_tokens.tokens(self._desk, subject)

    def make_token(self, subject: Subject, form: TokenForm) -> IssuedToken:
        """Make an API token; its secret is told this once."""
        return own_tokens.make(self._desk, subject, form)

    def spend_rows(self, subject: Subject, rows: int) -> None:
        """Count rows about to be given to a program; Refused with code `quota` when its token has none left."""
        if subject.token and rows:
            self._desk.hub.trust.tokens.spend_rows(subject, rows)

    def revoke_token(self, subject: Subject, token: str) -> None:
        """End one's own token by its id."""
        self._desk.hub.trust.allow(subject, "profile.edit", f"token:{token}")
        self._desk.hub.trust.tokens.revoke(token, subject)

    def accounts(self, subject: Subject, words: str, kind: str, organisation: str, cursor: str) -> AccountPage:
        """Accounts whose name or title holds the words, by name."""
        return account_list.accounts(self._desk, subject, words, kind, organisation, cursor)

    def account(self, subject: Subject, account: str) -> AccountSheet:
        """One account by its id."""
        return account_list.account(self._desk, subject, account)

    def units(self, subject: Subject) -> UnitTree:
        """The organisation tree."""
        return account_list.units(self._desk, subject)

    def add_account(self, subject: Subject, form: AccountForm) -> MadeAccount:
        """Make an account; its set-up token is told this once."""
        return account_list.add(self._desk, subject, form)

    def reset_account(self, subject: Subject, account: str) -> MadeAccount:
        """Take every way of signing in from an account and give a new set-up token, told this once."""
        return self._desk.hub.trust.administration.reset(subject, account)

    def set_roles(self, subject: Subject, account: str, roles: tuple[str, ...]) -> None:
        """Give an account these roles in place of those it has."""
        self._desk.hub.trust.administration.set_roles(subject, account, roles)

    def close_account(self, subject: Subject, account: str) -> None:
        """Disable an account."""
        self._desk.hub.trust.administration.disable(subject, account)

    def open_account(self, subject: Subject, account: str) -> None:
        """Enable a disabled account."""
        self._desk.hub.trust.administration.enable(subject, account)

    def end_account_sessions(self, subject: Subject, account: str) -> None:
        """End every session of an account."""
        self._desk.hub.trust.administration.end_sessions(subject, account)

    def close_unit(self, subject: Subject, unit: str) -> None:
        """Disable a unit with all below it."""
        self._desk.hub.trust.administration.disable_organisation(subject, unit)

    def open_unit(self, subject: Subject, unit: str) -> None:
        """Enable a disabled unit."""
        self._desk.hub.trust.administration.enable_organisation(subject, unit)
