"""Who a session stands for, signing in by a one-time link, signing out."""

from lingnan.hub.pages.desk import Desk
from lingnan.trust import Subject


def subject(desk: Desk, session: str) -> Subject:
    """Who a session's token stands for; the visitor when it is empty, unknown or over."""
    return desk.hub.trust.accounts.subject_of(session)


def subject_of_token(desk: Desk, token: str, address: str) -> Subject:
    """Who an API token stands for when used from an address; Refused when it may not be used."""
    return desk.hub.trust.tokens.subject_of(token, address)


def sign_in(desk: Desk, token: str) -> str:
    """The session a one-time link opens; Refused when it was used or is over."""
    return desk.hub.trust.redeem_link(token)[0]


def sign_out(desk: Desk, session: str) -> None:
    """End a session; an unknown one is no error."""
    if session:
        desk.hub.trust.accounts.sign_out(session)
