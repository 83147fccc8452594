"""Hints come from one's own papers and cases alone, are none where they were switched off, and what follows is used where it beats popularity."""

from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from lingnan.lake import Engine
from lingnan.packkit import bench, named, sample_rows, try_pack

DAY = date(2026, 6, 30)
NOON = datetime(2026, 6, 30, 12, tzinfo=timezone(timedelta(hours=8)))
ITEM = {"valid_from": date(2024, 1, 1), "item_kind": "20", "authority": "某局", "service_object": "1", "case_kind": "1"}
ITEMS = tuple("ABCDEFGHIJKLMN")


@pytest.fixture(scope="module")
def engine() -> Any:
    with bench() as engine:
        yield engine


def planted(faithful: int) -> dict[str, list[dict[str, Any]]]:
    """840 people with two cases each within 300 days; of ten second cases `faithful` are the item after the first one, the others are A."""
    cases = []
    for number in range(840):
        first = number % len(ITEMS)
        then = (first + 1) % len(ITEMS) if number // len(ITEMS) % 10 < faithful else 0
        for step, item in enumerate((first, then)):
            begun = NOON - timedelta(days=320 - number * 300 // 840 - step)
            cases.append({
                "case_no": f"C{number}-{step}", "item_code": ITEMS[item], "applicant_kind": "natural", "applicant_number": f"P{number}",
                "channel": "2", "division": "440106", "accepted_at": begun, "due_on": begun.date(), "finished_at": begun, "outcome": "01",
            })
    return {"zhengwu.service_item": [{**ITEM, "item_code": each, "item_name": f"事项{each}"} for each in ITEMS], "zhengwu.service_case": cases}


def made(engine: Engine, rows: Any, *tables: str) -> list[list[dict[str, Any]]]:
    pack = named("gov_services").pack
    assert pack is not None
    found = try_pack(engine, pack, rows, DAY, list(tables))
    return [found[table].to_pylist() for table in tables]


def test_what_follows_is_used_where_it_beats_popularity(engine: Engine) -> None:
    rows = planted(9)
    following, skill, hints = made(engine, rows, "item_following", "hint_skill", "hint")
    plain, chain = sorted(skill, key=lambda each: each["method"], reverse=True)
    assert (plain["method"], chain["method"]) == ("popularity", "following")
    assert chain["better"]
    assert chain["hit_rate"] == 100.0 > plain["hit_rate"]
    assert chain["cases"] == sum(each["accepted_at"] > NOON - timedelta(days=60) for each in rows["zhengwu.service_case"][1::2])
    assert {(each["before_item"], each["item_code"]) for each in following if each["place"] == 1} == set(zip(ITEMS, (*ITEMS[1:], "A"), strict=True))
    assert all(each["cases"] >= 30 and each["lift"] > 1 for each in following)
    assert hints
    assert {each["reason"] for each in hints} == {"often"}
    assert all(0 < each["share"] <= 100 for each in hints)


def test_what_does_not_beat_popularity_is_not_hinted_at(engine: Engine) -> None:
    skill, hints = made(engine, planted(0), "hint_skill", "hint")
    assert [each["better"] for each in skill] == [False, False]
    assert hints == []


def test_hints_come_from_ones_own_rows_and_can_be_switched_off(engine: Engine) -> None:
    pack = named("gov_services").pack
    assert pack is not None
    rows = sample_rows(pack, 5, 60)
    hints, following = made(engine, rows, "hint", "item_following")
    own: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case in rows["zhengwu.service_case"]:
        own[case["applicant_kind"], case["applicant_number"]].add(case["item_code"])
    types: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in rows["registers.licences"]:
        types[each["holder_kind"], each["holder_number"]].add(each["type"])
    names = {each["item_code"]: each["item_name"] for each in rows["zhengwu.service_item"]}
    serves = {each["item_code"]: each["service_object"] for each in rows["zhengwu.service_item"]}
    off = {(each["applicant_kind"], each["applicant_number"]) for each in rows["zhengwu.hint_choice"]}
    assert hints
    for each in hints:
        who = each["applicant_kind"], each["applicant_number"]
        assert who not in off
        assert each["because"] in types[who] if each["reason"] == "expiring" else each["because"] in {names[item] for item in own[who]}
        assert serves[each["item_code"]] == ("1" if who[0] == "natural" else "2")
        assert each["place"] <= 5
    assert all(each["cases"] >= 30 for each in following), "no figure stands for a few applicants"
