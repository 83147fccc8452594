"""The first page of security, its keys and its settings; and what all pages of security share."""

from collections import defaultdict
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form, Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import Damaged, Incomplete, LingnanError
from lingnan.insight import DownloadFile
from lingnan.web.filled import Sent, text
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SESSION_COOKIE, SignedIn, Visit

router = Routes(prefix="/security")
Short = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=4000)]
Done = Annotated[str, Query(max_length=40, pattern="^[a-z_]*$")]
Cursor = Annotated[str, Query(max_length=20)]
DONE = (
    "rotated", "added", "end_asked", "end_agreed", "end_kept", "proposed", "approved", "revoked", "written", "concluded", "requested", "settled",
    "refused", "ended", "recognised", "certificate_revoked", "list_taken",
)
ISSUER_FIELDS = ("name", "zh", "en", "certificate", "basis", "since", "until")


@router.get("")
def overview(visit: SignedIn) -> Response:
    """The state of log, keys, policy and risks."""
    return show(visit, "security.html", card=visit.pages.security.overview(visit.subject))


@router.get("/settings")
def settings(visit: SignedIn) -> Response:
    """The dated tables of rules in force."""
    return show(visit, "settings.html", page=visit.pages.security.settings(visit.subject))


@router.get("/keys")
def keys(visit: SignedIn, done: Done = "") -> Response:
    """The key ring, the declared uses of cryptography, recognised issuers."""
    return _keys(visit, done=done)


@router.post("/keys/rotate")
def rotate(visit: SignedIn, purpose: Short, expected: Short, witness: Short = "", note: Short = "") -> Response:
    """Rotate a key before a second person; who has not shown lately who they are does so first."""
    session = visit.request.cookies.get(SESSION_COOKIE, "")
    try:
        visit.pages.security.keys.rotate(purpose, expected, witness, note, visit.subject, session)
    except LingnanError as error:
        if error.code == "ConfirmFirst":
            return RedirectResponse("/profile/confirm?next=/security/keys", status_code=303)
        return _keys(visit, error=mendable(error), typed={"purpose": purpose, "witness": witness, "note": note}, status=422)
    return back("/security/keys", "rotated")


@router.post("/keys/issuers")
def recognise(visit: SignedIn, form: Sent) -> Response:
    """Recognise another issuer of signatures, or bring a known one up to date."""
    typed = {name: text(form, name) for name in ISSUER_FIELDS}
    return _changed(visit, lambda: visit.pages.security.keys.recognise(typed, visit.subject), "recognised", {**typed, "form": "recognise"})


@router.post("/keys/issuers/revoke")
def revoke_certificate(visit: SignedIn, issuer: Short = "", serial: Short = "", since: Short = "") -> Response:
    """Enter one certificate of an issuer as revoked."""
    typed = {"form": "revoke", "issuer": issuer, "serial": serial, "since": since}
    source = visit.pages.security.keys
    return _changed(visit, lambda: source.revoke_certificate(issuer, serial, since, visit.subject), "certificate_revoked", typed)


@router.post("/keys/issuers/list")
def take_list(visit: SignedIn, form: Sent) -> Response:
    """Take an issuer's own revocation list."""
    issuer, listed = text(form, "issuer"), text(form, "list")
    typed = {"form": "list", "issuer": issuer}
    return _changed(visit, lambda: visit.pages.security.keys.take_list(issuer, listed, visit.subject), "list_taken", typed)


def _changed(visit: Visit, act: Callable[[], None], done: str, typed: dict[str, str]) -> Response:
    """What came of a change of the list of issuers; what was typed stands again in the form when it has to be mended."""
    try:
        act()
    except LingnanError as error:
        return _keys(visit, issuer_error=mendable(error), typed=typed, status=422)
    return back("/security/keys", done)


def _keys(visit: Visit, status: int = 200, **facts: Any) -> Response:
    return show(visit, "keys.html", status=status, page=visit.pages.security.keys.page(visit.subject), **{"typed": {}, "issuer_error": None, **facts})


def show(visit: Visit, template: str, *, status: int = 200, **facts: Any) -> Response:
    """A page of security, with the pages beside it that are open to its reader."""
    given = {"done": "", "error": None, **facts}
    given["done"] = given["done"] if given["done"] in DONE else ""
    if isinstance(given.get("typed"), dict):
        given["typed"] = defaultdict(str, given["typed"])
    return render(visit, template, status=status, sections=visit.pages.security.sections(visit.subject), **given)


def back(address: str, done: str = "") -> Response:
    """To the page that shows what was done."""
    return RedirectResponse(address + (f"?done={done}" if done else ""), status_code=303)


def mendable(error: LingnanError) -> LingnanError:
    """The error when whoever filled the form can mend it; raised on when policy says no or the hub itself cannot."""
    if isinstance(error, Incomplete | Damaged) or "audit" in error.facts:
        raise error
    return error


def download(file: DownloadFile) -> Response:
    """A file of JSON to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return Response(file.text, media_type="application/json", headers=headers)
