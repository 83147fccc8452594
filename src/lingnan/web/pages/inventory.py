"""The inventory: the board of departments, one department, one system, one table with the decisions on its columns."""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import BadInput, Conflict, WrongUse
from lingnan.insight import InventoryLine
from lingnan.web.answers import status_of
from lingnan.web.exports import xlsx_file
from lingnan.web.filled import Sent, text
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit
from lingnan.web.words import word

router = Routes()
Short = Annotated[str, Query(max_length=100)]
Cursor = Annotated[str, Query(max_length=10)]
COLUMNS = ("department", "duties", "systems", "with_database", "databases", "tables", "tables_described", "tables_catalogued", "columns",
           "columns_decided", "resources", "resources_published")


@router.get("/inventory")
def board(visit: SignedIn) -> Response:
    """How far every department is."""
    return render(visit, "inventory.html", page=visit.pages.inventory.board(visit.subject))


@router.get("/inventory/export.xlsx")
def board_xlsx(visit: SignedIn) -> Response:
    """The same as a workbook."""
    found = visit.pages.inventory.board(visit.subject)
    titles = [word(visit.lang, f"inventory.column_{name}") for name in COLUMNS]
    rows: list[list[str | int | date]] = [[line.title.text(visit.lang), *_numbers(line)] for line in (*found.items, found.total)]
    return xlsx_file("inventory.xlsx", word(visit.lang, "inventory.title"), titles, rows)


@router.get("/inventory/{department}")
def department(department: str, visit: SignedIn) -> Response:
    """One department: its duties, systems and databases."""
    return render(visit, "inventory_department.html", card=visit.pages.inventory.department(department, visit.subject))


@router.get("/systems/{key}")
def system(key: str, visit: SignedIn, database: Short = "", q: Short = "", cursor: Cursor = "") -> Response:
    """One system: all that is known of it, its databases, and the tables of one of them."""
    return render(visit, "system.html", card=visit.pages.inventory.system(key, database, q, cursor, visit.subject))


@router.get("/database-tables/{table}")
def table(table: str, visit: SignedIn, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """One table: its columns with what they seem to be, and what was decided."""
    return _show(visit, table, done=done if done in ("described", "decided") else "")


@router.post("/database-tables/{table}")
def describe(table: str, visit: SignedIn, form: Sent) -> Response:
    """Give a table its names and say what it holds."""
    told = {name: text(form, name).strip() for name in ("zh", "en", "description")}
    return _do(visit, table, "described", "describe", told, lambda: _describe(visit, table, told))


@router.post("/database-tables/{table}/columns/{column}")
def decide(table: str, column: str, visit: SignedIn, form: Sent) -> Response:
    """Decide what a column is: its element, class and mask."""
    told = {name: text(form, name).strip() for name in ("element", "classification", "mask")}
    return _do(visit, table, "decided", column, told, lambda: visit.pages.inventory.decide(table, column, **told, subject=visit.subject))


@router.post("/database-tables/{table}/draft")
def draft(table: str, visit: SignedIn) -> Response:
    """Draft the resource that stands for the table and open its form; where it cannot be, the table says why."""
    try:
        key = visit.pages.inventory.draft(table, visit.subject)
    except (BadInput, Conflict) as error:
        return _show(visit, table, status=status_of(error), wrong="draft", error=error.text(visit.lang))
    return RedirectResponse(f"/catalogue/{quote(key)}/edit?done=kept", status_code=303)


def _describe(visit: Visit, table: str, told: dict[str, str]) -> None:
    if not told["zh"]:
        raise BadInput("请填写表的中文名称。", "Give the table a Chinese name.")
    if len(told["zh"]) > 300 or len(told["en"]) > 300 or len(told["description"]) > 4000:
        raise BadInput("名称最多 300 字，说明最多 4000 字。", "Names hold 300 characters, the description 4,000.")
    visit.pages.inventory.describe(table, **told, subject=visit.subject)


def _do(visit: Visit, table: str, done: str, place: str, told: dict[str, str], verb: Callable[[], None]) -> Response:
    """Do what a form asks for and go back to where it stands; what is wrong with it is told there."""
    try:
        verb()
    except WrongUse as error:
        return _show(visit, table, status=status_of(error), wrong=place, typed=told, error=error.text(visit.lang))
    return RedirectResponse(f"/database-tables/{quote(table, safe='')}?done={done}#{quote(place, safe='')}", status_code=303)


def _show(
    visit: Visit, table: str, *, status: int = 200, done: str = "", wrong: str = "", typed: dict[str, str] | None = None, error: str = ""
) -> Response:
    card = visit.pages.inventory.table(table, visit.subject)
    return render(visit, "database_table.html", status=status, card=card, done=done, wrong=wrong, typed=typed or {}, error=error)


def _numbers(line: InventoryLine) -> list[int]:
    steps = {each.key: each for each in line.steps}
    parts = [number for key in ("columns", "resources") for number in (steps[key].of, steps[key].done)]
    return [
        line.duties, line.systems, steps["systems"].done, line.databases, steps["tables"].of, steps["tables"].done, line.catalogued.done, *parts,
    ]
