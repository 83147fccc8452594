"""Time limits: dated rules by jurisdiction, and how days are counted, with make-up days, stops and the end of the known calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lingnan.base import BadInput, form_misfits, load_yaml, misfits_told
from lingnan.casework.places import stem
from lingnan.standards import WorkCalendar, load_calendar

RULES = Path(__file__).parent / "rules" / "deadlines.yaml"
NATION, HUB = "CN", "HUB"
DIVISION_PATTERN = r"^(CN|HUB|\d{6})$"
SATURDAY = 6
DAY = timedelta(days=1)


class DeadlineRule(BaseModel):
    """One time limit as it holds in one jurisdiction from one day to another; `extension` days may be added once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str = Field(pattern=r"^[a-z][a-z0-9_.-]{0,59}$")
    zh: str
    en: str
    jurisdiction: str = Field(pattern=DIVISION_PATTERN)
    valid_from: date
    valid_to: date | None = None
    unit: Literal["working", "calendar"] = "working"
    days: int = Field(ge=1, le=366)
    extension: int = Field(default=0, ge=0, le=366)
    basis: str = Field(min_length=1)
    proofed: bool

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"{self.rule}: valid_to lies before valid_from")
        return self

    def holds(self, division: str, day: date) -> bool:
        """Whether it is the law of that place on that day."""
        inside = self.jurisdiction in (NATION, HUB) or division.startswith(stem(self.jurisdiction))
        return inside and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def nearness(self) -> int:
        """The longer the jurisdiction's stem, the nearer it is; the hub's own limit comes before the nation's."""
        return {NATION: 0, HUB: 1}.get(self.jurisdiction, len(stem(self.jurisdiction)))


class DeadlineRules:
    """All rules; of those that hold in a place on a day, the nearest."""

    def __init__(self, rules: Iterable[DeadlineRule]) -> None:
        self.rules = tuple(rules)
        self.names = frozenset(rule.rule for rule in self.rules)

    @classmethod
    def read(cls, *paths: Path) -> "DeadlineRules":
        """The rules of these files; BadInput names file and key, or two rules that hold at the same time."""
        return cls(rule for path in (paths or (RULES,)) for rule in _read(path))

    def find(self, rule: str, division: str, day: date) -> DeadlineRule:
        """The rule that holds; BadInput when there is none of that name then and there."""
        holding = [each for each in self.rules if each.rule == rule and each.holds(division, day)]
        if not holding:
            raise BadInput(
                f"没有在 {day} 对区划 {division or '全国'} 有效的时限规则“{rule}”。已有规则：{'、'.join(sorted(self.names))}。",
                f"No deadline rule “{rule}” holds on {day} for division {division or 'the nation'}. Rules: {', '.join(sorted(self.names))}.",
                rule=rule,
            )
        return max(holding, key=lambda each: each.nearness)


@dataclass(frozen=True)
class Due:
    """The last day of a time limit; `estimated` when it lies beyond the notices on public holidays."""

    on: date
    estimated: bool = False


class DayCounter:
    """Counts days of a time limit. The day of the event is not counted; the last day is worked (民法典 第二百零一条、第二百零三条).

    Beyond the last notice on public holidays Monday to Friday count, and the result is marked as estimated: it is counted anew when
    the calendar goes further. Before the first notice it refuses.
    """

    def __init__(self, calendar: WorkCalendar | None = None) -> None:
        self._calendar = calendar or load_calendar()

    @property
    def known_until(self) -> date:
        """The last day of the known calendar."""
        return self._calendar.last

    def after(self, day: date, number: int, unit: str) -> Due:
        """The day that lies `number` days after."""
        return self._working_after(day, number) if unit == "working" else self._worked_from(day + number * DAY)

    def between(self, first: date, last: date, unit: str) -> int:
        """Days after `first` up to and with `last`; negative when `last` lies before."""
        if unit != "working":
            return (last - first).days
        if last < first:
            return -self.between(last, first, unit)
        known, start = self._calendar.workdays_between(min(first, self.known_until), min(last, self.known_until)), max(first, self.known_until)
        return known + sum(_weekday(start + number * DAY) for number in range(1, (last - start).days + 1))

    def is_worked(self, day: date) -> bool:
        """Whether offices work on that day, by the notices or, beyond them, by the week."""
        return _weekday(day) if day > self.known_until else self._calendar.is_workday(day)

    def _working_after(self, day: date, number: int) -> Due:
        if number == 0:
            return self._worked_from(day)
        known = max(self._calendar.workdays_between(day, self.known_until), 0) if day <= self.known_until else 0
        if number <= known:
            return Due(self._calendar.add_workdays(day, number))
        reached, left = max(day, self.known_until), number - known
        while left:
            reached += DAY
            left -= _weekday(reached)
        return Due(reached, True)

    def _worked_from(self, day: date) -> Due:
        while not self.is_worked(day):
            day += DAY
        return Due(day, day > self.known_until)


def _weekday(day: date) -> bool:
    return day.isoweekday() < SATURDAY


@cache
def _read(path: Path) -> tuple[DeadlineRule, ...]:
    rules = []
    for place, entry in enumerate(load_yaml(path.read_text(encoding="utf-8")), start=1):
        try:
            rules.append(DeadlineRule.model_validate(entry))
        except ValidationError as error:
            zh, en = misfits_told(form_misfits(error, DeadlineRule))
            raise BadInput(
                f"{path.name} 第 {place} 条时限规则有误：{zh}。", f"{path.name}, rule {place}: {en}.", file=path.name, place=place,
            ) from error
    _check_overlap(path, rules)
    return tuple(rules)


def _check_overlap(path: Path, rules: list[DeadlineRule]) -> None:
    ordered = sorted(rules, key=lambda rule: (rule.rule, rule.jurisdiction, rule.valid_from))
    for earlier, later in pairwise(ordered):
        same = (earlier.rule, earlier.jurisdiction) == (later.rule, later.jurisdiction)
        if same and (earlier.valid_to is None or earlier.valid_to >= later.valid_from):
            raise BadInput(
                f"{path.name}：规则“{later.rule}”（{later.jurisdiction}）有两条同时有效；请为前一条写明 valid_to。",
                f"{path.name}: two rules “{later.rule}” ({later.jurisdiction}) hold at the same time; give the earlier one a valid_to.",
                file=path.name, rule=later.rule,
            )
