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
    """The visit of this request; one look-up of the session."""
    pages: Pages = request.app.state.pages
    return Visit(request, pages, pages.subject(request.cookies.get(SESSION_COOKIE, "")), language(request))


Visitor = Annotated[Visit, Depends(visit)]
