"""Alerts: conditions over a given table that somebody must be told of when they are met; looked at after each build, carried by casework."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from lingnan.base import fitted
from lingnan.packkit.memory import Memory
from lingnan.packkit.parts import Kind
from lingnan.packkit.shapes import Strict, Title, Word
from lingnan.packkit.statements import Statement, read_statement

FOLDER = "alerts"
LEVEL = "alert_level"
"""The column of an alert's select that says how grave it is."""
Level = Literal["blue", "yellow", "orange", "red"]
GRAVEST_FIRST: tuple[Level, ...] = ("red", "orange", "yellow", "blue")
PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Concerned(Strict):
    """Whom an alert concerns: holders of these roles, in these units; `{column}` stands for the unit that a row names."""

    roles: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


class AlertFile(Strict):
    """An alert: by level the condition over a row (the gravest that is met counts), what a message says of it, whom it concerns.

    `key` are the columns that tell one alert from another, `cool_down_minutes` the time within which repeats are counted and not told again,
    `category`, `urgency` and `certainty` its words in the Common Alerting Protocol 1.2, `area` the column with the division it is about, `codes` the
    code list by which a column is told whose contract names none.
    """

    title: Title
    table: Word
    when: Annotated[dict[Level, str], Field(min_length=1)]
    key: Annotated[tuple[Word, ...], Field(min_length=1)]
    message: Title
    audience: Concerned
    escalate: tuple[Concerned, ...] = ()
    case: str = ""
    cool_down_minutes: Annotated[int, Field(ge=0, le=525_600)] = 1440
    most: Annotated[int, Field(ge=1, le=1000)] = 100
    category: Literal[
        "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other",
    ] = "Other"
    urgency: Literal["Immediate", "Expected", "Future", "Past", "Unknown"] = "Unknown"
    certainty: Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"] = "Observed"
    area: Word | None = None
    codes: dict[Word, Word] = Field(default_factory=dict)

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that an alert tells of a row."""
        told = [place for text in (self.message.zh, self.message.en) for place in PLACE.findall(text)]
        units = [place for each in (self.audience, *self.escalate) for unit in each.organisations for place in PLACE.findall(unit)]
        return tuple(dict.fromkeys((*self.key, *told, *units, *((self.area,) if self.area else ()))))


@dataclass(frozen=True)
class PackAlert:
    """An alert with the select that finds the rows it is about."""

    name: str
    file: AlertFile
    statement: Statement


def _read(file: Path, memory: Memory) -> PackAlert:
    told = fitted(AlertFile, memory.yaml(file.read_text(encoding="utf-8")))
    return PackAlert(file.stem, told, read_statement(file.stem, select_of(told), memory, f"{FOLDER}/{file.name}"))


def select_of(told: AlertFile) -> str:
    """The select of the rows that meet a condition, the gravest first."""
    levels = [(level, told.when[level]) for level in GRAVEST_FIRST if level in told.when]
    cases = " ".join(f"when (\n{condition}\n) then '{level}'" for level, condition in levels)
    met = " or ".join(f"(\n{condition}\n)" for _level, condition in levels)
    rank = ", ".join(f"{LEVEL} = '{level}' desc" for level, _condition in levels)
    columns = ", ".join(told.shown)
    return (
        f"-- One row is one alert.\nselect {columns}, {LEVEL} from (select {columns}, case {cases} end as {LEVEL} from {told.table} where {met}) "
        f"as met order by {rank}, {', '.join(told.key)}"
    )


KIND = Kind(FOLDER, "告警", "Alerts", _read, lambda alert: alert.file.title, lambda alert: (alert.file.table,), lambda alert: alert.statement.bound)
