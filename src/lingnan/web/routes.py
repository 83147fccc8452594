"""Routes that look into their endpoint when first asked: a site of hundreds is there for its first visitor sooner.

FastAPI looks into every endpoint's parameters and answer when a module is opened, and once more when its router is included.
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette._utils import get_route_path
from starlette.routing import Match
from starlette.types import Scope

OF_ROUTER = "dependency_overrides_provider"
"""What a router tells its routes by itself."""


class LateRoute(APIRoute):
    """One route; until a path begins as its own does it knows what it was declared with and nothing else."""

    def __init__(self, path: str, endpoint: Callable[..., Any], *, methods: set[str] | list[str] | None = None, **declared: Any) -> None:
        self.path, self.endpoint, self.methods = path, endpoint, {each.upper() for each in methods or ("GET",)}
        self.declared = declared
        self._stem = path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As any route, but a path that begins otherwise is told without looking further."""
        if scope["type"] != "http" or not get_route_path(scope).startswith(self._stem):
            return Match.NONE, {}
        return super().matches(scope)

    def __getattr__(self, name: str) -> Any:
        """What a route learns from its endpoint, asked for the first time; twice at once does no harm."""
        if name.startswith("__") or "dependant" in vars(self) or "declared" not in vars(self):
            raise AttributeError(name)
        APIRoute.__init__(self, self.path, self.endpoint, methods=self.methods, **self.declared)
        return getattr(self, name)


class Routes(APIRouter):
    """The routes of one module."""

    def __init__(self, **declared: Any) -> None:
        super().__init__(route_class=LateRoute, **declared)


def join(router: APIRouter, others: Routes, **beside: Any) -> None:
    """Declare the routes of a module on a router again, with what that router adds to each and what stands `beside`."""
    for route in others.routes:
        if not isinstance(route, LateRoute):
            raise TypeError(f"{route!r} is no route that can be taken over")
        asked = {key: value for key, value in route.declared.items() if key != OF_ROUTER}
        router.add_api_route(route.path, route.endpoint, methods=route.methods, route_class_override=LateRoute, **{**asked, **beside})
