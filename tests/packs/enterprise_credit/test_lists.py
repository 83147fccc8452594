"""Over drawn decisions: an entity is on a list exactly while a decision in force puts it there, and measures go with it."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingnan.lake import Engine
from lingnan.packkit import Pack, try_pack

Row = dict[str, Any]
TODAY = date(2026, 12, 31)
CATALOGUE = date(2022, 1, 1)
MEASURES = {"serious": 6, "abnormal": 3, "elsewhere": 0}
"""How many measures of the catalogue each list brings."""

draws = st.fixed_dictionaries({
    "list": st.sampled_from(sorted(MEASURES)), "decided": st.dates(date(2019, 1, 1), date(2026, 6, 30)), "recorded": st.integers(0, 30),
    "removed": st.none() | st.fixed_dictionaries({"after": st.integers(0, 1500), "recorded": st.integers(0, 30)}), "natural": st.booleans(),
})


def rows_of(drawn: list[Row]) -> dict[str, list[Row]]:
    decisions = []
    for number, each in enumerate(drawn):
        removed = each["decided"] + timedelta(days=each["removed"]["after"]) if each["removed"] else None
        decisions.append({
            "decision_no": f"D{number}", "uscc": "N" if each["natural"] else "A", "list": each["list"], "decided_on": each["decided"],
            "recorded_on": each["decided"] + timedelta(days=each["recorded"]), "removed_on": removed,
            "removal_recorded_on": removed + timedelta(days=each["removed"]["recorded"]) if removed else None,
        })
    entities = [{"uscc": "A", "name": "甲公司", "kind": "1130", "division": "440106"}, {"uscc": "N", "name": "乙店", "kind": "9500"}]
    return {"registers.entities": entities, "shichang.list_decision": decisions}


def is_listed(each: Row, day: date, known_on: date) -> bool:
    """Whether a decision puts its entity on a list that day, as it was known, thought through without SQL."""
    begun = each["decided"]
    if each["natural"] or each["list"] == "elsewhere" or day < begun or known_on < begun + timedelta(days=each["recorded"]):
        return False
    if each["list"] == "serious" and day >= _three_years_after(begun):
        return False
    if each["removed"] is None:
        return True
    removed = begun + timedelta(days=each["removed"]["after"])
    return day < removed or known_on < removed + timedelta(days=each["removed"]["recorded"])


def _three_years_after(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 3, 2, 28) if leap_day else day.replace(year=day.year + 3)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(draws, min_size=15, max_size=30), st.lists(st.dates(date(2020, 1, 1), date(2027, 12, 31)), min_size=20, max_size=20))
def test_listed_while_a_decision_is_in_force_and_measures_with_it(pack: Pack, engine: Engine, drawn: list[Row], days: list[date]) -> None:
    made = try_pack(engine, pack, rows_of(drawn), TODAY, ["list_entry", "applied_measure"])
    entries, measures = made["list_entry"].to_pylist(), made["applied_measure"].to_pylist()
    for at, day in enumerate(days):
        known_on = day if at % 2 else days[at - 1]
        listed = [
            each["base"] for each in entries
            if _holds(each, "listed_from", "listed_to", day) and _holds(each, "known_from", "known_to", known_on)
        ]
        expected = [f"D{number}" for number, each in enumerate(drawn) if is_listed(each, day, known_on)]
        assert sorted(listed) == sorted(expected)
        applied = [
            each["ground"] for each in measures
            if _holds(each, "applies_from", "applies_to", day) and _holds(each, "known_from", "known_to", known_on)
        ]
        wanted = [base for base in expected for _ in range(MEASURES[drawn[int(base[1:])]["list"]])] if day >= CATALOGUE else []
        assert sorted(applied) == sorted(wanted)


def _holds(row: Row, begin: str, end: str, day: date) -> bool:
    return bool(row[begin] <= day <= row[end])
