"""Signing in: by password, passkey, provider or one-time link, step by step; and signing out."""

from typing import Annotated, Any

from fastapi import Body, Form, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from lingnan.base import LingnanError, Missing, Refused
from lingnan.insight import SignInNeed
from lingnan.web.answers import headers_of, status_of
from lingnan.web.cookies import PENDING_COOKIE, PROVIDER_COOKIE, follow, keep_departure, keep_session, onward, page_of, unkept
from lingnan.web.devices import device_of
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.sources import Pages
from lingnan.web.visitor import SESSION_COOKIE, Visit, Visitor, address, entered
from lingnan.web.words import word

router = Routes()
Next = Annotated[str, Query(alias="next", max_length=400)]
NextField = Annotated[str, Form(alias="next", max_length=400)]
Text = Annotated[str, Form(max_length=200)]
Secret = Annotated[str, Form(max_length=1200)]
Many = Annotated[tuple[str, ...], Form()]
Token = Annotated[str, Query(max_length=400)]


@router.get("/health")
def health(request: Request) -> Response:
    """Whether the hub can answer, for whoever watches over it; says nothing more."""
    pages: Pages = request.app.state.pages
    pages.health()
    return JSONResponse({"status": "ok"})


@router.get("/sign-in")
def sign_in(visit: Visitor, token: Token = "", after: Next = "/") -> Response:
    """The ways of signing in; or open the session a one-time link stands for."""
    if token:
        return keep_session(visit, RedirectResponse("/", status_code=303), visit.pages.sign_in(token))
    if visit.subject.kind != "anonymous":
        return RedirectResponse(onward(after) if after != "/" else "/profile", status_code=303)
    return _entry(visit, onward(after))


@router.post("/sign-in")
def with_password(visit: Visitor, name: Text, password: Secret, after: NextField = "/") -> Response:
    """Begin with name and password."""
    try:
        step = visit.pages.identity.begin(name.strip(), password, address(visit.request), device_of(visit.request))
    except Refused as error:
        return _entry(visit, onward(after), name=name.strip(), error=error)
    return follow(visit, step, onward(after))


@router.post("/sign-in/passkey/options")
def ask_passkey(visit: Visitor) -> Response:
    """What the script hands to the browser to sign in by a passkey."""
    return unkept(Response(visit.pages.identity.ask_passkey(), media_type="application/json"))


@router.post("/sign-in/passkey")
def enter_by_passkey(visit: Visitor, answer: Annotated[str, Body(max_length=40_000)], after: Annotated[str, Body(alias="next")] = "/") -> Response:
    """A session by what the browser answered; the script then goes where it is told."""
    token = visit.pages.identity.enter_by_passkey(answer, device_of(visit.request))
    return keep_session(visit, unkept(JSONResponse({"href": onward(after)})), token)


@router.get("/sign-in/providers/{provider}")
def depart(provider: str, visit: Visitor, invitation: Token = "") -> Response:
    """Send the browser to a provider."""
    departure = visit.pages.identity.depart(provider, invitation)
    return keep_departure(visit, RedirectResponse(departure.address, status_code=303), departure.browser)


@router.get("/sign-in/providers/{provider}/arrival")
def arrive(provider: str, visit: Visitor) -> Response:
    """Take the browser back from a provider."""
    query, browser = dict(visit.request.query_params), visit.request.cookies.get(PROVIDER_COOKIE, "")
    response = follow(visit, visit.pages.identity.arrive(provider, query, browser, device_of(visit.request)), "/profile")
    response.delete_cookie(PROVIDER_COOKIE, path="/sign-in/providers")
    return response


@router.get("/sign-in/set-up")
def offer_set_up(visit: Visitor, token: Token = "") -> Response:
    """A new account's one-time link; nothing happens until its holder presses the button, so that a mail scanner does not use it up."""
    return unkept(render(visit, "begin_set_up.html", token=token))


@router.post("/sign-in/set-up")
def begin_set_up(visit: Visitor, token: Secret) -> Response:
    """Begin to set up a new account."""
    return follow(visit, visit.pages.identity.begin_set_up(token, device_of(visit.request)), "/profile")


@router.get("/sign-in/second-factor")
def second_factor(visit: Visitor, after: Next = "/", method: str = "") -> Response:
    """Ask for the second factor."""
    return _awaited(visit, "second_factor", onward(after)) or _ask_factor(visit, onward(after), method)


@router.post("/sign-in/second-factor")
def show_factor(visit: Visitor, code: Text, method: Text = "totp", after: NextField = "/") -> Response:
    """Take a code of the authenticator app, or a recovery code."""
    try:
        step = visit.pages.identity.show_code(_pending(visit), method, code, address(visit.request))
    except Refused as error:
        if gone := _awaited(visit, "second_factor", onward(after)):
            return gone
        return _ask_factor(visit, onward(after), method, error)
    return follow(visit, step, onward(after))


@router.get("/sign-in/password")
def ask_password(visit: Visitor, after: Next = "/") -> Response:
    """Ask for a new password."""
    return _awaited(visit, "set_password", onward(after)) or _ask_password(visit, onward(after))


@router.post("/sign-in/password")
def set_password(visit: Visitor, password: Secret, again: Secret, after: NextField = "/") -> Response:
    """Set the password that has to be set."""
    if gone := _awaited(visit, "set_password", onward(after)):
        return gone
    if password != again:
        return _ask_password(visit, onward(after), word(visit.lang, "password.differ"))
    try:
        step = visit.pages.identity.set_password(_pending(visit), password)
    except LingnanError as error:
        return _ask_password(visit, onward(after), error.text(visit.lang))
    return follow(visit, step, onward(after))


@router.get("/sign-in/enrol")
def enrol(visit: Visitor, after: Next = "/") -> Response:
    """Show the secret for an authenticator app, which signing in demands."""
    return _awaited(visit, "enrol_second_factor", onward(after)) or ask_first_code(visit, _pending(visit), "/sign-in/enrol", onward(after))


@router.post("/sign-in/enrol")
def first_code(visit: Visitor, code: Text, after: NextField = "/") -> Response:
    """Take the first code; the recovery codes are shown once, and this is the place."""
    if gone := _awaited(visit, "enrol_second_factor", onward(after)):
        return gone
    return take_first_code(visit, _pending(visit), code, "/sign-in/enrol", onward(after))


@router.post("/sign-out")
def sign_out(visit: Visitor) -> Response:
    """End the session; the cookie's SameSite keeps other sites from calling this."""
    visit.pages.sign_out(visit.request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    # What forms keep on the device for when there is no network goes with the session.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def ask_first_code(visit: Visit, token: str, action: str, after: str, error: LingnanError | None = None) -> Response:
    """The picture and secret for an authenticator app, and a field for its first code; after a wrong code the same secret again."""
    enrolment = visit.pages.identity.enrol(token, again=error is not None)
    page = render(visit, "enrol.html", status=status_of_form(error), enrolment=enrolment, action=action, after=after, error=_text(visit, error))
    return unkept(_told(page, error))


def take_first_code(visit: Visit, token: str, code: str, action: str, after: str) -> Response:
    """Enrolled and signed in with assurance 2: the recovery codes, this once."""
    try:
        step = visit.pages.identity.confirm_enrolment(token, code, address(visit.request))
    except Missing:
        return RedirectResponse(action, status_code=303)
    except Refused as error:
        if error.code not in ("SignInRefused", "TooManyAttempts"):
            raise
        return ask_first_code(visit, token, action, after, error)
    return keep_session(visit, show_codes(entered(visit, step.token), step.recovery_codes, after), step.token)


def show_codes(visit: Visit, codes: tuple[str, ...], after: str) -> Response:
    """Recovery codes, this once."""
    return unkept(render(visit, "recovery_codes.html", codes=codes, after=after))


def status_of_form(error: LingnanError | None) -> int:
    """200 for a fresh form, 429 while one has to wait, 422 for a form that was refused."""
    return 200 if error is None else 429 if status_of(error) == 429 else 422


def _entry(visit: Visit, after: str, *, name: str = "", error: LingnanError | None = None) -> Response:
    page = visit.pages.identity.entry()
    shown = render(visit, "sign_in.html", status=status_of_form(error), page=page, after=after, name=name, error=_text(visit, error))
    return _told(shown, error)


def _ask_factor(visit: Visit, after: str, method: str, error: LingnanError | None = None) -> Response:
    need = _need(visit)
    methods = need.methods if need else ()
    chosen = method if method in methods else next(iter(each for each in methods if each != "passkey"), "passkey")
    facts: dict[str, Any] = {"methods": methods, "method": chosen, "after": after, "error": _text(visit, error)}
    return _told(render(visit, "second_factor.html", status=status_of_form(error), **facts), error)


def _ask_password(visit: Visit, after: str, error: str = "") -> Response:
    need = _need(visit)
    return unkept(render(visit, "set_password.html", status=422 if error else 200, name=need.name if need else "", after=after, error=error))


def _awaited(visit: Visit, need: str, after: str) -> Response | None:
    """None when the sign-in under way waits for just this; else the way to where it stands."""
    found = _need(visit)
    if found is None:
        return RedirectResponse("/sign-in", status_code=303)
    return None if found.need == need else RedirectResponse(page_of(found.need, after), status_code=303)


def _need(visit: Visit) -> SignInNeed | None:
    try:
        return visit.pages.identity.needed(_pending(visit))
    except Refused:
        return None


def _pending(visit: Visit) -> str:
    return visit.request.cookies.get(PENDING_COOKIE, "")


def _text(visit: Visit, error: LingnanError | None) -> str:
    return error.text(visit.lang) if error else ""


def _told(page: Response, error: LingnanError | None) -> Response:
    if error is not None:
        page.headers.update(headers_of(error))
    return page
