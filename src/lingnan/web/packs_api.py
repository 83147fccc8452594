"""Packs as JSON under /api/v1; a query of a pack is one address with typed parameters."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from lingnan.insight import PackIndex, PackQueryRows, PackSheet
from lingnan.web.answers import answer
from lingnan.web.api import PROBLEM
from lingnan.web.pages.packs import LONGEST, MOST_KEYS, Asked, Cursor, stated
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

router = Routes(prefix="/api/v1/packs", tags=["v1"], responses=PROBLEM)
MOST_QUESTIONS = 50
Stated = Annotated[str, Query(max_length=400)]
Word = Annotated[str, Field(max_length=60)]
Question = Annotated[dict[Word, Annotated[str, Field(max_length=LONGEST)]], Field(max_length=MOST_KEYS)]


class Batch(BaseModel):
    """Many questions to one query, each its parameters by name, and what they are asked for."""

    model_config = ConfigDict(extra="forbid")

    asked: Annotated[list[Question], Field(min_length=1, max_length=MOST_QUESTIONS)]
    purpose: str = Field("", max_length=400)
    article: str = Field("", max_length=400)
    matter: str = Field("", max_length=400)


@router.get("", response_model=PackIndex)
def index(visit: Visitor) -> Response:
    """Every row of the plan with the packs that answer it."""
    return answer(visit.request, visit.pages.packs.index(visit.subject))


@router.get("/{pack}", response_model=PackSheet)
def pack(pack: str, visit: Visitor) -> Response:
    """One pack whole."""
    return answer(visit.request, visit.pages.packs.pack(visit.subject, pack))


@router.get("/{pack}/queries/{name}", response_model=PackQueryRows)
def query(
    pack: str, name: str, visit: Visitor, asked: Asked, cursor: Cursor, purpose: Stated = "", article: Stated = "", matter: Stated = "",
) -> Response:
    """A query's rows: its parameters by name, `cursor` for the next page, and a purpose, article and matter where one must be stated."""
    told = visit.pages.packs.query_rows(visit.subject, pack, name, asked, stated(purpose, article, matter), cursor)
    return answer(visit.request, told)


@router.post("/{pack}/queries/{name}", response_model=PackQueryRows)
def batch(pack: str, name: str, visit: Visitor, told: Batch) -> Response:
    """Many questions under one decision; what is asked and why stands in the body, so that no log of addresses keeps it."""
    found = visit.pages.packs.query_batch(visit.subject, pack, name, told.asked, stated(told.purpose, told.article, told.matter))
    return answer(visit.request, found)
