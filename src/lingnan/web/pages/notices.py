"""My notices, and how I want to be told."""

from typing import Annotated

from fastapi import Form, Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import BadInput
from lingnan.insight import NoticeWish
from lingnan.web.filled import Sent, text, texts
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes()
Word = Annotated[str, Query(max_length=60)]


@router.get("/notices")
def notices(visit: SignedIn, unread: Word = "", kind: Word = "", cursor: Annotated[str, Query(max_length=400)] = "", done: Word = "") -> Response:
    """My notices, newest first."""
    page = visit.pages.alerts.notices(visit.subject, unread == "yes", kind, cursor)
    return render(visit, "notices.html", page=page, unread=unread, kind=kind, done=done)


@router.post("/notices/read")
def read(visit: SignedIn, notice: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Mark one notice as read, or all when none is named."""
    visit.pages.alerts.read(visit.subject, (notice,) if notice else None)
    return RedirectResponse("/notices?done=read", status_code=303)


@router.get("/notices/preferences")
def preferences(visit: SignedIn, done: Word = "") -> Response:
    """How I want to be told."""
    return _preferences(visit, visit.pages.alerts.wish(visit.subject), done=done)


@router.post("/notices/preferences")
def prefer(visit: SignedIn, form: Sent) -> Response:
    """Keep how I want to be told; what cannot be comes back as it was typed."""
    wish = NoticeWish(address=text(form, "address"), lang=text(form, "language"), mail=text(form, "mail"), muted=texts(form, "muted"))
    try:
        visit.pages.alerts.prefer(visit.subject, wish)
    except BadInput as error:
        known = visit.pages.alerts.wish(visit.subject)
        typed = wish.model_copy(update={"kinds": known.kinds, "mailing": known.mailing})
        return _preferences(visit, typed, status=422, error=error.text(visit.lang))
    return RedirectResponse("/notices/preferences?done=kept", status_code=303)


def _preferences(visit: Visit, wish: NoticeWish, *, status: int = 200, done: str = "", error: str = "") -> Response:
    return render(visit, "notice_preferences.html", status=status, wish=wish, done=done, error=error)
