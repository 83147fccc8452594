"""The workbook that offices pass around: down, up, what it would change or what is wrong with it, and in."""

import tempfile
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import BackgroundTasks, Query, Response
from fastapi.responses import FileResponse, RedirectResponse

from lingnan.base import BadInput
from lingnan.web.exports import SPREADSHEET
from lingnan.web.filled import FILES_BYTES, Sent, file
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit

router = Routes()
Rows = Annotated[int | None, Query(ge=0, le=10_000_000)]


@router.get("/inventory/template")
def template(visit: SignedIn, tidying: BackgroundTasks, department: Annotated[str, Query(max_length=80)] = "") -> Response:
    """The workbook of a department, or an empty form."""
    path = _aside(tidying)
    visit.pages.workbook.template(department, path, visit.subject)
    name = f"资源清单-{department}.xlsx" if department else "资源清单.xlsx"
    return FileResponse(path, media_type=SPREADSHEET, filename=name, background=tidying)


@router.get("/inventory/import")
def begin(visit: SignedIn, added: Rows = None, changed: Rows = None, removed: Rows = None) -> Response:
    """Where a workbook is fetched and sent back; after an import, what it did."""
    return _begin(visit, told=(added or 0, changed or 0, removed or 0) if added is not None or changed is not None else None)


@router.post("/inventory/import", max_body_size=FILES_BYTES)
def upload(visit: SignedIn, form: Sent) -> Response:
    """Take a workbook in and check it; nothing is changed yet."""
    chosen = file(form, "file")
    try:
        if chosen is None:
            raise BadInput("请选择要上传的文件。", "Choose a file first.")
        kept = visit.pages.workbook.upload(chosen, visit.subject)
    except BadInput as error:
        return _begin(visit, status=422, error=error.text(visit.lang))
    return RedirectResponse(f"/inventory/import/{quote(kept, safe='')}", status_code=303)


@router.get("/inventory/import/{kept}")
def check(kept: str, visit: SignedIn) -> Response:
    """What the workbook would change, or what is wrong with it, cell by cell."""
    return render(visit, "workbook_check.html", card=visit.pages.workbook.check(kept, visit.subject), overtaken=False)


@router.get("/inventory/import/{kept}/problems")
def problems(kept: str, visit: SignedIn, tidying: BackgroundTasks) -> Response:
    """The workbook back, each fault marked at its cell."""
    path = _aside(tidying)
    name = visit.pages.workbook.problems(kept, path, visit.subject)
    return FileResponse(path, media_type=SPREADSHEET, filename=name, background=tidying)


@router.post("/inventory/import/{kept}")
def take(kept: str, visit: SignedIn) -> Response:
    """Import it, all or nothing; what changed in the hub since the check is told as a fault."""
    done = visit.pages.workbook.take(kept, visit.subject)
    if done.total:
        return render(visit, "workbook_check.html", status=409, card=done, overtaken=True)
    added, changed = sum(each.added for each in done.sheets), sum(each.changed for each in done.sheets)
    removed = sum(each.removed for each in done.sheets)
    gone = f"&removed={removed}" if removed else ""
    return RedirectResponse(f"/inventory/import?added={added}&changed={changed}{gone}", status_code=303)


@router.post("/inventory/import/{kept}/drop")
def drop(kept: str, visit: SignedIn) -> Response:
    """Throw the uploaded workbook away."""
    visit.pages.workbook.drop(kept, visit.subject)
    return RedirectResponse("/inventory/import", status_code=303)


def _begin(visit: Visit, *, status: int = 200, told: tuple[int, int, int] | None = None, error: str = "") -> Response:
    return render(visit, "workbook.html", status=status, own=visit.pages.workbook.own(visit.subject), told=told, error=error)


def _aside(tidying: BackgroundTasks) -> Path:
    """A place for a file that is gone once it was sent."""
    folder = tempfile.TemporaryDirectory(prefix="lingnan-")
    tidying.add_task(folder.cleanup)
    return Path(folder.name) / "workbook.xlsx"
