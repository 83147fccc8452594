"""Conditions over a table that somebody must be told of: asked after a build, each row that meets one becomes an alert for casework to carry."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lingnan.base import AlertRaised
from lingnan.insight.shapes import Words
from lingnan.lake import EngineSession

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
FACTS = 20
Called = Callable[[str, Any], Words | None]
"""What a column's value is called; None where it speaks for itself."""


def _speaks(_column: str, _value: Any) -> None:
    return None


@dataclass(frozen=True)
class WatchedCondition:
    """A condition: the select of the rows that meet it with a column for the level, what tells them apart, the words, whom it concerns.

    Words and units may hold `{column}`; in words `called` tells what a code means. `most` bounds how many alerts one build may raise.
    """

    rule: str
    select: str
    level: str
    key: tuple[str, ...]
    zh: str
    en: str
    roles: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    most: int = 100
    called: Called = _speaks


def alerts_met(session: EngineSession, condition: WatchedCondition) -> list[AlertRaised]:
    """An alert for each row that meets the condition, in the select's order."""
    rows = session.query(f"{condition.select}\nlimit {condition.most}", dict(condition.values) or None).to_pylist()
    return [_raised(condition, row) for row in rows]


def _raised(condition: WatchedCondition, row: Mapping[str, Any]) -> AlertRaised:
    facts = {name: _told(value) for name, value in list(row.items())[:FACTS] if name != condition.level}
    units = [unit for each in condition.organisations if (unit := _filled(each, row))]
    zh, en = (_filled(text, {**row, **_called(condition, row, lang)}) for text, lang in ((condition.zh, "zh"), (condition.en, "en")))
    return AlertRaised(
        condition.rule, str(row[condition.level]), " ".join(_told(row[name]) for name in condition.key), zh, en,
        {"roles": list(condition.roles), "organisations": units}, facts, link=condition.link,
    )


def _called(condition: WatchedCondition, row: Mapping[str, Any], lang: str) -> dict[str, str]:
    return {name: words.text(lang) for name, value in row.items() if (words := condition.called(name, value))}


def _filled(text: str, row: Mapping[str, Any]) -> str:
    return _PLACE.sub(lambda place: _said(row.get(place[1])), text)


def _said(value: Any) -> str:
    """A value as a sentence may hold it: a number of one and more to two places."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) and abs(value) >= 1 else _told(value)


def _told(value: Any) -> str:
    """A value as text that tells it from others."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
