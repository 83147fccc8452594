"""The inventory as JSON, for programs that follow how far it is."""

from typing import Annotated

from fastapi import Query, Response

from lingnan.insight import InventoryBoard, InventorySystemSheet
from lingnan.web.answers import answer
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

router = Routes()
Short = Annotated[str, Query(max_length=100)]


@router.get("/inventory", response_model=InventoryBoard)
def board(visit: Visitor) -> Response:
    """How far every department is."""
    return answer(visit.request, visit.pages.inventory.board(visit.subject))


@router.get("/systems/{key}", response_model=InventorySystemSheet)
def system(
    key: str, visit: Visitor, database: Short = "", q: Short = "",
    cursor: Annotated[str, Query(max_length=10, description="`next` of the page before")] = "",
) -> Response:
    """One system with its databases and the tables of one of them."""
    return answer(visit.request, visit.pages.inventory.system(key, database, q, cursor, visit.subject))
