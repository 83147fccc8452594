"""Registering: what is on its way, the forms of data elements with what the hub finds as one writes, the forms of a hub's own code lists."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from lingnan.base import BadInput, Conflict, LingnanError, WrongUse
from lingnan.catalogue import CodeTable
from lingnan.insight import ElementForm
from lingnan.web.answers import status_of
from lingnan.web.exports import xlsx_file
from lingnan.web.filled import FIELD, FILES_BYTES, Sent, file, text
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit
from lingnan.web.words import word

router = Routes()
CODE_COLUMNS = ("code", "zh", "en", "parent", "level", "valid_from", "valid_to", "successors", "labels", "change", "role")
LONGEST = 4000
Done = Annotated[str, Query(max_length=20)]


@router.get("/standards/under-way")
def under_way(visit: SignedIn, mine: bool = True) -> Response:
    """What is on its way into the register."""
    return render(visit, "under_way.html", page=visit.pages.under_way.listing(mine, visit.subject))


@router.get("/standards/new-element")
def new_element(visit: SignedIn) -> Response:
    """An empty form."""
    return _element(visit, visit.pages.elements.form("", visit.subject))


@router.post("/standards/new-element")
def propose(visit: SignedIn, form: Sent) -> Response:
    """Hand a new element in, or look at what is written."""
    return _propose(visit, "", "new", form)


@router.post("/standards/new-element/check")
def check(visit: SignedIn, form: Sent) -> Response:
    """What is written so far is worth, as one writes."""
    try:
        verdict, error = visit.pages.elements.examine({**_values(form), "request": text(form, "request")}, visit.subject), ""
    except BadInput as problem:
        verdict, error = None, problem.text(visit.lang)
    return render(visit, "_element_verdict.html", verdict=verdict, error=error)


@router.get("/standards/elements/{element}/change")
def change(element: str, visit: SignedIn) -> Response:
    """The form of the next version, or of one that came back."""
    return _element(visit, visit.pages.elements.form(element, visit.subject))


@router.post("/standards/elements/{element}/change")
def hand_in(element: str, visit: SignedIn, form: Sent) -> Response:
    """Hand the next version, or the mended one, in."""
    return _propose(visit, element, text(form, "request"), form)


@router.get("/standards/elements/{element}/ask")
def wish(element: str, visit: SignedIn) -> Response:
    """The form for having an element preferred or retired."""
    return _wish(visit, element)


@router.post("/standards/elements/{element}/ask")
def ask(element: str, visit: SignedIn, form: Sent) -> Response:
    """Ask for an element to be preferred or retired."""
    told = {name: text(form, name).strip() for name in ("request", "reason", "replacement")}
    try:
        case = visit.pages.elements.ask(element, **told, subject=visit.subject)
    except (WrongUse, Conflict) as error:
        return _wish(visit, element, status=status_of(error), typed=told, error=error.text(visit.lang))
    return _to(f"/cases/{quote(case)}")


@router.get("/standards/new-code-list")
def new_code_list(visit: SignedIn) -> Response:
    """An empty form."""
    return _code_list(visit, "")


@router.get("/standards/new-code-list/template.xlsx")
def template(visit: SignedIn) -> Response:
    """A workbook for the codes of a list."""
    visit.pages.code_lists.form("", visit.subject)
    titles = [word(visit.lang, f"code_list.column_{name}") for name in CODE_COLUMNS]
    return xlsx_file("codes.xlsx", word(visit.lang, "code_list.sheet"), titles, [])


@router.post("/standards/new-code-list", max_body_size=FILES_BYTES)
def begin_code_list(visit: SignedIn, form: Sent) -> Response:
    """Keep a new draft."""
    return _keep(visit, "", form)


@router.get("/standards/code-lists/{name}/edit")
def edit_code_list(name: str, visit: SignedIn, done: Done = "") -> Response:
    """The draft of a list, or the form of its next version."""
    return _code_list(visit, name, done="kept" if done == "kept" else "")


@router.post("/standards/code-lists/{name}/edit", max_body_size=FILES_BYTES)
def keep_code_list(name: str, visit: SignedIn, form: Sent) -> Response:
    """Keep the draft."""
    return _keep(visit, name, form)


@router.post("/standards/code-lists/{name}/submit")
def submit_code_list(name: str, visit: SignedIn, form: Sent) -> Response:
    """Hand the draft in."""
    return _case(visit, name, lambda: visit.pages.code_lists.submit(name, text(form, "reason")[:LONGEST], visit.subject))


@router.post("/standards/code-lists/{name}/retire")
def retire_code_list(name: str, visit: SignedIn, form: Sent) -> Response:
    """Ask for the list to be retired."""
    reason, replacement = text(form, "reason")[:LONGEST], text(form, "replacement")
    return _case(visit, name, lambda: visit.pages.code_lists.retire(name, reason, replacement, visit.subject))


@router.post("/standards/code-lists/{name}/discard")
def discard_code_list(name: str, visit: SignedIn) -> Response:
    """Throw the draft away."""
    visit.pages.code_lists.discard(name, visit.subject)
    return _to("/standards/under-way")


def _propose(visit: Visit, element: str, request: str, form: FormData) -> Response:
    values = _values(form)
    try:
        if text(form, "act") == "check":
            return _element(visit, visit.pages.elements.form(element, visit.subject), values=values)
        case = visit.pages.elements.propose(request if element else "new", {**values, **({"element": element} if element else {})}, visit.subject)
    except (WrongUse, Conflict) as error:
        return _element(visit, visit.pages.elements.form(element, visit.subject), values=values, error=error)
    return _to(f"/cases/{quote(case)}")


def _element(visit: Visit, page: ElementForm, *, values: dict[str, str] | None = None, error: LingnanError | None = None) -> Response:
    verdict, typed, problem = None, {**page.values, **(values or {})}, error
    if values is not None or page.request == "mend":
        try:
            verdict = visit.pages.elements.examine({**typed, "request": page.request}, visit.subject)
        except BadInput as found:
            problem = found
    faults = {each["field"]: each[visit.lang] for each in (problem.facts.get("fields", ()) if problem else ())}
    return render(
        visit, "element_form.html", status=status_of(error) if error else 200, page=page.model_copy(update={"values": typed}), verdict=verdict,
        error=problem.text(visit.lang) if problem else "", faults=faults,
    )


def _wish(visit: Visit, element: str, *, status: int = 200, typed: dict[str, str] | None = None, error: str = "") -> Response:
    form = visit.pages.elements.form(element, visit.subject)
    return render(visit, "element_wish.html", status=status, page=form, typed=typed or {}, error=error)


def _keep(visit: Visit, name: str, form: FormData) -> Response:
    values = _values(form) | ({"name": name} if name else {})
    try:
        kept, table = visit.pages.code_lists.keep(values, file(form, "file"), visit.subject)
    except (WrongUse, Conflict) as error:
        return _code_list(visit, name, status=status_of(error), typed=values, error=error)
    if table is not None:
        return _code_list(visit, name, status=422, typed=values, table=table)
    return _to(f"/standards/code-lists/{quote(kept)}/edit?done=kept")


def _case(visit: Visit, name: str, verb: Callable[[], str]) -> Response:
    try:
        return _to(f"/cases/{quote(verb())}")
    except (WrongUse, Conflict) as error:
        return _code_list(visit, name, status=status_of(error), error=error)


def _code_list(
    visit: Visit, name: str, *, status: int = 200, done: str = "", typed: dict[str, str] | None = None, error: LingnanError | None = None,
    table: CodeTable | None = None,
) -> Response:
    page = visit.pages.code_lists.form(name, visit.subject)
    faults = {each["field"]: each[visit.lang] for each in (error.facts.get("fields", ()) if error else ())}
    return render(
        visit, "code_list_form.html", status=status, page=page.model_copy(update={"values": {**page.values, **(typed or {})}}), done=done,
        error=error.text(visit.lang) if error else "", faults=faults, cells=table.faults if table else (),
    )


def _values(form: FormData) -> dict[str, str]:
    return {name.removeprefix(FIELD): text(form, name) for name in form if name.startswith(FIELD)}


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)
