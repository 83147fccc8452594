"""Quality of a feed and of a department: scores by characteristic, rules, and how the scores went over the checks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lingnan.base import CHINA, Missing
from lingnan.govern import CHARACTERISTICS, FeedTables, characteristic_scores, total_score
from lingnan.hub.pages.cockpit import dimension_words
from lingnan.hub.pages.desk import Desk, percent
from lingnan.insight import Characteristic, Count, Quality, RuleLine, TrendPoint, Words
from lingnan.trust import Subject

MOST_POINTS, MOST_DAYS = 10, 60
JUDGED = ("error", "warning")
Told = tuple[datetime, Mapping[str, Any]]
Counts = list[dict[str, Any]]
# A column is named `column`, a word of SQL, so it is quoted.
_COUNTS = 'rule, "column", dimension, severity, checked, failed, repaired'


def counts(desk: Desk, subject: Subject, feeds: Iterable[str]) -> dict[str, Counts]:
    """The counts of each feed that was governed, all read under one decision and, where not at hand, in one session."""
    tables = {FeedTables.of(feed).checks: feed for feed in feeds}
    views = desk.views(subject, desk.present(tables))
    if not views:
        return {}
    sql = " union all ".join(f"select '{tables[table]}' as feed, {_COUNTS} from {table}" for table in views)
    found: dict[str, Counts] = {tables[table]: [] for table in views}
    for row in desk.answer(sql, views):
        found[row["feed"]].append(row)
    return found


def score(rows: Iterable[Mapping[str, Any]]) -> Decimal | None:
    """Mean over the characteristics of the share of what was asked that held, in percent; None when nothing was asked."""
    return _in_percent(total_score(_scores(rows)))


def quality(desk: Desk, subject: Subject, feed: str) -> Quality:
    """What the last check of a feed found, and how its scores went over the checks before."""
    tables = FeedTables.of(feed)
    rows = counts(desk, subject, [feed]).get(feed, [])
    told = _told(desk, feed) if rows else []
    return Quality(
        score=score(rows), accepted=desk.rows(tables.accepted), quarantined=desk.rows(tables.quarantine), dimensions=_dimensions(rows),
        characteristics=_characteristics(rows, told), rules=_rules(desk, feed, rows), trend=_line((at, each.get("total")) for at, each in told),
    )


def department_quality(desk: Desk, subject: Subject, department: str) -> tuple[tuple[Characteristic, ...], tuple[TrendPoint, ...]]:
    """A department's six characteristics over all rules of its feeds, and day by day the mean of what each feed was last found to be."""
    feeds = [feed.id for feed in desk.hub.feeds if feed.id.split(".")[0] == department]
    found = counts(desk, subject, feeds)
    moments = sorted((at, feed, each["total"]) for feed in found for at, each in _told(desk, feed, MOST_DAYS) if each.get("total") is not None)
    last: dict[str, float] = {}
    days: dict[date, tuple[datetime, float]] = {}
    for at, feed, total in moments:
        last[feed] = total
        days[at.astimezone(CHINA).date()] = (at, sum(last.values()) / len(last))
    return _characteristics([row for rows in found.values() for row in rows], []), _line(list(days.values())[-MOST_POINTS:])


def nothing(accepted: int) -> Quality:
    """The quality of what was never checked."""
    return Quality(score=None, accepted=accepted, quarantined=0, dimensions=(), rules=(), trend=())


def _dimensions(rows: Counts) -> tuple[Count, ...]:
    failed: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["severity"] in JUDGED:
            failed[row["dimension"]] += row["failed"]
    return tuple(Count(key=key, title=dimension_words(key), count=number) for key, number in failed.items())


def _rules(desk: Desk, feed: str, rows: Counts) -> tuple[RuleLine, ...]:
    repaired = {row["column"]: row["repaired"] for row in rows if row["severity"] not in JUDGED}
    lines = []
    for row in rows:
        if row["severity"] in JUDGED:
            # Repairs are of a column, not of a rule: they stand beside the column's first rule.
            lines.append(RuleLine(
                id=row["rule"], title=desk.titles.rule(feed, row["rule"]), column=row["column"], dimension=row["dimension"],
                severity=row["severity"], checked=row["checked"], failed=row["failed"], repaired=row["repaired"] + repaired.pop(row["column"], 0),
                href=f"/quarantine?feed={feed}&rule={row['rule']}" if row["severity"] == "error" else "",
            ))
    return tuple(sorted(lines, key=lambda line: -line.failed))


def _scores(rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    return characteristic_scores((row["dimension"], row["severity"], row["checked"], row["failed"]) for row in rows)


def _characteristics(rows: Iterable[Mapping[str, Any]], told: Sequence[Told]) -> tuple[Characteristic, ...]:
    """All six in the standard's order."""
    found = _scores(rows)
    return tuple(
        Characteristic(
            key=key, title=Words(zh=zh, en=en), score=_in_percent(found.get(key)),
            trend=_line((at, each.get("characteristics", {}).get(key)) for at, each in told),
        )
        for key, (zh, en) in CHARACTERISTICS.items()
    )


def _told(desk: Desk, feed: str, most: int = MOST_POINTS) -> list[Told]:
    """What the catalogue was told of a feed's scores after each check, oldest first."""
    try:
        seen = desk.hub.catalogue.history(feed, "score", most)
    except Missing:
        return []
    return [(each.at, each.value) for each in reversed(seen)]


def _line(points: Iterable[tuple[datetime, float | None]]) -> tuple[TrendPoint, ...]:
    return tuple(TrendPoint(at=at, score=found) for at, share in points if (found := _in_percent(share)) is not None)


def _in_percent(share: float | None) -> Decimal | None:
    return None if share is None else percent(100 * share)
