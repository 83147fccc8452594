"""一数一源: the one source of every figure, claims, and disputes that the hub's office settles."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import BadInput, Conflict
from lingnan.web.answers import status_of
from lingnan.web.filled import Sent, text
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes(prefix="/sources-of-authority")
DONE = ("claimed", "settled")


@router.get("")
def board(
    visit: SignedIn, q: Annotated[str, Query(max_length=100)] = "", cursor: Annotated[str, Query(max_length=10)] = "",
    done: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Sources with what is disputed."""
    return _show(visit, q, cursor, done=done if done in DONE else "")


@router.post("")
def claim(visit: SignedIn, form: Sent) -> Response:
    """Say that a resource is the one source; a second one is put on the list of disputes, and told so."""
    told = {name: text(form, name).strip() for name in ("element", "resource", "division", "basis")}
    return _do(visit, "claimed", "claim", told, lambda: visit.pages.authorities.claim(**told, subject=visit.subject))


@router.post("/{conflict}")
def settle(conflict: str, visit: SignedIn, form: Sent) -> Response:
    """End a dispute: the holder stays, or the claimant becomes the source."""
    told = {"keep": text(form, "keep"), "reason": text(form, "reason").strip()}
    return _do(visit, "settled", conflict, told, lambda: _settle(visit, conflict, told))


def _settle(visit: Visit, conflict: str, told: dict[str, str]) -> None:
    if told["keep"] not in ("yes", "no"):
        raise BadInput("请选择维持或改定。", "Choose whether the holder stays.")
    visit.pages.authorities.settle(conflict, told["keep"] == "yes", told["reason"], visit.subject)


def _do(visit: Visit, done: str, place: str, told: dict[str, str], verb: Callable[[], None]) -> Response:
    try:
        verb()
    except (BadInput, Conflict) as error:
        return _show(visit, status=status_of(error), wrong=place, typed=told, error=error.text(visit.lang))
    return RedirectResponse(f"/sources-of-authority?done={done}", status_code=303)


def _show(
    visit: Visit, q: str = "", cursor: str = "", *, status: int = 200, done: str = "", wrong: str = "", typed: dict[str, str] | None = None,
    error: str = "",
) -> Response:
    page = visit.pages.authorities.board(q, cursor, visit.subject)
    return render(visit, "authorities.html", status=status, page=page, done=done, wrong=wrong, typed=typed or {}, error=error)
