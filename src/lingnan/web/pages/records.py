"""Who looked at my record and why: for a citizen about themselves, for an agent about the legal person acted for."""

from typing import Annotated, Any

from fastapi import Form, Response

from lingnan.base import LingnanError
from lingnan.web.pages.security import mendable
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes(prefix="/my-records")
Identifier = Annotated[str, Form(max_length=40)]


@router.get("")
def records(visit: SignedIn) -> Response:
    """Asks a citizen for their own number; an agent may look at once."""
    return _page(visit, page=visit.pages.security.public.records(visit.subject))


@router.post("")
def sightings(visit: SignedIn, identifier: Identifier = "") -> Response:
    """Every look at the own record. The number is compared and forgotten: it is in no address, no form and no log."""
    public = visit.pages.security.public
    try:
        page = public.sightings(identifier, visit.subject)
    except LingnanError as error:
        return _page(visit, 422, page=public.records(visit.subject), error=mendable(error))
    return _page(visit, page=page)


def _page(visit: Visit, status: int = 200, **facts: Any) -> Response:
    shown = render(visit, "records.html", status=status, **{"error": None, **facts})
    shown.headers["Cache-Control"] = "no-store"
    return shown
