"""Addresses for review: what waits, settling one, taking a finding back."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import LingnanError, Refused, WrongUse
from lingnan.web.answers import status_of
from lingnan.web.filled import Sent, text
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes()
Short = Annotated[str, Query(max_length=40)]
NOTES = frozenset({"settled", "back"})


@router.get("/desk/addresses")
def waiting(visit: SignedIn, reason: Short = "", cursor: Short = "", note: Short = "") -> Response:
    """The addresses that wait, the most written first."""
    return _show(visit, reason, cursor, note if note in NOTES else "")


@router.post("/desk/addresses")
def settle(visit: SignedIn, form: Sent) -> Response:
    """Settle one address; what cannot be settled is said on the page."""
    reason, cursor = text(form, "listed")[:40], text(form, "cursor")[:40]
    division = text(form, "division") or text(form, "county")
    try:
        visit.pages.address_reviews.settle(text(form, "item"), text(form, "about"), division, text(form, "reason"), visit.subject)
    except WrongUse as error:
        return _show(visit, reason, cursor, error=error)
    except Refused as error:
        if "item" not in error.facts:
            raise
        return _show(visit, reason, cursor, error=error)
    return _back(reason, cursor, "settled")


@router.post("/desk/addresses/take-back")
def take_back(visit: SignedIn, form: Sent) -> Response:
    """Undo a finding."""
    visit.pages.address_reviews.take_back(text(form, "finding"), visit.subject)
    return _back(text(form, "listed")[:40], text(form, "cursor")[:40], "back")


def _show(visit: Visit, reason: str, cursor: str, note: str = "", error: LingnanError | None = None) -> Response:
    page = visit.pages.address_reviews.listing(reason, cursor, visit.subject)
    status, told = (status_of(error), error.text(visit.lang)) if error else (200, "")
    return render(visit, "address_reviews.html", status=status, page=page, cursor=cursor, note=note, error=told)


def _back(reason: str, cursor: str, note: str) -> Response:
    query = urlencode({name: value for name, value in (("reason", reason), ("cursor", cursor), ("note", note)) if value})
    return RedirectResponse(f"/desk/addresses?{query}", status_code=303)
