"""Quality of a feed, read from the counts that governing wrote: scores, rules, and how the score went over versions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lingnan.base import LingnanError
from lingnan.govern import FeedTables
from lingnan.hub.pages.cockpit import dimension_words
from lingnan.hub.pages.desk import Desk, percent
from lingnan.insight import Count, Quality, RuleLine, TrendPoint
from lingnan.lake import View
from lingnan.trust import Subject

MOST_POINTS = 10
JUDGED = ("error", "warning")
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
    """Mean over the dimensions of the share of checks that held, in percent; None when nothing was asked."""
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if row["severity"] in JUDGED and row["checked"]:
            totals[row["dimension"]][0] += row["checked"]
            totals[row["dimension"]][1] += row["failed"]
    held = [100 * (1 - failed / checked) for checked, failed in totals.values()]
    return percent(sum(held) / len(held)) if held else None


def quality(desk: Desk, subject: Subject, feed: str) -> Quality:
    """What the last check of a feed found, and its trend."""
    tables = FeedTables.of(feed)
    rows = counts(desk, subject, [feed]).get(feed, [])
    return Quality(
        score=score(rows), accepted=desk.rows(tables.accepted), quarantined=desk.rows(tables.quarantine),
        dimensions=_dimensions(rows), rules=_rules(desk, feed, rows), trend=_trend(desk, subject, tables.checks) if rows else (),
    )


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


def _trend(desk: Desk, subject: Subject, checks: str) -> tuple[TrendPoint, ...]:
    """The score of the last versions, oldest first; versions whose files were swept are left out."""
    commits = list(reversed(desk.history(checks)[:MOST_POINTS]))
    view = desk.views(subject, [checks])[checks]
    scores = desk.keep(("trend", checks, commits[-1].version), lambda: _scores(desk, view, [commit.version for commit in commits]))
    points = [(commit.at, scores.get(commit.version)) for commit in commits]
    return tuple(TrendPoint(at=at, score=found) for at, found in points if found is not None)


def _scores(desk: Desk, view: View, versions: Sequence[int]) -> dict[int, Decimal | None]:
    """Scores of several versions in one session, or of the newest alone when files of an older one are gone."""
    for wanted in (versions, versions[-1:]):
        views = {f"checks.version_{version}": replace(view, version=version) for version in wanted}
        sql = " union all ".join(f"select {version} as version, {_COUNTS} from checks.version_{version}" for version in wanted)
        try:
            rows = desk.hub.engine.query(sql, views).to_pylist() if wanted else []
        except LingnanError:
            continue
        return {version: score(row for row in rows if row["version"] == version) for version in wanted}
    return {}
