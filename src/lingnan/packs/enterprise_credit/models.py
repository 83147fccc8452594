"""What SQL cannot say: which days are worked, how rare a month's count is, and a scorecard learnt from earlier years."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from lingnan.base import Unavailable, WrongUse
from lingnan.methods import Scorecard, fit_scorecard, judge, poisson_exceedance, psi, score_rows
from lingnan.standards import load_calendar

ATTRIBUTES = ("years_open", "licences", "penalties", "enforcements", "arrears", "honours", "late_reports", "failed_inspections")
Columns = Mapping[str, Sequence[Any]]
Row = Mapping[str, Any]


def int_working_day(_tables: Mapping[str, pa.Table], _as_of: date) -> pa.Table:
    """Every day the notices cover, whether it is worked, and how many working days there were up to and with it."""
    return load_calendar().arrow()


def int_surge(tables: Mapping[str, pa.Table], as_of: date) -> list[Row]:
    """For each place and branch, penalties of the last whole month beside the mean of the months before, and the Poisson chance of so many."""
    months: dict[tuple[str, str], dict[date, int]] = {}
    for row in tables["int_scope_month"].to_pylist():
        months.setdefault((row["scope"], row["code"]), {})[row["month"]] = row["penalties"]
    last = (as_of.replace(day=1) - timedelta(days=1)).replace(day=1)
    rows: list[Row] = []
    for (scope, code), counts in sorted(months.items()):
        before = [number for month, number in counts.items() if month < last]
        if last in counts and before:
            expected = sum(before) / len(before)
            chance = poisson_exceedance(counts[last], expected)
            rows.append({"scope": scope, "code": code, "month": last, "penalties": counts[last], "expected": expected, "chance": chance})
    return rows


def int_card(tables: Mapping[str, pa.Table], as_of: date) -> list[Row]:
    """The bins of a card learnt two spans ago and tried on the next span, with its quality in every row; one row says why where there is none."""
    learn, test, now = (_of(tables["int_card_row"], origin) for origin in ("learn", "test", "now"))
    told, made = learnt_card(learn, test, now, ATTRIBUTES, as_of.isoformat())
    if made is None:
        return [told]
    return [
        {**told, "attribute": each.name, "low": part.low, "high": part.high, "points": part.points, "goods": part.goods, "bads": part.bads}
        for each in made.attributes for part in each.bins if not part.missing
    ]


def learnt_card(
    learn: Columns, test: Columns, now: Columns, attributes: Sequence[str], version: str
) -> tuple[dict[str, Any], Scorecard | None]:
    """A card of these attributes and what there is to say of it: how it stands, how well it told `bad` in the test, how stable it is now."""
    told: dict[str, Any] = {
        "version": version, "rows_learnt": len(learn["bad"]), "bads_learnt": sum(learn["bad"]), "rows_tested": len(test["bad"]),
        "bads_tested": sum(test["bad"]),
    }
    try:
        columns = {name: learn[name] for name in attributes}
        made = fit_scorecard(columns, learn["bad"], name="inspection_priority", card_version=version, data_version="")
    except Unavailable as error:
        return {**told, "standing": error.facts.get("reason", "extra_missing")}, None
    except WrongUse:
        return {**told, "standing": "too_little_known"}, None
    told |= {"standing": "made", "stability": _stability(made, test, now)}
    if 0 < told["bads_tested"] < told["rows_tested"]:
        scores = judge(made, test, test["bad"])
        told |= {"auc": scores.auc, "ks": scores.ks, "single_auc": scores.single}
    return told, made


def _of(rows: pa.Table, origin: str) -> dict[str, list[Any]]:
    """The columns of one day's rows, in the order of the entities."""
    held = rows.sort_by("uscc").to_pydict()
    places = [place for place, found in enumerate(held["origin"]) if found == origin]
    return {name: [held[name][place] for place in places] for name in (*ATTRIBUTES, "bad")}


def _stability(made: Scorecard, test: Columns, now: Columns) -> float | None:
    """How far today's scores lie from those of the test, in tenths of the test's scores."""
    before, after = sorted(score_rows(made, test)), score_rows(made, now)
    if not before or not after:
        return None
    bounds = sorted({before[len(before) * tenth // 10] for tenth in range(1, 10)})
    return psi(_counts(before, bounds), _counts(after, bounds))


def _counts(scores: Sequence[float], bounds: Sequence[float]) -> list[float]:
    counts = [0.0] * (len(bounds) + 1)
    for score in scores:
        counts[sum(score >= bound for bound in bounds)] += 1
    return counts
