"""The review desk: the work list, one pair or entry side by side, deciding, taking back, the sample decided twice."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import Conflict, LingnanError, Refused, WrongUse
from lingnan.web.answers import status_of
from lingnan.web.filled import Sent, text, texts
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes()
Short = Annotated[str, Query(max_length=80)]
NOTES = frozenset({"empty", "back", "split", "kept", "same", "different", "unsure"})


@router.get("/desk")
def desks(visit: SignedIn) -> Response:
    """Every register with what waits."""
    return render(visit, "review_desks.html", page=visit.pages.reviews.desks(visit.subject))


@router.get("/desk/{register}")
def listing(
    register: str, visit: SignedIn, queue: Short = "open", table: Short = "", order: Short = "worth", cursor: Short = "", note: Short = ""
) -> Response:
    """The work list of one register."""
    page = visit.pages.reviews.listing(register, queue, table, order, cursor, visit.subject)
    return render(visit, "review_list.html", page=page, note=note if note in NOTES else "")


@router.get("/desk/{register}/next")
def following(
    register: str, visit: SignedIn, queue: Short = "open", table: Short = "", order: Short = "worth", after: Short = "", step: int = 1,
    note: Short = "",
) -> Response:
    """Lead to the item after or before one; to the list when nothing is left."""
    return _onward(visit, register, {"queue": queue, "table": table, "order": order}, after, note, step)


@router.get("/desk/{register}/quality")
def quality(register: str, visit: SignedIn) -> Response:
    """How far two persons agree who were given the same pairs blind."""
    return render(visit, "review_quality.html", page=visit.pages.reviews.quality(register, visit.subject))


@router.post("/desk/{register}/take-back")
def take_back(register: str, visit: SignedIn, form: Sent) -> Response:
    """Undo an own decision and show what it was about again."""
    item = visit.pages.reviews.take_back(register, text(form, "decision"), visit.subject)
    return RedirectResponse(_address(register, item, _asked(form), "back"), status_code=303)


@router.get("/desk/{register}/{item}")
def sheet(
    register: str, item: str, visit: SignedIn, queue: Short = "open", table: Short = "", order: Short = "worth", note: Short = ""
) -> Response:
    """One pair or entry side by side."""
    return _show(visit, register, item, {"queue": queue, "table": table, "order": order}, note=note if note in NOTES else "")


@router.post("/desk/{register}/{item}")
def decide(register: str, item: str, visit: SignedIn, form: Sent) -> Response:
    """Decide about the item and lead to the next one; what cannot be decided is said on its page."""
    asked, reason, verdict = _asked(form), text(form, "reason").strip(), text(form, "verdict")
    try:
        if verdict == "entry":
            apart = visit.pages.reviews.split(register, item, texts(form, "apart"), reason, visit.subject)
            verdict = "split" if apart else "kept"
        else:
            visit.pages.reviews.decide(register, item, verdict, reason, visit.subject)
    except (WrongUse, Conflict, Refused) as error:
        if isinstance(error, Refused) and "item" not in error.facts:
            raise
        return _show(visit, register, item, asked, error=error, reason=reason, ticked=texts(form, "apart"))
    return _onward(visit, register, asked, item, verdict)


def _show(
    visit: Visit, register: str, item: str, asked: dict[str, str], *, note: str = "", error: LingnanError | None = None, reason: str = "",
    ticked: tuple[str, ...] = (),
) -> Response:
    card = visit.pages.reviews.sheet(register, item, visit.subject)
    status, told = (status_of(error), error.text(visit.lang)) if error else (200, "")
    return render(visit, "review_sheet.html", status=status, card=card, asked=asked, note=note, error=told, reason=reason, ticked=ticked)


def _onward(visit: Visit, register: str, asked: dict[str, str], item: str, note: str, step: int = 1) -> Response:
    found = visit.pages.reviews.following(register, asked["queue"], asked["table"], asked["order"], item, 1 if step >= 0 else -1, visit.subject)
    if not found:
        query = urlencode({name: value for name, value in (asked | {"note": note or "empty"}).items() if value})
        return RedirectResponse(f"/desk/{quote(register)}?{query}", status_code=303)
    return RedirectResponse(_address(register, found, asked, note), status_code=303)


def _address(register: str, item: str, asked: dict[str, str], note: str) -> str:
    query = urlencode({name: value for name, value in (asked | {"note": note}).items() if value})
    return f"/desk/{quote(register)}/{quote(item)}?{query}"


def _asked(form: Sent) -> dict[str, str]:
    """Which part of the list the person is working through."""
    return {name: text(form, name)[:80] or standard for name, standard in (("queue", "open"), ("table", ""), ("order", "worth"))}
