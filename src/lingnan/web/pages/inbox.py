"""The inbox: what waits for me, in the order it is due."""

from typing import Annotated

from fastapi import Query, Response

from lingnan.casework import CaseQuery
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn

router = Routes()
Cursor = Annotated[str, Query(max_length=400)]
Word = Annotated[str, Query(max_length=60)]
YES = {"yes": True, "no": False}


def inbox_query(flow: Word = "", claimed: Word = "", late: Word = "", cursor: Cursor = "") -> CaseQuery:
    """The waiting cases an address means; anything but yes and no does not narrow."""
    return CaseQuery(scope="waiting", flow=flow, claimed=YES.get(claimed), overdue=YES.get(late), cursor=cursor)


@router.get("/inbox")
def inbox(visit: SignedIn, flow: Word = "", claimed: Word = "", late: Word = "", cursor: Cursor = "", done: Word = "") -> Response:
    """What waits for me by name, role or organisation."""
    page = visit.pages.cases.listing(visit.subject, inbox_query(flow, claimed, late, cursor))
    narrowed = bool(flow or claimed or late)
    return render(visit, "inbox.html", page=page, flow=flow, claimed=claimed, late=late, done=done, narrowed=narrowed)
