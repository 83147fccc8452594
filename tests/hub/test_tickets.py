"""Rows that fail a rule go back to their source as a case; the delivery that no longer fails closes it, and the next failure tells of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from lingnan.base import Refused, Settings
from lingnan.casework import CaseQuery, CaseSheet
from lingnan.hub import Hub, HubPages
from lingnan.hub.tickets import FLOW
from lingnan.trust import Subject
from lingnan.web import create_app
from tests import shelter

PROPERTIES = """
      - {name: places, physicalName: 容纳人数, logicalType: integer, physicalType: BIGINT, classification: public}
"""


@pytest.fixture
def hub(new_home: Callable[[str], Path]) -> Iterator[Hub]:
    home = shelter.describe(new_home("tickets"), PROPERTIES)
    with Hub.open(Settings(home=home, clock=datetime(2026, 3, 2, 9, tzinfo=UTC), packs="")) as opened:
        for unit in ("zhengwu", "minzheng"):
            opened.trust.accounts.make_organisation(unit, unit, unit)
        for name, unit in (("source", "minzheng"), ("office", "zhengwu")):
            opened.trust.accounts.make_account(name, name, name, roles=("steward",), organisation=unit)
        yield opened


def deliver(hub: Hub, wrong: int, rows: int = 40) -> None:
    """A delivery in which so many rows have no whole number."""
    lines = [f"S{number},{'三千' if number < wrong else number * 10 + wrong}" for number in range(rows)]
    shelter.deliver(hub.home, "\n".join(["编号,容纳人数", *lines, ""]))
    assert hub.build().state == "done"


def cases(hub: Hub) -> list[CaseSheet]:
    who, casework = Subject("system"), hub.office.casework
    found = [casework.cases.sheet(line.number, who) for line in casework.inbox.of(who, CaseQuery(scope="visible", flow=FLOW)).items]
    return sorted(found, key=lambda sheet: (sheet.line.opened_at, sheet.line.number))


def facts(sheet: CaseSheet) -> dict[str, object]:
    return {fact.name: fact.value for fact in sheet.facts}


def test_failing_rows_become_a_case_of_their_source_which_a_good_delivery_closes(hub: Hub) -> None:
    deliver(hub, 8)
    (opened,) = cases(hub)
    told = facts(opened)
    assert (told["feed"], told["failed"], told["checked"]) == ("minzheng.shelter", 8, 40)
    assert told["rows"] == f"/quarantine?feed=minzheng.shelter&rule={told['rule']}"
    assert told["batch"]
    assert [limit.deadline for limit in opened.deadlines] == ["rectify"]
    source = hub.trust.accounts.subject_for("source")
    assert [line.number for line in hub.office.casework.inbox.of(source).items] == [opened.line.number], "it waits at the source department"
    deliver(hub, 9)
    assert [sheet.line.number for sheet in cases(hub)] == [opened.line.number], "one case while the rule goes on failing"
    deliver(hub, 0)
    (closed,) = cases(hub)
    assert (closed.line.state, closed.line.outcome) == ("rectified", "done")
    assert facts(closed)["passed_in"] not in ("", told["batch"])
    assert closed.timeline[-1].by == "system"
    deliver(hub, 10)
    again = next(sheet for sheet in cases(hub) if sheet.line.number != opened.line.number)
    assert facts(again)["previous"] == opened.line.number
    assert len(cases(hub)) == 2


def test_a_rule_that_was_waived_opens_no_other_case_until_it_says_something_else(hub: Hub) -> None:
    deliver(hub, 8)
    (opened,) = cases(hub)
    hub.trust.accounts.make_account("judge", "judge", "judge", roles=("reviewer",), organisation="zhengwu")
    who, act = hub.trust.accounts.subject_for, hub.office.casework.cases.act
    act(opened.line.number, "question", who("source"), {}, "三千为文件原文")
    act(opened.line.number, "waive", who("judge"), {}, "规则不适用")
    deliver(hub, 9)
    assert [(sheet.line.number, sheet.line.state) for sheet in cases(hub)] == [(opened.line.number, "waived")]
    contract = hub.home / "sources" / "minzheng" / "shelter.contract.yaml"
    text = contract.read_text(encoding="utf-8").replace("logicalType: integer, physicalType: BIGINT", "logicalType: date, physicalType: DATE")
    contract.write_text(text, encoding="utf-8")
    hub.__dict__.pop("feeds")
    assert hub.build().state == "done"
    assert len(cases(hub)) == 2


def test_few_rows_and_a_build_without_news_open_nothing(hub: Hub) -> None:
    deliver(hub, 4)
    assert cases(hub) == []
    assert hub.build().state == "done"
    assert cases(hub) == []


def test_the_league_table_has_departments_side_by_side(hub: Hub) -> None:
    deliver(hub, 8)
    pages, source = HubPages(hub), hub.trust.accounts.subject_for("source")
    table = pages.cases.rectification(source, None, None)
    (line,) = table.lines
    assert (line.title.zh, line.opened, line.closed, line.still_open, line.overdue) == ("minzheng", 1, 0, 1, 0)
    deliver(hub, 0)
    (line,) = pages.cases.rectification(source, None, None).lines
    assert (line.closed, line.on_time, line.late, line.median_days) == (1, 1, 0, 0)
    session = hub.trust.sessions.open("source", 2, method="test").token
    site = TestClient(create_app(pages, hub.settings), follow_redirects=False)
    for lang, said in (("zh", "整改情况"), ("en", "Rectification")):
        page = site.get(f"/cases/rectification?lang={lang}", headers={"Cookie": f"lingnan_session={session}"})
        assert (page.status_code, f"<h1>{said}</h1>" in page.text, 'scope="row">minzheng' in page.text) == (200, True, True)
    with pytest.raises(Refused):
        pages.cases.rectification(Subject("citizen", "c"), None, None)
