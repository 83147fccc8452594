"""Alerts: those that concern me, one with its history, acknowledged and resolved."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import Conflict
from lingnan.web.pictures import draw_columns
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes()
Word = Annotated[str, Query(max_length=60)]
Note = Annotated[str, Form(max_length=2000)]


@router.get("/alerts")
def alerts(visit: SignedIn, state: Word = "", level: Word = "", rule: Word = "", cursor: Annotated[str, Query(max_length=400)] = "") -> Response:
    """Alerts, newest first."""
    page = visit.pages.alerts.listing(visit.subject, state, level, rule, cursor)
    return render(visit, "alerts.html", page=page, days=draw_columns(page.days), state=state, level=level, rule=rule)


@router.get("/alerts/{alert}.cap.xml")  # before that of one alert
def cap(visit: SignedIn, alert: str) -> Response:
    """One alert as a message of the Common Alerting Protocol 1.2."""
    told = visit.pages.alerts.cap(visit.subject, alert)
    headers = {"Content-Disposition": f'attachment; filename="{alert[:60]}.cap.xml"', "Cache-Control": "private, no-store"}
    return Response(told, media_type="application/cap+xml", headers=headers)


@router.get("/alerts/{alert}")
def alert(visit: SignedIn, alert: str, done: Word = "") -> Response:
    """One alert."""
    return _show(visit, alert, done=done if done in ("acknowledged", "resolved") else "")


@router.post("/alerts/{alert}/acknowledge")
def acknowledge(visit: SignedIn, alert: str, note: Note = "") -> Response:
    """Say that I look after it."""
    return _do(visit, alert, "acknowledged", note, lambda: visit.pages.alerts.acknowledge(visit.subject, alert, note.strip()))


@router.post("/alerts/{alert}/resolve")
def resolve(visit: SignedIn, alert: str, note: Note = "") -> Response:
    """Say that it is over."""
    return _do(visit, alert, "resolved", note, lambda: visit.pages.alerts.resolve(visit.subject, alert, note.strip()))


def _do(visit: Visit, alert: str, done: str, note: str, verb: Callable[[], None]) -> Response:
    try:
        verb()
    except Conflict as error:
        return _show(visit, alert, status=409, error=error.text(visit.lang), note=note)
    return RedirectResponse(f"/alerts/{alert}?done={done}", status_code=303)


def _show(visit: Visit, alert: str, *, status: int = 200, done: str = "", error: str = "", note: str = "") -> Response:
    sheet = visit.pages.alerts.alert(visit.subject, alert)
    return render(visit, "alert.html", status=status, sheet=sheet, done=done, error=error, note=note)
