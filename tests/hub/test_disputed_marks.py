"""An entry of a register is marked while a dispute about it, or about the department's row behind it, is open; built from the made province."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from lingnan.hub import Hub, HubPages, make_steward
from lingnan.trust import SYSTEM, Subject
from lingnan.web import create_app

CITIZEN = "marks.citizen"


@pytest.fixture
def office(built: Hub) -> Iterator[Hub]:
    """The built hub; whatever is disputed here is withdrawn again, since others look at the same hub."""
    make_steward(built)
    if not built.trust.accounts.exists(CITIZEN):
        built.trust.accounts.make_account(CITIZEN, "市民", "Citizen", kind="citizen")
    yield built
    cases, citizen = built.office.casework.cases, built.trust.accounts.subject_for(CITIZEN)
    for mark in [*built.office.casework.disputes.open_for("registers.entities"), *built.office.casework.disputes.open_for("shichang.enterprise")]:
        cases.act(mark.number, "withdraw", citizen)
    built.deliver()


def disputed(hub: Hub, table: str, key: str) -> str:
    steward, citizen = (hub.trust.accounts.subject_for(name) for name in ("steward", CITIZEN))
    opened = hub.office.casework.cases.open("data-correction", citizen, {"table": table, "entry_key": key, "items": "name", "claim": "有误"})
    hub.office.casework.cases.act(opened.number, "accept", steward)
    hub.deliver()
    return opened.number


def entity(hub: Hub) -> tuple[str, str]:
    """The first legal person of the register: its entry and its credit code."""
    views = hub.trust.decide_many(SYSTEM, "read", {"registers.entities": ["entry_id", "uscc"]})
    row = hub.engine.query("select entry_id, uscc from registers.entities order by entry_id limit 1", views).to_pylist()[0]
    return row["entry_id"], row["uscc"]


def test_an_entry_is_marked_and_an_error_in_it_is_reported_from_its_page(office: Hub) -> None:
    entry, _code = entity(office)
    client = TestClient(create_app(HubPages(office), office.settings), follow_redirects=False)
    before = client.get(f"/registers/entities/{entry}").text
    assert "异议核实中" not in before
    assert f"/cases/new/data-correction?table=registers.entities&amp;entry_key={entry}" in before
    number = disputed(office, "registers.entities", entry)
    page = client.get(f"/registers/entities/{entry}").text
    assert "异议核实中" in page
    assert number not in page, "the public sees the mark without the case"
    assert client.get(f"/api/v1/registers/entities/{entry}").json()["disputed"] == [{"number": "", "items": ["name"]}]
    steward = office.trust.accounts.subject_for("steward")
    assert HubPages(office).register_entry("entities", entry, None, None, steward).disputed[0].number == number


def test_a_dispute_about_the_departments_row_marks_the_entry_too(office: Hub) -> None:
    entry, code = entity(office)
    number = disputed(office, "shichang.enterprise", code)
    steward = office.trust.accounts.subject_for("steward")
    sheet = HubPages(office).register_entry("entities", entry, None, None, steward)
    assert [mark.number for mark in sheet.disputed] == [number]
    assert HubPages(office).register_entry("entities", entry, None, None, Subject("anonymous")).disputed[0].number == ""
