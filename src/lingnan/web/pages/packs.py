"""Packs: the index by rows of the plan, one pack whole, its queries and its pages."""

from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from lingnan.base import BadInput
from lingnan.insight import PackCard
from lingnan.trust import Purpose, holds_personal_value
from lingnan.web.pictures import draw_lineage
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visitor

router = Routes()
KEPT = frozenset({"lang", "cursor", "purpose", "article", "matter"})
"""Keys of the address that no query or page takes for its own."""
MOST_KEYS, LONGEST = 20, 200
Typed = Annotated[str, Form(max_length=400)]


def asked_of(request: Request) -> dict[str, str]:
    """What a query or page is asked by the address, cut to what anybody would type."""
    pairs = [(key, value[:LONGEST]) for key, value in request.query_params.items() if key not in KEPT]
    return dict(pairs[:MOST_KEYS])


def cursor_of(request: Request) -> str:
    """Where the page begins."""
    return request.query_params.get("cursor", "")[:20]


def stated(purpose: str, article: str, matter: str) -> Purpose | None:
    """The purpose as it was typed; BadInput where it holds a person's number, for it is kept in the log."""
    if any(holds_personal_value(text) for text in (article, matter)):
        raise BadInput("依据与事项编号中不得含身份证号、手机号或护照号。", "Article and matter must hold no citizen, mobile or passport number.")
    return Purpose(purpose.strip(), article.strip(), matter.strip()) if purpose.strip() else None


Asked = Annotated[dict[str, str], Depends(asked_of)]
Cursor = Annotated[str, Depends(cursor_of)]


@router.get("/packs")
def index(visit: Visitor) -> Response:
    """Every row of the plan with the packs that answer it."""
    return render(visit, "packs.html", page=visit.pages.packs.index(visit.subject))


@router.get("/packs/{pack}")
def pack(visit: Visitor, pack: str) -> Response:
    """One pack: what it is for, its tables, figures with their law, lineage, parts and cases."""
    sheet = visit.pages.packs.pack(visit.subject, pack)
    return render(visit, "pack.html", sheet=sheet, picture=draw_lineage(sheet.lineage))


@router.get("/packs/{pack}/queries/{name}")
def query(visit: Visitor, pack: str, name: str, asked: Asked, cursor: Cursor) -> Response:
    """A query with what was asked in the address."""
    card = visit.pages.packs.query(visit.subject, pack, name, asked, None, cursor)
    return render(visit, "pack_answer.html", card=card, kind="query", typed={})


@router.post("/packs/{pack}/queries/{name}")
async def query_stated(visit: SignedIn, pack: str, name: str, purpose: Typed = "", article: Typed = "", matter: Typed = "") -> Response:
    """A query asked for a purpose; neither what was asked nor the purpose stands in an address."""
    form = await visit.request.form()
    asked = {key: str(value)[:LONGEST] for key, value in form.items() if key not in KEPT | {"forgery_token"}}
    card = visit.pages.packs.query(visit.subject, pack, name, asked, stated(purpose, article, matter))
    return render(visit, "pack_answer.html", card=card, kind="query", typed={"purpose": purpose, "article": article, "matter": matter})


@router.get("/packs/{pack}/pages/{name}")
def page(visit: Visitor, pack: str, name: str, asked: Asked, cursor: Cursor) -> Response:
    """A page of a pack, or the way to the form, cases or board that it stands for."""
    found = visit.pages.packs.page(visit.subject, pack, name, asked, cursor)
    if isinstance(found, str):
        return RedirectResponse(found, status_code=303)
    if isinstance(found, PackCard):
        return render(visit, "pack_card.html", card=found)
    return render(visit, "pack_answer.html", card=found, kind="page", typed={})
