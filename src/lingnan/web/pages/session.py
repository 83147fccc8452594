"""Signing in by a one-time link, and signing out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from lingnan.web.rendering import render
from lingnan.web.sources import Pages
from lingnan.web.visitor import SESSION_COOKIE, Visitor

router = APIRouter()
SESSION_S = 8 * 3600


@router.get("/health")
def health(request: Request) -> Response:
    """Whether the hub can answer, for whoever watches over it; says nothing more."""
    pages: Pages = request.app.state.pages
    pages.health()
    return JSONResponse({"status": "ok"})


@router.get("/sign-in")
def sign_in(visit: Visitor, token: Annotated[str, Query(max_length=400)] = "") -> Response:
    """Open the session a one-time link stands for; without one, say how to get it."""
    if not token:
        return render(visit, "sign_in.html")
    session = visit.pages.sign_in(token)
    response = RedirectResponse("/", status_code=303)
    secure = visit.request.url.scheme == "https"
    response.set_cookie(SESSION_COOKIE, session, max_age=SESSION_S, httponly=True, samesite="lax", secure=secure)
    return response


@router.post("/sign-out")
def sign_out(visit: Visitor) -> Response:
    """End the session; the cookie's SameSite keeps other sites from calling this."""
    visit.pages.sign_out(visit.request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response
