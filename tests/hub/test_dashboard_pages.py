"""Boards over a built hub: the hub's own and some of every kind, for whom they are, what they hide, and where their marks lead."""

import io
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
import yaml
from fastapi.testclient import TestClient

import lingnan.hub.boards as listed
from lingnan.hub import Hub, HubPages
from lingnan.insight import Words
from lingnan.insight.dashboards import BoundBoard, bound_own_boards, figure_note, read_board
from lingnan.trust import ANONYMOUS, Subject
from lingnan.web import create_app

OWN = ("data_quality", "economy_series", "sharing_and_use")
NAME = {"zh": "甲", "en": "A"}
COUNT = {"measure": "count", "title": NAME}
STEWARD = Subject("official", account="1", roles=frozenset({"steward"}), assurance=2, level="province")
PANELS: list[dict[str, Any]] = [
    {"kind": "rose", "id": "rose", "table": "sthj.air_hour", "angle": "wind_direction", "points": True, "radius": "wind_speed", "bounds": [1, 4]},
    {"kind": "calendar", "id": "days", "table": "wsjk.covid_day", "day": "report_date", "measure": COUNT, "bounds": [5], "palette": "lights"},
    {"kind": "network", "id": "shares", "table": "shichang.shareholding", "source": "shareholder_uscc", "target": "uscc", "relation": "share"},
    {"kind": "gantt", "id": "valid", "table": "fagai.licence", "label": "holder_name", "begin": "issued_on", "end": "valid_to", "state": "title"},
    {"kind": "radar", "id": "kinds", "table": "fagai.licence", "by": "title", "measures": [COUNT]},
    {"kind": "map", "id": "counties", "table": "insight.county_figures", "level": "county", "by": "county", "measures": [COUNT],
     "where": [{"column": "county", "operator": "starts", "value": "440"}]},
    {"kind": "table", "id": "people", "table": "gongan.resident", "columns": ["name", "birth_date"]},
    {"kind": "bar", "id": "few", "table": "zhengwu.e_licence", "by": "issuer", "limit": 60, "measures": [COUNT]},
    {"kind": "figure", "id": "last", "table": "zhengwu.e_licence", "measure": {"measure": "max", "column": "holder_number", "title": NAME}},
    {"kind": "figure", "id": "rows", "table": "fagai.penalty", "measure": COUNT},
    {"kind": "bar", "id": "wrong", "table": "fagai.penalty", "by": "kind", "measures": [{"measure": "sum", "column": "facts", "title": NAME}]},
    {"kind": "bar", "id": "unmade", "table": "fagai.nothing", "by": "kind", "measures": [COUNT]},
    {"kind": "bar", "id": "unknown", "table": "fagai.penalty", "by": "colour", "measures": [COUNT]},
]


@pytest.fixture(scope="module")
def hub(built: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The built hub with two more boards: one of every kind, and one for stewards."""
    folder = tmp_path_factory.mktemp("boards")
    kinds = {"id": "kinds", "title": NAME, "audience": "public", "panels": [{"title": NAME, **each} for each in PANELS]}
    stewards = {**kinds, "id": "stewards", "audience": "steward"}
    chosen = {**kinds, "id": "chosen", "panels": kinds["panels"][1:2], "filters": [
        {"id": "firm", "title": NAME, "column": "shichang.enterprise.uscc", "label": "name"},
        {"id": "month", "kind": "period", "title": NAME, "column": "wsjk.covid_day.report_date", "default": "latest"},
    ]}
    for told in (kinds, stewards, chosen):
        (folder / f"{told['id']}.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    more = [BoundBoard(each.stem, read_board(each), Words(zh="试"), note=figure_note) for each in sorted(folder.glob("*.yaml"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed, "bound_own_boards", lambda today: (*bound_own_boards(today), *more))
        yield built


@pytest.fixture(scope="module")
def answers(hub: Hub) -> HubPages:
    return HubPages(hub)


@pytest.fixture(scope="module")
def site(hub: Hub, answers: HubPages) -> TestClient:
    return TestClient(create_app(answers, hub.settings))


@pytest.mark.parametrize("key", OWN)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_hubs_own_boards_stand_whole(site: TestClient, key: str, lang: str) -> None:
    told = site.get(f"/api/v1/boards/{key}", params={"lang": lang}).json()
    assert {panel["state"] for section in told["sections"] for panel in section["panels"]} == {"shown"}
    page = site.get(f"/boards/{key}", params={"lang": lang})
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert " style=" not in page.text, "the house's policy of contents allows neither"


def test_numbers_are_those_of_the_tables(hub: Hub, answers: HubPages) -> None:
    board = answers.dashboards.board("data_quality", {}, ANONYMOUS)
    cards = {card.id: card for section in board.sections for card in section.panels}
    table = "insight.department_figures"
    views = hub.trust.decide_many(ANONYMOUS, "read", {table: None}, "", {table: hub.lake.newest(table)})
    rows = {row["department"]: row for row in hub.engine.query(f"select department, accepted, quarantined from {table}", views).to_pylist()}
    bars = cards["departments"]
    assert {label.key: (bars.series[0].values[at], bars.series[1].values[at]) for at, label in enumerate(bars.labels)} == {
        key: (row["accepted"], row["quarantined"]) for key, row in rows.items()
    }
    assert cards["accepted"].figure is not None
    assert cards["accepted"].figure.value == sum(row["accepted"] for row in rows.values())
    share = cards["share"]
    assert share.figure is not None
    assert (share.figure.light is not None, share.basis.unproofed) == (True, ("accepted_target", "accepted_caution"))
    one = answers.dashboards.board("data_quality", {"department": "gongan"}, ANONYMOUS)
    assert one.query == "department=gongan"
    assert one.sections[0].panels[0].figure is not None
    assert one.sections[0].panels[0].figure.value == rows["gongan"]["accepted"]


def test_choices_are_called_by_another_column_and_first_days_by_their_month(hub: Hub, answers: HubPages) -> None:
    firm, month = answers.dashboards.board("chosen", {}, ANONYMOUS).filters
    views = hub.trust.decide_many(ANONYMOUS, "read", {"shichang.enterprise": ("uscc", "name")}, "", {"shichang.enterprise": None})
    rows = hub.engine.query("select uscc, min(name) as name from shichang.enterprise group by uscc", views).to_pylist()
    named = {row["uscc"]: row["name"] for row in rows}
    assert firm.options
    assert all(called.zh == named[key] for key, called in firm.options)
    told = {key: called.zh for key, called in month.options}
    assert month.chosen == max(told)
    assert {called for key, called in told.items() if key.endswith("-01")} == {key[:7] for key in told if key.endswith("-01")}
    assert all(called == key for key, called in told.items() if not key.endswith("-01"))


def test_every_mark_leads_to_its_rows(site: TestClient) -> None:
    page = site.get("/boards/data_quality").text
    mark = re.search(r'href="(/boards/data_quality/departments\?at=gongan[^"]*)"', page)
    assert mark is not None
    rows = site.get(mark[1].replace("&amp;", "&") + "&lang=zh").text
    assert "公安厅" in rows
    assert 'href="/tables/insight/department_figures"' in rows
    told = site.get("/api/v1/boards/economy_series/years", params={"at": "2020", "series": "440100"}).json()
    assert (told["total"], [each["zh"] for each in told["mark"]]) == (1, ["2020", "广州市"])


def test_every_kind_is_drawn_and_what_cannot_be_says_why(site: TestClient) -> None:
    told = site.get("/api/v1/boards/kinds", params={"lang": "en"}).json()
    cards = {panel["id"]: panel for section in told["sections"] for panel in section["panels"]}
    states = {key: card["state"] for key, card in cards.items()}
    assert states == dict.fromkeys(states, "shown") | {
        "people": "closed", "last": "closed", "rows": "shown", "wrong": "failed", "unmade": "empty", "unknown": "failed",
    }
    assert "colour" in cards["unknown"]["said"]["en"]
    page = site.get("/boards/kinds", params={"lang": "en"}).text
    assert page.count('<svg class="picture"') == 2 * 6, "one for a wide page and one for a phone"
    assert page.count('<circle class="fill q') == 124, "a map of counties is drawn as circles, since no outlines are shipped"
    assert page.count('<circle class="fill q-none"') > 40
    assert "No data" in page, "the legend tells what a pale circle means"
    assert "No outlines of counties are shipped" in page


def test_few_rows_of_a_table_with_persons_are_neither_counted_nor_shown(site: TestClient, answers: HubPages) -> None:
    board = answers.dashboards.board("kinds", {}, STEWARD)
    card = next(panel for panel in board.sections[0].panels if panel.id == "few")
    [line] = card.series
    assert card.least == 5
    assert all(value >= card.least for value in line.values if value is not None)
    assert sum(line.hidden) != 1
    hidden = card.labels[line.hidden.index(True)].key
    behind = answers.dashboards.panel("kinds", "few", {}, STEWARD, at=hidden)
    assert behind.rows.rows == ()
    assert behind.total is None
    people = next(panel for panel in board.sections[0].panels if panel.id == "people")
    assert people.state == "closed", "not even masked: a board is no register"


def test_a_board_is_for_its_audience(site: TestClient, hub: Hub, answers: HubPages) -> None:
    listed_for = {who: [line.key for line in answers.dashboards.boards(subject).items if "." not in line.key] for who, subject in (
        ("anybody", ANONYMOUS), ("steward", STEWARD), ("auditor", Subject("official", account="2", roles=frozenset({"auditor"}), assurance=2)),
    )}
    public = [*OWN, "chosen", "kinds"]
    assert listed_for == {"anybody": public, "steward": [*public, "stewards"], "auditor": public}
    assert site.get("/boards/stewards").status_code == 403
    assert site.get("/boards/stewards/embed").status_code == 404
    assert site.get("/boards/stewards/few").status_code == 403
    assert site.get("/boards/nothing").status_code == 404
    assert site.get("/boards/kinds/nothing").status_code == 404
    assert site.get("/boards/sharing_and_use", params={"from": "soon"}).status_code == 400


def test_workbooks_hold_what_is_shown(site: TestClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(site.get("/boards/kinds/export.xlsx?lang=zh").content))
    assert len(book.sheetnames) == 8
    few = list(book["7 甲"].values)
    assert few[0][:2] == ("颁发机构", "甲")
    assert any(row[1] == "<5" for row in few)
    one = openpyxl.load_workbook(io.BytesIO(site.get("/boards/data_quality/departments/export.xlsx?lang=zh").content))
    assert [cell.value for cell in one.active[1]][:3] == ["部门", "通过 (行)", "隔离 (行)"]  # type: ignore[union-attr]


def test_only_named_sites_may_embed(hub: Hub, answers: HubPages, site: TestClient) -> None:
    assert "frame-ancestors 'none'" in site.get("/boards/data_quality/embed").headers["content-security-policy"]
    named = hub.settings.model_copy(update={"embed_sites": "https://www.example.org https://gov.example"})
    other = TestClient(create_app(answers, named))
    assert other.get("/boards/data_quality/embed").headers["content-security-policy"].endswith(
        "frame-ancestors https://www.example.org https://gov.example; object-src 'none'",
    )
    assert "frame-ancestors 'none'" in other.get("/boards/data_quality").headers["content-security-policy"]


def test_numbers_of_one_version_are_asked_once(answers: HubPages, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    answers.dashboards.board("economy_series", {"year": "2024"}, ANONYMOUS)
    monkeypatch.setattr(hub.engine, "query", lambda *_: pytest.fail("asked again"))
    assert answers.dashboards.board("economy_series", {"year": "2024"}, ANONYMOUS).query.endswith("year=2024")




def test_a_city_on_a_map_leads_to_the_board_narrowed_to_its_counties(site: TestClient) -> None:
    page = site.get("/boards/sharing_and_use?lang=zh").text
    assert 'href="/boards/sharing_and_use?city=440100"' in page
    assert page.count("<circle class=\"fill q") == 124, "every county of the province, those without a value too"
    narrowed = site.get("/boards/sharing_and_use?lang=zh&city=440100").text
    assert narrowed.count("<circle class=\"fill q") == 11
    assert '?city=440100&amp;at=440106' in narrowed, "a county leads to its rows under the same filters"
    told = site.get("/api/v1/boards/sharing_and_use/counties?city=440100").json()
    assert {label["key"][:4] for label in told["panel"]["labels"]} == {"4401"}
    assert 'href="/boards/sharing_and_use?from=2020-01-01&amp;city=440300"' in site.get("/boards/sharing_and_use?from=2020-01-01").text
