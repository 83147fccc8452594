"""The cookies of signing in: the session's, and those of a sign-in under way; none is readable by scripts."""

import re
from typing import Literal
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from lingnan.trust import SignInStep
from lingnan.web.headers import is_https
from lingnan.web.visitor import SESSION_COOKIE, Visit

SESSION_S = 8 * 3600
PENDING_COOKIE, PENDING_S = "lingnan_sign_in", 600
PROVIDER_COOKIE, PROVIDER_S = "lingnan_provider", 600
HERE = re.compile(r"/(?![/\\])[^\s\\]{0,400}")
"""An address of this site; `//elsewhere` would be another's."""
PAGES = {"second_factor": "/sign-in/second-factor", "set_password": "/sign-in/password", "enrol_second_factor": "/sign-in/enrol"}


def onward(address: str) -> str:
    """Where to go after signing in: an address of this site, else the front page."""
    return address if HERE.fullmatch(address) else "/"


def keep_session(visit: Visit, response: Response, token: str) -> Response:
    """Give the browser a session; the one it had is over."""
    had = visit.request.cookies.get(SESSION_COOKIE, "")
    if had and had != token:
        visit.pages.sign_out(had)
    _set(visit.request, response, SESSION_COOKIE, token, SESSION_S, "/", "lax")
    response.delete_cookie(PENDING_COOKIE, path="/sign-in")
    return response


def keep_pending(visit: Visit, response: Response, token: str) -> Response:
    """Remember a sign-in under way for its next page."""
    _set(visit.request, response, PENDING_COOKIE, token, PENDING_S, "/sign-in", "strict")
    return response


def keep_departure(visit: Visit, response: Response, browser: str) -> Response:
    """Remember that this browser was sent to a provider; it comes back from another site, so the cookie is not a strict one."""
    _set(visit.request, response, PROVIDER_COOKIE, browser, PROVIDER_S, "/sign-in/providers", "lax")
    return response


def follow(visit: Visit, step: SignInStep, address: str) -> Response:
    """Go where a step of signing in leads: to its next page, or signed in to the address asked for."""
    if step.state == "signed_in":
        return keep_session(visit, RedirectResponse(address, status_code=303), step.token)
    return keep_pending(visit, RedirectResponse(page_of(step.state, address), status_code=303), step.token)


def page_of(need: str, address: str) -> str:
    """The page on which a sign-in under way goes on."""
    return PAGES[need] if address == "/" else PAGES[need] + "?" + urlencode({"next": address})


def unkept(response: Response) -> Response:
    """An answer that shows a secret once: no cache may keep it."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _set(request: Request, response: Response, name: str, value: str, seconds: int, path: str, same_site: Literal["lax", "strict"]) -> None:
    response.set_cookie(name, value, max_age=seconds, path=path, httponly=True, samesite=same_site, secure=is_https(request))
