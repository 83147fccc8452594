"""What departments hand over is there, in the promised columns, and bears exactly the dirt that the truth tells."""

import importlib.util
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lingnan.standards import CITIZEN_NUMBER, USCC, read_contract
from lingnan.world import WorldSummary, read_truth

FEEDS = 43


@pytest.fixture(scope="session")
def reading() -> ModuleType:
    spec = importlib.util.spec_from_file_location("world_reading", Path(__file__).with_name("reading.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def handed(province: tuple[Path, WorldSummary], reading: ModuleType) -> dict[str, list[dict[str, Any]]]:
    home, _ = province
    return {name: reading.rows(home, feed) for name, feed in reading.feeds(home).items()}


@pytest.fixture(scope="session")
def dirt(province: tuple[Path, WorldSummary]) -> list[dict[str, Any]]:
    return list(read_truth(province[0], "dirt").to_pylist())


def test_every_feed_has_the_rows_it_claims(province: tuple[Path, WorldSummary], handed: dict[str, list[Any]]) -> None:
    assert len(handed) == FEEDS
    assert {name: len(rows) for name, rows in handed.items()} == province[1].rows


def test_every_contract_reads_and_names_all_columns(province: tuple[Path, WorldSummary], handed: dict[str, list[dict[str, Any]]]) -> None:
    for path in province[0].glob("sources/*/*.contract.yaml"):
        contract = read_contract(path)
        delivered = {name for row in handed[contract.id][:200] for name in row}
        assert {each.name for each in contract.properties} == delivered | {"rating", "former_name"} & {each.name for each in contract.properties}
        assert contract.key, contract.id


def _keyed(home: Path, reading: ModuleType, handed: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name, feed in reading.feeds(home).items():
        by_key: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in handed[name]:
            by_key["|".join(str(row[part]) for part in feed["key"])].append(row)
        found[name] = by_key
    return found


def test_every_dirt_of_the_truth_stands_in_the_file(
    province: tuple[Path, WorldSummary], reading: ModuleType, handed: dict[str, list[dict[str, Any]]], dirt: list[dict[str, Any]]
) -> None:
    keyed = _keyed(province[0], reading, handed)
    copies = Counter((entry["feed"], entry["key"]) for entry in dirt if entry["kind"] == "duplicate")
    for entry in dirt:
        in_key = entry["feed"] == "shichang.enterprise" and entry["column"] == "uscc"
        found = keyed[entry["feed"]][entry["delivered_value"] if in_key else entry["key"]]
        if entry["kind"] == "duplicate":
            assert len(found) == 1 + copies[entry["feed"], entry["key"]]
            assert all(row == found[0] for row in found)
        else:
            assert found, entry
            assert _same(found[0].get(entry["column"]), entry["delivered_value"]), entry


def _same(given: str | None, told: str | None) -> bool:
    """JSON and Excel write 12.50 as 12.5."""
    return given == told or (given is not None and told is not None and _number(given) is not None and _number(given) == _number(told))


def _number(text: str) -> float | None:
    try:
        return float(text) if text.isascii() else None
    except ValueError:
        return None


def test_no_row_differs_from_the_truth_without_being_told(
    province: tuple[Path, WorldSummary], handed: dict[str, list[dict[str, Any]]], dirt: list[dict[str, Any]]
) -> None:
    links = {row["key"]: row["person_id"] for row in read_truth(province[0], "links").to_pylist() if row["feed"] == "gongan.resident"}
    people = {row["person_id"]: row for row in read_truth(province[0], "people").to_pylist()}
    told = {(entry["key"], entry["column"]) for entry in dirt if entry["feed"] == "gongan.resident"}
    for row in handed["gongan.resident"]:
        person = people[links[row["resident_no"]]]
        for column in ("citizen_number", "name", "sex", "nationality", "division", "address"):
            assert row[column] == person[column] or (row["resident_no"], column) in told, (row, column)


def test_wrong_numbers_are_wrong_and_all_others_right(handed: dict[str, list[dict[str, Any]]], dirt: list[dict[str, Any]]) -> None:
    wrong = [entry for entry in dirt if entry["kind"] == "wrong_number"]
    assert len(wrong) > 500
    for entry in wrong:
        identifier = USCC if "uscc" in entry["column"] or entry["true_value"][:2] in ("91", "92", "93") else CITIZEN_NUMBER
        assert identifier.valid(entry["true_value"]), entry
        assert not identifier.valid(entry["delivered_value"]), entry
    touched = {(entry["feed"], entry["key"]) for entry in dirt if entry["column"] == "citizen_number"}
    clean = [row["citizen_number"] for row in handed["renshe.insured"] if ("renshe.insured", row["insured_no"]) not in touched]
    assert clean
    assert all(map(CITIZEN_NUMBER.valid, clean))


@pytest.mark.parametrize(
    ("feed", "kind", "column", "rate"),
    [
        ("gongan.resident", "wrong_number", "citizen_number", 0.02), ("gongan.resident", "late_update", "division", 0.03),
        ("gongan.resident", "abolished_division", "division", 0.04), ("gongan.resident", "duplicate", "", 0.01),
        ("renshe.insured", "wrong_number", "citizen_number", 0.02), ("renshe.insured", "other_birth_date", "birth_date", 0.01),
        ("shuiwu.taxpayer_year", "other_industry", "industry", 0.02), ("shuiwu.taxpayer_year", "unit", "revenue", 0.10),
        ("nengyuan.power_use", "missing", "uscc", 0.01), ("jiaoyu.enrolment", "date_shape", "birth_date", 0.03),
        ("zhengwu.service_case", "missing", "applicant_number", 0.01), ("zhujian.water_use", "duplicate", "", 0.01),
        ("zhengwu.e_licence", "wrong_code", "licence_id", 0.015),
    ],
)
def test_rates(
    province: tuple[Path, WorldSummary], dirt: list[dict[str, Any]], feed: str, kind: str, column: str, rate: float
) -> None:
    found = sum((entry["feed"], entry["kind"], entry["column"]) == (feed, kind, column) for entry in dirt)
    assert found / province[1].rows[feed] == pytest.approx(rate, rel=0.15)


def test_what_a_rule_can_see_and_what_it_cannot(dirt: list[dict[str, Any]]) -> None:
    assert {entry["expected"] for entry in dirt if entry["visible_to_rule"]} == {"quarantine", "repair"}
    assert {entry["expected"] for entry in dirt if not entry["visible_to_rule"]} == {"none"}
    refused = {(entry["feed"], entry["key"]) for entry in dirt if entry["expected"] == "quarantine"}
    assert not refused & {(entry["feed"], entry["key"]) for entry in dirt if entry["expected"] != "quarantine"}


def test_nothing_is_dated_after_today_but_slips(handed: dict[str, list[dict[str, Any]]], dirt: list[dict[str, Any]]) -> None:
    slips = {(entry["feed"], entry["key"]) for entry in dirt if entry["column"] in ("updated_on", "published_on", "registered_on")}
    dated = {"gongan.resident": ("resident_no", "updated_on"), "fagai.penalty": ("penalty_no", "published_on")}
    for feed, (key, column) in {**dated, "weijian.vital_event": ("event_no", "registered_on")}.items():
        days = [row[column] for row in handed[feed] if (feed, row[key]) not in slips]
        assert max(days) <= date(2026, 10, 31).isoformat()


def test_rare_and_dotted_names_survive_in_gb18030(handed: dict[str, list[dict[str, Any]]]) -> None:
    names = "".join(row["name"] or "" for row in handed["gongan.resident"])
    assert any(ord(character) > 0xFFFF for character in names)
    assert "·" in names
