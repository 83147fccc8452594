"""What was bought, and when its contracts end."""

from fastapi import Response

from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn

router = Routes()


@router.get("/purchases")
def listing(visit: SignedIn) -> Response:
    """All purchases with their terms and ends."""
    return render(visit, "purchases.html", page=visit.pages.purchases.listing(visit.subject))
