"""Standards in the making: by stage, one whole with its comments, commenting, saying what becomes of a comment, files."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from lingnan.base import Conflict, LingnanError, WrongUse
from lingnan.web.answers import status_of
from lingnan.web.exports import xlsx_file
from lingnan.web.filled import FILES_BYTES, Sent, file, text
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit, Visitor
from lingnan.web.words import word

router = Routes()
DONE = frozenset({"commented", "disposed", "attached"})
LINES = ("number", "clause", "organisation", "kind", "comment", "proposal", "disposition", "reason", "at")


@router.get("/standards/documents")
def listing(visit: Visitor, stage: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The standards that this hub makes, by stage."""
    return render(visit, "standard_projects.html", page=visit.pages.projects.listing(stage, visit.subject))


@router.get("/standards/documents/{document}")
def sheet(document: str, visit: Visitor, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """One standard: its dates, steps, text and comments."""
    return _show(visit, document, done=done if done in DONE else "")


@router.get("/standards/documents/{document}/comments.xlsx")
def comments(document: str, visit: Visitor) -> Response:
    """The table of comments with what became of them."""
    card = visit.pages.projects.sheet(document, visit.subject)
    titles = [word(visit.lang, f"project.column_{name}") for name in LINES]
    rows = [
        [each.number, each.clause, each.organisation.text(visit.lang), word(visit.lang, f"project.kind_{each.kind}"), each.comment, each.proposal,
         word(visit.lang, f"project.disposition_{each.disposition or 'open'}"), each.reason, each.at.date() if each.at else ""]
        for each in card.remarks
    ]
    return xlsx_file(f"{card.line.key}-comments.xlsx", word(visit.lang, "project.comments"), titles, rows)


@router.post("/standards/documents/{document}/comments")
def comment(document: str, visit: SignedIn, form: Sent) -> Response:
    """Comment on the draft."""
    told = {name: text(form, name) for name in ("clause", "kind", "comment", "proposal")}
    try:
        visit.pages.projects.comment(document, told, visit.subject)
    except (WrongUse, Conflict) as error:
        return _show(visit, document, wrong="comment", typed=told, error=error)
    return _back(document, "commented")


@router.post("/standards/documents/{document}/comments/{number}")
def dispose(document: str, number: int, visit: SignedIn, form: Sent) -> Response:
    """Say what is done with a comment."""
    told = {name: text(form, name) for name in ("disposition", "reason")}
    try:
        visit.pages.projects.dispose(document, number, **told, subject=visit.subject)
    except (WrongUse, Conflict) as error:
        return _show(visit, document, wrong=str(number), typed=told, error=error)
    return _back(document, "disposed", f"#comment-{number}")


@router.post("/standards/documents/{document}/files", max_body_size=FILES_BYTES)
def attach(document: str, visit: SignedIn, form: Sent) -> Response:
    """Add the text of a draft."""
    try:
        visit.pages.projects.attach(document, file(form, "file"), visit.subject)
    except WrongUse as error:
        return _show(visit, document, wrong="file", error=error)
    return _back(document, "attached")


@router.get("/standards/documents/{document}/files/{attachment}")
def download(document: str, attachment: str, visit: Visitor) -> Response:
    """A file, checked whole just before it leaves."""
    found = visit.pages.projects.download(document, attachment, visit.subject)
    return StreamingResponse(found.pieces, headers=dict(found.headers))


def _show(
    visit: Visit, document: str, *, done: str = "", wrong: str = "", typed: dict[str, str] | None = None, error: LingnanError | None = None
) -> Response:
    facts: dict[str, Any] = {"card": visit.pages.projects.sheet(document, visit.subject), "done": done, "wrong": wrong, "typed": typed or {}}
    told = error.text(visit.lang) if error else ""
    return render(visit, "standard_project.html", status=status_of(error) if error else 200, error=told, **facts)


def _back(document: str, done: str, place: str = "") -> Response:
    return RedirectResponse(f"/standards/documents/{quote(document, safe='')}?done={done}{place}", status_code=303)
