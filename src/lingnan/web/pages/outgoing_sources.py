"""Places that the hub may call, webhooks with their secrets told once, and messages on their way."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form, Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import Conflict, LingnanError, Missing, Refused, WrongUse
from lingnan.web.answers import status_of
from lingnan.web.cookies import unkept
from lingnan.web.filled import Sent, text, texts
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes(prefix="/outgoing-sources")
Word = Annotated[str, Query(max_length=60)]
Id = Annotated[str, Form(max_length=60)]
TOLD = frozenset({"proposed", "approved", "revoked", "resent"})


@router.get("")
def places(visit: SignedIn, state: Word = "", done: Word = "") -> Response:
    """The list of places."""
    return _places(visit, state=state, done=done)


@router.post("/propose")
def propose(visit: SignedIn, form: Sent) -> Response:
    """Ask that a place may be called."""
    typed = {name: text(form, name) for name in ("place", "purpose", "reason")}

    def verb() -> None:
        visit.pages.outgoing.propose_place(visit.subject, typed["place"], typed["purpose"], typed["reason"])

    return _do(visit, verb, "/outgoing-sources", "proposed", lambda error: _places(visit, error=error, typed=typed))


@router.post("/approve")
def approve(visit: SignedIn, place: Id = "") -> Response:
    """Let a place be called; not by who proposed it."""
    return _do(
        visit, lambda: visit.pages.outgoing.approve_place(visit.subject, place), "/outgoing-sources", "approved",
        lambda error: _places(visit, error=error),
    )


@router.post("/revoke")
def revoke(visit: SignedIn, place: Id = "") -> Response:
    """Strike a place off."""
    return _do(
        visit, lambda: visit.pages.outgoing.revoke_place(visit.subject, place), "/outgoing-sources", "revoked",
        lambda error: _places(visit, error=error),
    )


@router.get("/webhooks")
def webhooks(visit: SignedIn, done: Word = "") -> Response:
    """Addresses that are told of events."""
    return _webhooks(visit, done=done)


@router.post("/webhooks/propose")
def propose_webhook(visit: SignedIn, form: Sent) -> Response:
    """Ask that an address be told of events."""
    url, signature, events = text(form, "url"), text(form, "signature"), texts(form, "event")

    def verb() -> None:
        visit.pages.outgoing.propose_webhook(visit.subject, url, events, signature)

    typed = {"url": url, "signature": signature, **{f"event:{event}": "yes" for event in events}}
    return _do(visit, verb, "/outgoing-sources/webhooks", "proposed", lambda error: _webhooks(visit, error=error, typed=typed))


@router.post("/webhooks/approve")
def approve_webhook(visit: SignedIn, webhook: Id = "") -> Response:
    """Tell it from now on, and show the receiver's secret once."""
    return _secret(visit, lambda: visit.pages.outgoing.approve_webhook(visit.subject, webhook))


@router.post("/webhooks/rotate")
def rotate_webhook(visit: SignedIn, webhook: Id = "") -> Response:
    """A new secret, shown once."""
    return _secret(visit, lambda: visit.pages.outgoing.rotate_webhook(visit.subject, webhook))


@router.post("/webhooks/revoke")
def revoke_webhook(visit: SignedIn, webhook: Id = "", reason: Annotated[str, Form(max_length=300)] = "") -> Response:
    """Tell it no more."""
    return _do(
        visit, lambda: visit.pages.outgoing.revoke_webhook(visit.subject, webhook, reason.strip()), "/outgoing-sources/webhooks", "revoked",
        lambda error: _webhooks(visit, error=error),
    )


@router.get("/deliveries")
def deliveries(visit: SignedIn, state: Word = "", done: Word = "") -> Response:
    """Messages on their way, sent and failed."""
    return _deliveries(visit, state=state, done=done)


@router.post("/deliveries/resend")
def resend(visit: SignedIn, kind: Id = "", message: Id = "") -> Response:
    """Try a failed message anew."""
    return _do(
        visit, lambda: visit.pages.outgoing.resend(visit.subject, kind, message), "/outgoing-sources/deliveries", "resent",
        lambda error: _deliveries(visit, error=error),
    )


def _do(visit: Visit, verb: Callable[[], None], back: str, done: str, again: Callable[[LingnanError], Response]) -> Response:
    """Do it and go back; what stands against it is told on the page it came from, with what was typed, to who may see that page."""
    try:
        verb()
    except (WrongUse, Conflict, Refused) as error:
        return again(error)
    return RedirectResponse(f"{back}?done={done}", status_code=303)


def _secret(visit: Visit, verb: Callable[[], str]) -> Response:
    try:
        secret = verb()
    except (Conflict, Missing, Refused) as error:
        return _webhooks(visit, error=error)
    return unkept(render(visit, "webhook_secret.html", secret=secret))


def _places(
    visit: Visit, *, state: str = "", done: str = "", error: LingnanError | None = None, typed: dict[str, str] | None = None
) -> Response:
    page = visit.pages.outgoing.places(visit.subject, state)
    return render(visit, "outgoing_sources.html", page=page, state=state, **_facts(visit, done, error, typed))


def _webhooks(visit: Visit, *, done: str = "", error: LingnanError | None = None, typed: dict[str, str] | None = None) -> Response:
    return render(visit, "webhooks.html", page=visit.pages.outgoing.webhooks(visit.subject), **_facts(visit, done, error, typed))


def _deliveries(visit: Visit, *, state: str = "", done: str = "", error: LingnanError | None = None) -> Response:
    page = visit.pages.outgoing.deliveries(visit.subject, state)
    return render(visit, "deliveries.html", page=page, state=state, **_facts(visit, done, error, None))


def _facts(visit: Visit, done: str, error: LingnanError | None, typed: dict[str, str] | None) -> dict[str, Any]:
    status = 200 if error is None else 422 if isinstance(error, WrongUse) else status_of(error)
    return {"status": status, "done": done if done in TOLD else "", "error": error.text(visit.lang) if error else "", "typed": typed or {}}
