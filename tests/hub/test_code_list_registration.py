"""A hub's own code list and element: drafted or read from a file, registered, named by a contract; rows that break them are quarantined."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from lingnan.base import BadInput, Conflict, FixedClock, Missing, Refused, load_settings
from lingnan.catalogue.registry.code_table import read_code_table
from lingnan.catalogue.registry.shapes import CodeRow
from lingnan.govern import FeedTables
from lingnan.hub import Hub
from lingnan.standards import read_contract
from lingnan.trust import SYSTEM, Subject
from tests.back_ends import Furnish
from tests.shelter import contract, deliver, describe

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PEOPLE = {
    "author": ("minzheng", "steward"), "office": ("zhengwu", "reviewer"), "reader": ("minzheng", "analyst"), "other": ("shuiwu", "steward"),
}
FORM = {
    "name": "shelter-kinds", "zh": "避难场所类别", "en": "Kinds of shelter", "edition": "2026", "source": "本省应急避难场所目录",
    "submitter": "minzheng",
}
CODES = [CodeRow(code=code, zh=zh) for code, zh in (("1", "紧急"), ("2", "短期"), ("3", "长期"))]
ELEMENT = {
    "zh": "避难场所类别代码", "en": "Kind of shelter", "object": "避难场所", "property": "类别", "representation": "n1", "code_list": "shelter-kinds",
    "classification": "public", "source": "本省应急避难场所目录", "proofed": False,
    "means": {"zh": "避难场所按可以安置的时间长短所属的类别。", "en": "Class of a shelter by how long people can stay in it."},
}
PROPERTIES = """
      - {name: kind, physicalName: 类别, customProperties: [{property: dataElement, value: shelter_kind}]}
      - name: second
        physicalName: 备用类别
        logicalType: string
        classification: public
        customProperties: [{property: codeList, value: shelter-kinds}]
"""


@pytest.fixture
def hub(furnish: Furnish, tmp_path: Path) -> Iterator[Hub]:
    with Hub.open(load_settings(furnish(tmp_path))) as opened:
        opened.storage.clock = opened.trust.audit.clock = FixedClock(NOW)
        for key in ("zhengwu", "minzheng", "shuiwu"):
            opened.trust.accounts.make_organisation(key, key, key)
        for name, (unit, role) in PEOPLE.items():
            opened.trust.accounts.make_account(name, name, name, roles=(role,), organisation=unit)
        yield opened


def who(hub: Hub, name: str) -> Subject:
    return hub.trust.accounts.subject_for(name)


def state(hub: Hub, case: str) -> str:
    return hub.office.casework.cases.sheet(case, SYSTEM).line.state


def agree(hub: Hub, case: str) -> None:
    for transition in ("close_comments", "register"):
        hub.office.casework.cases.act(case, transition, who(hub, "office"))
    hub.deliver()


def submit(hub: Hub, rows: list[CodeRow] | None = None, **changes: Any) -> str:
    lists = hub.catalogue.elements.lists
    lists.draft({**FORM, **changes}, CODES if rows is None else rows, who(hub, "author"))
    case = lists.submit("shelter-kinds", "业务需要", who(hub, "author"))
    hub.deliver()
    return case


def registered(hub: Hub) -> None:
    """The list and the element that uses it, both in force."""
    agree(hub, submit(hub))
    told = {"element": "shelter_kind", "request": "new", "reason": "业务需要", "provider": "minzheng"}
    case = hub.catalogue.elements.propose({**told, "content": json.dumps(ELEMENT, ensure_ascii=False)}, who(hub, "author"))
    hub.deliver()
    assert state(hub, case) == "commenting", hub.office.casework.cases.facts(case).get("faults")
    agree(hub, case)


def build(hub: Hub, rows: str) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Deliver rows and build; gives the accepted keys, and the quarantined ones with the rules they broke."""
    describe(hub.home, PROPERTIES)
    deliver(hub.home, "编号,类别,备用类别\n" + rows)
    hub.build(only=["govern:minzheng.shelter", "collect:minzheng.shelter"])
    of_feed = FeedTables.of("minzheng.shelter")
    tables = [of_feed.accepted, of_feed.quarantine]
    with hub.engine.session(hub.trust.views_for_step("catalogue:conformance", dict.fromkeys(tables))) as session:
        good, bad = (".".join(f'"{part}"' for part in table.split(".", 1)) for table in tables)
        accepted = [row["shelter_no"] for row in session.query(f"select shelter_no from {good} order by shelter_no").to_pylist()]
        turned = [(row["shelter_no"], sorted(row["_rules"])) for row in session.query(f"select * from {bad} order by shelter_no").to_pylist()]
    return accepted, turned


def test_rows_that_break_a_registered_element_are_quarantined_and_a_new_version_takes_them(hub: Hub) -> None:
    with pytest.raises(BadInput):
        read_contract(contract(PROPERTIES))
    registered(hub)
    rows = "A,1,2\nB,短期,1\nC,4,1\nD,2,9\n"
    accepted, turned = build(hub, rows)
    assert accepted == ["A", "B"]
    assert turned == [("C", ["kind_code_valid"]), ("D", ["second_code_valid"])]
    assert hub.catalogue.elements.used_by("shelter_kind").counts.items == 1
    impact = hub.catalogue.elements.impact("shelter-kinds", "2")
    assert (impact.elements, impact.counts.items, impact.counts.contracts) == (("shelter_kind",), 2, 1)
    told = {(rule.column, rule.rule) for rule in impact.rules if rule.owner == "minzheng.shelter"}
    assert told == {("kind", "code_valid"), ("second", "code_valid")}
    case = submit(hub, [*CODES, CodeRow(code="4", zh="备用")], edition="2027")
    told = hub.office.casework.cases.facts(case)["touched"]
    assert "新增 1" in told
    assert "字段 2 个" in told
    agree(hub, case)
    assert build(hub, rows)[0] == ["A", "B", "C"]
    assert hub.measure_conformance() == 1
    assert {each.item: each.share for each in hub.catalogue.elements.columns("minzheng.shelter")} == {"kind": 1.0}


def test_a_list_is_linted_and_given_back_with_its_faults(hub: Hub) -> None:
    lists = hub.catalogue.elements.lists
    case = submit(hub, [*CODES, CodeRow(code="9", zh="旧", parent="8"), CodeRow(code="7", zh="停", valid_to="2026-01-01", successors="6")])
    assert state(hub, case) == "draft"
    faults = hub.office.casework.cases.facts(case)["faults"]
    assert "9：上级代码不存在" in faults
    assert "7：后继代码不存在" in faults
    with pytest.raises(Missing):
        hub.catalogue.vocabulary().list_of("shelter-kinds")
    lists.draft(FORM, CODES, who(hub, "author"))
    assert lists.submit("shelter-kinds", "已改", who(hub, "author")) == case
    hub.deliver()
    assert (state(hub, case), lists.card("shelter-kinds").status) == ("commenting", "qualified")
    with pytest.raises(Conflict):
        lists.draft(FORM, CODES[:1], who(hub, "author"))
    hub.office.casework.cases.act(case, "return", who(hub, "office"), note="缺一类")
    hub.deliver()
    lists.draft(FORM, None, who(hub, "author"))
    assert lists.card("shelter-kinds").size == 3


@pytest.mark.on_both
def test_codes_are_never_dropped_but_end(hub: Hub) -> None:
    agree(hub, submit(hub))
    case = submit(hub, CODES[:2])
    assert "代码不得删除" in hub.office.casework.cases.facts(case)["faults"]
    ended = [*CODES[:2], CodeRow(code="3", zh="长期", valid_to="2026-06-30", successors="2")]
    hub.catalogue.elements.lists.draft(FORM, ended, who(hub, "author"))
    hub.catalogue.elements.lists.submit("shelter-kinds", "停用", who(hub, "author"))
    hub.deliver()
    agree(hub, case)
    changes = hub.catalogue.elements.lists.change("shelter-kinds").changes
    assert [(each.kind, each.code, each.successors) for each in changes] == [("ended", "3", ("2",))]
    hub.storage.clock = FixedClock(NOW + timedelta(days=365))
    impact = hub.catalogue.elements.impact("shelter-kinds", "3")
    assert (impact.in_force, [each.code for each in impact.successors]) == (False, ["2"])
    assert [each.status for each in hub.catalogue.elements.lists.versions("shelter-kinds")] == ["superseded", "standard"]


def test_a_retired_list_still_says_what_its_codes_mean(hub: Hub) -> None:
    agree(hub, submit(hub))
    lists = hub.catalogue.elements.lists
    case = lists.retire("shelter-kinds", "并入国家标准", "no-such-list", who(hub, "author"))
    hub.deliver()
    assert "no-such-list" in hub.office.casework.cases.facts(case)["faults"]
    hub.office.casework.cases.act(case, "abandon", who(hub, "author"))
    case = lists.retire("shelter-kinds", "并入国家标准", "sexes", who(hub, "author"))
    hub.deliver()
    agree(hub, case)
    card = lists.card("shelter-kinds")
    assert (card.status, card.replaced_by) == ("retired", "sexes")
    assert hub.catalogue.vocabulary().list_of("shelter-kinds").name("1") == "紧急"


def test_what_ships_and_what_others_keep_stays_as_it_is(hub: Hub) -> None:
    lists = hub.catalogue.elements.lists
    with pytest.raises(Conflict):
        lists.draft({**FORM, "name": "sexes"}, CODES, who(hub, "author"))
    for name in ("reader", "other"):
        with pytest.raises(Refused):
            lists.draft(FORM, CODES, who(hub, name))
    agree(hub, submit(hub))
    with pytest.raises(Conflict):
        lists.draft({**FORM, "submitter": "shuiwu"}, CODES, who(hub, "other"))
    for wrong in ({"name": "Shelter"}, {"edition": " "}, {"valid_from": "neulich"}):
        with pytest.raises(BadInput):
            lists.draft({**FORM, **wrong}, CODES, who(hub, "author"))
    with pytest.raises(BadInput):
        lists.draft(FORM, [CodeRow(code="", zh="空")], who(hub, "author"))


def test_a_draft_is_thrown_away_and_taken_back(hub: Hub) -> None:
    lists = hub.catalogue.elements.lists
    lists.draft(FORM, CODES, who(hub, "author"))
    lists.discard("shelter-kinds", who(hub, "author"))
    with pytest.raises(Missing):
        lists.card("shelter-kinds")
    case = submit(hub)
    hub.office.casework.cases.act(case, "abandon", who(hub, "author"))
    hub.deliver()
    with pytest.raises(Missing):
        lists.card("shelter-kinds")


@pytest.mark.parametrize("form", ["xlsx", "utf-8", "gb18030"])
def test_codes_are_read_from_a_file_with_every_fault_at_its_cell(tmp_path: Path, form: str) -> None:
    lines = [
        ["代码", "名称", "停用日期", "后继代码", "层级"], [1, "紧急", "", "", 1], ["02", "短期", "2026年6月30日", "1、03", ""],
        ["", "空", "某天", "", "x"],
    ]
    path = tmp_path / f"codes.{'xlsx' if form == 'xlsx' else 'csv'}"
    if form == "xlsx":
        book = Workbook()
        for line in lines:
            book.active.append(line)
        book.save(path)
    else:
        path.write_text("\n".join(",".join(map(str, line)) for line in lines), encoding=form)
    table = read_code_table(path, path.name)
    told = [(row.code, row.zh, row.valid_to, row.successors) for row in table.rows[:2]]
    assert told == [("1", "紧急", "", ""), ("02", "短期", "2026-06-30", "1|03")]
    assert [each.cell for each in table.faults] == ["A4", "C4", "E4"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", "代码,名称\n".encode() + b"1,x\n" * 20_002])
def test_a_table_that_holds_no_codes_is_told_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "codes.csv"
    path.write_bytes(content)
    assert read_code_table(path, path.name).faults


@pytest.mark.parametrize("content", [b"PK\x03\x04nonsense", b"\xff\xfe\x00\x81"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "codes.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"codes\.csv"):
        read_code_table(path, path.name)
