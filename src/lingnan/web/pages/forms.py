"""Forms: those open to the reader, filling one in with and without scripts or a network, one's own entries, contributions taken back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import orjson
from fastapi import Query, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.datastructures import FormData

from lingnan.base import BadInput, LingnanError
from lingnan.insight import FormSent, FormSheet, FormTaken
from lingnan.web.answers import headers_of, status_of
from lingnan.web.cookies import unkept
from lingnan.web.filled import FIELD, FILES_BYTES, Sent, file, text
from lingnan.web.headers import HEADERS
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit, Visitor, address, signed_in

router = Routes()
WORKER: Final = Path(__file__).parent.parent / "static" / "script" / "forms-worker.js"
FEW: Final = 20
"""Codes up to which a field is a plain list; longer ones are searched while typing."""
MOST_ROWS: Final = 50
HERE_ALLOWED: Final = HEADERS["Permissions-Policy"].replace("geolocation=()", "geolocation=(self)")
"""The place is asked for by a button of these pages and nowhere else."""


@router.get("/forms")
def listing(visit: Visitor, given: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The forms open to the reader, and one's own entries."""
    return render(visit, "forms.html", page=visit.pages.forms.listing(visit.subject), told=given if given in ("given", "withdrawn") else "")


@router.get("/forms/worker.js")
def worker(_visit: Visitor) -> Response:
    """The script that keeps forms on the device; served here, because a worker answers for addresses below its own alone."""
    return FileResponse(WORKER, media_type="text/javascript")


@router.get("/forms/{form}")
def blank(form: str, visit: Visitor) -> Response:
    """A form to fill in."""
    _known(visit)
    return _page(visit, visit.pages.forms.sheet(form, visit.subject))


@router.post("/forms/{form}", max_body_size=FILES_BYTES)
def give(form: str, visit: Visitor, sent: Sent) -> Response:
    """Take an entry; sent again it is the same entry. Scripts are answered in JSON."""
    _known(visit)
    return _take(visit, form, _sent(sent), sent)


@router.get("/forms/{form}/entries/{entry}")
def correct(form: str, entry: str, visit: SignedIn) -> Response:
    """An entry of one's own, to be corrected."""
    return _page(visit, visit.pages.forms.entry(form, entry, visit.subject))


@router.post("/forms/{form}/entries/{entry}", max_body_size=FILES_BYTES)
def corrected(form: str, entry: str, visit: SignedIn, sent: Sent) -> Response:
    """Take a correction."""
    return _take(visit, form, _sent(sent, entry), sent)


@router.post("/forms/{form}/entries/{entry}/withdraw")
def withdraw(form: str, entry: str, visit: SignedIn) -> Response:
    """Take an entry of one's own back."""
    visit.pages.forms.withdraw(form, entry, visit.subject)
    return RedirectResponse("/forms?given=withdrawn", status_code=303)


@router.get("/contributions/withdraw")
def ask_code(visit: Visitor) -> Response:
    """Number and trace code of a contribution that is to be taken back."""
    return render(visit, "contribution_withdraw.html", number="", error="")


@router.post("/contributions/withdraw")
def withdraw_by_code(visit: Visitor, sent: Sent) -> Response:
    """Take a contribution back."""
    number = text(sent, "number")[:40]
    try:
        visit.pages.forms.withdraw_by_code(number, text(sent, "code")[:40], visit.subject, address(visit.request))
    except LingnanError as error:
        page = render(visit, "contribution_withdraw.html", status=status_of(error), number=number, error=error.text(visit.lang))
        page.headers.update(headers_of(error))
        return page
    return RedirectResponse("/forms?given=withdrawn", status_code=303)


@router.post("/catalogue/{code:path}/form")
def make(code: str, visit: SignedIn) -> Response:
    """A form out of the resource's contract."""
    return RedirectResponse(f"/forms/{quote(visit.pages.forms.make(code, visit.subject))}", status_code=303)


def _known(visit: Visit) -> None:
    """A visitor is led to sign in unless the form takes contributions by anybody."""
    if visit.subject.kind != "anonymous":
        return
    name = visit.request.path_params["form"]
    if not any(line.form == name for line in visit.pages.forms.listing(visit.subject).items):
        signed_in(visit.request)


def _take(visit: Visit, form: str, sent: FormSent, given: FormData) -> Response:
    if text(given, "more"):
        return _page(visit, visit.pages.forms.filled(form, sent, visit.subject, more=True))
    scripted = visit.request.headers.get("accept") == "application/json"
    try:
        taken = visit.pages.forms.give(form, sent, visit.subject, address(visit.request))
    except BadInput as error:
        told = error.facts.get("faults", ())
        if scripted:
            return _json({"detail": error.text(visit.lang), "faults": told}, 422)
        faults = {(each["row"], each["column"]): each[visit.lang] for each in told}
        return _page(visit, visit.pages.forms.filled(form, sent, visit.subject), 422, faults, error.text(visit.lang))
    if scripted:
        on_arrival = [rule.zh if visit.lang == "zh" else rule.en for rule in taken.on_arrival]
        told = {"entry": taken.entry, "state": taken.state, "case": taken.case, "trace_code": taken.trace_code, "on_arrival": on_arrival}
        return unkept(_json(told))
    return _taken(visit, form, taken)


def _json(value: Mapping[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(value), status_code=status, media_type="application/json")


def _taken(visit: Visit, form: str, taken: FormTaken) -> Response:
    if taken.trace_code:
        return unkept(render(visit, "contribution_given.html", form=form, taken=taken))
    return RedirectResponse("/forms?given=given" if visit.subject.account else f"/forms/{quote(form)}", status_code=303)


def _page(
    visit: Visit, sheet: FormSheet, status: int = 200, faults: Mapping[tuple[int, str], str] | None = None, error: str = ""
) -> Response:
    facts: dict[str, Any] = {"sheet": sheet, "faults": faults or {}, "error": error, "few": FEW}
    page = render(visit, "form.html", status=status, **facts)
    page.headers["Permissions-Policy"] = HERE_ALLOWED
    return page


def _sent(form: FormData, entry: str = "") -> FormSent:
    """The form's own fields, `form.<row>.<column>`, apart from those of the page."""
    texts, files = {}, {}
    for name in dict.fromkeys(form):
        row, _, column = name.removeprefix(FIELD).partition(".")
        if not name.startswith(FIELD) or not row.isdecimal() or len(row) > 2 or int(row) >= MOST_ROWS:
            continue
        chosen = file(form, name)
        if chosen is not None:
            files[int(row), column] = chosen
        elif isinstance(form.get(name), str):
            texts[int(row), column] = text(form, name)
    revision = text(form, "revision")
    return FormSent(
        entry or text(form, "entry"), texts, files, text(form, "device"),
        (text(form, "longitude")[:40], text(form, "latitude")[:40], text(form, "accuracy")[:40]),
        text(form, "filled_at")[:40], text(form, "terms")[:80],
        int(revision) if revision.isdecimal() and len(revision) < 7 else 0,
    )
