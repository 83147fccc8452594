"""The form of a resource: its fields, its items as a table, what is still to mend at each field, and handing it in."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import BadInput, Conflict, LingnanError
from lingnan.insight import DraftSheet, FaultLine, WithdrawalSheet, Words
from lingnan.web.answers import status_of
from lingnan.web.filled import Sent, text
from lingnan.web.rendering import render, wants_fragment
from lingnan.web.routes import Routes
from lingnan.web.typed_draft import Typed, moved_lines, read_typed, told_faults, with_typed
from lingnan.web.visitor import SignedIn, Visit
from lingnan.web.words import word

router = Routes()
BODY_BYTES = 4 << 20
MOST_REASON = 2000


@router.get("/catalogue/new")
def blank(visit: SignedIn) -> Response:
    """An empty form."""
    return _show(visit, visit.pages.drafts.blank(visit.subject))


@router.post("/catalogue/new", max_body_size=BODY_BYTES)
def begin(visit: SignedIn, form: Sent) -> Response:
    """Keep a new draft, which then shows what is still to mend; or add, remove or move a line of its items."""
    typed = read_typed(form)

    def page() -> DraftSheet:
        return visit.pages.drafts.blank(visit.subject, typed.values.get("department", ""), typed.values.get("division", "").strip())

    if act := text(form, "act"):
        return _moved(visit, page(), typed, act)
    department, name = text(form, "department"), text(form, "name").strip()
    try:
        key = visit.pages.drafts.begin(department, name, typed.values, typed.items, typed.extension, visit.subject)
    except (BadInput, Conflict) as error:
        return _refused(visit, page(), typed, error)
    return _to(f"/catalogue/{quote(key)}/edit?done=kept")


@router.get("/catalogue/{code:path}/edit")
def edit(code: str, visit: SignedIn, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The form as it is kept, each fault at its field."""
    return _show(visit, visit.pages.drafts.sheet(code, visit.subject), done="kept" if done == "kept" else "")


@router.post("/catalogue/{code:path}/edit", max_body_size=BODY_BYTES)
def keep(code: str, visit: SignedIn, form: Sent) -> Response:
    """Keep what was written, or add, remove or move a line; a refused form comes back as it was typed."""
    typed = read_typed(form)
    if act := text(form, "act"):
        return _moved(visit, visit.pages.drafts.sheet(code, visit.subject, typed.values.get("division", "").strip()), typed, act)
    try:
        key = visit.pages.drafts.keep(code, typed.values, typed.items, typed.extension, visit.subject)
    except (BadInput, Conflict) as error:
        return _refused(visit, visit.pages.drafts.sheet(code, visit.subject, typed.values.get("division", "").strip()), typed, error)
    return _to(f"/catalogue/{quote(key)}/edit?done=kept")


@router.post("/catalogue/{code:path}/submit")
def submit(code: str, visit: SignedIn, form: Sent) -> Response:
    """Hand a draft in for review."""
    try:
        case = visit.pages.drafts.submit(code, text(form, "summary").strip()[:400], visit.subject)
    except (BadInput, Conflict) as error:
        return _show(visit, visit.pages.drafts.sheet(code, visit.subject), status=status_of(error), error=error.text(visit.lang))
    return _to(f"/cases/{case}")


@router.post("/catalogue/{code:path}/discard")
def discard(code: str, visit: SignedIn) -> Response:
    """Throw a draft away."""
    visit.pages.drafts.discard(code, visit.subject)
    return _to("/drafts")


@router.get("/catalogue/{code:path}/withdraw")
def withdrawal(code: str, visit: SignedIn) -> Response:
    """Ask that a resource be withdrawn: why, and what to use instead."""
    return _withdrawal(visit, visit.pages.drafts.withdrawal(code, visit.subject))


@router.post("/catalogue/{code:path}/withdraw")
def withdraw(code: str, visit: SignedIn, form: Sent) -> Response:
    """Open the case; a refused form comes back as it was typed."""
    typed = {name: text(form, name).strip()[:MOST_REASON] for name in ("reason", "replacement")}
    try:
        case = visit.pages.drafts.withdraw(code, typed["reason"], typed["replacement"], visit.subject)
    except (BadInput, Conflict) as error:
        return _withdrawal(visit, visit.pages.drafts.withdrawal(code, visit.subject), typed, error)
    return _to(f"/cases/{case}")


def _withdrawal(visit: Visit, page: WithdrawalSheet, typed: dict[str, str] | None = None, error: LingnanError | None = None) -> Response:
    faults = {each["field"]: each["en"] if visit.lang == "en" else each["zh"] for each in error.facts.get("fields", ())} if error else {}
    told = error.text(visit.lang) if error and not faults else ""
    shown = typed or {"reason": "", "replacement": ""}
    return render(visit, "withdrawal.html", status=status_of(error) if error else 200, page=page, typed=shown, faults=faults, error=told)


def _show(visit: Visit, page: DraftSheet, *, status: int = 200, done: str = "", error: str = "") -> Response:
    faults = told_faults(page, visit.lang)
    return render(visit, "draft.html", status=status, page=page, faults=faults, done=done, error=error, focus="", moved="")


def _moved(visit: Visit, page: DraftSheet, typed: Typed, act: str) -> Response:
    """The form as it was typed, with a line of its items added, removed or moved; nothing is kept. htmx asks for the items alone."""
    lines, focus, moved = moved_lines(typed.lines, act)
    shown = with_typed(page, typed).model_copy(update={"items": tuple(lines), "faults": ()})
    template = "_draft_items.html" if wants_fragment(visit) else "draft.html"
    said = word(visit.lang, moved) if moved else ""
    return render(visit, template, page=shown, faults={}, done="", error="", focus=focus, moved=said)


def _refused(visit: Visit, page: DraftSheet, typed: Typed, error: LingnanError) -> Response:
    faults = tuple(_fault(each) for each in error.facts.get("fields", ()))
    shown = with_typed(page, typed).model_copy(update={"faults": faults})
    return _show(visit, shown, status=status_of(error), error=error.text(visit.lang))


def _fault(told: dict[str, str]) -> FaultLine:
    return FaultLine(field=told["field"], text=Words(zh=told.get("zh", "") or "填写有误，请改正。", en=told["en"]))


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)
