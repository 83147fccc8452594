"""What was bought, and when its contracts end."""

from fastapi import APIRouter, Response

from lingnan.web.rendering import render
from lingnan.web.visitor import SignedIn

router = APIRouter()


@router.get("/purchases")
def listing(visit: SignedIn) -> Response:
    """All purchases with their terms and ends."""
    return render(visit, "purchases.html", page=visit.pages.purchases.listing(visit.subject))
