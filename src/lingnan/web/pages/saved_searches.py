"""My saved searches: what the hub looks for every morning in my name."""

from typing import Annotated

from fastapi import Form, Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import Conflict, WrongUse
from lingnan.web.filled import Sent, text, texts
from lingnan.web.pages.asked import catalogue_query
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn

router = Routes()
FIELD = "filter."
"""What stands before a facet's name in the form, so that it cannot be taken for a field of the page."""


@router.get("/saved-searches")
def saved_searches(visit: SignedIn, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """The list, and above it the search that the address carries, ready to be saved."""
    query = catalogue_query(visit.request, q, "", 20)
    facets = {field: values for field, values in query.facets.items() if field != "done"}
    page = visit.pages.saved_searches.listing(visit.subject)
    return render(visit, "saved_searches.html", page=page, words=query.words, facets=facets, title="", error="")


@router.post("/saved-searches")
def save(visit: SignedIn, form: Sent) -> Response:
    """Keep a search; one that cannot be kept comes back as it was typed."""
    words, title = text(form, "q"), text(form, "title")
    facets = {name.removeprefix(FIELD): texts(form, name) for name in dict.fromkeys(form) if name.startswith(FIELD)}
    try:
        visit.pages.saved_searches.save(visit.subject, title, words, facets)
    except (WrongUse, Conflict) as error:
        page = visit.pages.saved_searches.listing(visit.subject)
        told = error.text(visit.lang)
        return render(visit, "saved_searches.html", status=422, page=page, words=words, facets=facets, title=title, error=told)
    return RedirectResponse("/saved-searches", status_code=303)


@router.post("/saved-searches/remove")
def remove(visit: SignedIn, search: Annotated[str, Form(max_length=60)]) -> Response:
    """Forget one of mine."""
    visit.pages.saved_searches.remove(visit.subject, search)
    return RedirectResponse("/saved-searches", status_code=303)
