"""Freshness: golden days of each cycle with its grace over weekends and holidays, by hand from the notices."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import product
from random import Random

import pytest
from sqlalchemy import update

from lingnan.base import CHINA
from lingnan.casework import DayCounter
from lingnan.catalogue import Catalogue
from lingnan.catalogue.records import Department, LatestObservation, Resource
from lingnan.catalogue.resources.freshness import lateness, measure, overdue, rules_on
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


NOW = at("2026-03-05 00:00:01")
CYCLES = ("realtime", "daily", "weekly", "monthly", "quarterly", "yearly", "once", "irregular")


def _spread(storage: Storage, catalogue: Catalogue) -> dict[str, tuple[str, datetime | None, datetime]]:
    """A resource of each cycle for many ages around the moments at which they become late: loaded, only counted, or never seen."""
    draw, ages = Random(7), [0, 1, 3, 4, 5, 8, 9, 10, 34, 35, 36, 37, 105, 106, 390, 393, 3000]
    known = {}
    for number, (cycle, age) in enumerate(product(CYCLES, ages)):
        seen = NOW - timedelta(days=age, microseconds=draw.choice((0, 1, 999_999, 3_600_000_000)))
        known[f"late.r{number}"] = (cycle, seen if number % 3 else None, NOW - timedelta(days=age + number % 2, seconds=number))
    catalogue.register_many(
        {"key": key, "zh": key, "department": {"id": f"late{number % 4}", "zh": f"迟到{number % 4}"}, "update_cycle": cycle}
        for number, (key, (cycle, _seen, _made)) in enumerate(known.items())
    )
    for number, (key, (_cycle, seen, made)) in enumerate(known.items()):
        if seen is not None:
            catalogue.observe(key, "rows" if number % 5 == 1 else "load", {"rows": number}, seen)
        with storage.session() as session:
            session.execute(update(Resource).where(Resource.key == key).values(created_at=made))
    return known


def test_the_database_finds_late_what_is_late_by_the_rules_one_by_one(catalogue: Catalogue, storage: Storage) -> None:
    known, rules = _spread(storage, catalogue), rules_on(NOW.date())
    by_hand = {key: measure(cycle, seen, made, NOW, rules, DAYS) for key, (cycle, seen, made) in known.items()}
    with storage.reading() as session:
        found = {each.resource: each.days_late for each in overdue(session, NOW) if each.resource in known}
        counted = {each.department: (each.resources, each.days_late) for each in lateness(session, NOW)}
        homes = dict(session.query(Resource.key, Department.key).join(Department, Department.id == Resource.department_id).all())
        whole = overdue(session, NOW)
    assert found == {key: one.days_late for key, one in by_hand.items() if one.state == "overdue"}
    assert len(found) > 40
    sizes = Counter(homes[each.resource] for each in whole)
    assert counted == {key: (count, max(one.days_late for one in whole if homes[one.resource] == key)) for key, count in sizes.items()}


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_resource_becomes_late_at_the_microsecond_the_rules_say(catalogue: Catalogue, storage: Storage, step: int) -> None:
    seen = at("2026-03-02 09:00")
    tolerated = measure("realtime", seen, seen, seen, rules_on(NOW.date()), DAYS).tolerated
    assert tolerated is not None
    catalogue.register({"key": "late.hourly", "zh": "逐时", "department": {"id": "late", "zh": "迟到"}, "update_cycle": "realtime"})
    catalogue.observe("late.hourly", "load", {"rows": 1}, seen)
    with storage.reading() as session:
        assert session.query(LatestObservation).count() > 0
        late = {each.resource for each in overdue(session, tolerated + timedelta(microseconds=step), "late")}
    assert late == ({"late.hourly"} if step > 0 else set())
