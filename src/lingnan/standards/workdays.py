"""Working days of the People's Republic with make-up days, as far as the State Council's notices go."""

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lingnan.standards.faults import bad_input

if TYPE_CHECKING:
    import pyarrow as pa

_FILE = Path(__file__).parent / "data" / "workdays.csv"
_FRIDAY = 5


class WorkCalendar:
    """Knows which days are worked from the first of its years to the last; beyond them it refuses instead of guessing."""

    def __init__(self, first: date, last: date, working: list[date]) -> None:
        self.first = first
        self.last = last
        self._working = working

    def is_workday(self, day: date) -> bool:
        """Whether offices work on that day; BadInput outside the notices."""
        self._known(day)
        place = bisect_left(self._working, day)
        return place < len(self._working) and self._working[place] == day

    def add_workdays(self, day: date, number: int) -> date:
        """The day that lies `number` working days after `day` (before it when negative); the day itself is not counted (民法典第二百零一条).

        0 gives the day itself, or the next working day when it is none. BadInput where the notices end.
        """
        self._known(day)
        if number < 0:
            place = bisect_left(self._working, day) + number
        else:
            place = bisect_right(self._working, day) + number - 1 if number else bisect_left(self._working, day)
        if not 0 <= place < len(self._working):
            raise self._beyond(f"{day} 起第 {number} 个工作日", f"working day {number} from {day}")
        return self._working[place]

    def workdays_between(self, first: date, last: date) -> int:
        """Number of working days after `first` up to and with `last`; negative when `last` lies before."""
        self._known(first)
        self._known(last)
        return bisect_right(self._working, last) - bisect_right(self._working, first)

    def arrow(self) -> "pa.Table":
        """Every known day with `workday` and `ordinal`, the number of working days up to and with it: deadlines by join in the engine."""
        import pyarrow as pa

        days = [self.first + timedelta(days=i) for i in range((self.last - self.first).days + 1)]
        ordinals = [bisect_right(self._working, day) for day in days]
        worked = [now > before for now, before in zip(ordinals, [0, *ordinals], strict=False)]
        return pa.table({"day": pa.array(days, pa.date32()), "workday": pa.array(worked), "ordinal": pa.array(ordinals, pa.int32())})

    def _known(self, day: date) -> None:
        if not self.first <= day <= self.last:
            raise self._beyond(str(day), str(day))

    def _beyond(self, zh: str, en: str) -> Exception:
        return bad_input(
            f"工作日历只到国务院办公厅已公布的安排（{self.first} 至 {self.last}），{zh} 在此之外；请在新的通知公布后更新日历。",
            f"The calendar knows the State Council's notices only ({self.first} to {self.last}); {en} lies outside. Update it after the next notice.",
            first=str(self.first), last=str(self.last),
        )


@cache
def load_calendar() -> WorkCalendar:
    """The calendar of the bundled notices."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    years = [int(row["year"]) for row in rows]
    working = [day for row in rows for day in _working_days(int(row["year"]), row["off"].split(), row["on"].split())]
    return WorkCalendar(date(min(years), 1, 1), date(max(years), 12, 31), working)


def _working_days(year: int, off: list[str], on: list[str]) -> Iterator[date]:
    free, worked = set(off), set(on)
    day = date(year, 1, 1)
    while day.year == year:
        month_day = f"{day:%m%d}"
        if month_day in worked or (day.isoweekday() <= _FRIDAY and month_day not in free):
            yield day
        day += timedelta(days=1)
