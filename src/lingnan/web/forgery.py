"""Keeps other sites from acting in a visitor's name: every changing request proves that it comes from our own pages."""

import hashlib
import hmac
from urllib.parse import urlsplit

from fastapi import Request

from lingnan.base import Refused
from lingnan.web.visitor import SESSION_COOKIE

FIELD, HEADER = "forgery_token", "X-Forgery-Token"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def forgery_token(request: Request) -> str:
    """What a form of this visitor carries; nothing without a session. Only who holds the session cookie can make it."""
    session = getattr(request.state, "session", "") or request.cookies.get(SESSION_COOKIE, "")
    return hmac.digest(session.encode(), b"lingnan form", hashlib.sha256).hex() if session else ""


async def unforged(request: Request) -> None:
    """Refused unless a changing request comes from our own origin and, when a session acts, carries its form token."""
    if request.method not in CHANGING or request.headers.get("authorization"):
        return
    if not _from_here(request):
        raise _refusal()
    expected = forgery_token(request)
    if expected and not hmac.compare_digest(expected.encode(), (await _given(request)).encode()):
        raise _refusal()


def _from_here(request: Request) -> bool:
    """By what the browser says of itself; a client that says nothing is no browser and was tricked by no page."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


async def _given(request: Request) -> str:
    if header := request.headers.get(HEADER):
        return header
    form = await request.form()
    return str(form.get(FIELD, ""))


def _refusal() -> Refused:
    return Refused(
        "这个操作不是从本站页面发出的，或页面已经过期，因此没有执行。请重新打开页面再试。",
        "This did not come from our own page, or the page is too old, so nothing was done. Open the page again and retry.",
    )
