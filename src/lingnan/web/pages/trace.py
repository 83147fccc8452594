"""The public trace: how a case stands, by its number and trace code, and the cases that are open to everybody; never names."""

from typing import Annotated

from fastapi import Form, Query, Response

from lingnan.base import Missing
from lingnan.web.cookies import unkept
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

router = Routes()
Typed = Annotated[str, Form(max_length=60)]


@router.get("/trace")
def trace(visit: Visitor, cursor: Annotated[str, Query(max_length=400)] = "") -> Response:
    """Ask for number and code; below it the cases that anyone may see."""
    return render(visit, "trace.html", found=None, number="", error="", page=visit.pages.cases.traces(visit.subject, cursor))


@router.post("/trace")
def look_up(visit: Visitor, number: Typed = "", code: Typed = "") -> Response:
    """How the case stands; the code goes into no address, so that no history keeps it."""
    page = visit.pages.cases.traces(visit.subject, "")
    try:
        found = visit.pages.cases.trace(visit.subject, number, code)
    except Missing as error:
        return unkept(render(visit, "trace.html", status=422, found=None, number=number.strip(), error=error.text(visit.lang), page=page))
    return unkept(render(visit, "trace.html", found=found, number=found.number, error="", page=page))
