"""Policy: who may see what and why, the rules, the versions of the set, the negative list, purposes."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form, Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import BadInput, LingnanError
from lingnan.trust import NegativeForm
from lingnan.web.pages.security import Done, Long, Short, back, mendable, show
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes(prefix="/security/policy")
Name = Annotated[str, Query(max_length=200)]
Answer = Annotated[str, Form(pattern="^(ask|agree|keep)$")]
PolicyText = Annotated[str, Form(max_length=200_000)]


@router.get("")
def explorer(visit: SignedIn, who: Name = "", table: Name = "") -> Response:
    """What a made subject may see of a table and why; all rules in force."""
    return _explorer(visit, who, table)


@router.post("")
def explore(visit: SignedIn, table: Short, who: Short = "", account: Short = "") -> Response:
    """The same as asked by the form; an account's name never stands in an address, so its answer is given at once."""
    if account.strip():
        return _explorer(visit, account.strip(), table.strip(), account=account)
    return RedirectResponse("/security/policy?" + urlencode({"who": who, "table": table.strip()}) + "#answer", status_code=303)


@router.get("/sets")
def sets(visit: SignedIn) -> Response:
    """Versions of the set, and the form to propose one."""
    return _sets(visit)


@router.post("/sets")
def propose(visit: SignedIn, text: PolicyText = "") -> Response:
    """Check a text and keep it as a candidate; its faults are shown beside it."""
    try:
        found = visit.pages.security.policy.propose(text, visit.subject)
    except LingnanError as error:
        return _sets(visit, 422, error=mendable(error), typed=text)
    if found.errors:
        return _sets(visit, 422, faults=found.errors, typed=text)
    return back(f"/security/policy/sets/{found.id}")


@router.get("/sets/{version}")
def one_set(visit: SignedIn, version: str) -> Response:
    """One version with what it would change now."""
    return _one_set(visit, version)


@router.post("/sets/{version}/case")
def open_case(visit: SignedIn, version: str, summary: Long = "", basis: Short = "", widens: Short = "") -> Response:
    """Open the case in which a candidate is decided."""
    try:
        number = visit.pages.security.policy.open_change(version, summary, basis, widens, visit.subject)
    except LingnanError as error:
        return _one_set(visit, version, 422, error=mendable(error), typed={"summary": summary, "basis": basis, "widens": widens})
    return RedirectResponse(f"/cases/{number}", status_code=303)


@router.get("/negative")
def negative(visit: SignedIn, done: Done = "") -> Response:
    """The negative list."""
    return _negative(visit, done=done)


@router.post("/negative")
def add_negative(
    visit: SignedIn, key: Short = "", article: Short = "", zh: Short = "", en: Short = "", table: Short = "", columns: Long = "", element: Short = "",
    valid_from: Short = "", valid_to: Short = "",
) -> Response:
    """Add an entry to the negative list."""
    typed = {"key": key, "article": article, "zh": zh, "en": en, "table": table, "columns": columns, "element": element, "valid_from": valid_from,
             "valid_to": valid_to}
    try:
        form = NegativeForm(key.strip(), article, zh, en, table.strip(), listed(columns), element.strip(), day(valid_from), day(valid_to))
        visit.pages.security.policy.add_negative(form, visit.subject)
    except LingnanError as error:
        return _negative(visit, 422, error=mendable(error), typed=typed)
    return back("/security/policy/negative", "added")


@router.post("/negative/{key}/end")
def end_negative(visit: SignedIn, key: str, answer: Answer = "ask") -> Response:
    """Ask that an entry be ended, agree with it as a second officer, or take the question back."""
    try:
        if answer == "ask":
            visit.pages.security.policy.ask_end(key, visit.subject)
        else:
            visit.pages.security.policy.settle_end(key, answer == "agree", visit.subject)
    except LingnanError as error:
        return _negative(visit, 422, problem=mendable(error))
    return back("/security/policy/negative", {"ask": "end_asked", "agree": "end_agreed"}.get(answer, "end_kept"))


@router.get("/purposes")
def purposes(visit: SignedIn) -> Response:
    """The coded list of purposes."""
    return show(visit, "purposes.html", page=visit.pages.security.policy.purposes(visit.subject))


def listed(text: str) -> tuple[str, ...]:
    """Names, one a line or apart by commas."""
    return tuple(dict.fromkeys(name for name in (part.strip() for part in text.replace("，", ",").replace("\n", ",").split(",")) if name))


def day(text: str) -> date | None:
    """A day; None for nothing, BadInput for what is none."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise BadInput(
            f"日期“{text[:20]}”无法识别。请写成年-月-日。", f"The date “{text[:20]}” cannot be read. Write year-month-day."
        ) from error


def _explorer(visit: Visit, who: str, table: str, account: str = "") -> Response:
    policy, error, status = visit.pages.security.policy, None, 200
    try:
        page = policy.page(who, table, visit.subject)
    except LingnanError as wrong:
        error, status = mendable(wrong), 422
        page = policy.page("", "", visit.subject)
    return show(visit, "policy.html", status=status, page=page, error=error, typed={"who": who, "table": table, "account": account})


def _sets(visit: Visit, status: int = 200, **facts: Any) -> Response:
    page = visit.pages.security.policy.sets(visit.subject)
    return show(visit, "policy_sets.html", status=status, page=page, **{"faults": (), "typed": page.additions, **facts})


def _one_set(visit: Visit, version: str, status: int = 200, **facts: Any) -> Response:
    sheet = visit.pages.security.policy.set_sheet(version, visit.subject)
    return show(visit, "policy_set.html", status=status, sheet=sheet, **{"typed": {}, **facts})


def _negative(visit: Visit, status: int = 200, **facts: Any) -> Response:
    page = visit.pages.security.policy.negative(visit.subject)
    return show(visit, "negative.html", status=status, page=page, **{"typed": {}, "problem": None, **facts})
