"""The browser of standards: elements, code lists, minimal data sets, indicators, documents."""

from datetime import date
from typing import Annotated

from fastapi import Query, Response

from lingnan.web.exports import xlsx_file
from lingnan.web.pages.registering import CODE_COLUMNS
from lingnan.web.rendering import render, wants_fragment
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor
from lingnan.web.words import word

router = Routes()
Words = Annotated[str, Query(max_length=100)]
Cursor = Annotated[str, Query(max_length=10)]


@router.get("/standards")
def browse(visit: Visitor, kind: str = "elements", q: Words = "", group: Annotated[str, Query(max_length=60)] = "", cursor: Cursor = "") -> Response:
    """A list of one kind of thing, searched as one types."""
    page = visit.pages.standards.browse(kind, q, group, cursor, visit.subject)
    return render(visit, "_standards.html" if wants_fragment(visit) else "standards.html", page=page)


@router.get("/standards/export.xlsx")
def export(visit: Visitor, kind: str = "elements", q: Words = "", group: Annotated[str, Query(max_length=60)] = "") -> Response:
    """The same list whole, as a workbook."""
    lines = visit.pages.standards.lines(kind, q, group, visit.subject)
    titles = [word(visit.lang, key) for key in ("standards.id", "standards.zh", "standards.en", f"standards.note_{kind}", "standards.group",
                                                "standards.source", "standards.proofed")]
    yes = word(visit.lang, "standards.yes")
    rows = [
        [line.id, line.title.zh, line.title.en, line.note, line.group.text(visit.lang), line.source, yes if line.proofed else ""] for line in lines
    ]
    return xlsx_file(f"{kind}.xlsx", word(visit.lang, f"standards.kind_{kind}"), titles, rows)


@router.get("/standards/elements/{element}")
def element(element: str, visit: Visitor, version: Annotated[str, Query(max_length=20)] = "") -> Response:
    """One data element and where it is used."""
    return render(visit, "element.html", card=visit.pages.standards.element(element, version, visit.subject))


@router.get("/standards/code-lists/{name}/codes.xlsx")
def codes(name: str, visit: Visitor, at: date | None = None, version: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Every code of a list as a workbook, under the headings that an import reads."""
    title, entries = visit.pages.standards.codes(name, at, version, visit.subject)
    titles = [word(visit.lang, f"code_list.column_{column}") for column in CODE_COLUMNS]
    rows = [
        [each.code, each.zh, each.en, each.parent or "", str(each.level), each.valid_from or "", each.valid_to or "", "|".join(each.successors),
         "|".join(each.labels), each.change, each.role]
        for each in entries
    ]
    return xlsx_file(f"{name}.xlsx", title.text(visit.lang)[:31].replace("/", " "), titles, rows)


@router.get("/standards/code-lists/{name}")
def code_list(
    name: str, visit: Visitor, at: date | None = None, q: Words = "", cursor: Cursor = "", version: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """One code list, on a day or through all time."""
    return render(visit, "code_list.html", card=visit.pages.standards.code_list(name, at, q, cursor, visit.subject, version))


@router.get("/standards/references/{number:path}")
def document(number: str, visit: Visitor) -> Response:
    """One standard, law or format that the hub refers to."""
    return render(visit, "standard_document.html", card=visit.pages.standards.document(number, visit.subject))


@router.get("/standards/sets/{name}/members.xlsx")
def members(name: str, visit: Visitor) -> Response:
    """The elements of a minimal data set as a workbook."""
    card = visit.pages.standards.data_set(name, visit.subject)
    titles = [word(visit.lang, key) for key in ("standards.id", "field.element", "data_set.obligation", "element.format", "data_set.condition")]
    rows = [
        [each.element, each.title.text(visit.lang), each.obligation.text(visit.lang), each.representation, each.condition.text(visit.lang)]
        for each in card.members
    ]
    return xlsx_file(f"{name}.xlsx", word(visit.lang, "standards.kind_sets"), titles, rows)


@router.get("/standards/sets/{name}")
def data_set(name: str, visit: Visitor) -> Response:
    """One minimal data set."""
    return render(visit, "data_set.html", card=visit.pages.standards.data_set(name, visit.subject))


@router.get("/standards/indicators/{name}")
def indicator(name: str, visit: Visitor) -> Response:
    """One indicator."""
    return render(visit, "indicator.html", card=visit.pages.standards.indicator(name, visit.subject))
