"""Filters in the address: read with their defaults, and written again so that what one sees can be passed on."""

from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import urlencode

from lingnan.base import WrongUse
from lingnan.insight.dashboards.spec import Board, Filter
from lingnan.insight.dashboards.statement import Chosen

LONGEST = 200
EVERYTHING = "*"
"""What the address says where a filter with a default is set to nothing."""


def chosen_of(board: Board, told: Mapping[str, str], options: Callable[[Filter], tuple[str, ...]]) -> Chosen:
    """What the address chooses; `options` gives the values of a filter, those of a period newest first. WrongUse for a day that is none."""
    found: dict[str, str | tuple[date | None, date | None]] = {}
    for each in board.filters:
        if each.kind == "dates":
            found[each.id] = (_day(told.get("from", "")), _day(told.get("to", "")))
            continue
        wish = told.get(each.id, "").strip()[:LONGEST]
        if not wish or (each.needed and wish == EVERYTHING):
            wish = _default(each, options)
        if wish and wish != EVERYTHING:
            found[each.id] = wish
    return {key: value for key, value in found.items() if value != (None, None)}


def query_of(board: Board, chosen: Chosen) -> str:
    """The same as a query, in the order of the filters."""
    pairs: list[tuple[str, str]] = []
    for each in board.filters:
        value = chosen.get(each.id)
        if isinstance(value, tuple):
            pairs += [(key, day.isoformat()) for key, day in zip(("from", "to"), value, strict=True) if day]
        elif value:
            pairs.append((each.id, value))
        elif each.default:
            pairs.append((each.id, EVERYTHING))
    return urlencode(pairs, safe=EVERYTHING)


def _default(wanted: Filter, options: Callable[[Filter], tuple[str, ...]]) -> str:
    if wanted.default == "latest" or (wanted.needed and not wanted.default):
        return next(iter(options(wanted)), "")
    return wanted.default


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(
            f"“{text[:40]}”不是日期。请写成 2026-01-31。", f"“{text[:40]}” is no day. Write it as 2026-01-31.",
        ) from None
