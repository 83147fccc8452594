"""The library of standard addresses: what departments wrote becomes doors and doubts, and a finding of review is used by the next reading."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lingnan.base import BadInput, Conflict, FixedClock, Missing, Refused
from lingnan.govern import KnownName
from lingnan.lake import CommitFacts
from lingnan.registers import (
    ADDRESS_LIBRARY,
    AddressFindings,
    Finding,
    address_sources,
    build_address_library,
    findings_in_force,
    findings_mark,
    known_names,
)
from lingnan.storage import pending_events
from lingnan.trust import Subject, Trust

from .bureau import FIRST, SOURCES, Bureau, contract, resident
from .test_places_and_series import address

READINGS, LIBRARY, DOUBTS = ADDRESS_LIBRARY.outputs
NANSHAN, SHENZHEN = "440305", "440300"


@pytest.fixture
def findings(trust: Trust) -> AddressFindings:
    return AddressFindings(trust._storage, trust)


@pytest.fixture
def clerk(trust: Trust) -> Subject:
    return trust.accounts.subject_for("lin")


def firm(place: int, where: str) -> dict[str, Any]:
    return {"uscc": f"U{place}", "name": f"某厂{place}", "address": where}


def read(bureau: Bureau, *known: Any, complete: bool = False) -> dict[str, int]:
    views, sources = bureau.views(*ADDRESS_LIBRARY.inputs), address_sources()
    sources = sources.model_copy(update={"official": sources.official.model_copy(update={"complete": complete})})
    return build_address_library(bureau.lake, bureau.engine, views, CommitFacts(job="test"), known, sources)


def test_rows_become_readings_doors_and_doubts(bureau: Bureau) -> None:
    bureau.deliver("ziran.address", FIRST, address(1), address(2))
    bureau.deliver(
        "shichang.enterprise", FIRST, firm(1, "广州市荔湾区和平路1号301房"), firm(2, "广东省广州市荔湾区华林街道和平路1号"),
        firm(3, "深圳市南山区西湖花园3栋"), firm(4, "南山区科技路5号"), firm(5, "南山区 科技路5号"), firm(6, "广州市和平路2号"),
    )
    assert read(bureau) == {READINGS: 8, LIBRARY: 3, DOUBTS: 2}
    assert read(bureau, complete=True) == {READINGS: 8, LIBRARY: 3, DOUBTS: 1}, "an official door, once in its city, tells the county"
    doors = {row["standard"]: (row["origin"], row["uses"]) for row in bureau.rows(LIBRARY)}
    assert doors == {
        "广东省广州市荔湾区华林街道和平路1号": ("official", 3), "广东省广州市荔湾区华林街道和平路2号": ("official", 2),
        "广东省深圳市南山区西湖花园3栋": ("seen", 1),
    }
    [doubt] = bureau.rows(DOUBTS)
    assert (doubt["address"], doubt["reason"], doubt["candidates"], doubt["uses"]) == ("南山区科技路5号", "same_name", "230404|440305", 2)
    rows = {row["source_key"]: row for row in bureau.rows(READINGS)}
    assert (rows["U1"]["room"], rows["U1"]["address_id"]) == ("301房", rows["D1"]["address_id"])
    assert (rows["U6"]["division"], rows["U6"]["reason"]) == ("440103", "known_name")


def test_an_address_for_review_ends_at_its_door_and_names_nobody(bureau: Bureau) -> None:
    homes = ("南山区科技路5号3栋2单元301房", "南山区科技路5号3栋1单元102房", "南山区老王家旁", "南山区西湖花园301房")
    bureau.deliver("gongan.resident", FIRST, *(resident(place, address=where) for place, where in enumerate(homes, 1)))
    read(bureau)
    assert {row["address"]: row["uses"] for row in bureau.rows(DOUBTS)} == {"南山区科技路5号3栋": 2, "南山区西湖花园": 1}
    read(bureau, KnownName("text", "南山区科技路5号3栋", NANSHAN))
    assert {row["address"] for row in bureau.rows(DOUBTS)} == {"南山区西湖花园"}
    assert len(bureau.rows(READINGS, f"division = '{NANSHAN}'")) == 2


def test_without_any_source_the_tables_stand_empty_and_typed(bureau: Bureau) -> None:
    assert read(bureau) == dict.fromkeys((READINGS, LIBRARY, DOUBTS), 0)


def test_what_review_settled_is_used_by_the_next_reading_and_no_more_once_taken_back(
    bureau: Bureau, findings: AddressFindings, clerk: Subject, clock: FixedClock
) -> None:
    bureau.deliver("shichang.enterprise", FIRST, firm(4, "南山区科技路5号"), firm(5, "深圳市科苑路8号"), firm(6, "深圳市科苑路9号"))
    read(bureau)
    before = bureau.hash(DOUBTS)
    text = findings.settle(clerk, "text", bureau.rows(DOUBTS, "reason = 'same_name'")[0]["address"], NANSHAN, reason="电话核实")
    findings.settle(clerk, "road", "科苑路", NANSHAN, scope=SHENZHEN)
    assert read(bureau, *known_names(findings.in_force())) == {READINGS: 3, LIBRARY: 3, DOUBTS: 0}
    assert {row["origin"] for row in bureau.rows(LIBRARY)} == {"reviewed"}
    for finding in findings.in_force():
        findings.take_back(clerk, finding.id)
    read(bureau, *known_names(findings.in_force()))
    assert bureau.hash(DOUBTS) == before
    with pytest.raises(Conflict):
        findings.take_back(clerk, text.id)
    with pytest.raises(Missing):
        findings.take_back(clerk, "nothing")


@pytest.mark.on_both
def test_the_last_finding_holds_and_the_one_before_returns(findings: AddressFindings, clerk: Subject, clock: FixedClock, trust: Trust) -> None:
    storage = trust._storage
    findings.settle(clerk, "text", "南山区科技路5号", NANSHAN)
    clock.advance(timedelta(minutes=1))
    later = findings.settle(clerk, "text", "南山区科技路5号", "230404")
    with storage.reading() as session:
        mark = findings_mark(session)
        assert [each.division for each in findings_in_force(session)] == ["230404"]
    findings.take_back(clerk, later.id)
    assert [each.division for each in findings.in_force()] == [NANSHAN]
    with storage.reading() as session:
        assert findings_mark(session) != mark
        assert "registers.address_settled" in {event.name for event in pending_events(session)}
    told = [entry for entry in trust.audit.entries(limit=500) if entry.action.startswith("register.review")]
    assert len(told) == 9, "each of three verbs decided on, intended and done"
    assert not any("科技路" in str(entry) for entry in told), "an address may be somebody's home and does not enter the log"


def test_a_county_that_ends_counts_as_its_one_successor(findings: AddressFindings) -> None:
    def of(division: str) -> Finding:
        return Finding("", "text", "某地", "", division, "", "", "", datetime(2010, 1, 1, tzinfo=UTC))

    assert [each.division for each in known_names([of("440183"), of("330104")])] == ["440118"], "江干区 was split: such a finding rests"


@pytest.mark.parametrize(("kind", "place", "division", "scope"), [
    ("text", "南", NANSHAN, ""), ("street", "科技路", NANSHAN, SHENZHEN), ("text", "科技路5号", "440300", ""), ("text", "科技路5号", "440183", ""),
    ("text", "科技路5号", NANSHAN, SHENZHEN), ("road", "科技路", NANSHAN, ""), ("road", "科技路", NANSHAN, "440100"),
    ("road", "科技路", NANSHAN, NANSHAN),
])
def test_what_is_no_finding_is_refused_with_a_sentence(
    findings: AddressFindings, clerk: Subject, kind: Any, place: str, division: str, scope: str
) -> None:
    with pytest.raises(BadInput):
        findings.settle(clerk, kind, place, division, scope=scope)
    assert findings.latest() == ()


def test_only_stewards_settle(findings: AddressFindings, trust: Trust) -> None:
    with pytest.raises(Refused):
        findings.settle(trust.accounts.subject_for("su"), "text", "南山区科技路5号", NANSHAN)


def test_every_column_of_addresses_in_the_made_departments_is_read() -> None:
    read_columns = {(each.table, each.column) for each in address_sources().columns}
    for path in sorted(SOURCES.glob("*/*.contract.yaml")):
        table = f"{path.parent.name}.{path.name.removesuffix('.contract.yaml')}"
        for each in contract(table).properties:
            if each.element in ("address", "home_address"):
                assert (table, each.name) in read_columns, "say it in registers/addresses/sources.yaml"
