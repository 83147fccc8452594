"""What SQL cannot say: the critical path of joint handling, bounds of shares of the satisfied, and what often follows an item."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from lingnan.base import BadInput
from lingnan.methods import Hits, NextItems, critical_path, fit_next, judge_next, popularity, wilson

Tables = Mapping[str, pa.Table]
Row = dict[str, Any]
FIRST = 5
"""Places that a hint may take: HitRate@5."""
Spans = dict[str, dict[tuple[str, ...], int]]


def bundle_step(tables: Tables, as_of: date) -> list[Row]:
    """The items of each joint handling with their earliest times in working days; any number of items are handled at once.

    A joint handling with an item that is not in the catalogue, that has no limit, or with items that need each other in a circle has no times
    and says which.
    """
    needs: dict[str, dict[str, list[str]]] = {}
    for each in tables["stg_bundle_need"].to_pylist():
        needs.setdefault(each["bundle_code"], {}).setdefault(each["item_code"], []).append(each["needs_item"])
    bundles: dict[str, list[Row]] = {}
    for each in sorted(tables["stg_bundle_days"].to_pylist(), key=lambda row: (row["bundle_code"], row["item_code"])):
        bundles.setdefault(each["bundle_code"], []).append(each)
    return [row for code, items in bundles.items() for row in _planned(items, needs.get(code, {}))]


def _planned(items: list[Row], needs: Mapping[str, Iterable[str]]) -> list[Row]:
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


def item_rating(tables: Tables, as_of: date) -> list[Row]:
    """Items with Wilson's lower bound (95 %) of the share satisfied, so that few good ratings do not pass for many; shares in per cent."""
    return [_rated(each) for each in tables["stg_item_rating"].to_pylist()]


def _rated(item: Mapping[str, Any]) -> Row:
    rated, satisfied, poor, fixed = (int(item[name]) for name in ("rated", "satisfied", "poor", "fixed"))
    low = 100 * wilson(satisfied, rated).low
    return {
        **{name: value for name, value in item.items() if name != "floor"}, "satisfied_share": 100 * satisfied / rated if rated else None,
        "satisfied_low": low, "fixed_share": 100 * fixed / poor if poor else None, "below_floor": bool(rated) and low < float(item["floor"]),
    }


def item_following(tables: Tables, as_of: date) -> list[Row]:
    """Items and what most likely follows them, by kind of applicant, learnt from all spans with the weight found on the one held out.

    Only what followed often enough is told, so that no row stands for a few applicants.
    """
    names = {each["item_code"]: each["item_name"] for each in tables["stg_item"].to_pylist()}
    rows: list[Row] = []
    for kind, (spans, least) in _spans(tables["stg_followed"]).items():
        if spans["learnt"]:
            chain = fit_next(spans["learnt"], spans["held_out"])
            rows += _followed(kind, fit_next(_together(spans.values()), {}), chain.weights, least, names)
    return rows


def hint_skill(tables: Tables, as_of: date) -> list[Row]:
    """HitRate@5, mean reciprocal place and coverage on the latest span, of popularity and of what follows; shares in per cent."""
    rows: list[Row] = []
    for kind, (spans, _least) in _spans(tables["stg_followed"]).items():
        if spans["learnt"] and any(len(way) > 1 for way in spans["later"]):
            plain, chain = popularity(spans["learnt"]), fit_next(spans["learnt"], spans["held_out"])
            usual, found = judge_next(plain, spans["later"], FIRST), judge_next(chain, spans["later"], FIRST)
            rows += [_skill(kind, "popularity", usual, None, better=False)]
            rows += [_skill(kind, "following", found, chain.weights[0], better=found.hit_rate > usual.hit_rate)]
    return rows


def _spans(followed: pa.Table) -> dict[str, tuple[Spans, int]]:
    """Ways of each kind of applicant by span, and how often one must have been gone to be told."""
    found: dict[str, tuple[Spans, int]] = {}
    for each in followed.to_pylist():
        spans, _least = found.setdefault(each["applicant_kind"], ({"learnt": {}, "held_out": {}, "later": {}}, int(each["least"])))
        way = (each["before_item"], each["item_code"]) if each["before_item"] else (each["item_code"],)
        spans[each["span"]][way] = int(each["cases"])
    return dict(sorted(found.items()))


def _together(spans: Iterable[Mapping[tuple[str, ...], int]]) -> dict[tuple[str, ...], int]:
    whole: dict[tuple[str, ...], int] = {}
    for span in spans:
        for way, count in span.items():
            whole[way] = whole.get(way, 0) + count
    return whole


def _followed(kind: str, counted: NextItems, weights: tuple[float, ...], least: int, names: Mapping[str, str]) -> list[Row]:
    chain, whole, rows = NextItems(counted.popular, counted.followed, weights), sum(counted.popular.values()), []
    for (before,), told in sorted(counted.followed.items()):
        chances, seen = chain.chances((before,)), sum(told.values())
        for place, item in enumerate(chain.ranked((before,), told)[:FIRST], 1):
            usual = counted.popular[item] / whole
            if told[item] >= least and before in names and item in names:
                rows.append({
                    "applicant_kind": kind, "before_item": before, "item_code": item, "before_name": names[before], "item_name": names[item],
                    "place": place, "cases": told[item], "chance": chances[item], "usual": usual, "lift": told[item] / seen / usual,
                })
    return rows


def _skill(kind: str, method: str, hits: Hits, weight: float | None, *, better: bool) -> Row:
    return {
        "applicant_kind": kind, "method": method, "cases": hits.cases, "hit_rate": 100 * hits.hit_rate,
        "reciprocal": hits.reciprocal, "coverage": 100 * hits.coverage, "weight": weight, "better": better,
    }
