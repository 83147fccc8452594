"""What a visitor reads when something goes wrong: a page in their language that says what to do, or problem+json for the API."""

import logging

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from lingnan.base import LingnanError
from lingnan.trust import ANONYMOUS
from lingnan.web.answers import problem, status_of
from lingnan.web.rendering import render
from lingnan.web.visitor import Visit, language
from lingnan.web.words import word, words

LOG = logging.getLogger("lingnan.web")


def add_error_pages(app: FastAPI) -> None:
    """Every error of the hub, of the address, of a parameter and of the program itself gets its page."""
    app.add_exception_handler(LingnanError, _known)
    app.add_exception_handler(HTTPException, _address)
    app.add_exception_handler(RequestValidationError, _parameter)
    app.add_exception_handler(Exception, _unknown)


def _known(request: Request, error: Exception) -> Response:
    if not isinstance(error, LingnanError):
        raise error
    return _show(request, status_of(error), error.code, error.zh, error.en)


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
    return _show(request, 500, "Fault", word("zh", "error.500.text"), word("en", "error.500.text"))


def _show(request: Request, status: int, code: str, zh: str, en: str) -> Response:
    lang = language(request)
    if request.url.path.startswith("/api/"):
        return problem(status, code, zh, en, lang)
    key = f"error.{status}.title"
    title = word(lang, key if key in words("zh") else "error.other.title")
    # The error page asks nothing of the hub: what failed may be the hub.
    visit = Visit(request, request.app.state.pages, ANONYMOUS, lang)
    return render(visit, "error.html", status=status, title=title, text=en if lang == "en" else zh, code=status)
