"""The first start: while there is no administrator, whoever holds the code shown at the machine makes the first one."""

from fastapi import Response
from fastapi.responses import RedirectResponse

from lingnan.base import Conflict, LingnanError, Refused
from lingnan.web.cookies import follow, unkept
from lingnan.web.devices import device_of
from lingnan.web.pages.session import Secret, Text, Token
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visit, Visitor

router = Routes()


@router.get("/setup")
def set_up(visit: Visitor, code: Token = "") -> Response:
    """The form; when there is an administrator, the way to sign in."""
    return _form(visit, code=code) if visit.pages.identity.entry().set_up else RedirectResponse("/sign-in", status_code=303)


@router.post("/setup")
def first_administrator(visit: Visitor, code: Secret, name: Text, zh: Text = "") -> Response:
    """Make the first administrator, then on to password and second factor."""
    try:
        step = visit.pages.identity.first_administrator(code.strip(), name.strip(), zh.strip(), device_of(visit.request))
    except Conflict:
        return RedirectResponse("/sign-in", status_code=303)
    except LingnanError as error:
        field = "code" if isinstance(error, Refused) else "name"
        return _form(visit, status=422, code=code, name=name, zh=zh, wrong={field: error.text(visit.lang)})
    return follow(visit, step, "/accounts")


def _form(
    visit: Visit, *, status: int = 200, code: str = "", name: str = "", zh: str = "", wrong: dict[str, str] | None = None
) -> Response:
    return unkept(render(visit, "set_up.html", status=status, code=code, name=name, zh=zh, wrong=wrong or {}))
