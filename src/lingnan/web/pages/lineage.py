"""The lineage of a column: its picture, what makes it, who uses it, and the source rows of one value."""

from typing import Annotated, Any

from fastapi import Form, Query, Response

from lingnan.base import WrongUse
from lingnan.insight import Direction
from lingnan.trust import Purpose
from lingnan.web.lineage_picture import draw_columns_lineage
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes()
Key = Annotated[str, Query(max_length=80)]
Turned = Annotated[str, Query(max_length=2000)]
Typed = Annotated[str, Form(max_length=400)]


@router.get("/lineage/{column:path}")
def lineage(column: str, visit: SignedIn, direction: Direction = "both", fold: Turned = "", row: Key = "") -> Response:
    """One column; `row` is an entry's id or a code, for a department's own numbers stand in no address."""
    turned = [table for table in fold.split(",") if table]
    sheet = visit.pages.lineage.sheet(column, direction, turned, visit.subject)
    if row and not sheet.in_address:
        raise WrongUse("该表的主键不得写入网址，请在页面上填写。", "Keys of this table stand in no address. Type it on the page.", column=column)
    if row:
        sheet = visit.pages.lineage.sheet(column, direction, turned, visit.subject, row)
    return _page(visit, sheet, {"row": row})


@router.post("/lineage/{column:path}")
def source_rows(
    column: str, visit: SignedIn, row: Typed = "", purpose: Typed = "", article: Typed = "", matter: Typed = "",
) -> Response:
    """The source rows of one value, looked at for a purpose; the key that was typed stands in no address."""
    stated = Purpose(purpose, article.strip(), matter.strip()) if purpose else None
    sheet = visit.pages.lineage.sheet(column, "both", (), visit.subject, row.strip(), stated)
    return _page(visit, sheet, {"row": row, "purpose": purpose, "article": article, "matter": matter})


def _page(visit: Visit, sheet: Any, typed: dict[str, str]) -> Response:
    shown = render(visit, "lineage.html", page=sheet, picture=draw_columns_lineage(sheet), typed=typed)
    if sheet.found is not None:
        shown.headers["Cache-Control"] = "no-store"
    return shown
