"""Reuse never crosses holders, and picks what a plain search would pick."""

import random
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from lingnan.packkit import bench, named, try_pack

DAY = date(2026, 6, 30)
CHINA = timezone(timedelta(hours=8))
Row = dict[str, Any]
HANDLING = {"A": "direct", "B": "direct", "C": "check_original", "D": "with_commitment"}


def drawn_ground(seed: int) -> dict[str, list[Row]]:
    """Few holders of both kinds with many certificates, so that wrong matches are near."""
    drawn = random.Random(seed)
    numbers, types, days = ["N1", "N2", "N3", None], ["101", "103", "201", None], [date(2026, 1, 1) + timedelta(days=10 * each) for each in range(6)]
    licences = [
        {
            "entry_id": f"E{each}", "licence_identifier": f"L{each:03d}", "holder_number": drawn.choice(numbers),
            "holder_kind": drawn.choice(["natural", "legal"]), "type": drawn.choice(types), "issued_on": drawn.choice(days),
            "expires_on": drawn.choice([None, *days]), "trust_level": drawn.choice(["A", "B", "C", "D", "X", None]),
            "state": drawn.choice(["1", "1", "2", "3", "4", "5", "6", None]),
        }
        for each in range(250)
    ]
    item = {"valid_from": date(2024, 1, 1), "item_name": "示例", "item_kind": "01", "authority": "某局", "service_object": "1", "case_kind": "1"}
    cases = [
        {
            "case_no": f"C{each}", "item_code": drawn.choice(["I1", "I2"]), "applicant_kind": drawn.choice(["natural", "legal"]),
            "applicant_number": drawn.choice(numbers), "division": "440106", "channel": drawn.choice("123"), "outcome": "00",
            "accepted_at": datetime.combine(drawn.choice(days), datetime.min.time(), CHINA) + timedelta(minutes=drawn.randrange(1440)),
        }
        for each in range(60)
    ]
    return {
        "zhengwu.service_item": [{**item, "item_code": code} for code in ("I1", "I2")],
        "zhengwu.item_material": [
            {"item_code": code, "material_code": f"M{kind}", "material_name": "证照", "licence_type": kind, "source": "20", "necessity": need}
            for code, kind, need in [("I1", "101", "1"), ("I1", "201", "3"), ("I1", None, "1"), ("I2", "103", "1"), ("I2", "101", "2")]
        ],
        "zhengwu.service_case": cases, "registers.licences": licences,
    }


def searched(ground: dict[str, list[Row]]) -> dict[tuple[str, str], str]:
    """The certificate of each needed material, by trying every one."""
    found = {}
    for case in ground["zhengwu.service_case"]:
        day = case["accepted_at"].date()
        for material in ground["zhengwu.item_material"]:
            if material["item_code"] != case["item_code"] or material["necessity"] == "2":
                continue
            fit = [
                each for each in ground["registers.licences"]
                if each["holder_number"] is not None and each["holder_number"] == case["applicant_number"]
                and each["holder_kind"] == case["applicant_kind"] and each["type"] is not None and each["type"] == material["licence_type"]
                and each["issued_on"] <= day and (each["expires_on"] is None or day <= each["expires_on"]) and each["trust_level"] in HANDLING
                and each["state"] not in ("3", "4", "5", "6")
            ]
            if fit:
                best = sorted(fit, key=lambda each: (each["issued_on"], each["licence_identifier"]), reverse=True)
                found[case["case_no"], material["material_code"]] = min(best, key=lambda each: each["trust_level"])["licence_identifier"]
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_reuse_never_crosses_holders_and_picks_the_best(seed: int) -> None:
    ground, pack = drawn_ground(seed), named("gov_services").pack
    assert pack is not None
    with bench() as engine:
        made = try_pack(engine, pack, ground, DAY, ["stg_licence_choice"])["stg_licence_choice"].to_pylist()
    held = {each["licence_identifier"]: each for each in ground["registers.licences"]}
    cases = {each["case_no"]: each for each in ground["zhengwu.service_case"]}
    for each in made:
        licence, case = held[each["licence_identifier"]], cases[each["case_no"]]
        assert (licence["holder_number"], licence["holder_kind"]) == (case["applicant_number"], case["applicant_kind"])
        assert each["handling"] == HANDLING[licence["trust_level"]]
    expected = searched(ground)
    assert len(expected) > 20
    assert {(each["case_no"], each["material_code"]): each["licence_identifier"] for each in made} == expected
