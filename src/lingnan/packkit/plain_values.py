"""Values of YAML as JSON holds them and back: days, moments and keys that are no texts keep their kind."""

from datetime import date, datetime
from math import isfinite
from typing import Any

MARK = "·"
"""Key of a mapping that stands for another value; a mapping with such a key of its own is kept as pairs."""


def as_plain(values: Any) -> Any:
    """The values as JSON holds them; None where they hold a kind that has no form here."""
    try:
        plain = _plain(values)
    except TypeError:
        return None
    return [plain, plain != values]


def from_plain(kept: list[Any]) -> Any:
    """The values that `as_plain` was given."""
    plain, marked = kept
    return _value(plain) if marked else plain


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else {MARK: "float", "of": repr(value)}
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {MARK: "int", "of": str(value)}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return {MARK: "moment", "of": value.isoformat()}
    if isinstance(value, date):
        return {MARK: "day", "of": value.isoformat()}
    if isinstance(value, dict):
        if MARK in value or not all(isinstance(key, str) for key in value):
            return {MARK: "pairs", "of": [[_plain(key), _plain(each)] for key, each in value.items()]}
        return {key: _plain(each) for key, each in value.items()}
    raise TypeError


def _value(kept: Any) -> Any:
    if isinstance(kept, list):
        return [_value(each) for each in kept]
    if not isinstance(kept, dict):
        return kept
    match kept.get(MARK):
        case None:
            return {key: _value(each) for key, each in kept.items()}
        case "int":
            return int(kept["of"])
        case "float":
            return float(kept["of"])
        case "day":
            return date.fromisoformat(kept["of"])
        case "moment":
            return datetime.fromisoformat(kept["of"])
    return {_value(key): _value(each) for key, each in kept["of"]}
