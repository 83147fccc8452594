"""The sharing directory and the open directory: trees to walk, files to take along."""

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import BackgroundTasks, Query, Response
from fastapi.responses import FileResponse

from lingnan.base import Missing
from lingnan.insight import DirectoryBy, DirectoryKind
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

router = Routes()
FORMS = {"ttl": ("turtle", "text/turtle"), "rdf": ("xml", "application/rdf+xml"), "jsonld": ("json-ld", "application/ld+json")}
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = {"sharing": "政务信息资源共享目录.xlsx", "open": "公共数据开放目录.xlsx"}
After = Annotated[str, Query(max_length=60)]


@router.get("/directories/{kind}.xlsx")
def spreadsheet(kind: str, visit: Visitor, tidying: BackgroundTasks, department: Annotated[str, Query(max_length=80)] = "") -> Response:
    """The guide's spreadsheet, written beside and gone once it was sent."""
    chosen, folder = _kind(kind), tempfile.TemporaryDirectory(prefix="lingnan-")
    tidying.add_task(folder.cleanup)
    path = Path(folder.name) / "directory.xlsx"
    visit.pages.directories.spreadsheet(chosen, department, path, visit.subject)
    return FileResponse(path, media_type=SPREADSHEET, filename=NAMES[chosen], background=tidying)


@router.get("/directories/{kind}.{form}")
def rdf(kind: str, form: str, visit: Visitor, after: After = "", size: Annotated[int, Query(ge=1, le=1000)] = 500) -> Response:
    """A portion of the directory as DCAT-AP 3.0.1; Hydra's `next` leads on."""
    if form not in FORMS:
        raise Missing(
            f"目录没有 .{form} 格式。可用：ttl、rdf、jsonld、xlsx。", f"There is no .{form} of a directory. There are: ttl, rdf, jsonld, xlsx.",
        )
    written, media = FORMS[form]
    return Response(visit.pages.directories.rdf(_kind(kind), written, after, size, visit.subject), media_type=media)


@router.get("/directories/{kind}")
def tree(kind: str, visit: Visitor, by: DirectoryBy = "department") -> Response:
    """The tree by department, theme, level or region."""
    return render(visit, "directory.html", page=visit.pages.directories.tree(_kind(kind), by, visit.subject))


def _kind(name: str) -> DirectoryKind:
    kinds: dict[str, DirectoryKind] = {"sharing": "sharing", "open": "open"}
    if name not in kinds:
        raise Missing(f"没有名为“{name}”的目录。可用：sharing、open。", f"There is no directory “{name}”. There are: sharing, open.", directory=name)
    return kinds[name]
