"""What changed in a register, with a workbook of it; what contradicts it source by source; its yearly snapshots."""

from typing import Annotated

from fastapi import Query, Response

from lingnan.base import CHINA
from lingnan.web.exports import xlsx_file
from lingnan.web.rendering import render, say
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor
from lingnan.web.words import word

router = Routes()
Cursor = Annotated[str, Query(max_length=400)]
Name = Annotated[str, Query(max_length=80)]
PAGE, MOST = 30, 1000


@router.get("/registers/{register}/changes")
def changes(register: str, visit: Visitor, cursor: Cursor = "") -> Response:
    """What became known last, newest first."""
    return render(visit, "register_changes.html", page=visit.pages.register_history.changes(register, cursor, PAGE, True, visit.subject))


@router.get("/registers/{register}/changes.xlsx")
def changes_book(register: str, visit: Visitor) -> Response:
    """The last thousand changes as a workbook, a line for each value."""
    page = visit.pages.register_history.changes(register, "", MOST, True, visit.subject)
    columns = ("at", "entry", "kind", "attribute", "before", "after", "successor")
    rows = [
        (each.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"), each.entry, word(visit.lang, f"register_change.{each.kind}"),
         say(visit.lang, one.attribute), one.before or "", one.after or "", each.successor)
        for each in page.items for one in each.values
    ]
    titles = [word(visit.lang, f"register_history.column_{name}") for name in columns]
    return xlsx_file(f"{register}-changes.xlsx", say(visit.lang, page.register_line.title), titles, rows)


@router.get("/registers/{register}/conflicts")
def conflicts(register: str, visit: Visitor, department: Name = "", table: Name = "", attribute: Name = "", cursor: Cursor = "") -> Response:
    """What contradicts a register: by source and attribute, and the rows of one."""
    page = visit.pages.register_history.conflicts(register, department, table, attribute, cursor, visit.subject)
    return render(visit, "register_conflicts.html", page=page)


@router.get("/registers/{register}/snapshots")
def snapshots(register: str, visit: Visitor, year: Annotated[int | None, Query(ge=1949, le=9999)] = None) -> Response:
    """The yearly snapshots, and the divisions of one."""
    return render(visit, "register_snapshots.html", page=visit.pages.register_history.snapshots(register, year, visit.subject))
