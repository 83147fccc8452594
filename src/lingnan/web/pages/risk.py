"""Abnormal access by accounts in office use, and emergency overrides: asked for, settled by a second person, ended, reported."""

from typing import Annotated, Any

from fastapi import Form, Query, Response

from lingnan.base import BadInput, LingnanError, Missing
from lingnan.trust import Purpose
from lingnan.web.cookies import keep_session
from lingnan.web.pages.policy import day, listed
from lingnan.web.pages.security import Done, Long, Short, back, mendable, show
from lingnan.web.proof import Code, PasskeyAnswer, shown
from lingnan.web.routes import Routes
from lingnan.web.visitor import SESSION_COOKIE, SignedIn, Visit

router = Routes(prefix="/security")
Answer = Annotated[str, Form(pattern="^(approve|refuse|end)$")]


@router.get("/risk")
def risk(visit: SignedIn, on: Annotated[str, Query(max_length=20)] = "", rule: Annotated[str, Query(max_length=60)] = "") -> Response:
    """Findings of the last days with the entries that show them."""
    return show(visit, "risk.html", page=visit.pages.security.risk.findings(day(on), rule, visit.subject))


@router.get("/overrides")
def overrides(visit: SignedIn, done: Done = "") -> Response:
    """Overrides the reader may see, and the form to ask for one."""
    return _overrides(visit, done=done)


@router.post("/overrides")
def request(
    visit: SignedIn, table: Short = "", columns: Long = "", reason: Long = "", purpose: Short = "", article: Short = "", matter: Short = "",
    minutes: Short = "",
) -> Response:
    """Ask for an override."""
    typed = {"table": table, "columns": columns, "reason": reason, "purpose": purpose, "article": article, "matter": matter, "minutes": minutes}
    try:
        if not minutes.strip().isdecimal() or len(minutes) > 5:
            raise BadInput("请写明分钟数。", "Say for how many minutes.")
        asked = Purpose(purpose, article.strip(), matter.strip())
        visit.pages.security.risk.request(table.strip(), listed(columns), reason, asked, int(minutes), visit.subject)
    except LingnanError as error:
        return _overrides(visit, 422, error=mendable(error), typed=typed)
    return back("/security/overrides", "requested")


@router.post("/overrides/{override}")
def settle(visit: SignedIn, override: str, answer: Answer, code: Code = "", passkey: PasskeyAnswer = "") -> Response:
    """Approve (signed in person) or refuse a request as the second person, or end an override that holds."""
    renewed = ""
    try:
        visit, renewed = shown(visit, code.strip(), passkey)
        if answer == "end":
            visit.pages.security.risk.end(override, visit.subject)
        else:
            visit.pages.security.risk.settle(override, answer == "approve", visit.subject, renewed or visit.request.cookies.get(SESSION_COOKIE, ""))
        response = back("/security/overrides", {"approve": "settled", "end": "ended"}.get(answer, "refused"))
    except Missing as error:
        if not renewed:
            raise
        response = _overrides(visit, 404, session=renewed, problem=error)
    except LingnanError as error:
        response = _overrides(visit, 422, session=renewed, problem=mendable(error))
    return keep_session(visit, response, renewed) if renewed else response


def _overrides(visit: Visit, status: int = 200, session: str = "", **facts: Any) -> Response:
    page = visit.pages.security.risk.overrides(visit.subject, session or visit.request.cookies.get(SESSION_COOKIE, ""))
    return show(visit, "overrides.html", status=status, page=page, **{"typed": {}, "problem": None, **facts})
