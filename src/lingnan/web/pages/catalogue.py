"""The catalogue's search, the page of one resource, and the tables of the lake."""

from typing import Annotated

from fastapi import Form, Query, Response

from lingnan.base import BadInput
from lingnan.trust import Purpose, holds_personal_value
from lingnan.web.pages.asked import catalogue_query
from lingnan.web.pictures import draw_lineage, draw_trend
from lingnan.web.rendering import render, wants_fragment
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visitor

router = Routes()
Code = Annotated[str, Form(max_length=80)]
Article = Annotated[str, Form(max_length=400)]


@router.get("/catalogue")
def catalogue(visit: Visitor, q: Annotated[str, Query(max_length=100)] = "", cursor: Annotated[str, Query(max_length=400)] = "") -> Response:
    """Search as you type; htmx asks for the results alone."""
    query = catalogue_query(visit.request, q, cursor, 20)
    page = visit.pages.search(query, visit.subject)
    return render(visit, "_results.html" if wants_fragment(visit) else "catalogue.html", query=query, page=page)


@router.get("/catalogue/{code:path}")
def resource(code: str, visit: Visitor) -> Response:
    """One resource: fields, preview, quality, where it came from, who uses it."""
    card = visit.pages.resource(code, visit.subject)
    grid = visit.pages.preview(code, visit.subject)
    lines = {each.key: draw_trend(each.trend) for each in card.quality.characteristics}
    return render(
        visit, "resource.html", card=card, grid=grid, picture=draw_lineage(card.lineage), trend=draw_trend(card.quality.trend), lines=lines,
    )


@router.get("/tables/{area}/{table}")
def table(area: str, table: str, visit: Visitor) -> Response:
    """One table of the lake."""
    return render(visit, "table.html", card=visit.pages.table(f"{area}.{table}", visit.subject), typed={})


@router.post("/tables/{area}/{table}")
def stated(area: str, table: str, visit: SignedIn, purpose: Code = "", article: Article = "", matter: Code = "") -> Response:
    """The same table looked at for a purpose; it holds for this answer alone and stands in no address."""
    told = Purpose(purpose.strip(), article.strip(), matter.strip())
    if any(holds_personal_value(text) for text in (told.article, told.matter)):
        raise BadInput("依据与事项编号中不得含身份证号、手机号或护照号。", "Article and matter must hold no citizen, mobile or passport number.")
    card = visit.pages.table(f"{area}.{table}", visit.subject, told)
    return render(visit, "table.html", card=card, typed={"purpose": told.code, "article": told.article, "matter": told.matter})
