"""Automatic handling issues on trusted facts alone, and never refuses."""

from collections import defaultdict
from datetime import date

from lingnan.packkit import bench, named, sample_rows, try_pack

DAY = date(2026, 6, 30)


def test_nothing_is_issued_but_on_trusted_facts() -> None:
    pack = named("gov_services").pack
    assert pack is not None
    rows = sample_rows(pack, 11, 600)
    with bench() as engine:
        made = try_pack(engine, pack, rows, DAY, ["automatic_case", "material_reuse"])
    levels, running = defaultdict(set), {each["case_no"] for each in rows["zhengwu.service_case"] if each["outcome"] == "00"}
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
