"""The audit log: entries by filters, an entry with its proof, checkpoints, checks of the whole log."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import CHINA, BadInput, LingnanError
from lingnan.trust import EntryQuery
from lingnan.web.pages.security import Cursor, Done, back, download, mendable, show
from lingnan.web.rendering import wants_fragment
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn

router = Routes(prefix="/security/audit")
Word = Annotated[str, Query(max_length=200)]
DAY_LENGTH = 10


@router.get("")
def entries(
    visit: SignedIn, since: Word = "", until: Word = "", kind: Word = "", outcome: Word = "", subject: Word = "", action: Word = "",
    resource: Word = "", number: Word = "", cursor: Cursor = "",
) -> Response:
    """Entries, newest first; a number leads to its entry."""
    if number.strip().isdecimal():
        return RedirectResponse(f"/security/audit/{int(number)}", status_code=303)
    typed = {"since": since, "until": until, "kind": kind, "outcome": outcome, "subject": subject, "action": action, "resource": resource,
             "number": number}
    log = visit.pages.security.log
    try:
        page, error, status = log.entries(entry_query(typed, cursor), visit.subject), None, 200
    except LingnanError as wrong:
        error, status = mendable(wrong), 422
        page = log.entries(EntryQuery(), visit.subject)
    return show(visit, "audit.html", status=status, page=page, typed=typed, error=error, asked=any(typed.values()))


@router.get("/checkpoints")
def checkpoints(visit: SignedIn, cursor: Cursor = "", first: Cursor = "", second: Cursor = "") -> Response:
    """Checkpoints with their signatures; two of them give the proof between them."""
    if first.isdecimal() and second.isdecimal():
        return RedirectResponse(f"/security/audit/checkpoints/{int(first)}/{int(second)}", status_code=303)
    return show(visit, "checkpoints.html", page=visit.pages.security.log.checkpoints(cursor, visit.subject))


@router.get("/checkpoints/{first}/{second}")
def consistency(visit: SignedIn, first: int, second: int) -> Response:
    """The proof that one checkpoint continues another, as a file."""
    return download(visit.pages.security.log.consistency(first, second, visit.subject))


@router.post("/checkpoints/export")
def export(visit: SignedIn) -> Response:
    """A fresh checkpoint for a witness to co-sign, as a file."""
    return download(visit.pages.security.log.export(visit.subject))


@router.get("/checks")
def checks(visit: SignedIn, done: Done = "") -> Response:
    """Checks of the whole log; htmx asks again while one runs."""
    page = visit.pages.security.log.checks(visit.subject)
    return show(visit, "_checks.html" if wants_fragment(visit) else "checks.html", page=page, done=done)


@router.post("/checks")
def check(visit: SignedIn) -> Response:
    """Check the whole log; a large one is checked while the page shows how far it is."""
    visit.pages.security.log.check(visit.subject)
    return back("/security/audit/checks")


@router.get("/{number}")
def entry(visit: SignedIn, number: int) -> Response:
    """One entry with its pair, its leaf and its proof step by step."""
    return show(visit, "audit_entry.html", sheet=visit.pages.security.log.entry(number, visit.subject))


@router.get("/{number}/proof.json")
def proof(visit: SignedIn, number: int) -> Response:
    """All that is needed to check the entry elsewhere, as a file."""
    return download(visit.pages.security.log.proof_file(number, visit.subject))


def entry_query(typed: Mapping[str, str], cursor: str = "", limit: int = 50) -> EntryQuery:
    """The entries an address means; BadInput for a time that cannot be read or a number that is none."""
    if typed.get("number", "").strip():
        raise BadInput("编号应为数字。", "A number is written in digits.")
    since, until = _moment(typed["since"]), _moment(typed["until"], ending=True)
    words = {name: typed[name].strip() for name in ("kind", "outcome", "subject", "action", "resource")}
    return EntryQuery(since=since, until=until, before=int(cursor) if cursor.isdecimal() else 0, limit=limit, **words)


def _moment(text: str, ending: bool = False) -> datetime | None:
    """A day or a time in China; a day at the end of a span is within it."""
    if not text.strip():
        return None
    try:
        if len(text) == DAY_LENGTH:
            return datetime.combine(date.fromisoformat(text) + timedelta(days=ending), time.min, CHINA)
        return datetime.fromisoformat(text).replace(tzinfo=CHINA) + timedelta(minutes=ending)
    except ValueError as error:
        raise BadInput(
            f"时间“{text[:30]}”无法识别。请写成年-月-日，或年-月-日T时:分。",
            f"The time “{text[:30]}” cannot be read. Write year-month-day, or year-month-dayThour:minute.",
        ) from error


