"""Conformance counted on a real build with faults that were put in: exact numbers, once a version, and an alert when it is low."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lingnan.base import load_settings
from lingnan.hub import Hub
from lingnan.hub.conformance import measure_conformance
from tests.shelter import deliver, describe

PROPERTIES = """
      - name: person_name
        physicalName: 系统名称
        logicalType: string
        physicalType: VARCHAR
        classification: public
        customProperties: [{property: dataElement, value: system_name}]
      - name: division
        physicalName: 区划
        logicalType: string
        physicalType: VARCHAR
        classification: public
        customProperties: [{property: dataElement, value: division}]
      - name: members
        physicalName: 成员数
        logicalType: integer
        physicalType: BIGINT
        classification: public
        customProperties: [{property: dataElement, value: cooperative_members}]
"""
ROWS = [("S1", "避难", "440104", "1200"), ("S2", "避难", "440106", "三千"), ("S3", "长" * 101, "449999", "7"), ("S4", "避难", "", "12345678")]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    describe(tmp_path, PROPERTIES)
    write(tmp_path, ROWS)
    with Hub.open(load_settings(tmp_path)) as opened:
        yield opened


def write(home: Path, rows: list[tuple[str, str, str, str]]) -> None:
    lines = ["编号,系统名称,区划,成员数", *(",".join(row) for row in rows)]
    deliver(home, "\n".join(lines) + "\n")


def test_seeded_faults_are_counted_exactly_once_a_version_and_told(hub: Hub) -> None:
    only = ["collect:minzheng.shelter", "govern:minzheng.shelter"]
    assert hub.build(only=only).state == "done"
    assert measure_conformance(hub) == 1
    assert measure_conformance(hub) == 0
    found = {each.item: each for each in hub.catalogue.elements.columns("minzheng.shelter")}
    assert {name: (each.conforming, each.filled) for name, each in found.items()} == {
        "person_name": (3, 4), "division": (2, 3), "members": (2, 4),
    }
    [whole] = hub.catalogue.elements.conformance(resource="minzheng.shelter")
    assert (whole.columns, whole.mapped, whole.measured, whole.filled, whole.conforming) == (4, 3, 3, 11, 7)
    assert (whole.coverage, whole.share) == (0.75, 7 / 11)
    [department] = [each for each in hub.catalogue.elements.conformance() if each.key == "minzheng"]
    assert (department.conforming, department.filled) == (7, 11)
    hub.trust.accounts.make_organisation("office", "数据局", "Data bureau")
    hub.trust.accounts.make_account("auditor", "审计", "Auditor", roles=("auditor",), organisation="office")
    auditor = hub.trust.accounts.subject_for("auditor")
    hub.deliver()
    [alert] = [each for each in hub.office.alerts.alerts(auditor).items if each.rule == "conformance-low"]
    assert "63.6%" in alert.zh
    assert "members" in alert.zh


def test_a_mended_delivery_conforms_again(hub: Hub) -> None:
    only = ["collect:minzheng.shelter", "govern:minzheng.shelter"]
    hub.build(only=only)
    measure_conformance(hub)
    write(hub.home, [(key, "避难", "440104", "7") for key, *_rest in ROWS])
    hub.build(only=only)
    assert measure_conformance(hub) == 1
    [whole] = hub.catalogue.elements.conformance(department="minzheng")
    assert (whole.share, whole.filled) == (1.0, 12)
