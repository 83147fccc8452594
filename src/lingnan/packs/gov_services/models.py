"""What SQL cannot say: the critical path of joint handling, and bounds of shares of the satisfied."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from lingnan.base import BadInput
from lingnan.methods import critical_path, wilson

Tables = Mapping[str, pa.Table]
STEP = pa.schema([
    ("bundle_code", pa.string()), ("item_code", pa.string()), ("item_name", pa.string()), ("days", pa.int64()), ("begins_after", pa.int64()),
    ("ends_after", pa.int64()), ("slack", pa.int64()), ("critical", pa.bool_()), ("fault", pa.string()),
])
RATING = pa.schema([
    ("item_code", pa.string()), ("item_name", pa.string()), ("authority", pa.string()),
    *((name, pa.int64()) for name in ("rated", "very_satisfied", "content", "fairly_satisfied", "dissatisfied", "very_dissatisfied", "by_default",
                                      "satisfied", "poor", "fixed")),
    ("satisfied_share", pa.float64()), ("satisfied_low", pa.float64()), ("fixed_share", pa.float64()), ("below_floor", pa.bool_()),
])


def bundle_step(tables: Tables, as_of: date) -> pa.Table:
    """The items of each joint handling with their earliest times in working days; any number of items are handled at once.

    A joint handling with an item that is not in the catalogue, that has no limit, or with items that need each other in a circle has no times
    and says which.
    """
    needs: dict[str, dict[str, list[str]]] = {}
    for each in tables["stg_bundle_need"].to_pylist():
        needs.setdefault(each["bundle_code"], {}).setdefault(each["item_code"], []).append(each["needs_item"])
    bundles: dict[str, list[dict[str, Any]]] = {}
    for each in sorted(tables["stg_bundle_days"].to_pylist(), key=lambda row: (row["bundle_code"], row["item_code"])):
        bundles.setdefault(each["bundle_code"], []).append(each)
    return pa.Table.from_pylist([row for code, items in bundles.items() for row in _planned(items, needs.get(code, {}))], schema=STEP)


def _planned(items: list[dict[str, Any]], needs: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    fault = _fault(items)
    if fault is None:
        try:
            plan = critical_path({each["item_code"]: int(each["days"]) for each in items}, needs)
        except BadInput:
            fault = "circle"
    if fault is not None:
        return [{**each, "critical": False, "fault": fault} for each in items]
    steps, critical = plan.steps, set(plan.critical)
    return [
        {**each, "begins_after": step.start, "ends_after": step.finish, "slack": step.slack, "critical": each["item_code"] in critical}
        for each in items for step in (steps[each["item_code"]],)
    ]


def _fault(items: Iterable[Mapping[str, Any]]) -> str | None:
    if any(each["item_name"] is None for each in items):
        return "unknown_item"
    return "no_limit" if any(each["days"] is None for each in items) else None


def item_rating(tables: Tables, as_of: date) -> pa.Table:
    """Items with Wilson's lower bound (95 %) of the share satisfied, so that few good ratings do not pass for many; shares in per cent."""
    return pa.Table.from_pylist([_rated(each) for each in tables["stg_item_rating"].to_pylist()], schema=RATING)


def _rated(item: Mapping[str, Any]) -> dict[str, Any]:
    rated, satisfied, poor, fixed = (int(item[name]) for name in ("rated", "satisfied", "poor", "fixed"))
    low = 100 * wilson(satisfied, rated).low
    return {
        **{name: item[name] for name in RATING.names if name in item}, "satisfied_share": 100 * satisfied / rated if rated else None,
        "satisfied_low": low, "fixed_share": 100 * fixed / poor if poor else None, "below_floor": bool(rated) and low < float(item["floor"]),
    }
