"""Routes that look into their endpoint when first asked answer as any others do."""

from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.testclient import TestClient

from lingnan.web.pages import routers
from lingnan.web.routes import LateRoute, Routes, join

things, beside = Routes(prefix="/things", tags=["things"]), Routes()
asked: list[str] = []


@things.get("/{code}")
def thing(code: str, most: Annotated[int, Query(ge=1)] = 5) -> dict[str, object]:
    """One thing."""
    return {"code": code, "most": most}


@things.post("/{code}", status_code=201)
def made(code: str) -> str:
    """One thing made."""
    return code


@beside.get("/elsewhere", include_in_schema=False)
def elsewhere() -> str:
    """Beside things."""
    return "elsewhere"


@pytest.fixture
def site() -> FastAPI:
    """An application of both, whose every route asks first."""
    app = FastAPI(dependencies=[Depends(lambda: asked.append("asked"))])
    for router in (things, beside):
        join(app.router, router)
    return app


def late(site: FastAPI) -> list[LateRoute]:
    """Its late routes in their order."""
    return [route for route in site.routes if isinstance(route, LateRoute)]


def test_parameters_limits_and_methods_hold(site: FastAPI) -> None:
    with TestClient(site) as client:
        assert client.get("/things/a?most=3").json() == {"code": "a", "most": 3}
        assert client.get("/things/a?most=0").status_code == 422
        assert client.post("/things/a").status_code == 201
        assert client.delete("/things/a").status_code == 405
        assert client.get("/thing").status_code == client.get("/things/a/b").status_code == 404
        assert client.get("/elsewhere").json() == "elsewhere"


def test_a_route_is_looked_into_when_its_path_begins_as_asked(site: FastAPI) -> None:
    with TestClient(site) as client:
        assert not any("dependant" in vars(route) for route in late(site))
        assert client.get("/elsewhere").status_code == 200
    assert ["dependant" in vars(route) for route in late(site)] == [False, False, True]


def test_what_the_application_adds_holds_for_routes_taken_over(site: FastAPI) -> None:
    asked.clear()
    with TestClient(site, root_path="/below") as client:
        assert client.get("/elsewhere").status_code == 200
    assert asked == ["asked"]


def test_the_description_tells_of_them_as_of_any(site: FastAPI) -> None:
    told = site.openapi()["paths"]
    assert set(told) == {"/things/{code}"}
    assert told["/things/{code}"]["get"]["tags"] == ["things"]
    assert {each["name"] for each in told["/things/{code}"]["get"]["parameters"]} == {"code", "most"}


def test_what_is_no_late_route_is_not_taken_over() -> None:
    others = Routes()
    others.add_route("/plain", lambda _request: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(TypeError, match="/plain"):
        join(APIRouter(), others)


@pytest.mark.parametrize("router", routers, ids=lambda router: router.routes[0].endpoint.__module__.rpartition(".")[2])
def test_every_page_can_be_looked_into(router: Routes) -> None:
    """A parameter that cannot be read would else be noticed by its first visitor alone."""
    for route in router.routes:
        assert isinstance(route, LateRoute)
        assert route.dependant.call is route.endpoint
