"""What a visitor reads when something goes wrong: a page in their language that says what to do, or problem+json for the API."""

import logging
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from lingnan.base import LingnanError
from lingnan.trust import ANONYMOUS
from lingnan.web.answers import headers_of, problem, status_of
from lingnan.web.headers import guarded
from lingnan.web.rendering import render
from lingnan.web.visitor import SESSION_COOKIE, GoFirst, Visit, language
from lingnan.web.words import word, words

LOG = logging.getLogger("lingnan.web")


def add_error_pages(app: FastAPI) -> None:
    """Every error of the hub, of the address, of a parameter and of the program itself gets its page."""
    app.add_exception_handler(LingnanError, _known)
    app.add_exception_handler(GoFirst, _elsewhere)
    app.add_exception_handler(HTTPException, _address)
    app.add_exception_handler(RequestValidationError, _parameter)
    app.add_exception_handler(Exception, _unknown)


def _known(request: Request, error: Exception) -> Response:
    if not isinstance(error, LingnanError):
        raise error
    if error.code == "ConfirmFirst" and not _wants_json(request):
        after = request.url.path if request.method == "GET" else "/profile"
        return RedirectResponse("/profile/confirm?" + urlencode({"next": after}), status_code=303)
    shown = _show(request, status_of(error), error.code, error.zh, error.en)
    shown.headers.update(headers_of(error))
    return shown


def _elsewhere(request: Request, error: Exception) -> Response:
    address = error.address if isinstance(error, GoFirst) else "/"
    # A part of a page cannot be led away; htmx is told to leave the whole page.
    return Response(headers={"HX-Redirect": address}) if request.headers.get("hx-request") else RedirectResponse(address, status_code=303)


def _address(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    key = f"error.{status}" if f"error.{status}.title" in words("zh") else "error.other"
    return _show(request, status, "Address", word("zh", f"{key}.text"), word("en", f"{key}.text"))


def _parameter(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    names = ", ".join(str(fault["loc"][-1]) for fault in found)
    return _show(request, 422, "Parameter", word("zh", "error.422.text", names=names), word("en", "error.422.text", names=names))


def _unknown(request: Request, error: Exception) -> Response:
    LOG.error("page failed: %s", request.url.path, exc_info=error)
    # The program's own fault is answered outside of everything else, where nobody adds headers any more.
    return guarded(request, _show(request, 500, "Fault", word("zh", "error.500.text"), word("en", "error.500.text")))


def _show(request: Request, status: int, code: str, zh: str, en: str) -> Response:
    lang = language(request)
    if _wants_json(request):
        return problem(status, code, zh, en, lang)
    key = f"error.{status}.title"
    title = word(lang, key if key in words("zh") else "error.other.title")
    # The error page asks nothing of the hub: what failed may be the hub.
    visit = Visit(request, request.app.state.pages, ANONYMOUS, lang)
    text, signed_in = en if lang == "en" else zh, SESSION_COOKIE in request.cookies
    return render(visit, "error.html", status=status, title=title, text=text, code=status, signed_in=signed_in)


def _wants_json(request: Request) -> bool:
    """Programs ask under /api/; our own scripts say what they read."""
    return request.url.path.startswith("/api/") or request.headers.get("accept") == "application/json"
