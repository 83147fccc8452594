"""The standards as JSON, for programs that check against them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from lingnan.insight import CodeListSheet, ElementSheet, StandardPage
from lingnan.web.answers import answer
from lingnan.web.visitor import Visitor

router = APIRouter(prefix="/standards")
Cursor = Annotated[str, Query(max_length=10, description="`next` of the page before")]


@router.get("", response_model=StandardPage)
def browse(visit: Visitor, kind: str = "elements", q: Annotated[str, Query(max_length=100)] = "", group: str = "", cursor: Cursor = "") -> Response:
    """Elements, code-lists, sets, indicators or documents."""
    return answer(visit.request, visit.pages.standards.browse(kind, q, group, cursor, visit.subject))


@router.get("/elements/{element}", response_model=ElementSheet)
def element(element: str, visit: Visitor) -> Response:
    """One data element and where it is used."""
    return answer(visit.request, visit.pages.standards.element(element, visit.subject))


@router.get("/code-lists/{name}", response_model=CodeListSheet)
def code_list(name: str, visit: Visitor, at: date | None = None, q: str = "", cursor: Cursor = "") -> Response:
    """One code list, on a day or through all time."""
    return answer(visit.request, visit.pages.standards.code_list(name, at, q, cursor, visit.subject))
