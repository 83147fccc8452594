"""What a form brings as proof of who sends it, where a step is signed: a one-time code, or a passkey's answer."""

from typing import Annotated, Final

from fastapi import Form

from lingnan.web.visitor import SESSION_COOKIE, Visit, address, entered

ANSWER_LENGTH: Final = 40_000
Code = Annotated[str, Form(max_length=12)]
PasskeyAnswer = Annotated[str, Form(max_length=ANSWER_LENGTH)]


def shown(visit: Visit, code: str, passkey: str) -> tuple[Visit, str]:
    """The visit under the session that the proof gives, and that session's token, empty when nothing was shown; Refused when it is wrong."""
    session = visit.request.cookies.get(SESSION_COOKIE, "")
    if not code and not passkey:
        return visit, ""
    method, secret = ("passkey", passkey) if passkey else ("totp", code)
    token = visit.pages.identity.confirm(session, method, secret, address(visit.request)).token
    return entered(visit, token), token
