"""Signing in, as its pages go: what is offered, what a sign-in under way waits for, and its codes."""

from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.own_account import owner, passkeys_possible
from lingnan.insight import ProviderLine, SignInNeed, SignInPage, Words
from lingnan.trust import SignInStep, TotpEnrolment


def entry(desk: Desk) -> SignInPage:
    """The registered providers, whether the site's name allows passkeys, and whether a first administrator is still to be made."""
    trust = desk.hub.trust
    providers = tuple(ProviderLine(id=card.id, kind=card.kind, title=Words(zh=card.zh, en=card.en)) for card in trust.providers.cards())
    return SignInPage(providers=providers, passkeys_possible=passkeys_possible(desk), set_up=not trust.administration.has_administrator())


def needed(desk: Desk, pending: str) -> SignInNeed:
    """What a sign-in under way waits for, and the second factors its account can show; Refused when it is over."""
    trust = desk.hub.trust
    awaited = trust.sign_in.awaiting(pending)
    methods = ("totp", "recovery_code") if trust.sign_in.second_factor.has_totp(awaited.account) else ()
    if any(not passkey.revoked for passkey in trust.passkeys.of(awaited.account)):
        methods = ("passkey", *methods)
    return SignInNeed(need=awaited.need, name=trust.accounts.account(awaited.account).name, methods=methods)


def show_code(desk: Desk, pending: str, method: str, code: str, address: str) -> SignInStep:
    """The next step after a code of the app or a recovery code."""
    sign_in = desk.hub.trust.sign_in
    return sign_in.with_recovery_code(pending, code, address) if method == "recovery_code" else sign_in.with_totp(pending, code, address)


def enrol(desk: Desk, token: str, again: bool) -> TotpEnrolment:
    """The secret for an authenticator app, fresh or the one whose first code was wrong."""
    _not_for_another(desk, token)
    sign_in = desk.hub.trust.sign_in
    return sign_in.enrolling_totp(token) if again else sign_in.enrol_totp(token)


def confirm_enrolment(desk: Desk, token: str, code: str, address: str) -> SignInStep:
    """Signed in with assurance 2 when the first code is right."""
    _not_for_another(desk, token)
    return desk.hub.trust.sign_in.confirm_totp(token, code, address)


def _not_for_another(desk: Desk, token: str) -> None:
    """A session that acts for a legal person does not change its holder's own ways of signing in; a sign-in under way is no session."""
    if desk.hub.trust.sessions.subject_of(token).account:
        owner(desk, token)
