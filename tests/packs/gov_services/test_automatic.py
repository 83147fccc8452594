"""Automatic handling issues on trusted facts alone, and never refuses."""

from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from typing import Any

from lingnan.packkit import bench, named, sample_rows, try_pack

DAY = date(2026, 6, 30)


def test_nothing_is_issued_but_on_trusted_facts() -> None:
    pack = named("gov_services").pack
    assert pack is not None
    rows = sample_rows(pack, 11, 600)
    with bench() as engine:
        made = try_pack(engine, pack, rows, DAY, ["automatic_case", "material_reuse"])
    cases = rows["zhengwu.service_case"] + rows["zhengwu.desk_case"]
    levels, running = defaultdict(set), {each["case_no"] for each in cases if each["outcome"] == "00"}
    for each in made["material_reuse"].to_pylist():
        levels[each["case_no"]].add(each["trust_level"])
    handled = made["automatic_case"].to_pylist()
    issued = [each for each in handled if each["answer"] == "issue"]
    assert {each["case_no"] for each in handled} == running
    assert issued
    assert all(levels[each["case_no"]] <= {"A", "B"} and each["rule"] and not each["flagged"] and each["reason"] is None for each in issued)
    queued = [each for each in handled if each["answer"] != "issue"]
    assert {each["answer"] for each in queued} == {"queue"}
    assert all(each["reason"] for each in queued)


def test_no_rule_can_answer_against_the_applicant() -> None:
    pack = named("gov_services").pack
    assert pack is not None
    decision = pack.part("decisions", "stg_automatic")
    assert {answer for output in decision.outputs for answer in output.values} == {"issue", "queue"}
    assert {result.content for rule in decision.rules for result in rule.results} == {"issue"}


ACCEPTED = datetime(2026, 6, 10, 9, tzinfo=timezone(timedelta(hours=8)))
GOOD = {
    "paper": {"type": "101", "issued_on": date(2020, 1, 1), "expires_on": date(2026, 6, 30), "trust_level": "A", "state": "1"},
    "person": {"birth_date": date(1990, 1, 1), "conflicts": 0},
}
UNTRUSTED: dict[str, tuple[str, dict[str, Any] | None]] = {
    "uploaded": ("paper", {"trust_level": "C"}), "self-made": ("paper", {"trust_level": "D"}), "of an unknown level": ("paper", {"trust_level": "E"}),
    "of no level": ("paper", {"trust_level": None}), "expired by its state": ("paper", {"state": "2"}), "cancelled": ("paper", {"state": "3"}),
    "withdrawn": ("paper", {"state": "4"}), "revoked": ("paper", {"state": "5"}), "void": ("paper", {"state": "6"}),
    "expired before": ("paper", {"expires_on": date(2026, 6, 9)}), "expired since": ("paper", {"expires_on": date(2026, 6, 29)}),
    "issued later": ("paper", {"issued_on": date(2026, 6, 11)}), "of another type": ("paper", {"type": "104"}), "missing": ("paper", None),
    "of another": ("paper", {"holder_number": "somebody"}), "of a firm": ("paper", {"holder_kind": "legal"}),
    "on which sources differ": ("person", {"conflicts": 1}), "dead": ("person", {"death_date": date(2026, 6, 1)}),
    "without a birthday": ("person", {"birth_date": None}), "unknown": ("person", None),
}


def test_one_fact_that_is_not_trusted_is_enough_to_queue_and_nothing_is_refused() -> None:
    pack = named("gov_services").pack
    assert pack is not None
    kinds = {"good": ("paper", {}), **UNTRUSTED}
    papers, people = [], []
    for number, (name, (what, change)) in enumerate(kinds.items()):
        paper, person = ({**GOOD[each], **(change or {})} if each == what else dict(GOOD[each]) for each in ("paper", "person"))
        if (what, change) != ("paper", None):
            papers.append({"entry_id": f"L{number}", "licence_identifier": f"L{number}", "holder_number": name, "holder_kind": "natural", **paper})
        if (what, change) != ("person", None):
            people.append({"entry_id": f"P{number}", "citizen_number": name, **person})
    case = {"item_code": "44000203", "applicant_kind": "natural", "division": "440106", "channel": "2", "accepted_at": ACCEPTED, "outcome": "00"}
    rows = {
        "zhengwu.service_item": [{"item_code": "44000203", "valid_from": date(2024, 1, 1), "item_name": "参保登记", "service_object": "1"}],
        "zhengwu.item_material": [{"item_code": "44000203", "material_code": "M", "material_name": "户口簿", "licence_type": "101", "source": "20"}],
        "zhengwu.service_case": [{**case, "case_no": name, "applicant_number": name, "due_on": DAY} for name in kinds],
        "registers.licences": papers, "registers.people": people,
    }
    with bench() as engine:
        handled = try_pack(engine, pack, rows, DAY, ["automatic_case"])["automatic_case"].to_pylist()
    answers = {each["case_no"]: (each["answer"], bool(each["reason"])) for each in handled}
    assert answers == {"good": ("issue", False), **dict.fromkeys(UNTRUSTED, ("queue", True))}
