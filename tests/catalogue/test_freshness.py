"""Freshness: golden days of each cycle with its grace over weekends and holidays, by hand from the notices."""

from datetime import datetime, timedelta

import pytest

from lingnan.base import CHINA
from lingnan.casework import DayCounter
from lingnan.catalogue import Catalogue
from lingnan.catalogue.resources.freshness import measure, rules_on
from lingnan.storage import Storage

DAYS = DayCounter()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(("cycle", "loaded", "due", "tolerated"), [
    ("hourly", "2026-03-02 09:00", "2026-03-02 10:00", "2026-03-02 13:00"),
    ("daily", "2026-03-02 09:00", "2026-03-03", "2026-03-04"),
    ("daily", "2026-03-06 09:00", "2026-03-07", "2026-03-09"),          # Friday: due on Saturday, tolerated until Monday
    ("daily", "2026-02-13 18:00", "2026-02-14", "2026-02-24"),          # 春节 2026: 15 to 23 February
    ("weekly", "2026-03-02 09:00", "2026-03-09", "2026-03-11"),
    ("monthly", "2026-01-31 09:00", "2026-02-28", "2026-03-06"),        # 28 February is worked in 2026 and begins the counting
    ("quarterly", "2025-11-30 09:00", "2026-02-28", "2026-03-13"),
    ("yearly", "2025-03-02 09:00", "2026-03-02", "2026-03-30"),
])
def test_when_the_next_load_is_due_and_how_long_it_is_tolerated(cycle: str, loaded: str, due: str, tolerated: str) -> None:
    found = measure(cycle, at(loaded), at(loaded), at(loaded), rules_on(at(loaded).date()), DAYS)
    assert found.due is not None
    assert found.tolerated is not None
    if ":" in due:
        assert (found.due, found.tolerated) == (at(due), at(tolerated))
    else:
        assert (found.due.astimezone(CHINA).date().isoformat(), found.tolerated.astimezone(CHINA).date().isoformat()) == (due, tolerated)
    assert found.state == "fresh"


@pytest.mark.parametrize(("now", "state", "late"), [
    ("2026-03-03 23:00", "fresh", 0), ("2026-03-04 00:30", "grace", 0), ("2026-03-04 23:59", "grace", 0), ("2026-03-05 00:30", "overdue", 1),
    ("2026-03-08 12:00", "overdue", 4),
])
def test_states_follow_one_another(now: str, state: str, late: int) -> None:
    found = measure("daily", at("2026-03-02 09:00"), at("2026-01-01"), at(now), rules_on(at(now).date()), DAYS)
    assert (found.state, found.days_late) == (state, late)


def test_what_never_came_is_late_from_its_registration_and_some_cycles_are_not_measured() -> None:
    rules = rules_on(at("2026-03-02").date())
    assert measure("monthly", None, at("2026-03-02 09:00"), at("2026-03-09"), rules, DAYS).state == "grace"
    assert measure("monthly", None, at("2026-03-02 09:00"), at("2026-03-11"), rules, DAYS).state == "overdue"
    assert measure("irregular", None, at("2020-01-01"), at("2026-03-11"), rules, DAYS).state == "not_measured"
    assert measure("once", at("2026-01-05"), at("2026-01-05"), at("2026-12-11"), rules, DAYS).state == "fresh"
    assert measure("once", None, at("2026-01-05"), at("2026-12-11"), rules, DAYS).state == "overdue"


def test_loads_that_were_seen_count_and_the_latest_stand_first(catalogue: Catalogue, storage: Storage) -> None:
    now = storage.clock.now()
    for key, days in (("gongan.resident", 60), ("gongan.household", 30), ("shuiwu.taxpayer_year", 2)):
        catalogue.observe(key, "load", {"rows": 1}, now - timedelta(days=days))
    late = catalogue.life.overdue()
    assert [each.resource for each in late] == sorted((each.resource for each in late), key=lambda key: {"gongan.household": 0}.get(key, 1))
    assert [each.resource for each in catalogue.life.overdue("gongan")] == [each.resource for each in late if each.department == "gongan"]
    assert catalogue.life.freshness("shuiwu.taxpayer_year").state == "fresh"
    catalogue.observe("gongan.household", "load", {"rows": 1}, now)
    assert catalogue.life.freshness("gongan.household").state == "fresh"
