"""Questions: the list, a select asked and drawn, what is kept of it. A select never stands in an address."""

from typing import Annotated, Any, Literal

from fastapi import Form, Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import Conflict, LingnanError, WrongUse
from lingnan.insight import ChartWish, QuestionSheet
from lingnan.web import question_books
from lingnan.web.drawing import pictures
from lingnan.web.exports import csv_file, xlsx_book
from lingnan.web.pages.packs import stated
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes()
Sql = Annotated[str, Form(max_length=20_000)]
Line = Annotated[str, Form(max_length=400)]
Kind = Annotated[Literal["", "bar", "line", "radar"], Form()]


@router.get("/questions")
def questions(visit: SignedIn) -> Response:
    """What one may ask again, and a form to ask anew."""
    return render(visit, "questions.html", page=visit.pages.questions.listing(visit.subject), error="", typed={})


@router.post("/questions/ask")
def ask(
    visit: SignedIn, text: Sql, chart: Kind = "", label: Line = "", measures: Line = "", as_of: Line = "", purpose: Line = "", article: Line = "",
    matter: Line = "",
) -> Response:
    """A select answered on its page."""
    wish, why = _wish(chart, label, measures), stated(purpose, article, matter)
    sheet = visit.pages.questions.ask(visit.subject, text, wish, as_of, why)
    return _page(visit, sheet, {"purpose": purpose, "article": article, "matter": matter})


@router.post("/questions/export")
def export(
    visit: SignedIn, text: Sql, file: Annotated[Literal["xlsx", "csv"], Form()] = "xlsx", as_of: Line = "", purpose: Line = "", article: Line = "",
    matter: Line = "",
) -> Response:
    """The answer to a select as a file; what cannot be exported is said on its page."""
    why = stated(purpose, article, matter)
    try:
        found = visit.pages.questions.export(visit.subject, text, as_of, why)
        if file == "csv":
            _name, titles, rows = question_books.lines(found, visit.lang)
            return csv_file("question.csv", titles, rows)
    except LingnanError as error:
        sheet = visit.pages.questions.ask(visit.subject, text, ChartWish(), as_of, why)
        return _page(visit, sheet, {"purpose": purpose, "article": article, "matter": matter}, error)
    return xlsx_book("question.xlsx", question_books.sheets(found, visit.lang))


@router.post("/questions")
def save(
    visit: SignedIn, text: Sql, title: Line = "", chart: Kind = "", label: Line = "", measures: Line = "", shared: Line = "",
) -> Response:
    """Keep a select or an address; what cannot be kept comes back as it was typed."""
    wish = _wish(chart, label, measures)
    try:
        visit.pages.questions.save(visit.subject, title, text, wish, shared == "yes")
    except (WrongUse, Conflict) as error:
        typed = {"title": title, "shared": shared}
        if text.strip().startswith("/"):
            page = visit.pages.questions.listing(visit.subject)
            return render(visit, "questions.html", status=422, page=page, error=error.text(visit.lang), typed={**typed, "text": text})
        return _page(visit, visit.pages.questions.ask(visit.subject, text, wish), typed, error)
    return RedirectResponse("/questions", status_code=303)


@router.get("/questions/{question}")
def question(visit: SignedIn, question: str, as_of: Annotated[str, Query(max_length=40)] = "") -> Response:
    """A kept question answered anew with the reader's own rights; beside a past day's answer with `as_of`."""
    found = visit.pages.questions.question(visit.subject, question, as_of)
    return RedirectResponse(found, status_code=303) if isinstance(found, str) else _page(visit, found, {})


@router.post("/questions/{question}")
def rename(visit: SignedIn, question: str, title: Line = "", shared: Line = "") -> Response:
    """Give one of mine another name, share it or take it back."""
    visit.pages.questions.rename(visit.subject, question, title, shared == "yes")
    return RedirectResponse("/questions", status_code=303)


@router.post("/questions/{question}/remove")
def remove(visit: SignedIn, question: str) -> Response:
    """Forget one of mine."""
    visit.pages.questions.remove(visit.subject, question)
    return RedirectResponse("/questions", status_code=303)


def _page(visit: Visit, sheet: QuestionSheet, typed: dict[str, str], error: LingnanError | None = None) -> Response:
    drawn: Any = pictures(sheet.picture, visit.lang) if sheet.picture else None
    told = error.text(visit.lang) if error else ""
    most = visit.request.app.state.settings.query_rows
    return render(visit, "question.html", status=422 if error else 200, sheet=sheet, drawn=drawn, typed=typed, error=told, most=most)


def _wish(chart: Literal["", "bar", "line", "radar"], label: str, measures: str) -> ChartWish:
    named = (each.strip() for each in measures.replace("，", ",").split(","))
    return ChartWish(kind=chart, label=label.strip(), measures=tuple(each for each in named if each))
