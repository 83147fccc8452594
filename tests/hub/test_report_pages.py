"""Reports over a built hub: for whom they are, what they rest on, what a past day shows, and a pack's own with its queries."""

import re
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import lingnan.hub.pages.reports as answering
from lingnan.base import WrongUse
from lingnan.hub import Hub, HubPages
from lingnan.hub.reports import BoundReport
from lingnan.insight import ReportSheet, Words, read_report
from lingnan.trust import ANONYMOUS, Purpose, Subject
from lingnan.web import create_app

STEWARD = Subject("official", account="1", roles=frozenset({"steward"}), assurance=2, level="province")
KEY = "data_quality_month"
ENTITY = """
id: entity
title: {zh: 试, en: Try}
audience: officials
purpose: true
parameters:
  - {id: uscc, title: {zh: 代码, en: Code}, pattern: "[0-9A-Z]{1,18}", required: true}
sections:
  - title: {zh: 甲, en: A}
    items:
      - words: {zh: "{uscc} 截至 {as_of}", en: "{uscc} up to {as_of}"}
      - query: shown_penalties
        title: {zh: 公示的处罚, en: Penalties shown}
        values: {uscc: ":uscc", day: ":as_of", known_on: ":as_of"}
        none: {zh: 无公示的处罚, en: None shown}
figures: [publicity_periods]
"""


@pytest.fixture(scope="module")
def answers(built: Hub) -> HubPages:
    return HubPages(built)


@pytest.fixture(scope="module")
def site(built: Hub, answers: HubPages) -> TestClient:
    return TestClient(create_app(answers, built.settings))


def panels(sheet: ReportSheet) -> dict[str, str]:
    return {item.panel.id: item.panel.state for section in sheet.sections for item in section.items if item.panel}


def test_a_report_is_for_its_audience(site: TestClient, answers: HubPages) -> None:
    assert [line.key for line in answers.reports.reports(ANONYMOUS).items if "." not in line.key] == []
    assert KEY in [line.key for line in answers.reports.reports(STEWARD).items]
    assert site.get(f"/reports/{KEY}").status_code == 403
    assert site.get(f"/reports/{KEY}/report.pdf").status_code == 403
    assert site.get("/reports/nothing").status_code == 404


def test_the_month_of_data_quality_says_what_it_rests_on(built: Hub, answers: HubPages) -> None:
    sheet = answers.reports.report(KEY, {"department": "gongan"}, STEWARD)
    assert set(panels(sheet).values()) == {"shown"}
    assert {each.table: each.version for each in sheet.sources} == {
        f"insight.{each}_figures": built.lake.newest(f"insight.{each}_figures") for each in ("department", "city", "dimension")
    }
    assert sheet.unproofed == ("accepted_target", "accepted_caution")
    accepted = sheet.sections[0].items[1].panel
    board = answers.dashboards.board("data_quality", {"department": "gongan"}, STEWARD)
    assert accepted is not None
    assert accepted.figure == board.sections[0].panels[0].figure, "the same figure as on the board, under the same filter"
    assert sheet.parameters[0].shown == Words(zh="公安厅", en=sheet.parameters[0].shown.en if sheet.parameters[0].shown else "")


def test_a_past_day_shows_the_versions_of_that_day(answers: HubPages) -> None:
    today = answers.reports.report(KEY, {}, STEWARD).as_of.date()
    same = answers.reports.report(KEY, {}, STEWARD, today.isoformat())
    assert set(panels(same).values()) == {"shown"}
    before = answers.reports.report(KEY, {}, STEWARD, "2020-01-31")
    assert set(panels(before).values()) == {"empty"}
    assert (before.as_of.date(), before.day, {each.version for each in before.sources}) == (date(2020, 1, 31), date(2020, 1, 31), {None})
    for told in ("2099-01-01", "soon"):
        with pytest.raises(WrongUse):
            answers.reports.report(KEY, {}, STEWARD, told)


def test_a_wrong_parameter_is_said_and_nothing_is_asked(answers: HubPages) -> None:
    sheet = answers.reports.report(KEY, {"colour": "red"}, STEWARD)
    assert (sheet.sections, sheet.faulty is not None) == ((), True)


def test_a_packs_report_asks_its_queries_for_a_purpose(built: Hub, answers: HubPages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "entity.yaml").write_text(ENTITY, encoding="utf-8")
    pack = next(each for each in built.packs if "shown_penalties" in each.parts["queries"])
    bound = BoundReport(f"{pack.id}.entity", read_report(tmp_path / "entity.yaml"), Words(zh="试"), pack)
    monkeypatch.setattr(answering, "hub_reports", lambda _hub: {bound.key: bound})
    table = pack.table(sorted(pack.part("queries", "shown_penalties").statement.own)[0])
    asked = {"uscc": "91440101MA59A1B2C3"}
    assert answers.reports.report(bound.key, {}, STEWARD).faulty is not None
    silent = answers.reports.report(bound.key, asked, STEWARD)
    assert (silent.needs_purpose, silent.sections, bool(silent.purposes)) == (True, (), True)
    sheet = answers.reports.report(bound.key, asked, STEWARD, "", Purpose("statutory-duty", "行政许可法 第三十四条", "1"))
    words, rows = (sheet.sections[0].items[place] for place in (0, 1))
    assert words.words is not None
    assert re.fullmatch(r"91440101MA59A1B2C3 截至 \d{4}-\d\d-\d\d", words.words.zh)
    assert rows.table is not None
    assert rows.table.said is not None
    assert rows.table.said.zh == "无公示的处罚"
    assert table in {each.table for each in sheet.sources}
    assert [law.name for law in sheet.laws] == ["publicity_periods"]
