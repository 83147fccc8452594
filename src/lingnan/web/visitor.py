"""Who is looking, in which language: read from cookies and the address, put on the request once."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request

from lingnan.trust import Subject
from lingnan.web.sources import Pages

SESSION_COOKIE = "lingnan_session"
LANGUAGE_COOKIE = "lingnan_language"
Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Visit:
    """One request: who asks, the pages' source, and the language to answer in."""

    request: Request
    pages: Pages
    subject: Subject
    lang: Language


def language(request: Request) -> Language:
    """The address's `lang`, else the cookie, else the setting."""
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in LANGUAGES:
            return wish
    return "en" if request.app.state.settings.lang == "en" else "zh"


def visit(request: Request) -> Visit:
    """The visit of this request; one look-up of the session, or of the API token under /api/."""
    pages: Pages = request.app.state.pages
    return Visit(request, pages, _subject(request, pages), language(request))


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
