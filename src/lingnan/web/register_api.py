"""The history of registers as JSON under /api/v1."""

from typing import Annotated

from fastapi import Query, Response

from lingnan.insight import ConflictPage, RegisterChangePage, SnapshotPage
from lingnan.web.answers import answer
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

router = Routes()
Cursor = Annotated[str, Query(max_length=400, description="`cursor` of the page before; empty begins at the beginning")]
Name = Annotated[str, Query(max_length=80)]


@router.get("/registers/{register}/changes", response_model=RegisterChangePage)
def changes(register: str, visit: Visitor, cursor: Cursor = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
    """What became known after the cursor, oldest first; keep `cursor` and ask again with it. 409 when history before it was told anew."""
    return answer(visit.request, visit.pages.register_history.changes(register, cursor, limit, False, visit.subject))


@router.get("/registers/{register}/conflicts", response_model=ConflictPage)
def conflicts(register: str, visit: Visitor, department: Name = "", table: Name = "", attribute: Name = "", cursor: Cursor = "") -> Response:
    """What contradicts a register, by source table and attribute; rows when one is chosen."""
    return answer(visit.request, visit.pages.register_history.conflicts(register, department, table, attribute, cursor, visit.subject))


@router.get("/registers/{register}/snapshots", response_model=SnapshotPage)
def snapshots(register: str, visit: Visitor, year: Annotated[int | None, Query(ge=1949, le=9999)] = None) -> Response:
    """The yearly snapshots as they are cited, and the divisions of one."""
    return answer(visit.request, visit.pages.register_history.snapshots(register, year, visit.subject))
