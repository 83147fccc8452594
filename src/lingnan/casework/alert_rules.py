"""Alert rules as data: levels, times to acknowledge, and which event raises which alert for whom."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lingnan.base import CHINA, BadInput, load_yaml
from lingnan.casework.deadlines import DayCounter
from lingnan.casework.flow import Role
from lingnan.trust import holds_personal_value

ALERTS = Path(__file__).parent / "rules" / "alerts.yaml"
LevelCode = Literal["blue", "yellow", "orange", "red"]
CapCategory = Literal["Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"]
CapUrgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
CapCertainty = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]
"""Words of the Common Alerting Protocol 1.2, section 3.2.2."""
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_LONGEST_VALUE = 500
ABSENT = "—"


class Strict(BaseModel):
    """A part of the rules: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AlertTitle(Strict):
    """What people call a rule, or a fact of an alert."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class AlertLevel(Strict):
    """One level; `severity` is its word in the Common Alerting Protocol 1.2."""

    code: LevelCode
    zh: str
    en: str
    severity: Literal["Minor", "Moderate", "Severe", "Extreme"]


class AudienceRule(Strict):
    """Whom an alert concerns; words may hold placeholders."""

    roles: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


class LevelBy(Strict):
    """A level that a field of the event decides."""

    field: str
    map: dict[str, LevelCode]


class Handling(Strict):
    """How long repeats are counted in, whom the alert concerns first and then, and the flow of the case at the end with who handles it."""

    audience: AudienceRule
    cool_down_minutes: int = Field(60, ge=0)
    escalate: tuple[AudienceRule, ...] = ()
    case: str = ""
    handler: str = ""


class AlertRule(Handling):
    """Which event raises which alert."""

    rule: str = Field(pattern=r"^[a-z][a-z0-9._-]{0,59}$")
    title: AlertTitle
    event: str
    when: dict[str, str] = {}
    level: LevelCode
    level_by: LevelBy | None = None
    key: str
    zh: str
    en: str
    facts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    link: str = ""
    category: CapCategory = "Other"
    urgency: CapUrgency = "Unknown"
    certainty: CapCertainty = "Observed"
    area: str = ""
    """The fact that holds the six-digit code of the division it is about."""

    def speaks_of(self, payload: Mapping[str, Any]) -> bool:
        """Whether the event's fields are those the rule waits for."""
        return all(str(payload.get(name)) == value for name, value in self.when.items())

    def level_of(self, payload: Mapping[str, Any]) -> LevelCode:
        """The level for this event."""
        return self.level_by.map.get(str(payload.get(self.level_by.field)), self.level) if self.level_by else self.level


class AcknowledgeTimes(Strict):
    """Working hours within which each level must be acknowledged, from a day on."""

    valid_from: date
    basis: str
    proofed: bool
    hours: dict[LevelCode, int]


class OfficeHours(Strict):
    """When an office day begins and ends, in China's time."""

    opens: time
    closes: time


class AlertRules(Strict):
    """All of it."""

    levels: tuple[AlertLevel, ...]
    levels_basis: str
    levels_proofed: bool
    office_hours: OfficeHours
    acknowledge: tuple[AcknowledgeTimes, ...]
    oversight: tuple[Role, ...]
    otherwise: Handling
    by_name: dict[str, AlertTitle]
    """Alerts that are raised by name and wait for no event."""
    facts: dict[str, AlertTitle]
    rules: tuple[AlertRule, ...]

    @classmethod
    def read(cls, path: Path = ALERTS) -> "AlertRules":
        """The rules of a file; pydantic's error names what is not well formed."""
        return _read(path)

    def with_rules(self, more: Iterable[AlertRule]) -> "AlertRules":
        """The same and rules of others."""
        return self.model_copy(update={"rules": (*self.rules, *more)})

    @property
    def events(self) -> tuple[str, ...]:
        """Names of the events that raise alerts."""
        return tuple(dict.fromkeys(rule.event for rule in self.rules))

    def of_event(self, name: str, payload: Mapping[str, Any]) -> list[AlertRule]:
        """The rules that this event meets."""
        return [rule for rule in self.rules if rule.event == name and rule.speaks_of(payload)]

    def handling(self, rule: str) -> Handling:
        """How alerts of this rule are handled; rules that stand in no file as `otherwise` says."""
        return next((each for each in self.rules if each.rule == rule), self.otherwise)

    def title(self, rule: str) -> AlertTitle:
        """What people call a rule; one that nobody named bears its own name."""
        found = next((each.title for each in self.rules if each.rule == rule), None)
        return found or self.by_name.get(rule) or AlertTitle(zh=rule, en=rule)

    def level(self, code: str) -> AlertLevel:
        """The level of that code; BadInput names those there are."""
        found = next((level for level in self.levels if level.code == code), None)
        if found is None:
            known = ", ".join(level.code for level in self.levels)
            raise BadInput(f"没有告警级别“{code}”。可用：{known}。", f"There is no alert level “{code}”. Levels: {known}.", level=code)
        return found

    def gravity(self, code: str) -> int:
        """The place of the level from the mildest on."""
        return self.levels.index(self.level(code))

    def acknowledge_by(self, level: str, since: datetime, days: DayCounter) -> datetime:
        """The moment until which somebody must have acknowledged, counted in working hours."""
        day = since.astimezone(CHINA).date()
        holding = [times for times in self.acknowledge if times.valid_from <= day] or [self.acknowledge[0]]
        hours = max(holding, key=lambda times: times.valid_from).hours
        return add_working_hours(since, hours[self.level(level).code], self.office_hours, days)


def add_working_hours(since: datetime, hours: int, office: OfficeHours, days: DayCounter) -> datetime:
    """The moment after so many hours of offices being open."""
    at, left = since.astimezone(CHINA), timedelta(hours=hours)
    while True:
        opens, closes = (datetime.combine(at.date(), moment, CHINA) for moment in (office.opens, office.closes))
        if days.is_worked(at.date()):
            begin = max(at, opens)
            if begin + left <= closes:
                return begin + left
            left -= max(closes - begin, timedelta(0))
        at = datetime.combine(at.date() + timedelta(days=1), time(), CHINA)


def fill(template: str, payload: Mapping[str, Any]) -> str:
    """The template with the event's fields in their places; nothing in a value is read as a template."""
    return _PLACEHOLDER.sub(lambda match: shown_value(payload.get(match[1])), template)


def shown_value(value: Any) -> str:
    """A field as people may see it: lists joined, long ones cut, a person's identifier never."""
    text = ", ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value if value is not None else "")
    text = "".join(each if each.isprintable() else " " for each in text).strip()
    return ABSENT if not text or holds_personal_value(text) else text[:_LONGEST_VALUE]


@cache
def _read(path: Path) -> AlertRules:
    return AlertRules(**load_yaml(path.read_text(encoding="utf-8")))
