"""The desk's work list: which pair waits for whom, in which order, what is blind, what both sides say, what makes an entry suspicious."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest

from lingnan.lake import EngineSession
from lingnan.registers import entry_of, register_definition
from lingnan.registers.decisions.agreement import agreement, twice_decided
from lingnan.registers.decisions.clusters import suspects
from lingnan.registers.decisions.evidence import weigh_sides
from lingnan.registers.decisions.service import settled
from lingnan.registers.decisions.shapes import PairDecision, entry_reference, row_reference
from lingnan.registers.decisions.sides import Side, SideRow, contradicting_identifiers, read_sides, same_evidence, tables_of
from lingnan.registers.decisions.worklist import BroughtPair, WorkQuery, beside, counted, found_work, lay_work, listed, source_tables, states

from .bureau import FIRST, SECOND, Bureau, insured, number, resident

NOW = datetime(2026, 10, 31, tzinfo=UTC)
PROBABILITIES = (0.9, 0.5, 0.2, 0.7)


def brought(place: int, probability: float, table: str = "zhengwu.service_case") -> BroughtPair:
    return BroughtPair(entry_reference(f"P{place:020x}"), row_reference(table, f"C{place}"), 1.0, probability, NOW, "")


def decided(pair: BroughtPair, name: str, verdict: str, **more: Any) -> PairDecision:
    told = {"origin": "review", "reason": "", "evidence": "", "sampled": False, "second_of": "", **more}
    return PairDecision(f"{name}-{pair.right}", "people", pair.left, pair.right, verdict, decided_by=name, decided_at=NOW, **told)  # type: ignore[arg-type]


PAIRS = [brought(place, probability) for place, probability in enumerate(PROBABILITIES)]


@contextmanager
def work(
    bureau: Bureau, made: list[PairDecision], person: str, *, changed: tuple[str, ...] = (), held: tuple[str, ...] = ()
) -> Iterator[EngineSession]:
    with bureau.engine.session({}) as session:
        lay_work(session, "", PAIRS, states(settled(made), made, changed, person), held)
        yield session


def order(session: EngineSession, **asked: Any) -> list[float | None]:
    return [each.probability for each in listed(session, WorkQuery(**asked))[1]]


def test_pairs_nearest_to_an_even_chance_come_first(bureau: Bureau) -> None:
    with work(bureau, [], "lin") as session:
        assert order(session) == [0.5, 0.7, 0.2, 0.9]
        assert order(session, order="likely") == [0.9, 0.7, 0.5, 0.2]
        assert order(session, limit=2, offset=1) == [0.7, 0.2]
        assert order(session, table="gongan.resident") == []
        assert (counted(session)["open"], source_tables(session)) == (4, {"zhengwu.service_case": 4})


def test_next_and_previous_go_round_and_pass_over_what_others_hold(bureau: Bureau) -> None:
    with work(bureau, [], "lin") as session:
        items = [each.item for each in listed(session, WorkQuery())[1]]

        def following(item: str, step: int = 1) -> str | None:
            found = beside(session, WorkQuery(), item, step)
            return found and found.item

        assert [following(""), *map(following, items)] == [items[0], *items[1:], items[0]]
        assert following(items[0], -1) == items[3]
        assert found_work(session, items[2]) is not None
        assert found_work(session, "none") is None
    with work(bureau, [], "lin", held=(items[1],)) as session:
        assert [each.held for each in listed(session, WorkQuery())[1]] == [False, True, False, False]
        passed = beside(session, WorkQuery(), items[0])
        assert passed is not None
        assert passed.item == items[2]


def test_a_decided_pair_is_done_an_unsure_one_is_for_another_person(bureau: Bureau) -> None:
    made = [decided(PAIRS[0], "lin", "same"), decided(PAIRS[1], "lin", "unsure")]
    with work(bureau, made, "lin") as session:
        assert (order(session), order(session, queue="second"), order(session, queue="done")) == ([0.7, 0.2], [], [0.5, 0.9])
    with work(bureau, made, "he") as session:
        assert (order(session, queue="second"), order(session, queue="done")) == ([0.5], [0.9])


def test_a_sampled_pair_looks_undecided_to_everyone_else_until_it_is_decided_twice(bureau: Bureau) -> None:
    first = decided(PAIRS[0], "lin", "same", sampled=True)
    with work(bureau, [first], "lin") as session:
        assert order(session, queue="done") == [0.9]
    with work(bureau, [first], "he") as session:
        assert order(session) == [0.5, 0.7, 0.2, 0.9]
        assert {each.queue for each in listed(session, WorkQuery())[1]} == {"open"}
    second = decided(PAIRS[0], "he", "same", origin="double", second_of=first.id)
    with work(bureau, [first, second], "mo") as session:
        assert order(session, queue="done") == [0.9]


def test_two_who_disagree_leave_the_pair_to_a_third(bureau: Bureau) -> None:
    first = decided(PAIRS[0], "lin", "same", sampled=True)
    made = [first, decided(PAIRS[0], "he", "different", origin="double", second_of=first.id)]
    for name, queue in (("lin", "done"), ("he", "done"), ("mo", "disputed")):
        with work(bureau, made, name) as session:
            assert order(session, queue=queue) == [0.9], name
    assert twice_decided(made) == ((made[0], made[1]),)


def test_a_decision_whose_record_changed_is_shown_again(bureau: Bureau) -> None:
    made = [decided(PAIRS[0], "lin", "same")]
    with work(bureau, made, "lin", changed=(made[0].id,)) as session:
        assert (order(session, queue="changed"), order(session, queue="done")) == ([0.9], [])


def test_what_is_decided_stays_findable_when_nothing_offers_it_any_more(bureau: Bureau) -> None:
    gone = brought(9, 0.5)
    with work(bureau, [decided(gone, "lin", "same")], "lin") as session:
        assert order(session, queue="done") == [None]


def test_agreement_is_the_sample_s_with_the_interval_of_the_textbook() -> None:
    found = agreement([("same", "same")] * 20 + [("same", "different")] * 5 + [("different", "same")] * 10 + [("different", "different")] * 15)
    assert (found.pairs, found.share) == (50, 0.7)
    assert found.kappa == pytest.approx(0.4)
    # Fleiss, Cohen, Everitt: variance 0.2016 / (50 * 0.25), by hand.
    assert (found.low, found.high) == (pytest.approx(0.4 - 1.96 * 0.016128**0.5, abs=1e-4), pytest.approx(0.4 + 1.96 * 0.016128**0.5, abs=1e-4))
    assert agreement([]).share is None
    assert agreement([("same", "same")] * 9).kappa is None, "all alike tells nothing beyond chance"


def residents(bureau: Bureau) -> str:
    bureau.deliver("gongan.resident", FIRST, resident(1, name="陈甲"), resident(2, name="陈乙"))
    bureau.deliver("renshe.insured", FIRST, insured(1, name="陈贾"))
    return entry_of("people", number(1))


def sides(bureau: Bureau, *references: str) -> list[Side]:
    definition = register_definition("people")
    views = bureau.views(*tables_of(definition, references))
    with bureau.engine.session(views) as session:
        found = read_sides(session, definition, references, lambda _table: ())
    return [found[each] for each in references]


def test_both_sides_say_what_their_rows_say(bureau: Bureau) -> None:
    entry = residents(bureau)
    bureau.build("people")
    row, held, gone = sides(bureau, row_reference("renshe.insured", "I1"), entry_reference(entry), row_reference("renshe.insured", "none"))
    assert (row.said("name"), held.said("name"), gone.rows) == (("陈贾",), ("陈甲", "陈贾"), ())
    assert {each.reference for each in held.rows} == {"row:gongan.resident:R1", "row:renshe.insured:I1"}
    definition = register_definition("people")
    evidence = same_evidence(definition, row, held)
    assert evidence is not None
    assert evidence["name"] == (["陈贾"], ["陈甲"]), "what a row was joined to is taken without that row"
    assert same_evidence(definition, row, gone) is None
    assert not contradicting_identifiers(definition, row, held)
    other = sides(bureau, row_reference("gongan.resident", "R2"))[0]
    assert contradicting_identifiers(definition, other, held)
    assert not contradicting_identifiers(definition, Side("x", (SideRow("t", "k", {}, ("no number",)),)), held)


def test_an_entry_of_contradicting_rows_is_suspicious_until_somebody_says_it_is_right(bureau: Bureau) -> None:
    entry = residents(bureau)
    bureau.build("people")
    definition = register_definition("people")
    with bureau.engine.session(bureau.views(definition.table, definition.observations)) as session:
        total, found = suspects(session, definition, ())
        assert (total, [(each.entry, each.rows, each.conflicts) for each in found]) == (1, [(entry, 2, 1)])
        assert suspects(session, definition, [entry]) == (0, ())


def test_a_changed_value_is_another_evidence(bureau: Bureau) -> None:
    entry = residents(bureau)
    bureau.build("people")
    definition = register_definition("people")
    pair = row_reference("renshe.insured", "I1"), entry_reference(entry)
    before = same_evidence(definition, *sides(bureau, *pair))
    bureau.deliver("renshe.insured", SECOND, insured(1, name="陈嘉"))
    bureau.build("people")
    assert same_evidence(definition, *sides(bureau, *pair)) != before


def test_the_waterfall_adds_up_to_what_the_build_weighed(bureau: Bureau) -> None:
    given = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    rows = (resident(place, name=f"陈{given[place % 22]}{given[place // 22]}", address=f"和平路{place}号") for place in range(1, 200))
    bureau.deliver("gongan.resident", FIRST, *rows, resident(200, name="陈甲"))
    bureau.deliver("renshe.insured", FIRST, insured(1, name="陈贾", birth_date=date(1980, 1, 1), citizen_number="44010319800101999X"))
    bureau.build("people")
    definition = register_definition("people")
    links = bureau.rows(definition.links)
    assert links
    best = max(links, key=lambda row: row["weight"])
    one, other = sides(bureau, best["left_ref"], best["right_ref"])
    with bureau.engine.session(bureau.views(definition.table, definition.observations)) as session:
        told = weigh_sides(session, definition, one, other)
    assert told is not None
    assert told.weight == pytest.approx(best["weight"], abs=0.5), "but for the few records that a build compares besides"
    assert [step.zh for step in told.steps[1:]] == list(definition.linking.compare)
    assert not any(step.first or step.second for step in told.steps), "no value leaves with the evidence"
    assert weigh_sides(session, definition, one, Side("row:gongan.resident:gone")) is None
