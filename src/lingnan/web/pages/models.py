"""Models that learn: the index, the card of each, and the JSON."""

from dataclasses import replace

from fastapi import Response

from lingnan.insight import ModelIndex, ModelSheet
from lingnan.web.answers import answer
from lingnan.web.drawing import Picture, pictures
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

router = Routes()
api = Routes(prefix="/api/v1/models", tags=["models"])


@router.get("/models")
def models(visit: Visitor) -> Response:
    """Every model that learns, with what answers in its place."""
    return render(visit, "models.html", page=visit.pages.models.index(visit.subject))


@router.get("/models/{key}")
def model(key: str, visit: Visitor) -> Response:
    """The card of one model."""
    sheet = visit.pages.models.model(visit.subject, key)
    drawn = {each.id: tuple(map(_unlinked, found)) for each in sheet.pictures if (found := pictures(each, visit.lang))}
    return render(visit, "model.html", sheet=sheet, drawn=drawn)


@api.get("", response_model=ModelIndex)
def models_json(visit: Visitor) -> Response:
    """Every model that learns, with what answers in its place."""
    return answer(visit.request, visit.pages.models.index(visit.subject))


@api.get("/{key}", response_model=ModelSheet)
def model_json(key: str, visit: Visitor) -> Response:
    """The card of one model."""
    return answer(visit.request, visit.pages.models.model(visit.subject, key))


def _unlinked(picture: Picture) -> Picture:
    """The same without ways to rows: the rows of a test are not kept."""
    return replace(picture, shapes=[replace(each, href="") for each in picture.shapes])
