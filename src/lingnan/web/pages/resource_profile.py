"""The profile of a resource's table, its suggested contract, and having it made anew."""

from urllib.parse import quote

from fastapi import Response
from fastapi.responses import RedirectResponse

from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn

router = Routes()


@router.get("/catalogue/{code:path}/profile")
def profile(code: str, visit: SignedIn, done: str = "") -> Response:
    """What the table holds, column by column."""
    return render(visit, "resource_profile.html", page=visit.pages.profiles.sheet(code, visit.subject), done=done == "made")


@router.post("/catalogue/{code:path}/profile")
def renew(code: str, visit: SignedIn) -> Response:
    """Profile the table as it stands now."""
    visit.pages.profiles.renew(code, visit.subject)
    return RedirectResponse(f"/catalogue/{quote(code)}/profile?done=made", status_code=303)


@router.get("/catalogue/{code:path}/profile/contract.yaml")
def contract(code: str, visit: SignedIn) -> Response:
    """The contract that the profile suggests, to be taken along and decided on."""
    text = visit.pages.profiles.contract(code, visit.subject)
    return Response(text, media_type="application/yaml", headers={"Content-Disposition": 'attachment; filename="suggested.contract.yaml"'})
