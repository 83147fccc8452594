"""Rows without a right identifier: linked when nothing speaks against it, a clerk's to decide when something does, never two numbers in one."""

import os
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from lingnan.lake import EngineSession
from lingnan.registers import Rulings, entry_of, register_definition, successor_of
from lingnan.registers.decisions.shapes import PairDecision
from lingnan.registers.lookup import own_entry
from lingnan.registers.placing import Candidate, LooseRow, Ruling, place, turns

from .bureau import FIRST, SECOND, THIRD, Bureau, credit, firm, insured, number, resident

SURNAMES, GIVEN = "陈李张黄何吴林王", "明华建国伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀霞平刚桂英"
DRAWN = random.Random(4)
PEOPLE = [
    {
        "name": DRAWN.choice(SURNAMES) + DRAWN.choice(GIVEN) + DRAWN.choice(GIVEN), "sex": str(DRAWN.randrange(2) + 1),
        "birth_date": date(1950, 1, 1) + timedelta(days=DRAWN.randrange(20_000)), "address": f"和平路{place // 2}号",
    }
    for place in range(300)
]
NUMBERS = [number(place, each["birth_date"].strftime("%Y%m%d")) for place, each in enumerate(PEOPLE)]
LINKS, ENTRIES = "registers.people_links", "registers.people"


def registered(place: int, **other: Any) -> dict[str, Any]:
    return resident(place, citizen_number=NUMBERS[place], **PEOPLE[place], **other)


def at_work(place: int, **other: Any) -> dict[str, Any]:
    """An insured row of a person, without the number."""
    told = {name: PEOPLE[place][name] for name in ("name", "sex", "birth_date")}
    return insured(place, **{**told, "citizen_number": None, **other})


def slip(text: str) -> str:
    """The number with one digit wrong."""
    return text[:9] + str((int(text[9]) + 1) % 10) + text[10:]


def decided(left: str, right: str, verdict: Any, at: Any = SECOND, reason: str = "") -> PairDecision:
    left, right = min(left, right), max(left, right)
    return PairDecision(f"{left}{right}{at}", "people", left, right, verdict, "review", reason, "", False, "", "account:clerk", at)


def rulings(*made: PairDecision, moments: dict[tuple[str, str], Any] | None = None) -> Rulings:
    return Rulings(made, {each.pair: each.decided_at for each in made} | (moments or {}))


def row(place: int) -> str:
    return f"row:renshe.insured:I{place}"


def entry(place: int) -> str:
    return entry_of("people", NUMBERS[place])


@pytest.fixture
def filled(bureau: Bureau) -> Bureau:
    bureau.deliver("gongan.resident", FIRST, *(registered(place) for place in range(200)))
    return bureau


def status(bureau: Bureau) -> dict[tuple[str, str], str]:
    return {(each["left_ref"], each["right_ref"]): each["status"] for each in bureau.rows(LINKS)}


def places(bureau: Bureau) -> dict[str, tuple[str, str]]:
    """Where every row is today that no identifier joins, and by what."""
    held = bureau.rows("registers.people_observations", "joined_by <> 'identifier' and known_to is null")
    return {f"row:{each['source_table']}:{each['source_key']}": (each["entry_id"], each["joined_by"]) for each in held}


def test_a_row_that_only_one_entry_can_mean_is_linked_and_speaks_there(filled: Bureau) -> None:
    filled.deliver("renshe.insured", FIRST, at_work(1), at_work(2, citizen_number=slip(NUMBERS[2])), at_work(250))
    filled.build("people")
    assert places(filled) == {row(1): (entry(1), "link"), row(2): (entry(2), "link"), row(250): (own_entry("people", row(250)), "founding")}
    today = {each["entry_id"]: each for each in filled.rows(ENTRIES)}
    assert today[entry(1)]["employer_uscc"] == credit(1)
    assert today[own_entry("people", row(250))]["citizen_number"] is None
    assert len(today) == 201
    assert [each["source_key"] for each in filled.rows("registers.people_unlinked")] == ["I250"]
    assert {each["by"] for each in filled.rows(LINKS)} == {"model"}


def test_two_entries_equally_good_are_for_a_clerk(bureau: Bureau) -> None:
    twins = [resident(place, citizen_number=NUMBERS[place], **{**PEOPLE[5], "address": f"和平路{place}号"}) for place in (5, 6)]
    bureau.deliver("gongan.resident", FIRST, *(registered(place) for place in range(200) if place not in (5, 6)), *twins)
    bureau.deliver("renshe.insured", FIRST, at_work(5))
    bureau.build("people")
    assert status(bureau) == {(row(5), f"entry:{entry(5)}"): "review", (row(5), f"entry:{entry(6)}"): "review"}
    assert places(bureau)[row(5)][1] == "founding"


def test_a_table_that_knows_an_entry_under_one_key_is_not_given_a_second(filled: Bureau) -> None:
    again = {"citizen_number": None, "address": "和平路0号"}
    filled.deliver("gongan.resident", FIRST, *(registered(place) for place in range(200)), resident(900, **{**PEOPLE[1], **again}))
    filled.build("people")
    assert status(filled) == {("row:gongan.resident:R900", f"entry:{entry(1)}"): "review"}


def test_what_a_clerk_must_decide_is_not_joined_by_way_of_a_third_row(filled: Bureau) -> None:
    wrong = slip(NUMBERS[1])
    again = resident(900, **{**PEOPLE[1], "citizen_number": wrong})
    filled.deliver("gongan.resident", FIRST, *(registered(place) for place in range(200)), again)
    case = {"case_no": "A1", "applicant_kind": "natural", "applicant_number": wrong, "applicant_name": PEOPLE[1]["name"], "accepted_at": FIRST}
    filled.deliver("zhengwu.service_case", FIRST, case)
    filled.build("people")
    assert status(filled)["row:gongan.resident:R900", f"entry:{entry(1)}"] == "review"
    assert places(filled)["row:gongan.resident:R900"][0] != entry(1)


def test_a_sibling_born_the_same_day_is_not_linked(filled: Bureau) -> None:
    sibling = PEOPLE[7]["name"][:2] + "钧"
    filled.deliver("renshe.insured", FIRST, at_work(7, name=sibling))
    filled.build("people")
    assert places(filled) == {row(7): (own_entry("people", row(7)), "founding")}


def test_a_former_name_and_a_firms_short_name_are_met(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, *(registered(place, former_name="欧阳春" if place == 3 else None) for place in range(200)))
    bureau.deliver("renshe.insured", FIRST, at_work(3, name="欧阳春"))
    bureau.build("people")
    assert places(bureau)[row(3)] == (entry(3), "link")
    firms = [firm(place, name=f"广州{a}{b}科技有限公司", legal_representative=PEOPLE[place]["name"], address=f"中山路{place}号")
             for place, (a, b) in enumerate(zip("安汇隆源顺达兴" * 8, "宏通利泰丰益" * 10, strict=False))]
    wrong = {"uscc": slip(credit(1)), "name": "安汇隆有限公司"}
    bureau.deliver("shichang.enterprise", FIRST, *firms[1:], firm(1, **{**firms[1], "name": "广州安汇隆科技有限公司"}))
    bureau.deliver("fagai.licence", FIRST, {"licence_no": "L1", "uscc": wrong["uscc"], "holder_name": wrong["name"], "issued_on": date(2020, 1, 1)})
    bureau.build("entities")
    met = bureau.rows("registers.entities_links")
    assert [(each["left_ref"], each["entry_id"], each["status"]) for each in met] == [
        ("row:fagai.licence:L1", entry_of("entities", credit(1)), "linked")
    ]


def test_decisions_override_weights_and_are_undone_when_taken_back(filled: Bureau) -> None:
    filled.deliver("renshe.insured", FIRST, at_work(1), at_work(250))
    filled.build("people")
    plain = [filled.hash(table) for table in (ENTRIES, LINKS)]
    apart, same = decided(row(1), f"entry:{entry(1)}", "different"), decided(row(250), f"entry:{entry(9)}", "same", reason="同一人")
    filled.build("people", rulings(apart, same))
    assert places(filled) == {row(1): (own_entry("people", row(1)), "founding"), row(250): (entry(9), "decision")}
    assert set(status(filled).values()) == {"linked", "rejected"}
    founded = own_entry("people", row(250))
    views = filled.views("registers.people_identities")
    assert successor_of("people", founded, filled.engine, views) == entry(9)
    assert successor_of("people", entry(9), filled.engine, views) == entry(9)
    filled.build("people", rulings(moments={apart.pair: THIRD, same.pair: THIRD}))
    assert places(filled) == {row(1): (entry(1), "link"), row(250): (founded, "founding")}
    assert filled.hash(LINKS) != plain[1], "what a row is joined to was learnt when the decision was taken back"
    assert successor_of("people", founded, filled.engine, filled.views("registers.people_identities")) == founded
    told = [(each["event"], each["superseded_by"], each["reason"]) for each in filled.rows("registers.people_identities", f"entry_id = '{founded}'")]
    assert sorted(told, key=str) == sorted([("founded", None, None), ("merged", entry(9), "同一人"), ("unmerged", None, None)], key=str)


def test_words_of_a_row_that_came_to_another_entry_do_not_overlap(filled: Bureau) -> None:
    filled.deliver("renshe.insured", FIRST, at_work(250))
    filled.build("people")
    same = decided(row(250), f"entry:{entry(9)}", "same")
    filled.build("people", rulings(same))
    filled.build("people", rulings(moments={same.pair: THIRD}))
    held = filled.rows("registers.people_observations", "source_key = 'I250'")
    spans = sorted((each["known_from"], each["known_to"], each["entry_id"]) for each in held if each["known_to"])
    assert [(start, end) for start, end, _entry in spans] == [(FIRST, SECOND), (SECOND, THIRD)]
    assert [each["known_from"] for each in held if not each["known_to"]] == [THIRD]


def test_when_its_number_arrives_a_founded_entry_leads_to_it(filled: Bureau) -> None:
    filled.deliver("renshe.insured", FIRST, at_work(250))
    filled.build("people")
    founded = own_entry("people", row(250))
    filled.build("people")
    assert places(filled)[row(250)] == (founded, "founding"), "an id stays over builds"
    filled.deliver("renshe.insured", SECOND, at_work(250, citizen_number=NUMBERS[250]))
    filled.build("people")
    assert places(filled) == {}
    assert successor_of("people", founded, filled.engine, filled.views("registers.people_identities")) == entry(250)
    assert filled.rows("registers.people_identities", "known_to is null")[0]["known_from"] == SECOND
    filled.deliver("renshe.insured", THIRD, at_work(251))
    filled.build("people")
    assert successor_of("people", founded, filled.engine, filled.views("registers.people_identities")) == entry(250)


def test_a_founded_entry_that_nobody_speaks_of_any_more_is_retired(filled: Bureau) -> None:
    filled.deliver("renshe.insured", FIRST, at_work(250), at_work(251))
    filled.build("people")
    filled.deliver("renshe.insured", SECOND, at_work(251))
    filled.build("people")
    told = filled.rows("registers.people_identities", f"entry_id = '{own_entry('people', row(250))}'")
    assert {(each["event"], each["known_to"]) for each in told} == {("founded", SECOND), ("retired", None)}


def test_no_decision_joins_two_numbers(filled: Bureau) -> None:
    filled.deliver("renshe.insured", FIRST, at_work(250))
    made = rulings(
        decided(f"entry:{entry(1)}", f"entry:{entry(2)}", "same"), decided(row(250), f"entry:{entry(1)}", "same"),
        decided(row(250), f"entry:{entry(2)}", "same", THIRD),
    )
    filled.build("people", made)
    assert places(filled) == {row(250): (entry(1), "decision")}
    assert status(filled)[row(250), f"entry:{entry(2)}"] == "rejected"
    assert len(filled.rows(ENTRIES)) == 200


NODES = [*(f"row:t.a:{n}" for n in range(7)), "entry:A", "entry:B", "entry:C"]
pairs = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda pair: pair[0] != pair[1])
acts = st.lists(st.tuples(pairs, st.sampled_from(("same", "different", "unsure"))), max_size=25)
weighed = st.lists(st.tuples(st.sampled_from(NODES[:7]), st.sampled_from(NODES), st.integers(-3, 30), st.booleans()), max_size=25)


@settings(max_examples=150, deadline=None)
@given(acts, weighed, st.sets(st.sampled_from(NODES[:7])))
def test_whatever_is_decided_no_cluster_breaks_a_rule(acts: list[Any], weighed: list[Any], unable: set[str]) -> None:
    rows = {ref: LooseRow(ref, "t.a", ref[-1], FIRST + timedelta(hours=int(ref[-1])), f"P{ref[-1]}", ref not in unable) for ref in NODES[:7]}
    held = {tuple(sorted(pair)): verdict for pair, verdict in acts}
    made = [Ruling(*pair, verdict, SECOND + timedelta(hours=n)) for n, (pair, verdict) in enumerate(held.items())]
    found = [Candidate(a, b, float(weight), 0.5, certain) for a, b, weight, certain in weighed if a != b]
    moments = [(each.left, each.right, each.decided_at) for each in made]
    told = place(rows, found, made, {}, turns(rows, moments))
    assert told == place(rows, found[::-1], made[::-1], {}, turns(rows, moments[::-1]))
    at = {ref: each.entry_id for ref, each in told.items()} | {node: node.removeprefix("entry:") for node in NODES[7:]}
    for (left, right), verdict in held.items():
        assert verdict != "different" or left not in at or at[left] != at.get(right)
    for ref, each in told.items():
        assert each.founder == "" or (rows[each.founder].able and told[each.founder].joined_by == "founding")
        assert each.joined_by != "founding" or each.entry_id == rows[ref].own_id


WALKS = 40 if os.environ.get("LINGNAN_LONG") else 1
steps = st.lists(st.tuples(st.sampled_from(("same", "different", "unsure", "back", "number")), st.integers(0, 5), st.integers(0, 5)), max_size=4)


@settings(max_examples=WALKS, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.too_slow])
@example([("same", 2, 4), ("same", 3, 2), ("number", 0, 0), ("different", 2, 4), ("back", 3, 2)])
@given(steps)
def test_any_way_of_deciding_ends_as_a_build_from_nothing(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]) -> None:
    """Decided, taken back, decided again, numbered: in the end only the decisions in force and what is delivered count."""
    bureau = _deciding(tmp_path_factory.mktemp("walk"), set())
    bureau.build("people")
    refs = [*(row(place) for place in (1, 2, 250, 251)), f"entry:{entry(9)}", f"entry:{entry(10)}"]
    force: dict[tuple[str, str], PairDecision] = {}
    moments: dict[tuple[str, str], Any] = {}
    with_number: set[int] = set()
    for turn, (act, a, b) in enumerate(steps):
        pair, at = (min(refs[a], refs[b]), max(refs[a], refs[b])), SECOND + timedelta(days=turn + 1)
        if act == "number":
            with_number.add(251)
            bureau.deliver("renshe.insured", at, *_insured(with_number))
        elif act == "back":
            force.pop(pair, None)
            moments[pair] = at
        elif a != b:
            force[pair], moments[pair] = decided(*pair, act, at), at
        bureau.build("people", Rulings(tuple(force.values()), moments))
    final, again = Rulings(tuple(force.values()), moments), _deciding(tmp_path_factory.mktemp("fresh"), with_number)
    again.build("people", final)
    bureau.build("people", final)
    assert _content(bureau) == _content(again)
    held = bureau.rows("registers.people_observations")
    assert len({(each["entry_id"], each["identifier"]) for each in held if each["identifier"]}) == len({
        each["entry_id"] for each in held if each["identifier"]
    }), "two numbers in one entry"


def _insured(with_number: set[int]) -> list[dict[str, Any]]:
    return [at_work(place, citizen_number=NUMBERS[place] if place in with_number else None) for place in (1, 2, 250, 251)]


def _deciding(folder: Path, with_number: set[int]) -> Bureau:
    bureau = Bureau(folder / "lake")
    bureau.deliver("gongan.resident", FIRST, *(registered(place) for place in range(80)))
    bureau.deliver("renshe.insured", FIRST, *_insured(with_number))
    return bureau


def _content(bureau: Bureau) -> list[Any]:
    """All that is so today, without when it was learnt."""
    def without_times(table: str, where: str = "true") -> list[dict[str, Any]]:
        rows = [{name: value for name, value in each.items() if name not in ("known_from", "known_to")} for each in bureau.rows(table, where)]
        return sorted(rows, key=str)

    return [
        without_times(ENTRIES), without_times("registers.people_observations", "known_to is null"), without_times(LINKS),
        without_times("registers.people_unlinked"),
    ]


def test_linking_costs_by_the_rows_left_over(filled: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every row has its number, nothing is compared at all."""
    def refused(session: EngineSession, *_rest: object) -> None:
        raise AssertionError("compared")

    monkeypatch.setattr("lingnan.registers.linking.weigh_pairs", refused)
    filled.deliver("renshe.insured", FIRST, insured(1, citizen_number=NUMBERS[1]))
    filled.build("people")
    assert filled.rows(LINKS) == []
    assert register_definition("people").linking.threshold >= 10
