"""Builds: what ran, what was skipped, how long, live while it runs."""

from typing import Annotated

from fastapi import Query, Response

from lingnan.web.pictures import draw_bars
from lingnan.web.rendering import render, wants_fragment
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

router = Routes()


@router.get("/builds")
def builds(visit: Visitor, cursor: Annotated[str, Query(max_length=400)] = "") -> Response:
    """Builds, newest first."""
    return render(visit, "builds.html", page=visit.pages.builds(cursor, visit.subject))


@router.get("/builds/{build}")
def build(build: str, visit: Visitor) -> Response:
    """One build with a bar per step; htmx asks again while it runs."""
    card = visit.pages.build(build, visit.subject)
    return render(visit, "_build.html" if wants_fragment(visit) else "build.html", card=card, bars=draw_bars(card))
