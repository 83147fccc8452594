"""The browser of standards: elements, code lists, minimal data sets, indicators, documents."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from lingnan.web.rendering import render, wants_fragment
from lingnan.web.visitor import Visitor

router = APIRouter()
Words = Annotated[str, Query(max_length=100)]
Cursor = Annotated[str, Query(max_length=10)]


@router.get("/standards")
def browse(visit: Visitor, kind: str = "elements", q: Words = "", group: Annotated[str, Query(max_length=60)] = "", cursor: Cursor = "") -> Response:
    """A list of one kind of thing, searched as one types."""
    page = visit.pages.standards.browse(kind, q, group, cursor, visit.subject)
    return render(visit, "_standards.html" if wants_fragment(visit) else "standards.html", page=page)


@router.get("/standards/elements/{element}")
def element(element: str, visit: Visitor) -> Response:
    """One data element and where it is used."""
    return render(visit, "element.html", card=visit.pages.standards.element(element, visit.subject))


@router.get("/standards/code-lists/{name}")
def code_list(name: str, visit: Visitor, at: date | None = None, q: Words = "", cursor: Cursor = "") -> Response:
    """One code list, on a day or through all time."""
    return render(visit, "code_list.html", card=visit.pages.standards.code_list(name, at, q, cursor, visit.subject))


@router.get("/standards/sets/{name}")
def data_set(name: str, visit: Visitor) -> Response:
    """One minimal data set."""
    return render(visit, "data_set.html", card=visit.pages.standards.data_set(name, visit.subject))


@router.get("/standards/indicators/{name}")
def indicator(name: str, visit: Visitor) -> Response:
    """One indicator."""
    return render(visit, "indicator.html", card=visit.pages.standards.indicator(name, visit.subject))
