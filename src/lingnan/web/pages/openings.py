"""What may be applied for, the forms for it, and the page that tells a trace code once."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Response

from lingnan.base import WrongUse
from lingnan.insight import Filled
from lingnan.web.answers import status_of
from lingnan.web.cookies import unkept
from lingnan.web.filled import FIELD, FILES_BYTES, Sent, filled, text
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes()
GIVEN = ("table", "entry_key", "items")
"""What another page may fill in beforehand: a table, the id of a register's entry (no identifier of a person), its items."""
LONGEST = 200
Given = Annotated[str, Query(max_length=LONGEST)]


@router.get("/cases/new")
def flows(visit: SignedIn) -> Response:
    """What I may apply for."""
    return render(visit, "case_new.html", page=visit.pages.cases.flows(visit.subject, visit.lang))


@router.get("/cases/choices/{kind}")
def choices(visit: SignedIn, kind: str) -> Response:
    """Options for a field as its words are typed; the field sends itself under its own name."""
    words = next((value for name, value in visit.request.query_params.items() if name.startswith(FIELD) or name == "organisation"), "")
    found = visit.pages.cases.choices(visit.subject, "table" if kind == "table" else "organisation", words[:100])
    return render(visit, "_case_choices.html", choices=found)


@router.get("/cases/new/{flow}")
def blank(visit: SignedIn, flow: str, table: Given = "", entry_key: Given = "", items: Given = "") -> Response:
    """The form of a flow, what another page gave filled in."""
    given = dict(zip(GIVEN, (table, entry_key, items), strict=True))
    asked = visit.request.query_params
    more = {name: asked[name][:LONGEST] for name in visit.pages.cases.flow(visit.subject, flow, visit.lang).given if name in asked}
    return _form(visit, flow, Filled({**given, **more}))


@router.post("/cases/new/{flow}", max_body_size=FILES_BYTES)
def begin(visit: SignedIn, flow: str, form: Sent) -> Response:
    """Begin a case; its trace code is told on this answer alone. Sent again, the same form begins no second case."""
    written = filled(form)
    try:
        opened = visit.pages.cases.open(visit.subject, flow, written, text(form, "once")[:80])
    except WrongUse as error:
        faults = error.facts.get("fields", {})
        return _form(visit, flow, written, status_of(error), faults, error.text(visit.lang))
    return unkept(render(visit, "case_opened.html", opened=opened))


def _form(visit: Visit, flow: str, typed: Filled, status: int = 200, faults: Mapping[str, Any] | None = None, error: str = "") -> Response:
    card = visit.pages.cases.flow(visit.subject, flow, visit.lang)
    kinds = {field.type for field in card.fields} & {"organisation", "table"}
    choices = {kind: visit.pages.cases.choices(visit.subject, kind, "") for kind in kinds}
    told = {name: each[visit.lang] for name, each in (faults or {}).items()}
    return unkept(render(
        visit, "case_form.html", status=status, card=card, typed=typed.texts, faults=told, error=error, choices=choices,
        once=secrets.token_urlsafe(18),
    ))
