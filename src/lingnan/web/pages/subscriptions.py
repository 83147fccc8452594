"""My subscriptions: what the hub makes and sends in my name on schedule."""

from typing import Annotated

from fastapi import Form, Response
from fastapi.responses import RedirectResponse

from lingnan.base import Conflict, WrongUse
from lingnan.web.filled import Sent, text
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn

router = Routes()
FIELD = "asked."
"""What stands before a parameter's name in the form, so that it cannot be taken for a field of the page."""


@router.get("/subscriptions")
def subscriptions(visit: SignedIn) -> Response:
    """The list with what was sent last."""
    return render(visit, "subscriptions.html", page=visit.pages.subscriptions.listing(visit.subject), error="")


@router.post("/subscriptions")
def subscribe(visit: SignedIn, form: Sent) -> Response:
    """Have something sent; what cannot be sent is said on the list."""
    asked = {name.removeprefix(FIELD): text(form, name) for name in dict.fromkeys(form) if name.startswith(FIELD)}
    try:
        visit.pages.subscriptions.subscribe(visit.subject, text(form, "kind"), text(form, "target"), asked, text(form, "rhythm"))
    except (WrongUse, Conflict) as error:
        page = visit.pages.subscriptions.listing(visit.subject)
        return render(visit, "subscriptions.html", status=422, page=page, error=error.text(visit.lang))
    return RedirectResponse("/subscriptions", status_code=303)


@router.post("/subscriptions/remove")
def remove(visit: SignedIn, subscription: Annotated[str, Form(max_length=60)]) -> Response:
    """End one of mine."""
    visit.pages.subscriptions.remove(visit.subject, subscription)
    return RedirectResponse("/subscriptions", status_code=303)
