"""The same objects as the pages, as JSON under /api/v1."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Response

from lingnan.insight import (
    AccountPage,
    BuildPage,
    BuildSheet,
    CataloguePage,
    CitySheet,
    Cockpit,
    DepartmentPage,
    DepartmentSheet,
    Grid,
    Me,
    QuarantinePage,
    RegisterList,
    RegisterPage,
    RegisterSheet,
    ResourceSheet,
    TableSheet,
    TokenPage,
    UnitTree,
)
from lingnan.web import inventory_api, register_api, security_api, standards_api
from lingnan.web.answers import answer
from lingnan.web.pages.asked import AskedQuarantine, catalogue_query
from lingnan.web.routes import Routes, join
from lingnan.web.visitor import Visitor

PROBLEM: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": {"application/problem+json": {}}}
    for status, words in (
        (401, "the token is not accepted"), (403, "policy refuses"), (404, "no such thing"), (422, "a parameter cannot be read"),
        (429, "the token's quota is used up"),
    )
}
router = Routes(prefix="/api/v1", tags=["v1"], responses=PROBLEM)
Words = Annotated[str, Query(max_length=100, description="words to look for")]
Cursor = Annotated[str, Query(max_length=400, description="`next` of the page before")]


@router.get("/me", response_model=Me)
def me(visit: Visitor) -> Response:
    """Who asks, with the roles held and the scope left at this moment."""
    return answer(visit.request, visit.pages.identity.me(visit.subject))


@router.get("/me/tokens", response_model=TokenPage)
def tokens(visit: Visitor) -> Response:
    """One's API tokens, newest first."""
    return answer(visit.request, visit.pages.identity.tokens(visit.subject))


@router.get("/accounts", response_model=AccountPage)
def accounts(visit: Visitor, q: Words = "", kind: str = "official", organisation: str = "", cursor: Cursor = "") -> Response:
    """Accounts by name, for administrators."""
    return answer(visit.request, visit.pages.identity.accounts(visit.subject, q, kind, organisation, cursor))


@router.get("/organisations", response_model=UnitTree)
def organisations(visit: Visitor) -> Response:
    """The organisation tree, for administrators."""
    return answer(visit.request, visit.pages.identity.units(visit.subject))


@router.get("/cockpit", response_model=Cockpit)
def cockpit(visit: Visitor) -> Response:
    """The hub's figures, map layers, charts and freshest loads."""
    return answer(visit.request, visit.pages.cockpit(visit.subject))


@router.get("/cities/{code}", response_model=CitySheet)
def city(code: str, visit: Visitor) -> Response:
    """One city by its six-digit division code."""
    return answer(visit.request, visit.pages.city(code, visit.subject))


@router.get("/departments", response_model=DepartmentPage)
def departments(visit: Visitor) -> Response:
    """All departments."""
    return answer(visit.request, visit.pages.departments(visit.subject))


@router.get("/departments/{department}", response_model=DepartmentSheet)
def department(department: str, visit: Visitor) -> Response:
    """One department."""
    return answer(visit.request, visit.pages.department(department, visit.subject))


@router.get("/resources", response_model=CataloguePage)
def resources(visit: Visitor, q: Words = "", cursor: Cursor = "", limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Response:
    """Resources of the catalogue; any other parameter is a facet's field."""
    return answer(visit.request, visit.pages.search(catalogue_query(visit.request, q, cursor, limit), visit.subject))


@router.get("/resources/{code:path}/preview", response_model=Grid)
def preview(code: str, visit: Visitor) -> Response:
    """Twenty rows, masked."""
    return answer(visit.request, visit.pages.preview(code, visit.subject))


@router.get("/resources/{code:path}", response_model=ResourceSheet)
def resource(code: str, visit: Visitor) -> Response:
    """One resource with fields, quality, batches, lineage and uses."""
    return answer(visit.request, visit.pages.resource(code, visit.subject))


@router.get("/tables/{area}/{table}", response_model=TableSheet)
def table(area: str, table: str, visit: Visitor) -> Response:
    """One table of the lake with its versions."""
    return answer(visit.request, visit.pages.table(f"{area}.{table}", visit.subject))


join(router, register_api.router)  # before that of one entry


@router.get("/registers", response_model=RegisterList)
def registers(visit: Visitor) -> Response:
    """The registers with their sizes."""
    return answer(visit.request, visit.pages.registers(visit.subject))


@router.get("/registers/{register}", response_model=RegisterPage)
def register(register: str, visit: Visitor, q: Words = "", cursor: Cursor = "") -> Response:
    """Entries of one register."""
    return answer(visit.request, visit.pages.register_search(register, q.strip(), cursor, visit.subject))


@router.get("/registers/{register}/{entry}", response_model=RegisterSheet)
def register_entry(register: str, entry: str, visit: Visitor, as_of: date | None = None, known_at: date | None = None) -> Response:
    """One entry as it was true on a day, by what the hub knew on a day."""
    return answer(visit.request, visit.pages.register_entry(register, entry, as_of, known_at, visit.subject))


@router.get("/quarantine", response_model=QuarantinePage)
def quarantine(visit: Visitor, asked: AskedQuarantine) -> Response:
    """Rows that were not accepted."""
    return answer(visit.request, visit.pages.quarantine(asked, visit.subject))


@router.get("/builds", response_model=BuildPage)
def builds(visit: Visitor, cursor: Cursor = "") -> Response:
    """Builds, newest first."""
    return answer(visit.request, visit.pages.builds(cursor, visit.subject))


@router.get("/builds/{build}", response_model=BuildSheet)
def build(build: str, visit: Visitor) -> Response:
    """One build with its steps."""
    return answer(visit.request, visit.pages.build(build, visit.subject))


join(router, security_api.router)
join(router, standards_api.router)
join(router, inventory_api.router)
