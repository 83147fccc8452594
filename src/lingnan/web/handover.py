"""The made departments' live interfaces during the demo: one folder of pages served as a department's paged API would."""

import re
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
MAXIMUM_PAGE = 100_000


def create_handover_app(folder: Path, place: str = "") -> FastAPI:
    """Serves FOLDER/<department>/<feed>/page-<n>.json at /PLACE/<department>/<feed>?page=n, nothing else.

    `place` is a word that belongs to one home: another demo that finds the port taken must not be served this one's pages.
    """
    app = FastAPI(title="Handover", docs_url=None, redoc_url=None, openapi_url=None)
    root = folder.resolve()

    @app.get(f"/{place}/{{department}}/{{feed}}" if place else "/{department}/{feed}")
    def page(department: str, feed: str, page: int = 1) -> Response:
        """One page as the department delivered it, byte for byte."""
        if not (NAME.fullmatch(department) and NAME.fullmatch(feed) and 1 <= page <= MAXIMUM_PAGE):
            return _missing()
        path = root / department / feed / f"page-{page}.json"
        # A link inside the folder may point out of it; only what really lies within is served.
        if not path.is_file() or not path.resolve().is_relative_to(root):
            return _missing()
        return Response(path.read_bytes(), media_type="application/json")

    return app


def _missing() -> JSONResponse:
    return JSONResponse({"code": 404, "data": None, "message": "没有这一页 no such page"}, status_code=404)
