"""Who is looking, in which language: read from cookies and the address, put on the request once."""

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lingnan.trust import Subject
from lingnan.web.headers import YEAR_S, is_https
from lingnan.web.sources import Pages

SESSION_COOKIE = "lingnan_session"
LANGUAGE_COOKIE = "lingnan_language"
Language = Literal["zh", "en"]
WITHOUT_FACTOR = ("/profile", "/sign-in", "/sign-out", "/api/")
"""What an official may see before the second factor is shown; under /api/ the policy itself refuses."""
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Visit:
    """One request: who asks, the pages' source, and the language to answer in."""

    request: Request
    pages: Pages
    subject: Subject
    lang: Language


class LanguageKept:
    """Remembers a language chosen in the address, in a cookie of the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its answer carries the choice when there is one."""
        request = Request(scope) if scope["type"] == "http" and b"lang=" in scope["query_string"] else None
        chosen = request.query_params.get("lang") if request else None
        if request is None or chosen not in LANGUAGES:
            await self.app(scope, receive, send)
            return
        told = Response()
        told.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR_S, httponly=True, samesite="lax", secure=is_https(request))
        cookies = [pair for pair in told.raw_headers if pair[0] == b"set-cookie"]

        async def keeping(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *cookies]
            await send(message)

        await self.app(scope, receive, keeping)


class GoFirst(Exception):
    """Something has to be done elsewhere before this page is shown: signing in, or showing a second factor."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def entered(found: Visit, session: str) -> Visit:
    """The visit of who has just been given a session, so that the page that says so is already theirs."""
    found.request.state.session = session
    return Visit(found.request, found.pages, found.pages.subject(session), found.lang)


def language(request: Request) -> Language:
    """The address's `lang`, else the cookie, else the setting."""
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in LANGUAGES:
            return wish
    return "en" if request.app.state.settings.lang == "en" else "zh"


def visit(request: Request) -> Visit:
    """The visit of this request; one look-up of the session, or of the API token under /api/."""
    pages: Pages = request.app.state.pages
    found = Visit(request, pages, _subject(request, pages), language(request))
    if found.subject.unproven and not request.url.path.startswith(WITHOUT_FACTOR):
        raise GoFirst("/profile/second-factor")
    request.state.visit = found
    return found


def signed_in(request: Request) -> Visit:
    """The visit of somebody who is signed in; a visitor is led to sign in and back."""
    found = visit(request)
    if found.subject.kind == "anonymous":
        raise GoFirst("/sign-in?" + urlencode({"next": request.url.path if request.method == "GET" else "/profile"}))
    return found


def _subject(request: Request, pages: Pages) -> Subject:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    # A page is never opened by a token: a token lives in programs, and a browser that sends one was tricked into it.
    if scheme.lower() == "bearer" and request.url.path.startswith("/api/"):
        return pages.subject_of_token(token.strip(), address(request))
    return pages.subject(request.cookies.get(SESSION_COOKIE, ""))


def address(request: Request) -> str:
    """The network address that asks, as the server sees it; a proxy in front is named by the server's own settings."""
    return request.client.host if request.client else ""


Visitor = Annotated[Visit, Depends(visit)]
SignedIn = Annotated[Visit, Depends(signed_in)]
