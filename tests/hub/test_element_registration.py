"""An element's way into the register on a real hub: judged, mended, reviewed, registered, changed, preferred, retired; every version citable."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import BadInput, FixedClock, Missing, Refused, load_settings
from lingnan.hub import Hub
from lingnan.trust import SYSTEM, Subject

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PEOPLE = {"author": ("minzheng", "steward"), "office": ("zhengwu", "reviewer"), "stranger": ("minzheng", "analyst")}
WHOLE: dict[str, Any] = {
    "zh": "避难场所容纳人数", "en": "Places of shelter", "object": "避难场所", "property": "容纳人数", "representation": "n..6", "unit": "人",
    "classification": "public", "source": "应急避难场所分级及分类", "proofed": False,
    "means": {"zh": "一处避难场所同时可以容纳的人员总数。", "en": "How many people one shelter can hold at a time."},
}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with Hub.open(load_settings(tmp_path)) as opened:
        opened.storage.clock = opened.trust.audit.clock = FixedClock(NOW)
        for key in ("zhengwu", "minzheng"):
            opened.trust.accounts.make_organisation(key, key, key)
        for name, (unit, role) in PEOPLE.items():
            opened.trust.accounts.make_account(name, name, name, roles=(role,), organisation=unit)
        yield opened


def who(hub: Hub, name: str) -> Subject:
    return hub.trust.accounts.subject_for(name)


def ask(hub: Hub, request: str, element: str = "shelter_places", content: dict[str, Any] | None = None, **more: str) -> str:
    told = {"element": element, "request": request, "reason": "业务需要", "provider": "minzheng", **more}
    if content is not None:
        told["content"] = json.dumps(content, ensure_ascii=False)
    case = hub.catalogue.elements.propose(told, who(hub, "author"))
    hub.deliver()
    return case


def state(hub: Hub, case: str) -> str:
    return hub.office.casework.cases.sheet(case, SYSTEM).line.state


def agree(hub: Hub, case: str) -> None:
    for transition in ("close_comments", "register"):
        hub.office.casework.cases.act(case, transition, who(hub, "office"))
    hub.deliver()


@pytest.mark.parametrize("name", ["' or 1=1; drop table account;", "a: {b", "x\ny", "- y", "Größe"])
def test_a_name_that_is_no_id_is_told_before_anything_is_written(hub: Hub, name: str) -> None:
    found = hub.catalogue.elements.examine(name, WHOLE, "minzheng")
    assert (found.status, len(found.faults)) == ("incomplete", 1)
    assert "lower-case" in found.faults[0][1]


def test_what_ships_stands_as_standard_or_recorded(hub: Hub) -> None:
    register = hub.catalogue.elements
    assert (register.element("citizen_number").shipped, register.element("citizen_number").proofed) == (True, True)
    found = register.listing()
    assert {each.status for each in found} == {"standard", "recorded"}
    assert all(each.proofed == (each.status == "standard") for each in found)
    assert [each.id for each in register.listing(words="公民身份号码", status="standard")] == ["citizen_number"]


@pytest.mark.parametrize(("change", "status", "told"), [
    ({"means": {}}, "incomplete", "缺少必备项"), ({"unit": "光年"}, "candidate", "计量单位"),
    ({"zh": "避难场所容纳人数等"}, "recorded", "名称"),
])
def test_what_is_not_ready_comes_back_with_the_state_it_reached(hub: Hub, change: dict[str, Any], status: str, told: str) -> None:
    case = ask(hub, "new", content={**WHOLE, **change})
    assert state(hub, case) == "draft"
    assert told in hub.office.casework.cases.facts(case)["faults"]
    assert hub.catalogue.elements.element("shelter_places").status == status
    hub.office.casework.cases.act(case, "resubmit", who(hub, "author"), {"content": json.dumps(WHOLE, ensure_ascii=False)})
    hub.deliver()
    assert (state(hub, case), hub.catalogue.elements.element("shelter_places").status) == ("commenting", "qualified")


def test_a_registered_element_is_changed_preferred_and_retired_and_stays_citable(hub: Hub) -> None:
    register = hub.catalogue.elements
    agree(hub, ask(hub, "new", content=WHOLE))
    first = register.element("shelter_places")
    assert (first.version, first.status, first.steward) == ("1.0", "standard", "minzheng")
    agree(hub, ask(hub, "prefer"))
    assert register.element("shelter_places").status == "preferred"
    agree(hub, ask(hub, "change", content={**WHOLE, "representation": "n..7"}))
    assert [(each.version, each.status, each.representation) for each in register.versions("shelter_places")] == [
        ("1.0", "superseded", "n..6"), ("2.0", "preferred", "n..7"),
    ]
    assert register.element("shelter_places", "1.0").replaced_by == "shelter_places 2.0"
    assert register.used_by("shelter_places").counts.items == 0
    agree(hub, ask(hub, "retire", replacement="citizen_number"))
    retired = register.element("shelter_places")
    assert (retired.version, retired.status, retired.replaced_by) == ("2.0", "retired", "citizen_number")
    with pytest.raises(Missing):
        register.element("shelter_places", "3.0")


def test_a_concept_has_one_preferred_element(hub: Hub) -> None:
    agree(hub, ask(hub, "new", content=WHOLE))
    agree(hub, ask(hub, "prefer"))
    other = {**WHOLE, "zh": "避难场所最大容纳人数", "en": "Most places of shelter", "representation": "n..9"}
    case = ask(hub, "new", "shelter_most", other)
    assert state(hub, case) == "commenting", hub.office.casework.cases.facts(case).get("faults")
    agree(hub, case)
    case = ask(hub, "prefer", "shelter_most")
    assert state(hub, case) == "draft"
    assert "shelter_places" in hub.office.casework.cases.facts(case)["faults"]
    assert hub.catalogue.elements.element("shelter_most").status == "standard"


def test_a_shipped_element_gives_way_to_a_version_registered_here(hub: Hub) -> None:
    case = ask(hub, "new", "citizen_number", WHOLE)
    assert "变更" in hub.office.casework.cases.facts(case)["faults"]
    means = {"zh": "养殖场在主管部门登记的全称。", "en": "Full name under which a farm is registered."}
    content = {**WHOLE, "zh": "养殖场登记名称", "object": "养殖场", "property": "登记名称", "representation": "a..100", "unit": "", "means": means}
    agree(hub, ask(hub, "change", "farm_name", content))
    found = hub.catalogue.elements.versions("farm_name")
    assert [(each.shipped, each.status) for each in found] == [(True, "superseded"), (False, "standard")]
    assert hub.catalogue.elements.element("farm_name").zh == "养殖场登记名称"


def test_who_proposed_does_not_register_and_what_is_refused_leaves_no_trace(hub: Hub) -> None:
    with pytest.raises(Refused):
        hub.catalogue.elements.propose({"element": "x_y", "request": "new", "reason": "r", "provider": "minzheng"}, who(hub, "stranger"))
    case = ask(hub, "new", content=WHOLE)
    with pytest.raises(Refused):
        hub.office.casework.cases.act(case, "close_comments", who(hub, "author"))
    hub.storage.clock = hub.trust.audit.clock = FixedClock(NOW + timedelta(days=40))
    hub.office.casework.cases.act(case, "close_comments", who(hub, "office"))
    hub.office.casework.cases.act(case, "refuse", who(hub, "office"), note="重复")
    hub.deliver()
    with pytest.raises(Missing):
        hub.catalogue.elements.element("shelter_places")


def test_a_steward_accepts_elements_for_many_items_as_a_change_of_the_resource(hub: Hub) -> None:
    items = [{"name": "sfzh", "zh": "身份证号", "classification": "internal"}, {"name": "xb", "zh": "性别", "classification": "sensitive"}]
    owner = {"id": "minzheng", "zh": "民政厅"}
    hub.catalogue.register({"key": "minzheng.pension", "zh": "养老金", "department": owner, "format": "csv", "items": items})
    mappings = hub.catalogue.elements.mappings
    with pytest.raises(BadInput):
        mappings.accept("minzheng.pension", {"nothing": "sex"}, who(hub, "author"))
    mappings.accept("minzheng.pension", {"sfzh": "citizen_number", "xb": "sex"}, who(hub, "author"))
    form = hub.catalogue.life.card("minzheng.pension", who(hub, "author")).form
    assert [(each.element, each.code_list, each.classification) for each in form.items] == [
        ("citizen_number", "", hub.catalogue.elements.element("citizen_number").classification), ("sex", "sexes", "sensitive"),
    ]
    assert hub.catalogue.elements.used_by("sex").counts.items == 0
    with pytest.raises(Refused):
        mappings.accept("minzheng.pension", {"xb": "sex"}, who(hub, "stranger"))
