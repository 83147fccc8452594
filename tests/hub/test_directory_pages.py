"""The pages of directories over a real hub: trees lead to searches that find as much, files are what they say."""

import io
import re
from collections.abc import Iterator

import openpyxl
import pytest
from fastapi.testclient import TestClient
from rdflib import DCAT, RDF, Graph

from lingnan.base import load_settings
from lingnan.hub import Hub, HubPages
from lingnan.web import create_app
from tests.catalogue.test_directories import MIXED


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with Hub.open(load_settings(tmp_path_factory.mktemp("directories"))) as opened:
        opened.catalogue.register_many(MIXED)
        yield opened


@pytest.fixture(scope="module")
def site(hub: Hub) -> TestClient:
    return TestClient(create_app(HubPages(hub), hub.settings))


@pytest.mark.parametrize("kind", ["sharing", "open"])
@pytest.mark.parametrize("by", ["department", "theme", "level", "region"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_tree_is_shown(site: TestClient, kind: str, by: str, lang: str) -> None:
    page = site.get(f"/directories/{kind}", params={"by": by, "lang": lang})
    assert page.status_code == 200
    assert ("branches" in page.text, "directory." in page.text) == (True, False)


def test_the_search_behind_a_branch_finds_what_it_counts(site: TestClient) -> None:
    page = site.get("/directories/open", params={"by": "department", "lang": "zh"}).text
    branches = re.findall(r'<a href="(/catalogue\?[^"]+)">[^<]+</a>.*?branch-count">(\d+) 项', page)
    assert branches
    for address, count in branches:
        found = site.get(address.replace("&amp;", "&")).text
        assert f"共 {count} 项" in found, address


@pytest.mark.parametrize(("form", "media"), [("ttl", "text/turtle"), ("rdf", "application/rdf+xml"), ("jsonld", "application/ld+json")])
def test_the_three_forms_say_the_same(site: TestClient, form: str, media: str) -> None:
    answer = site.get(f"/directories/open.{form}")
    assert answer.headers["content-type"].startswith(media)
    graph = Graph().parse(data=answer.content, format={"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}[form])
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 4


def test_pages_of_triples_lead_on(site: TestClient, hub: Hub) -> None:
    answer = site.get("/directories/open.ttl", params={"size": 1}).text
    following = re.search(r"hydra:next <([^>]+)>", answer)
    assert following is not None
    assert following[1].startswith(hub.settings.site)
    assert site.get(following[1].removeprefix(hub.settings.site)).status_code == 200


def test_the_spreadsheet_opens_and_its_place_is_tidied(site: TestClient) -> None:
    answer = site.get("/directories/sharing.xlsx")
    assert "filename*=" in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.active.max_row == 1 + 5
    one = openpyxl.load_workbook(io.BytesIO(site.get("/directories/sharing.xlsx", params={"department": "gz_shuiwu"}).content))
    assert one.active.max_row == 2


@pytest.mark.parametrize("path", ["/directories/secret", "/directories/secret.ttl", "/directories/open.docx", "/directories/secret.xlsx"])
def test_what_there_is_not_is_not_found(site: TestClient, path: str) -> None:
    assert site.get(path).status_code == 404


def test_an_unknown_dimension_is_told(site: TestClient) -> None:
    assert site.get("/directories/open", params={"by": "colour"}).status_code == 422
