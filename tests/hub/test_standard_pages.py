"""The browser of standards over a real hub: every thing has its page, every page leads on, and use is shown."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from lingnan.base import load_settings
from lingnan.hub import Hub, HubPages
from lingnan.standards import code_lists, data_elements, data_sets, documents, indicators
from lingnan.web import create_app
from tests.catalogue.conftest import FORMS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with Hub.open(load_settings(tmp_path_factory.mktemp("standards"))) as hub:
        hub.catalogue.register_many(FORMS)
        yield TestClient(create_app(HubPages(hub), hub.settings))


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("elements", len(data_elements())), ("code-lists", len(code_lists())), ("sets", len(data_sets())), ("indicators", len(indicators())),
        ("documents", len(documents())),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_is_listed_whole(site: TestClient, kind: str, number: int, lang: str) -> None:
    page = site.get("/standards", params={"kind": kind, "lang": lang}).text
    assert (f"共 {number} 项" if lang == "zh" else f"{number} found") in page
    assert "standards." not in re.sub(r"<[^>]*>", "", page)


def test_pages_follow_one_another_to_the_end(site: TestClient) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        answer = site.get("/api/v1/standards", params={"kind": "elements", "cursor": cursor}).json()
        seen += [each["id"] for each in answer["items"]]
        if not answer["next"]:
            break
        cursor = answer["next"]
    assert seen == list(data_elements())


@pytest.mark.parametrize(("words", "first"), [("身份证号", "citizen_number"), ("sfzh", "citizen_number"), ("行政区划代码", "division")])
def test_words_find_elements_by_every_name(site: TestClient, words: str, first: str) -> None:
    found = site.get("/api/v1/standards", params={"q": words}).json()
    assert found["items"][0]["id"] == first
    assert {count["key"]: count["count"] for count in found["kinds"]}["elements"] == found["total"]


def test_a_group_narrows_to_what_it_counts(site: TestClient) -> None:
    for group in site.get("/api/v1/standards").json()["groups"]:
        narrowed = site.get("/api/v1/standards", params={"group": group["key"]}).json()
        assert narrowed["total"] == group["count"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_element_set_and_indicator_has_its_page(site: TestClient, lang: str) -> None:
    asked = [
        *(f"/standards/elements/{name}" for name in list(data_elements())[::25]), *(f"/standards/sets/{name}" for name in data_sets()),
        *(f"/standards/indicators/{name}" for name in list(indicators())[::10]),
        *(f"/standards/code-lists/{name}" for name in list(code_lists())[::8]),
    ]
    for path in asked:
        assert site.get(path, params={"lang": lang}).status_code == 200, path


def test_an_element_tells_how_it_is_written_and_where_it_is_used(site: TestClient) -> None:
    card = site.get("/api/v1/standards/elements/citizen_number").json()
    assert (card["representation"], card["identifier"]) == ("an18", "citizen_number")
    uses = [(use["kind"], use["href"], use["column"]) for use in card["uses"]]
    assert uses == [("item", "/catalogue/gongan.resident/items/citizen_number", "citizen_number")]
    assert card["used"] == 1
    assert "公民身份号码" in site.get("/standards/elements/citizen_number", params={"lang": "zh"}).text


def test_a_code_list_is_shown_as_it_was_on_a_day(site: TestClient) -> None:
    old = site.get("/api/v1/standards/code-lists/divisions", params={"at": "2010-01-01", "q": "440183"}).json()
    assert [code["code"] for code in old["codes"]] == ["440183"]
    assert old["codes"][0]["successors"] == ["440118"]
    assert site.get("/api/v1/standards/code-lists/divisions", params={"at": "2020-01-01", "q": "440183"}).json()["total"] == 0
    page = site.get("/standards/code-lists/divisions", params={"q": "440183"}).text
    assert 'href="/standards/code-lists/divisions?q=440118"' in page


def test_a_long_list_goes_on(site: TestClient) -> None:
    first = site.get("/api/v1/standards/code-lists/divisions").json()
    assert len(first["codes"]) == 200
    second = site.get("/api/v1/standards/code-lists/divisions", params={"cursor": first["next"]}).json()
    assert not {code["code"] for code in first["codes"]} & {code["code"] for code in second["codes"]}


@pytest.mark.parametrize(
    "path", ["/standards?kind=spells", "/standards/elements/none", "/standards/code-lists/none", "/standards/sets/none", "/standards/indicators/none"]
)
def test_what_there_is_not_is_not_found(site: TestClient, path: str) -> None:
    assert site.get(path).status_code == 404


def test_htmx_gets_the_results_alone(site: TestClient) -> None:
    part = site.get("/standards", params={"q": "姓名"}, headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert "姓名" in part
