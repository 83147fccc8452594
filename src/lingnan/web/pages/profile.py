"""One's own account: who one is, ways of signing in, sessions, and acting for a legal person."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Body, Form, Response
from fastapi.responses import JSONResponse, RedirectResponse

from lingnan.base import LingnanError, Refused, WrongUse
from lingnan.trust import Purpose
from lingnan.web.answers import headers_of
from lingnan.web.cookies import keep_session, onward, unkept
from lingnan.web.pages.session import Next, NextField, Secret, Text, ask_first_code, show_codes, status_of_form, take_first_code
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SESSION_COOKIE, SignedIn, Visit, address
from lingnan.web.words import word

router = Routes(prefix="/profile")
Code = Annotated[str, Form(max_length=80)]
Article = Annotated[str, Form(max_length=400)]
Table = Annotated[str, Form(max_length=200)]
DONE = ("password", "passkey", "passkey_revoked", "session", "confirmed")


@router.get("")
def profile(visit: SignedIn, done: str = "") -> Response:
    """Everything of one's own account."""
    return _profile(visit, done=done if done in DONE else "")


@router.post("/password")
def change_password(visit: SignedIn, old: Secret, password: Secret, again: Secret) -> Response:
    """Change one's password: all other sessions end."""
    if password != again:
        return _profile(visit, wrong={"again": word(visit.lang, "password.differ")})
    try:
        step = visit.pages.identity.change_password(_session(visit), old, password, address(visit.request))
    except LingnanError as error:
        if error.code not in ("SignInRefused", "TooManyAttempts", "WeakPassword"):
            raise
        return _profile(visit, error=error, wrong={"password" if error.code == "WeakPassword" else "old": error.text(visit.lang)})
    return keep_session(visit, _back("password"), step.token)


@router.get("/second-factor")
def second_factor(visit: SignedIn) -> Response:
    """Enrol or replace the authenticator app; who has one that was not shown yet shows it first."""
    if visit.subject.unproven and visit.pages.identity.profile(_session(visit)).has_totp:
        return RedirectResponse("/profile/confirm?next=/profile", status_code=303)
    return ask_first_code(visit, _session(visit), "/profile/second-factor", "/profile")


@router.post("/second-factor")
def first_code(visit: SignedIn, code: Text) -> Response:
    """Take the first code of the authenticator app."""
    return take_first_code(visit, _session(visit), code, "/profile/second-factor", "/profile")


@router.post("/recovery-codes")
def renew_codes(visit: SignedIn) -> Response:
    """New recovery codes in place of the old ones, shown this once."""
    return show_codes(visit, visit.pages.identity.renew_codes(_session(visit)), "/profile")


@router.get("/confirm")
def confirm(visit: SignedIn, after: Next = "/profile") -> Response:
    """Ask again who it is before a sensitive act."""
    return _confirm(visit, onward(after))


@router.post("/confirm")
def confirmed(visit: SignedIn, secret: Secret, method: Text = "password", after: NextField = "/profile") -> Response:
    """Take the password or a code; the session goes on under a new token."""
    try:
        step = visit.pages.identity.confirm(_session(visit), method, secret, address(visit.request))
    except Refused as error:
        if error.code not in ("SignInRefused", "TooManyAttempts"):
            raise
        return _confirm(visit, onward(after), method, error)
    return keep_session(visit, RedirectResponse(onward(after), status_code=303), step.token)


@router.post("/passkeys/options")
def ask_new_passkey(visit: SignedIn) -> Response:
    """What the script hands to the browser to make a passkey."""
    return unkept(Response(visit.pages.identity.ask_new_passkey(_session(visit)), media_type="application/json"))


@router.post("/passkeys")
def add_passkey(visit: SignedIn, answer: Annotated[str, Body(max_length=40_000)], name: Annotated[str, Body(max_length=80)]) -> Response:
    """Keep the passkey that the browser made."""
    visit.pages.identity.add_passkey(_session(visit), answer, name)
    return JSONResponse({"href": "/profile?done=passkey"})


@router.post("/passkeys/revoke")
def revoke_passkey(visit: SignedIn, passkey: Text) -> Response:
    """End one passkey."""
    visit.pages.identity.revoke_passkey(_session(visit), passkey)
    return _back("passkey_revoked")


@router.post("/sessions/end")
def end_session(visit: SignedIn, session: Text) -> Response:
    """End one session."""
    return _signed_out() if visit.pages.identity.end_session(_session(visit), session) else _back("session")


@router.post("/sessions/end-all")
def end_sessions(visit: SignedIn) -> Response:
    """End all sessions, this one too."""
    visit.pages.identity.end_sessions(_session(visit))
    return _signed_out()


@router.post("/act-for")
def act_for(visit: SignedIn, credit_code: Annotated[str, Form(max_length=40)] = "") -> Response:
    """Act for a legal person, or for oneself again when none is named."""
    visit.pages.identity.act_for(_session(visit), credit_code)
    return _back("")


@router.post("/purposes")
def hold_purpose(visit: SignedIn, table: Table = "", purpose: Code = "", article: Article = "", matter: Code = "") -> Response:
    """Let a purpose hold for this session and a table; half of one gives the table's page back with what was typed."""
    told = Purpose(purpose.strip(), article.strip(), matter.strip())
    try:
        visit.pages.identity.hold_purpose(visit.subject, table.strip(), told)
    except WrongUse as error:
        if "missing" not in error.facts:
            raise
        card = visit.pages.table(table.strip(), visit.subject)
        return render(visit, "table.html", status=422, card=card, typed={"purpose": told.code, "article": told.article, "matter": told.matter})
    return _to_table(table.strip())


@router.post("/purposes/end")
def end_purpose(visit: SignedIn, table: Table = "") -> Response:
    """End now what was stated for a table."""
    visit.pages.identity.end_purpose(visit.subject, table.strip())
    return _to_table(table.strip())


def _to_table(table: str) -> Response:
    """The page of a table that is known to be one."""
    return RedirectResponse(f"/tables/{quote(table.replace('.', '/', 1))}", status_code=303)


def _profile(visit: Visit, *, done: str = "", wrong: dict[str, str] | None = None, error: LingnanError | None = None) -> Response:
    sheet = visit.pages.identity.profile(_session(visit))
    status = status_of_form(error) if error else 422 if wrong else 200
    page = render(visit, "profile.html", status=status, sheet=sheet, done=done, wrong=wrong or {})
    page.headers.update(headers_of(error) if error else {})
    return page


def _confirm(visit: Visit, after: str, method: str = "", error: LingnanError | None = None) -> Response:
    sheet = visit.pages.identity.profile(_session(visit))
    methods = [name for name, has in (("totp", sheet.has_totp), ("password", sheet.has_password)) if has]
    # A code is asked of whom it was not yet shown: a password would not raise the session.
    chosen = method if method in methods else methods[0] if methods else ""
    text = error.text(visit.lang) if error else ""
    page = render(
        visit, "confirm.html", status=status_of_form(error), methods=methods, method=chosen, passkey=bool(sheet.passkeys), after=after, error=text
    )
    page.headers.update(headers_of(error) if error else {})
    return page


def _back(done: str) -> Response:
    return RedirectResponse(f"/profile?done={done}" if done else "/profile", status_code=303)


def _signed_out() -> Response:
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def _session(visit: Visit) -> str:
    return visit.request.cookies.get(SESSION_COOKIE, "")
