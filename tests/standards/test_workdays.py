"""The working-day calendar against the counts of the notices, and beyond their end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.base import BadInput
from lingnan.standards import load_calendar

CALENDAR = load_calendar()
DAYS = st.dates(date(2004, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(("year", "days"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year, days):
    """Counts published with each year's notice."""
    assert CALENDAR.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == days


SHIFTS = {2011: 1, 2012: -1, 2015: -1, 2020: -2}
"""A make-up day across New Year; the day of the victory parade; the Spring Festival lengthened by two worked days in the epidemic."""


@pytest.mark.parametrize("year", range(2008, 2027))
def test_a_year_loses_its_statutory_holidays(year):
    """Make-up days balance the bridge days: what is missing from Monday to Friday is the statutory days, 11, from 2025 13."""
    days = [date(year, 1, 1) + timedelta(days=i) for i in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    statutory = 11 if year < 2025 else 13
    assert sum(map(CALENDAR.is_workday, days)) == sum(day.isoweekday() <= 5 for day in days) - statutory + SHIFTS.get(year, 0)


def test_known_days():
    """A make-up Saturday is worked; National Day, the victory parade of 2015 and the longer Spring Festival of 2020 are not."""
    assert CALENDAR.is_workday(date(2026, 2, 14))
    assert CALENDAR.is_workday(date(2026, 10, 10))
    assert CALENDAR.is_workday(date(2015, 9, 6))
    assert not any(map(CALENDAR.is_workday, (date(2026, 10, 1), date(2015, 9, 3), date(2020, 1, 31), date(2026, 1, 2))))


def test_deadlines():
    """The day of receipt does not count; make-up days do."""
    assert CALENDAR.add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert CALENDAR.add_workdays(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert CALENDAR.add_workdays(date(2026, 10, 1), 0) == date(2026, 10, 8)
    assert CALENDAR.add_workdays(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert CALENDAR.workdays_between(date(2026, 9, 30), date(2026, 10, 10)) == 3


@given(DAYS, st.integers(-30, 30))
def test_adding_and_counting_agree(day, number):
    """From a day to its n-th working day there are n working days."""
    try:
        end = CALENDAR.add_workdays(day, number)
    except BadInput:
        assert not date(2004, 3, 1) < day < date(2026, 11, 1)
        return
    assert CALENDAR.is_workday(end)
    if number > 0:
        assert CALENDAR.workdays_between(day, end) == number


def test_beyond_the_last_notice():
    """No guess for years without a notice, in both languages."""
    asks = (
        lambda: CALENDAR.is_workday(date(2027, 1, 4)),
        lambda: CALENDAR.add_workdays(date(2026, 12, 25), 10),
        lambda: CALENDAR.workdays_between(date(2003, 1, 1), date(2026, 1, 1)),
    )
    for ask in asks:
        with pytest.raises(BadInput, match="outside") as error:
            ask()
        assert "国务院" in error.value.zh
        assert "2026-12-31" in error.value.zh


def test_arrow_for_joins():
    """Ordinals count working days, one row a day."""
    table = CALENDAR.arrow().to_pylist()
    assert len(table) == 8401
    assert table[-1]["ordinal"] - next(row["ordinal"] for row in table if row["day"] == date(2025, 12, 31)) == 248
    assert [row["workday"] for row in table[:5]] == [False, True, False, False, True]
