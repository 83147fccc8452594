"""Periods between others, so that a line has a place for every one of them."""

from datetime import date, timedelta

from lingnan.insight.dashboards.panels import Bucket

MOST = 1000
"""So many periods a line is filled up to; one over a longer time shows those that are there."""


def between(keys: list[str], bucket: Bucket | None) -> list[str]:
    """The periods and those between them, ascending; other keys, hours, and too many as they are."""
    known = sorted(each for each in keys if each)
    if bucket is None or bucket == "hour" or not known:
        return keys
    if bucket == "day":
        first, last = date.fromisoformat(known[0]), date.fromisoformat(known[-1])
        found = [(first + timedelta(days=place)).isoformat() for place in range(min((last - first).days, MOST) + 1)]
    else:
        found = [_written(number, bucket) for number in range(_number(known[0], bucket), _number(known[-1], bucket) + 1)][: MOST + 1]
    return [*found, *(each for each in keys if not each)] if len(found) <= MOST else keys


def _number(period: str, bucket: Bucket) -> int:
    """Where a period stands among its like."""
    year, rest = int(period[:4]), period[5:].lstrip("Q")
    return year if bucket == "year" else year * 4 + int(rest) - 1 if bucket == "quarter" else year * 12 + int(rest) - 1


def _written(number: int, bucket: Bucket) -> str:
    if bucket == "year":
        return f"{number:04d}"
    if bucket == "quarter":
        return f"{number // 4:04d}-Q{number % 4 + 1}"
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
