"""Over drawn decisions and repairs: nothing is shown outside its time, and nothing that was repaired is shown again."""

import calendar
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingnan.base import CHINA
from lingnan.lake import Engine
from lingnan.packkit import Pack, try_pack

TODAY = date(2026, 12, 31)
NEW_RULES = date(2026, 4, 1)
KINDS = {"minor": ("11", None), "general": ("22", None), "serious": ("33", None)}
LAWS = {True: "食品安全法第一百二十四条", False: "广告法第五十五条"}
Row = dict[str, Any]

draws = st.fixed_dictionaries({
    "severity": st.sampled_from(sorted(KINDS)), "guarded": st.booleans(), "decided": st.dates(date(2021, 1, 1), date(2026, 9, 30)),
    "published": st.integers(0, 40), "known": st.integers(0, 40),
    "repair": st.none() | st.fixed_dictionaries({"applied": st.integers(0, 900), "granted": st.integers(0, 60), "recorded": st.integers(0, 60)}),
})


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, calendar.monthrange(day.year + year, month + 1)[1]))


def months_of(severity: str, guarded: bool, day: date) -> tuple[int, int]:
    """Least and greatest months by the rules of a day, written down a second time."""
    if day < NEW_RULES:
        return (12 if guarded else 3), 36
    return {"minor": (0, 3), "general": (3, 12), "serious": (12, 36)}[severity]


def rows_of(drawn: list[Row]) -> dict[str, list[Row]]:
    facts, penalties, repairs = [], [], []
    for number, each in enumerate(drawn):
        decided, published = each["decided"], each["decided"] + timedelta(days=each["published"])
        known = datetime.combine(published + timedelta(days=each["known"]), datetime.min.time(), CHINA)
        facts.append({
            "entry_id": f"C{number}", "uscc": "A", "kind": "02", "document_no": f"P{number}", "decided_on": decided, "published_on": published,
            "known_from": known,
        })
        kind, fine = KINDS[each["severity"]]
        penalties.append({
            "penalty_no": f"P{number}", "uscc": "A", "kind": kind, "fine": fine, "basis": LAWS[each["guarded"]], "decided_on": decided,
        })
        if repair := each["repair"]:
            applied = decided + timedelta(days=repair["applied"])
            granted = applied + timedelta(days=repair["granted"])
            repairs.append({
                "repair_no": f"X{number}", "uscc": "A", "document_no": f"P{number}", "applied_on": applied, "decided_on": granted,
                "outcome": "granted", "recorded_on": granted + timedelta(days=repair["recorded"]),
            })
    entities = [{"uscc": "A", "name": "甲公司", "kind": "1130", "division": "440106"}]
    return {"registers.entities": entities, "registers.credit": facts, "fagai.penalty": penalties, "fagai.credit_repair": repairs}


def is_shown(each: Row, day: date, known_on: date) -> bool:
    """What the rules say of one penalty, thought through without SQL."""
    decided = each["decided"]
    published = decided + timedelta(days=each["published"])
    _least, most = months_of(each["severity"], each["guarded"], day)
    if not published <= day < months_after(decided, most) or known_on < published + timedelta(days=each["known"]):
        return False
    if (repair := each["repair"]) is None:
        return True
    applied = decided + timedelta(days=repair["applied"])
    granted = applied + timedelta(days=repair["granted"])
    least, _most = months_of(each["severity"], each["guarded"], applied) if applied >= date(2023, 5, 1) else (0, 0)
    return known_on < granted + timedelta(days=repair["recorded"]) or day < max(granted, months_after(decided, least))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(draws, min_size=20, max_size=40), st.lists(st.dates(date(2023, 5, 1), date(2029, 1, 1)), min_size=25, max_size=25))
def test_a_penalty_is_shown_when_the_rules_say_so_and_at_no_other_time(pack: Pack, engine: Engine, drawn: list[Row], days: list[date]) -> None:
    publicity = try_pack(engine, pack, rows_of(drawn), TODAY, ["publicity"])["publicity"].to_pylist()
    for at, day in enumerate(days):
        known_on = day if at % 2 else days[at - 1]
        shown = [
            row["fact"] for row in publicity
            if row["visible_from"] <= day <= row["visible_to"] and row["known_from"] <= known_on <= row["known_to"]
        ]
        assert sorted(shown) == sorted(f"C{number}" for number, each in enumerate(drawn) if is_shown(each, day, known_on))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(draws, min_size=20, max_size=40), st.dates(date(2024, 1, 1), TODAY))
def test_the_notice_holds_what_is_shown_and_the_window_agrees(pack: Pack, engine: Engine, drawn: list[Row], day: date) -> None:
    made = try_pack(engine, pack, rows_of(drawn), day, ["notice", "repair_window"])
    notice = {row["fact"] for row in made["notice"].to_pylist()}
    windows = made["repair_window"].to_pylist()
    assert notice == {f"C{number}" for number, each in enumerate(drawn) if is_shown(each, day, day)}
    known = {f"C{number}" for number, each in enumerate(drawn) if each["decided"] + timedelta(days=each["published"] + each["known"]) <= day}
    assert notice == {row["fact"] for row in windows if row["standing"] in ("shown", "repairable")} & known
    assert all(row["earliest_application"] <= row["automatic_end"] for row in windows)
    assert not notice & {row["fact"] for row in windows if row["repaired_on"] is not None and row["repaired_on"] <= day}
