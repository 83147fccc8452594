"""The registers: sizes, search, and an entry with its two times."""

from datetime import date
from typing import Annotated

from fastapi import Query, Response

from lingnan.base import BadInput
from lingnan.web.rendering import render, wants_fragment
from lingnan.web.routes import Routes
from lingnan.web.time_line import draw_time_line
from lingnan.web.visitor import Visitor

router = Routes()
Words = Annotated[str, Query(max_length=100)]


@router.get("/registers")
def registers(visit: Visitor) -> Response:
    """The registers with their sizes."""
    return render(visit, "registers.html", page=visit.pages.registers(visit.subject))


@router.get("/registers/{register}")
def register(register: str, visit: Visitor, q: Words = "", cursor: Annotated[str, Query(max_length=400)] = "") -> Response:
    """Look up entries of one register."""
    page = visit.pages.register_search(register, q.strip(), cursor, visit.subject)
    return render(visit, "_entries.html" if wants_fragment(visit) else "register.html", page=page)


@router.get("/registers/{register}/{entry}")
def entry(register: str, entry: str, visit: Visitor, as_of: str = "", known_at: str = "") -> Response:
    """One entry as of a day, as known on a day; an empty date field means today."""
    card = visit.pages.register_entry(register, entry, _day(as_of), _day(known_at), visit.subject)
    return render(visit, "entry.html", card=card, drawn=draw_time_line(card, visit.lang))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(
            f"日期“{text[:20]}”无法识别。请写成年-月-日，例如 2026-10-31。",
            f"The date “{text[:20]}” cannot be read. Write year-month-day, for example 2026-10-31.",
        ) from error
