"""One's API tokens: the list, a new one shown once, and ending one."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Depends, Form, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from lingnan.base import LingnanError
from lingnan.insight import TokenForm
from lingnan.web.cookies import unkept
from lingnan.web.pages.session import Many, Text
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit
from lingnan.web.words import word

router = Routes(prefix="/profile/tokens")
Long = Annotated[str, Form(max_length=2000)]
USUAL_DAYS = timedelta(days=275)
"""How much before the latest day the form's date stands: about three months from now."""
QUOTAS = ("calls_a_minute", "calls_a_day", "rows_a_day")


@router.get("")
def tokens(visit: SignedIn, done: str = "") -> Response:
    """One's tokens."""
    return render(visit, "tokens.html", page=visit.pages.identity.tokens(visit.subject), done=done == "revoked")


@router.get("/new")
def new(visit: SignedIn) -> Response:
    """The form of a new token."""
    return _form(visit, {})


def typed_token(
    name: Text = "", purpose: Text = "", matter: Text = "", article: Text = "", until: Text = "", calls_a_minute: Text = "", calls_a_day: Text = "",
    rows_a_day: Text = "", addresses: Long = "", scope: Many = (),
) -> dict[str, Any]:
    """What was typed into the form, as it stands, so that a refused form can show it again."""
    return {
        "name": name.strip(), "purpose": purpose, "matter": matter.strip(), "article": article.strip(), "until": until,
        "calls_a_minute": calls_a_minute, "calls_a_day": calls_a_day, "rows_a_day": rows_a_day, "addresses": addresses.strip(), "scope": tuple(scope),
    }


@router.post("")
def make(visit: SignedIn, typed: Annotated[dict[str, Any], Depends(typed_token)]) -> Response:
    """Make a token and show it, this once."""
    try:
        asked = _read(typed)
    except (ValidationError, ValueError):
        return _form(visit, typed, word(visit.lang, "tokens.unreadable"))
    try:
        issued = visit.pages.identity.make_token(visit.subject, asked)
    except LingnanError as error:
        return _form(visit, typed, error.text(visit.lang))
    return unkept(render(visit, "token_made.html", issued=issued))


@router.post("/revoke")
def revoke(visit: SignedIn, token: Text) -> Response:
    """End a token at once."""
    visit.pages.identity.revoke_token(visit.subject, token)
    return RedirectResponse("/profile/tokens?done=revoked", status_code=303)


def _read(typed: dict[str, Any]) -> TokenForm:
    figures = {name: int(typed[name] or 0) for name in QUOTAS}
    addresses = tuple(typed["addresses"].replace(",", " ").replace("，", " ").split())
    return TokenForm(**{**typed, **figures, "until": date.fromisoformat(typed["until"]), "addresses": addresses})


def _form(visit: Visit, typed: dict[str, Any], error: str = "") -> Response:
    page = visit.pages.identity.tokens(visit.subject)
    if page.latest is not None and "until" not in typed:
        typed = {**typed, "until": (page.latest - USUAL_DAYS).isoformat()}
    return render(visit, "token_new.html", status=422 if error else 200, page=page, typed=typed, error=error, quotas=QUOTAS)
