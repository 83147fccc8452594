"""What SQL cannot say: which days are worked, by the State Council's notices, and how rare a month's count is."""

from collections.abc import Mapping
from datetime import date, timedelta

import pyarrow as pa

from lingnan.methods import poisson_exceedance
from lingnan.standards import load_calendar

SURGE = pa.schema([
    ("scope", pa.string()), ("code", pa.string()), ("month", pa.date32()), ("penalties", pa.int64()), ("expected", pa.float64()),
    ("chance", pa.float64()),
])


def int_working_day(_tables: Mapping[str, pa.Table], _as_of: date) -> pa.Table:
    """Every day the notices cover, whether it is worked, and how many working days there were up to and with it."""
    return load_calendar().arrow()


def int_surge(tables: Mapping[str, pa.Table], as_of: date) -> pa.Table:
    """For each place and branch, penalties of the last whole month beside the mean of the months before, and the Poisson chance of so many."""
    months: dict[tuple[str, str], dict[date, int]] = {}
    for row in tables["int_scope_month"].to_pylist():
        months.setdefault((row["scope"], row["code"]), {})[row["month"]] = row["penalties"]
    last = (as_of.replace(day=1) - timedelta(days=1)).replace(day=1)
    rows = []
    for (scope, code), counts in sorted(months.items()):
        before = [number for month, number in counts.items() if month < last]
        if last in counts and before:
            expected = sum(before) / len(before)
            chance = poisson_exceedance(counts[last], expected)
            rows.append({"scope": scope, "code": code, "month": last, "penalties": counts[last], "expected": expected, "chance": chance})
    return pa.Table.from_pylist(rows, schema=SURGE)
