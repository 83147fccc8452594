"""The administrator's pages: accounts, one account, a new one, the organisation tree."""

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import LingnanError
from lingnan.insight import AccountForm
from lingnan.trust import MadeAccount, known_roles
from lingnan.web.cookies import unkept
from lingnan.web.pages.session import Many, Text
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes(prefix="/accounts")
Words = Annotated[str, Query(max_length=100)]
FIELDS = ("name", "zh", "en", "kind", "organisation", "post", "division")
ACTS = ("disable", "enable", "end_sessions")
DONE = (*ACTS, "roles")


@router.get("")
def accounts(visit: SignedIn, q: Words = "", kind: Words = "official", organisation: Words = "", cursor: Words = "") -> Response:
    """Accounts by name."""
    page = visit.pages.identity.accounts(visit.subject, q.strip(), kind, organisation, cursor)
    units = visit.pages.identity.units(visit.subject)
    return render(visit, "accounts.html", page=page, units=units, asked={"q": q, "kind": kind, "organisation": organisation})


@router.get("/new")
def new(visit: SignedIn) -> Response:
    """The form of a new account."""
    return _form(visit, {"kind": "official", "roles": ()})


def typed_account(
    name: Text = "", zh: Text = "", en: Text = "", kind: Text = "official", organisation: Text = "", post: Text = "", division: Text = "",
    roles: Many = (),
) -> dict[str, Any]:
    """What was typed into the form, as it stands."""
    told = {"name": name, "zh": zh, "en": en, "kind": kind, "organisation": organisation, "post": post, "division": division}
    return {**{field: text.strip() for field, text in told.items()}, "roles": tuple(roles)}


@router.post("")
def add(visit: SignedIn, typed: Annotated[dict[str, Any], Depends(typed_account)]) -> Response:
    """Make an account and show its one-time link, this once."""
    try:
        made = visit.pages.identity.add_account(visit.subject, AccountForm(**{**typed, "zh": typed["zh"] or typed["name"]}))
    except LingnanError as error:
        return _form(visit, typed, error.text(visit.lang))
    return _made(visit, made)


@router.get("/organisations")
def organisations(visit: SignedIn) -> Response:
    """The organisation tree."""
    return render(visit, "units.html", tree=visit.pages.identity.units(visit.subject), error="")


@router.post("/organisations")
def change_unit(visit: SignedIn, unit: Text, act: Text) -> Response:
    """Disable or enable a unit."""
    identity = visit.pages.identity
    try:
        (identity.open_unit if act == "enable" else identity.close_unit)(visit.subject, unit)
    except LingnanError as error:
        return render(visit, "units.html", status=422, tree=identity.units(visit.subject), error=error.text(visit.lang))
    return RedirectResponse("/accounts/organisations", status_code=303)


@router.get("/{account}")
def account(account: str, visit: SignedIn, done: str = "") -> Response:
    """One account."""
    return _account(visit, account, done=done if done in DONE else "")


@router.post("/{account}/roles")
def set_roles(account: str, visit: SignedIn, roles: Many = ()) -> Response:
    """Give an account these roles in place of those it has."""
    try:
        visit.pages.identity.set_roles(visit.subject, account, tuple(roles))
    except LingnanError as error:
        return _account(visit, account, error=error)
    return RedirectResponse(f"/accounts/{account}?done=roles", status_code=303)


@router.post("/{account}/acts")
def act(account: str, visit: SignedIn, act: Text) -> Response:
    """Disable, enable, end the sessions of an account, or reset its ways of signing in, which shows a new one-time link."""
    identity = visit.pages.identity
    doing = {"disable": identity.close_account, "enable": identity.open_account, "end_sessions": identity.end_account_sessions}
    try:
        if act == "reset":
            return _made(visit, identity.reset_account(visit.subject, account))
        if act in doing:
            doing[act](visit.subject, account)
    except LingnanError as error:
        return _account(visit, account, error=error)
    return RedirectResponse(f"/accounts/{account}?done={act if act in ACTS else ''}", status_code=303)


def _account(visit: Visit, account: str, *, done: str = "", error: LingnanError | None = None) -> Response:
    sheet = visit.pages.identity.account(visit.subject, account)
    return render(visit, "account.html", status=422 if error else 200, sheet=sheet, done=done, error=error.text(visit.lang) if error else "")


def _form(visit: Visit, typed: dict[str, Any], error: str = "") -> Response:
    units = visit.pages.identity.units(visit.subject)
    typed = {**dict.fromkeys(FIELDS, ""), **typed}
    return render(visit, "account_new.html", status=422 if error else 200, units=units, roles=known_roles().values(), typed=typed, error=error)


def _made(visit: Visit, made: MadeAccount) -> Response:
    settings, request = visit.request.app.state.settings, visit.request
    # The address people reach the site under; on this machine, where only the port may differ, the one that was used just now.
    site = settings.site if settings.site.startswith("https:") else str(request.base_url).rstrip("/")
    return unkept(render(visit, "account_made.html", card=made.card, link=f"{site}/sign-in/set-up?token={made.set_up_token}"))
