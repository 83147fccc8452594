"""What the pages about signing in, oneself and accounts ask for."""

from collections.abc import Mapping
from typing import Protocol

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


class IdentitySource(Protocol):
    """`session` is the session cookie's token, `pending` that of a sign-in under way; every verb may raise Missing or Refused."""

    def menu(self, subject: Subject) -> Menu:
        """What the top of the page offers to who is signed in."""
        ...

    def hold_purpose(self, subject: Subject, table: str, purpose: Purpose) -> None:
        """Let a purpose hold for this session and a table; WrongUse when half of it is missing."""
        ...

    def end_purpose(self, subject: Subject, table: str) -> None:
        """End what was stated for a table; Missing when nothing was."""
        ...

    def me(self, subject: Subject) -> Me:
        """Who asks."""
        ...

    def entry(self) -> SignInPage:
        """How one may sign in here."""
        ...

    def begin(self, name: str, password: str, address: str, device: str) -> SignInStep:
        """Begin to sign in with name and password; Refused alike for an unknown name and a wrong password."""
        ...

    def begin_set_up(self, token: str, device: str) -> SignInStep:
        """Begin with the one-time token of a new or reset account."""
        ...

    def first_administrator(self, code: str, name: str, zh: str, device: str) -> SignInStep:
        """Make the first administrator with the code shown at the machine, and begin its sign-in."""
        ...

    def needed(self, pending: str) -> SignInNeed:
        """What a sign-in under way waits for; Refused when it is over."""
        ...

    def show_code(self, pending: str, method: str, code: str, address: str) -> SignInStep:
        """Show the second factor by `totp` or `recovery_code`."""
        ...

    def set_password(self, pending: str, password: str) -> SignInStep:
        """Set the password that a sign-in under way waits for."""
        ...

    def enrol(self, token: str, *, again: bool = False) -> TotpEnrolment:
        """A fresh secret for an authenticator app, for a sign-in under way or a session; `again` tells the same one after a wrong code."""
        ...

    def confirm_enrolment(self, token: str, code: str, address: str) -> SignInStep:
        """Take the fresh secret into use by its first code; the step has the recovery codes."""
        ...

    def depart(self, provider: str, invitation: str) -> Departure:
        """Where to send the browser to sign in at a provider."""
        ...

    def arrive(self, provider: str, answer: Mapping[str, str], browser: str, device: str) -> SignInStep:
        """The session for who comes back from a provider, or what has to be shown first."""
        ...

    def ask_passkey(self) -> str:
        """The options for `navigator.credentials.get`, as JSON."""
        ...

    def enter_by_passkey(self, answer: str, device: str) -> str:
        """The session that a passkey's answer opens."""
        ...

    def profile(self, session: str) -> ProfileSheet:
        """One's own account."""
        ...

    def change_password(self, session: str, old: str, new: str, address: str) -> SignInStep:
        """Change one's own password: every other session ends, this one goes on under a new token."""
        ...

    def confirm(self, session: str, method: str, secret: str, address: str) -> SignInStep:
        """Show again who one is, by `password`, `totp` or `passkey` (the browser's answer); the last two raise the assurance too."""
        ...

    def renew_codes(self, session: str) -> tuple[str, ...]:
        """New recovery codes, told this once."""
        ...

    def ask_new_passkey(self, session: str) -> str:
        """The options for `navigator.credentials.create`, as JSON; Refused, code ConfirmFirst, when one signed in too long ago."""
        ...

    def add_passkey(self, session: str, answer: str, name: str) -> None:
        """Keep the passkey that the browser made."""
        ...

    def revoke_passkey(self, session: str, passkey: str) -> None:
        """End one's own passkey."""
        ...

    def end_session(self, session: str, other: str) -> bool:
        """End one of one's sessions by its id; says whether it was this one."""
        ...

    def end_sessions(self, session: str) -> None:
        """End all of one's sessions, this one too."""
        ...

    def act_for(self, session: str, credit_code: str) -> None:
        """Act for a legal person in this session from now on; Refused without a valid authority."""
        ...

    def tokens(self, subject: Subject) -> TokenPage:
        """One's API tokens, and what a new one may be made of."""
        ...

    def make_token(self, subject: Subject, form: TokenForm) -> IssuedToken:
        """Make an API token; its secret is told this once."""
        ...

    def spend_rows(self, subject: Subject, rows: int) -> None:
        """Count rows about to be given to a program; Refused with code `quota` when its token has none left."""
        ...

    def revoke_token(self, subject: Subject, token: str) -> None:
        """End one's own token by its id."""
        ...

    def accounts(self, subject: Subject, words: str, kind: str, organisation: str, cursor: str) -> AccountPage:
        """Accounts whose name or title holds the words, by name."""
        ...

    def account(self, subject: Subject, account: str) -> AccountSheet:
        """One account by its id."""
        ...

    def units(self, subject: Subject) -> UnitTree:
        """The organisation tree."""
        ...

    def add_account(self, subject: Subject, form: AccountForm) -> MadeAccount:
        """Make an account; its set-up token is told this once."""
        ...

    def reset_account(self, subject: Subject, account: str) -> MadeAccount:
        """Take every way of signing in from an account and give a new set-up token, told this once."""
        ...

    def set_roles(self, subject: Subject, account: str, roles: tuple[str, ...]) -> None:
        """Give an account these roles in place of those it has."""
        ...

    def close_account(self, subject: Subject, account: str) -> None:
        """Disable an account."""
        ...

    def open_account(self, subject: Subject, account: str) -> None:
        """Enable a disabled account."""
        ...

    def end_account_sessions(self, subject: Subject, account: str) -> None:
        """End every session of an account."""
        ...

    def close_unit(self, subject: Subject, unit: str) -> None:
        """Disable a unit with all below it."""
        ...

    def open_unit(self, subject: Subject, unit: str) -> None:
        """Enable a disabled unit."""
        ...
