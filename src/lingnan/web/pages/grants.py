"""Grants and impact assessments: lists, sheets, and the forms by which two people open data to a third."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import Form, Query, Response
from starlette.datastructures import FormData

from lingnan.base import CHINA, BadInput, LingnanError
from lingnan.trust import AssessmentForm, GrantForm, Purpose, RowFilter
from lingnan.web.filled import Sent, text, texts
from lingnan.web.pages.policy import day, listed
from lingnan.web.pages.security import Done, Long, back, mendable, show
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes(prefix="/security/policy")
Conclusion = Annotated[str, Form(pattern="^(favourable|unfavourable)$")]
STATES = ("proposed", "waiting", "in_force", "over", "revoked")
GRANT_FIELDS = (
    "table", "organisation", "account", "columns", "rows", "purpose", "article", "matter", "valid_from", "valid_to", "assessment",
)
ASSESSMENT_FIELDS = ("title", "table", "columns", "purpose", "assessor")


@router.get("/grants")
def grants(visit: SignedIn, state: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Grants the reader may see."""
    page = visit.pages.security.grants.page(state if state in STATES else "", visit.subject)
    return show(visit, "grants.html", page=page, states=STATES)


@router.get("/grants/new")
def new_grant(visit: SignedIn, table: Annotated[str, Query(max_length=200)] = "") -> Response:
    """The form of a new grant."""
    return _new_grant(visit, {"table": table, "actions": ("read", "query")})


@router.post("/grants")
def propose(visit: SignedIn, form: Sent) -> Response:
    """Keep a grant that opens nothing yet."""
    typed: dict[str, Any] = {name: text(form, name) for name in GRANT_FIELDS}
    typed["actions"] = texts(form, "actions")
    try:
        grant = visit.pages.security.grants.propose(_grant_form(typed), visit.subject)
    except LingnanError as error:
        return _new_grant(visit, typed, 422, mendable(error))
    return back(f"/security/policy/grants/{grant}", "proposed")


@router.get("/grants/{grant}")
def grant(visit: SignedIn, grant: str, done: Done = "") -> Response:
    """One grant."""
    return _grant(visit, grant, done=done)


@router.post("/grants/{grant}/approve")
def approve(visit: SignedIn, grant: str) -> Response:
    """Open a grant, as a second person."""
    try:
        visit.pages.security.grants.approve(grant, visit.subject)
    except LingnanError as error:
        return _grant(visit, grant, 422, error=mendable(error))
    return back(f"/security/policy/grants/{grant}", "approved")


@router.post("/grants/{grant}/revoke")
def revoke(visit: SignedIn, grant: str, reason: Long = "") -> Response:
    """Close a grant at once, with a reason."""
    try:
        if not reason.strip():
            raise BadInput("请写明撤销理由。", "Say why the grant is revoked.")
        visit.pages.security.grants.revoke(grant, reason.strip(), visit.subject)
    except LingnanError as error:
        return _grant(visit, grant, 422, error=mendable(error))
    return back(f"/security/policy/grants/{grant}", "revoked")


@router.get("/assessments")
def assessments(visit: SignedIn) -> Response:
    """Impact assessments."""
    return show(visit, "assessments.html", page=visit.pages.security.grants.assessments(visit.subject))


@router.get("/assessments/new")
def new_assessment(visit: SignedIn) -> Response:
    """An empty assessment."""
    return _assessment(visit, "")


@router.post("/assessments")
def write(visit: SignedIn, form: Sent) -> Response:
    """Keep a new assessment."""
    return _write(visit, "", form)


@router.get("/assessments/{assessment}")
def assessment(visit: SignedIn, assessment: str, done: Done = "") -> Response:
    """One assessment with its questions and answers."""
    return _assessment(visit, assessment, done=done)


@router.post("/assessments/{assessment}")
def rewrite(visit: SignedIn, assessment: str, form: Sent) -> Response:
    """Bring an assessment that is not concluded up to date."""
    return _write(visit, assessment, form)


@router.post("/assessments/{assessment}/conclude")
def conclude(visit: SignedIn, assessment: str, conclusion: Conclusion) -> Response:
    """Close an assessment with its conclusion."""
    try:
        visit.pages.security.grants.conclude(assessment, conclusion == "favourable", visit.subject)
    except LingnanError as error:
        return _assessment(visit, assessment, 422, error=mendable(error))
    return back(f"/security/policy/assessments/{assessment}", "concluded")


def _write(visit: Visit, assessment: str, form: FormData) -> Response:
    typed = {name: text(form, name).strip() for name in ASSESSMENT_FIELDS}
    answers = {name.removeprefix("answer-"): text(form, name)[:4000] for name in form if name.startswith("answer-")}
    given = AssessmentForm(typed["title"], typed["table"], listed(typed["columns"]), typed["purpose"], typed["assessor"], answers)
    try:
        kept = visit.pages.security.grants.write(assessment, given, visit.subject)
    except LingnanError as error:
        return _assessment(visit, assessment, 422, error=mendable(error), typed={**typed, "answers": answers})
    return back(f"/security/policy/assessments/{kept}", "written")


def _new_grant(visit: Visit, typed: dict[str, Any], status: int = 200, error: LingnanError | None = None) -> Response:
    choices = visit.pages.security.grants.choices(str(typed.get("table", "")).strip(), visit.subject)
    return show(visit, "grant_new.html", status=status, choices=choices, typed=typed, error=error)


def _grant(visit: Visit, grant: str, status: int = 200, **facts: Any) -> Response:
    return show(visit, "grant.html", status=status, sheet=visit.pages.security.grants.sheet(grant, visit.subject), **facts)


def _assessment(visit: Visit, assessment: str, status: int = 200, **facts: Any) -> Response:
    sheet = visit.pages.security.grants.assessment(assessment, visit.subject)
    return show(visit, "assessment.html", status=status, sheet=sheet, **{"typed": None, **facts})


def _grant_form(typed: dict[str, Any]) -> GrantForm:
    begins, ends = day(typed["valid_from"]), day(typed["valid_to"])
    if begins is None or ends is None:
        raise BadInput("请写明授权的起止日期。", "Say from which day to which the grant holds.")
    return GrantForm(
        typed["table"].strip(), _columns(typed["columns"]), Purpose(typed["purpose"], typed["article"].strip(), typed["matter"].strip()),
        _midnight(begins), _midnight(ends + timedelta(days=1)), typed["organisation"].strip(), typed["account"].strip(), typed["actions"],
        _rows(typed["rows"]), typed["assessment"].strip(),
    )


def _columns(text: str) -> dict[str, str]:
    """`column` or `column: mask`, one a line."""
    parts = (line.replace("：", ":").partition(":") for line in text.splitlines() if line.strip())
    return {column.strip(): mask.strip() or "clear" for column, _colon, mask in parts}


def _rows(text: str) -> tuple[RowFilter, ...]:
    """`column operator value,value`, one a line; BadInput when a line is none."""
    found = []
    for line in text.splitlines():
        words = line.split(None, 2)
        if words and len(words) < 3:
            raise BadInput(
                f"行条件“{line[:60]}”不完整，应写成：列 运算 值,值。",
                f"The row condition “{line[:60]}” is not whole; write: column operator value,value.",
            )
        if words:
            operator: Any = words[1]
            found.append(RowFilter(words[0], operator, listed(words[2])))
    return tuple(found)


def _midnight(begin: date) -> datetime:
    return datetime.combine(begin, time.min, CHINA)
