"""What stands around a resource as JSON under /api/v1: versions, stars, items, suggestions, what is late, drafts."""

from typing import Annotated

from fastapi import Query, Response

from lingnan.insight import (
    DraftList,
    ItemPage,
    OverdueBoard,
    ResourceComparison,
    ResourceVersions,
    ResourceVersionSheet,
    StarSheet,
    SuggestionList,
)
from lingnan.web.answers import answer
from lingnan.web.api import PROBLEM
from lingnan.web.pages.asked import catalogue_query
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

router = Routes(prefix="/api/v1", tags=["v1"], responses=PROBLEM)
Words = Annotated[str, Query(max_length=100, description="words to look for")]
Cursor = Annotated[str, Query(max_length=400, description="`next` of the page before")]
Number = Annotated[int, Query(ge=1, le=1_000_000, description="number of a version")]


@router.get("/resources/{code:path}/versions", response_model=ResourceVersions)
def versions(code: str, visit: Visitor) -> Response:
    """Every version of a resource, the youngest first; a withdrawn one's too."""
    return answer(visit.request, visit.pages.resources.versions(code, visit.subject))


@router.get("/resources/{code:path}/versions/{number:int}", response_model=ResourceVersionSheet)
def version(code: str, number: int, visit: Visitor) -> Response:
    """One version of a resource as it stood, for good."""
    return answer(visit.request, visit.pages.resources.version(code, number, visit.subject))


@router.get("/resources/{code:path}/compare", response_model=ResourceComparison)
def compare(code: str, visit: Visitor, a: Number, b: Number) -> Response:
    """In what two versions differ."""
    return answer(visit.request, visit.pages.resources.compare(code, a, b, visit.subject))


@router.get("/resources/{code:path}/stars", response_model=StarSheet)
def stars(code: str, visit: Visitor) -> Response:
    """The rating of a resource with every rule, its fact and its points."""
    return answer(visit.request, visit.pages.resources.stars(code, visit.subject))


@router.get("/items", response_model=ItemPage)
def items(visit: Visitor, q: Words = "", cursor: Cursor = "", limit: Annotated[int, Query(ge=1, le=100)] = 50) -> Response:
    """Information items by their own words; facets `department` and `classification`."""
    query = catalogue_query(visit.request, q, cursor, limit)
    return answer(visit.request, visit.pages.resources.found_items(query.words, query.facets, cursor, limit, visit.subject))


@router.get("/suggestions", response_model=SuggestionList)
def suggestions(visit: Visitor, q: Words = "", limit: Annotated[int, Query(ge=1, le=20)] = 8) -> Response:
    """Names that what is being typed may grow into."""
    return answer(visit.request, visit.pages.resources.suggestions(q.strip(), limit, visit.subject))


@router.get("/overdue", response_model=OverdueBoard)
def overdue(visit: Visitor, department: Annotated[str, Query(max_length=100)] = "", cursor: Cursor = "") -> Response:
    """What is later than tolerated, by department; where much is late, the resources are listed under one `department` alone."""
    return answer(visit.request, visit.pages.resources.overdue(department, visit.subject, cursor))


@router.get("/drafts", response_model=DraftList)
def drafts(visit: Visitor) -> Response:
    """Every draft the reader may see."""
    return answer(visit.request, visit.pages.resources.drafts(visit.subject))
