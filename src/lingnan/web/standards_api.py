"""The standards as JSON, for programs that check against them."""

from datetime import date
from typing import Annotated

from fastapi import Query, Response

from lingnan.insight import CodeListSheet, ConformanceBoard, ConformanceSheet, ElementSheet, ProjectPage, ProjectSheet, StandardPage
from lingnan.web.answers import answer
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

router = Routes(prefix="/standards")
Cursor = Annotated[str, Query(max_length=10, description="`next` of the page before")]


@router.get("", response_model=StandardPage)
def browse(visit: Visitor, kind: str = "elements", q: Annotated[str, Query(max_length=100)] = "", group: str = "", cursor: Cursor = "") -> Response:
    """Elements, code-lists, sets, indicators or documents."""
    return answer(visit.request, visit.pages.standards.browse(kind, q, group, cursor, visit.subject))


@router.get("/elements/{element}", response_model=ElementSheet)
def element(element: str, visit: Visitor, version: str = "") -> Response:
    """One data element and where it is used, in its version in force or the one asked for."""
    return answer(visit.request, visit.pages.standards.element(element, version, visit.subject))


@router.get("/code-lists/{name}", response_model=CodeListSheet)
def code_list(name: str, visit: Visitor, at: date | None = None, q: str = "", cursor: Cursor = "", version: str = "") -> Response:
    """One code list, on a day or through all time."""
    return answer(visit.request, visit.pages.standards.code_list(name, at, q, cursor, visit.subject, version))


@router.get("/projects", response_model=ProjectPage)
def projects(visit: Visitor, stage: str = "") -> Response:
    """Standards that this hub makes, in one stage or all."""
    return answer(visit.request, visit.pages.projects.listing(stage, visit.subject))


@router.get("/projects/{document}", response_model=ProjectSheet)
def project(document: str, visit: Visitor) -> Response:
    """One standard with its steps, files and comments."""
    return answer(visit.request, visit.pages.projects.sheet(document, visit.subject))


@router.get("/conformance", response_model=ConformanceBoard)
def conformance(visit: Visitor, department: str = "") -> Response:
    """How well columns keep to their elements: all departments, or one department's resources."""
    return answer(visit.request, visit.pages.conformance.board(department, visit.subject))


@router.get("/conformance/{resource}", response_model=ConformanceSheet)
def resource_conformance(resource: str, visit: Visitor) -> Response:
    """One resource column by column."""
    return answer(visit.request, visit.pages.conformance.sheet(resource, visit.subject))
