"""Working days over holidays with make-up days, rules by place and date, stops, extensions, reminders told once."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.base import CHINA, BadInput, Conflict, Refused
from lingnan.casework import CaseQuery, DayCounter, DeadlineRules
from lingnan.casework.records import Case, CaseDeadline
from lingnan.standards import load_calendar
from tests.casework.bureau import bureau_at

COUNTER = DayCounter()
DAYS = st.dates(date(2025, 1, 1), date(2026, 10, 31))


def day(text):
    return date.fromisoformat(text)


def at(text):
    return datetime.fromisoformat(f"{text}T10:00:00").replace(tzinfo=CHINA)


@pytest.mark.parametrize(("start", "number", "due"), [
    ("2025-09-26", 1, "2025-09-28"),   # a Sunday that is worked before the National Day
    ("2025-09-30", 1, "2025-10-09"),   # 国庆 and 中秋, 1 to 8 October
    ("2025-09-28", 5, "2025-10-11"),   # with the make-up Saturday 11 October
    ("2025-10-01", 2, "2025-10-10"),   # begun in the holiday
    ("2025-01-24", 2, "2025-01-27"),   # 26 January is a worked Sunday, the new year's eve is off since 2025
    ("2025-01-27", 1, "2025-02-05"),   # 春节 2025, 28 January to 4 February
    ("2025-02-05", 3, "2025-02-08"),   # 8 February is a worked Saturday
    ("2026-02-13", 1, "2026-02-14"),   # a worked Saturday before 春节 2026
    ("2026-02-13", 2, "2026-02-24"),
    ("2026-02-13", 6, "2026-02-28"),   # ends on the make-up Saturday
    ("2026-09-18", 2, "2026-09-21"),   # 20 September is a worked Sunday
    ("2026-09-24", 1, "2026-09-28"),   # 中秋 2026
    ("2026-09-30", 1, "2026-10-08"),
    ("2026-09-30", 10, "2026-10-20"),
    ("2025-12-31", 1, "2026-01-04"),   # over the end of a year
])
def test_working_days(start, number, due):
    assert COUNTER.after(day(start), number, "working").on == day(due)
    assert COUNTER.between(day(start), day(due), "working") == number


@pytest.mark.parametrize(("start", "number", "due"), [
    ("2026-09-25", 7, "2026-10-08"), ("2026-03-02", 30, "2026-04-01"), ("2026-03-06", 1, "2026-03-09"),
])
def test_calendar_days_end_on_a_worked_day(start, number, due):
    assert COUNTER.after(day(start), number, "calendar").on == day(due)


@given(DAYS, st.integers(1, 25))
def test_counting_there_and_back(start, number):
    due = COUNTER.after(start, number, "working")
    assert COUNTER.is_worked(due.on)
    assert COUNTER.between(start, due.on, "working") == number
    assert COUNTER.between(due.on, start, "working") == -number
    assert due.estimated is (due.on > COUNTER.known_until)


def test_beyond_the_known_calendar_weeks_count_and_are_marked():
    last = load_calendar().last
    assert COUNTER.after(day("2026-12-30"), 1, "working").estimated is False
    assert last == COUNTER.known_until == day("2026-12-31")
    due = COUNTER.after(day("2026-12-30"), 3, "working")
    assert (due.on, due.estimated) == (day("2027-01-04"), True)
    assert COUNTER.between(day("2026-12-30"), day("2027-01-04"), "working") == 3
    assert COUNTER.between(day("2027-03-01"), day("2027-03-08"), "working") == 5
    with pytest.raises(BadInput):
        COUNTER.after(day("2003-05-01"), 5, "working")


@pytest.mark.parametrize(("rule", "division", "on", "days", "proofed"), [
    ("sharing.unconditional", "440100", "2026-03-02", 1, False), ("sharing.conditional", "440100", "2026-03-02", 10, False),
    ("sharing.supply", "440100", "2026-03-02", 20, False), ("sharing.conditional", "", "2020-03-02", 10, False),
    ("sharing.conditional-on-platform", "140100", "2026-03-02", 5, True), ("sharing.formal-check", "140000", "2026-03-02", 2, True),
    ("sharing.conditional", "520100", "2026-03-02", 10, False), ("correction.forward", "370203", "2026-03-02", 2, True),
    ("correction.verify", "370200", "2026-03-02", 5, True), ("correction.verify", "371300", "2026-03-02", 5, False),
])
def test_the_nearest_rule_holds(rule, division, on, days, proofed):
    found = DeadlineRules.read().find(rule, division, day(on))
    assert (found.days, found.proofed) == (days, proofed)
    assert found.basis


def test_a_rule_before_its_time_is_not_there():
    with pytest.raises(BadInput, match=r"sharing\.supply"):
        DeadlineRules.read().find("sharing.supply", "440000", day("2025-07-31"))


@pytest.mark.parametrize(("wrong", "told"), [
    ("days: ten", "days"), ("dayz: 3", "dayz"), ("jurisdiction: Mars", "jurisdiction"), ("valid_to: 2001-01-01", "valid_to"),
])
def test_a_wrong_rule_names_file_and_key(tmp_path: Path, wrong, told):
    good = {"rule": "x", "zh": "x", "en": "x", "jurisdiction": "CN", "valid_from": "2020-01-01", "days": "3", "basis": "x", "proofed": "false"}
    key, _, value = wrong.partition(": ")
    path = tmp_path / "limits.yaml"
    path.write_text("- " + "\n  ".join(f"{name}: {each}" for name, each in {**good, key: value}.items()))
    with pytest.raises(BadInput, match=f"limits.yaml.*{told}"):
        DeadlineRules.read(path)


def test_two_rules_at_once_are_refused(tmp_path: Path):
    one = "- {rule: x, zh: x, en: x, jurisdiction: CN, valid_from: 2020-01-01, days: 3, basis: x, proofed: false}\n"
    (tmp_path / "l.yaml").write_text(one + one.replace("2020", "2021"))
    with pytest.raises(BadInput, match="same time"):
        DeadlineRules.read(tmp_path / "l.yaml")


def limits(bureau, number):
    with bureau.office.storage.reading() as session:
        found = session.query(CaseDeadline).join(Case, Case.id == CaseDeadline.case_id).where(Case.number == number).all()
        return {limit.deadline: (limit.state, limit.due_on, limit.days_left) for limit in sorted(found, key=lambda each: each.sequence)}


def test_the_clock_stops_while_the_applicant_amends(tmp_path):
    with bureau_at(tmp_path, at("2026-03-02")) as bureau:
        number = bureau.dispute()
        assert limits(bureau, number)["forward"] == ("running", day("2026-03-04"), 2)
        bureau.days(1)
        bureau.cases.act(number, "return", bureau.steward, note="缺证明")
        assert limits(bureau, number)["forward"][::2] == ("paused", 1)
        bureau.days(20)
        assert bureau.cases.tick().missed == 0
        bureau.cases.act(number, "resubmit", bureau.citizen, {"claim": "住址不对，附证明"})
        assert limits(bureau, number)["forward"] == ("running", day("2026-03-24"), 1)
        assert limits(bureau, number)["amend"][0] == "met"


def test_to_stop_and_go_on_the_same_day_changes_nothing(tmp_path):
    with bureau_at(tmp_path, at("2026-03-02")) as bureau:
        number = bureau.dispute()
        bureau.days(2)
        for _time in range(3):
            bureau.cases.act(number, "return", bureau.steward, note="缺证明")
            bureau.cases.act(number, "resubmit", bureau.citizen, {"claim": "住址不对"})
        assert limits(bureau, number)["forward"] == ("running", day("2026-03-04"), 0)


def test_what_was_not_amended_lapses(tmp_path):
    with bureau_at(tmp_path, at("2026-03-02")) as bureau:
        number = bureau.dispute()
        bureau.cases.act(number, "return", bureau.steward, note="缺证明")
        bureau.days(31)
        assert (bureau.cases.tick().moved, bureau.cases.tick().moved) == (1, 0)
        line = bureau.cases.sheet(number, bureau.citizen).line
        assert (line.state, line.outcome) == ("withdrawn", "withdrawn")
        assert {state for state, _due, _left in limits(bureau, number).values()} == {"dropped"}


def test_a_deadline_is_extended_once_and_in_time(tmp_path):
    with bureau_at(tmp_path, at("2026-03-02")) as bureau:
        number = bureau.dispute()
        bureau.cases.act(number, "accept", bureau.steward)
        bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan"})
        assert limits(bureau, number)["verify"][1] == day("2026-03-09")
        with pytest.raises(Refused):
            bureau.cases.act(number, "extend", bureau.steward, note="复杂")
        bureau.cases.act(number, "extend", bureau.gongan_steward, note="须调取原始档案")
        assert limits(bureau, number)["verify"][1] == day("2026-03-16")
        with pytest.raises(Conflict):
            bureau.cases.act(number, "extend", bureau.gongan_steward, note="仍须时日")
        assert bureau.events("casework.case_moved")[-1]["reason"] == "须调取原始档案"
        late = bureau.dispute()
        bureau.cases.act(late, "accept", bureau.steward)
        bureau.cases.act(late, "forward", bureau.steward, {"source_department": "gongan"})
        bureau.days(8)
        with pytest.raises(Conflict):
            bureau.cases.act(late, "extend", bureau.gongan_steward, note="过期才提出")


def test_reminders_and_escalation_come_exactly_once(tmp_path):
    with bureau_at(tmp_path, at("2026-02-12")) as bureau:
        number = bureau.dispute()
        bureau.cases.act(number, "accept", bureau.steward)
        bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan"})
        assert limits(bureau, number)["verify"][1] == day("2026-02-26")
        told = []
        for _day in range(20):
            before = len(bureau.events("casework.deadline_near")), len(bureau.events("casework.deadline_missed"))
            for _time in range(3):
                bureau.cases.tick()
            after = len(bureau.events("casework.deadline_near")), len(bureau.events("casework.deadline_missed"))
            if after != before:
                told.append((bureau.office.clock.now().astimezone(CHINA).date().isoformat(), after[0] - before[0], after[1] - before[1]))
            bureau.days(1)
        assert told == [("2026-02-24", 1, 0), ("2026-02-25", 1, 0), ("2026-02-27", 0, 1)]
        missed = bureau.events("casework.deadline_missed")[0]
        assert (missed["deadline"], missed["escalate_role"], missed["escalate_organisation"]) == ("verify", "reviewer", bureau.units["shuju"])
        waiting = bureau.work.inbox.of(bureau.reviewer, CaseQuery(overdue=True))
        assert [line.number for line in waiting.items] == [number]
        bureau.cases.act(number, "report", bureau.gongan_steward, {"finding": "right", "verification": "x"})
        bureau.cases.act(number, "confirm_right", bureau.reviewer, note="x")
        assert limits(bureau, number)["verify"][0] == "late"
        assert bureau.cases.tick().looked_at == 0


def test_a_worker_that_slept_tells_once(tmp_path):
    with bureau_at(tmp_path, at("2026-03-02")) as bureau:
        number = bureau.dispute()
        bureau.cases.act(number, "accept", bureau.steward)
        bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan"})
        bureau.days(6)
        assert bureau.cases.tick().reminded == 1, "two reminders are due at once and told as one"
        assert bureau.cases.tick().reminded == 0


def test_two_workers_at_once_tell_once(tmp_path):
    import threading

    with bureau_at(tmp_path, at("2026-03-02")) as bureau:
        for _time in range(3):
            bureau.dispute()
        bureau.days(10)
        workers = [threading.Thread(target=bureau.cases.tick) for _worker in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert len(bureau.events("casework.deadline_missed")) == 3


def test_estimated_days_are_counted_anew_when_the_calendar_grows(tmp_path):
    from lingnan.standards import WorkCalendar

    known = load_calendar()
    short = WorkCalendar(known.first, day("2026-02-13"), [each for each in known._working if each <= day("2026-02-13")])
    with bureau_at(tmp_path, at("2026-02-13"), calendar=short) as bureau:
        number = bureau.dispute()
        assert limits(bureau, number)["forward"][1] == day("2026-02-17")
        assert bureau.cases.sheet(number, bureau.steward).deadlines[0].estimated
        bureau.work.cases.keeper.counter._calendar = known
        assert bureau.cases.tick().recounted == 1
        assert limits(bureau, number)["forward"][1] == day("2026-02-24")
        assert bureau.cases.tick().recounted == 0


def test_a_backwards_clock_undoes_nothing(tmp_path):
    with bureau_at(tmp_path, at("2026-03-02")) as bureau:
        number = bureau.dispute()
        bureau.days(10)
        bureau.cases.tick()
        bureau.office.clock.advance(timedelta(days=-9))
        bureau.cases.tick()
        bureau.days(9)
        bureau.cases.tick()
        assert len(bureau.events("casework.deadline_missed")) == 1
        assert bureau.cases.sheet(number, bureau.steward).deadlines[0].missed


def test_moments_count_by_chinas_day(tmp_path):
    with bureau_at(tmp_path, datetime(2026, 3, 2, 17, 0, tzinfo=UTC)) as bureau:
        assert limits(bureau, bureau.dispute())["forward"][1] == day("2026-03-05"), "one in the morning of 3 March in China"
