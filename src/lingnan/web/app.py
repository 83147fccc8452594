"""The application: pages, JSON, static files, and the headers that keep scripts and styles to our own."""

from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from lingnan.base import Settings
from lingnan.web import api, casework_api, packs_api, resource_api, subscriptions_api
from lingnan.web.errors import add_error_pages
from lingnan.web.forgery import unforged
from lingnan.web.gate import BODY_BYTES, Gate
from lingnan.web.headers import Guarded
from lingnan.web.pages import dashboards, live, models, reports, routers
from lingnan.web.routes import join
from lingnan.web.sources import Pages
from lingnan.web.visitor import LanguageKept

STATIC = Path(__file__).parent / "static"

def create_app(pages: Pages, settings: Settings) -> FastAPI:
    """The whole site over what `pages` answers; nothing is opened or fetched here."""
    app = FastAPI(
        title="岭南 Lingnan", version="1", summary="省级政务数据枢纽 A province's government data hub",
        docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json",
        dependencies=[Depends(unforged)], max_body_size=BODY_BYTES,
    )
    app.state.pages = pages
    app.state.settings = settings
    app.state.pulse = live.Pulse(lambda streams: pages.dashboards.live_marks(streams))
    app.add_middleware(LanguageKept)
    app.add_middleware(Guarded)
    app.add_middleware(Gate)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    # That of resources stands before that of one resource, whose code may hold slashes.
    for module in (resource_api, api, casework_api, packs_api, subscriptions_api):
        join(app.router, module.router)
    for page in (dashboards, reports, models):
        join(app.router, page.api)
    for router in routers:
        join(app.router, router, include_in_schema=False)
    add_error_pages(app)
    return app
