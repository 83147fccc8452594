"""One case: everything of it, and what its reader does in it."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from lingnan.base import BadInput, Conflict, LingnanError, Refused, WrongUse
from lingnan.insight import Filled
from lingnan.web.answers import status_of
from lingnan.web.cookies import HERE, keep_session
from lingnan.web.filled import FILES_BYTES, Sent, file, filled, text
from lingnan.web.proof import ANSWER_LENGTH, shown
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SESSION_COOKIE, SignedIn, Visit

router = Routes()
DONE = frozenset({"moved", "awaited", "claim", "release", "reassign", "remark", "interest", "attach"})


@router.get("/cases/{number}")
def case(visit: SignedIn, number: str, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """One case with its time line, deadlines, facts and what may be done now."""
    return _show(visit, number, done=done if done in DONE else "")


@router.post("/cases/{number}/act/{transition}", max_body_size=FILES_BYTES)
def act(visit: SignedIn, number: str, transition: str, form: Sent) -> Response:
    """Do a transition; a refused form comes back as it was typed, and who was overtaken is told by whom and how."""
    written, code, passkey = filled(form), text(form, "code").strip(), text(form, "passkey")[:ANSWER_LENGTH]
    session, renewed = visit.request.cookies.get(SESSION_COOKIE, ""), ""
    try:
        visit, renewed = shown(visit, code, passkey)
        session = renewed or session
        moved = visit.pages.cases.act(visit.subject, number, transition, written, session)
        response: Response = _back(number, "moved" if moved.moved else "awaited")
    except Conflict as error:
        response = _overtaken(visit, number, transition, written, error)
    except (WrongUse, Refused) as error:
        if isinstance(error, Refused) and not code and not passkey:
            raise
        response = _refused(visit, number, transition, written, error, session, code_taken=bool(renewed))
    return keep_session(visit, response, renewed) if renewed else response


@router.post("/cases/{number}/claim")
def claim(visit: SignedIn, number: str, form: Sent) -> Response:
    """Take a case that waits for one's role."""
    return _do(visit, number, "claim", lambda: visit.pages.cases.claim(visit.subject, number), text(form, "after"))


@router.post("/cases/{number}/release")
def release(visit: SignedIn, number: str, form: Sent) -> Response:
    """Let a claimed case go."""
    return _do(visit, number, "release", lambda: visit.pages.cases.release(visit.subject, number), text(form, "after"))


@router.post("/cases/{number}/reassign")
def reassign(visit: SignedIn, number: str, form: Sent) -> Response:
    """Give a case to somebody else; an administrator's verb."""
    told = {name: text(form, name).strip() for name in ("reason", "role", "organisation", "account")}
    return _do(visit, number, "reassign", lambda: visit.pages.cases.reassign(visit.subject, number, **told), typed=told)


@router.post("/cases/{number}/remarks")
def remark(visit: SignedIn, number: str, form: Sent) -> Response:
    """Add a remark, internal or for the applicant too."""
    said, internal = text(form, "text"), text(form, "internal") == "yes"
    return _do(visit, number, "remark", lambda: visit.pages.cases.remark(visit.subject, number, said, internal), typed={"text": said})


@router.post("/cases/{number}/interest")
def interest(visit: SignedIn, number: str, form: Sent) -> Response:
    """Declare an interest and stand back."""
    note = text(form, "note")
    return _do(visit, number, "interest", lambda: visit.pages.cases.declare_interest(visit.subject, number, note), typed={"note": note})


@router.post("/cases/{number}/attachments", max_body_size=FILES_BYTES)
def attach(visit: SignedIn, number: str, form: Sent) -> Response:
    """Add a file."""
    chosen = file(form, "file")
    if chosen is None:
        error = BadInput("请选择要上传的文件。", "Choose a file first.")
        return _show(visit, number, status=422, wrong="attach", error=error)
    return _do(visit, number, "attach", lambda: visit.pages.cases.attach(visit.subject, number, chosen))


@router.get("/cases/{number}/attachments/{attachment}")
def download(visit: SignedIn, number: str, attachment: str) -> Response:
    """A file, checked whole just before it leaves, with headers that let no browser run it."""
    found = visit.pages.cases.download(visit.subject, number, attachment)
    return StreamingResponse(found.pieces, headers=dict(found.headers))


def _do(visit: Visit, number: str, done: str, verb: Callable[[], None], after: str = "", typed: dict[str, str] | None = None) -> Response:
    """Do what a small form asks for, and go back; what is wrong with it is told where it stands."""
    try:
        verb()
    except (WrongUse, Conflict) as error:
        return _show(visit, number, status=status_of(error), wrong=done, error=error, typed=typed or {})
    if after and HERE.fullmatch(after):
        return RedirectResponse(f"{after}{'&' if '?' in after else '?'}done={done}", status_code=303)
    return _back(number, done)


def _back(number: str, done: str) -> Response:
    return RedirectResponse(f"/cases/{quote(number, safe='')}?done={done}", status_code=303)


def _refused(
    visit: Visit, number: str, transition: str, written: Filled, error: LingnanError, session: str, *, code_taken: bool = True
) -> Response:
    """The case with the form open as it was typed; a code that was not accepted is told at its field."""
    faults: dict[str, Any] = error.facts.get("fields", {})
    if not code_taken and not faults:
        faults = {"code": {"zh": error.zh, "en": error.en}}
    texts = {**written.texts, "note": written.note}
    status = 422 if isinstance(error, BadInput) or not code_taken else status_of(error)
    return _show(visit, number, status=status, wrong=transition, error=error, typed=texts, faults=faults, session=session)


def _overtaken(visit: Visit, number: str, transition: str, written: Filled, error: Conflict) -> Response:
    """Somebody was quicker, or something is still lacking: who and when, how it stands now, and what was typed, for copying."""
    session = visit.request.cookies.get(SESSION_COOKIE, "")
    if "guard" in error.facts:
        return _refused(visit, number, transition, written, error, session)
    card = visit.pages.cases.case(visit.subject, number, visit.lang, session)
    typed = [(card.titles[name], value) for name, value in written.texts.items() if name in card.titles and value.strip()]
    return render(visit, "case_overtaken.html", status=409, card=card, typed=typed, note=written.note, error=error.text(visit.lang))


def _show(
    visit: Visit, number: str, *, status: int = 200, done: str = "", wrong: str = "", error: LingnanError | None = None,
    typed: dict[str, str] | None = None, faults: dict[str, Any] | None = None, session: str = "",
) -> Response:
    card = visit.pages.cases.case(visit.subject, number, visit.lang, session or visit.request.cookies.get(SESSION_COOKIE, ""))
    kinds = {field.type for action in card.actions for field in action.fields} | ({"organisation"} if card.may_reassign else set())
    choices = {kind: visit.pages.cases.choices(visit.subject, kind, "") for kind in kinds & {"organisation", "table"}}
    return render(
        visit, "case.html", status=status, card=card, done=done, wrong=wrong, error=error.text(visit.lang) if error else "", typed=typed or {},
        faults={name: told[visit.lang] for name, told in (faults or {}).items()}, choices=choices,
    )
