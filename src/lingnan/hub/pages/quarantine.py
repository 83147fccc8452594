"""Rows that were not accepted: counts by department, feed and rule, a page of them, and all of them for an export."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lingnan.collect import Feed
from lingnan.govern import FeedTables
from lingnan.hub.pages import quality
from lingnan.hub.pages.desk import Desk, offset_of
from lingnan.hub.pages.disputed import Marks, joined
from lingnan.insight import Facet, FacetValue, QuarantinedRow, QuarantinePage, QuarantineQuery, RuleFailure, Severity, Words
from lingnan.lake import View
from lingnan.trust import Subject

HIDDEN = "***"
MOST_RULES = 40
TITLES = {"department": Words(zh="部门", en="Department"), "feed": Words(zh="数据", en="Data"), "rule": Words(zh="规则", en="Rule")}


def quarantine(desk: Desk, subject: Subject, query: QuarantineQuery) -> QuarantinePage:
    """A page of quarantined rows; Refused for visitors, to whom raw rows are closed."""
    ground = _Ground.of(desk, subject, "read")
    start = offset_of(query.cursor)
    wanted = ground.wanted(query)
    total = sum(ground.count(feed, query.rule) for feed in wanted)
    items = tuple(_page(ground, query, wanted, start))
    more = start + query.limit < total
    return QuarantinePage(total=total, facets=ground.facets(query), items=items, next=str(start + query.limit) if more else None)


def quarantined_rows(desk: Desk, subject: Subject, query: QuarantineQuery) -> Iterator[QuarantinedRow]:
    """Every row the query means; decided before the first row leaves, so a refusal is a refusal and no broken file."""
    ground = _Ground.of(desk, subject, "export")
    wanted = ground.wanted(query)
    decision = next((int(view.decision) for view in ground.views.values()), 0)
    desk.hub.trust.audit.delivered(subject, decision, "export", "quarantine", sum(ground.count(feed, query.rule) for feed in wanted))
    return (row for feed in wanted for row in ground.rows(feed, query.rule))


def _page(ground: "_Ground", query: QuarantineQuery, wanted: list[str], start: int) -> Iterator[QuarantinedRow]:
    left = query.limit
    for feed in wanted:
        held = ground.count(feed, query.rule)
        if start < held and left > 0:
            found = list(islice(ground.rows(feed, query.rule, start, left), left))
            left -= len(found)
            yield from found
        start = max(start - held, 0)


@dataclass(frozen=True)
class _Ground:
    """What one request may see of quarantine: views by feed, and how many rows failed which rule."""

    desk: Desk
    feeds: Mapping[str, Feed]
    views: Mapping[str, View]
    counted: Mapping[str, Mapping[str, int]]
    checks: Mapping[str, Mapping[str, dict[str, Any]]]
    marks: Marks

    @classmethod
    def of(cls, desk: Desk, subject: Subject, action: str) -> "_Ground":
        """Decide on every quarantine table at once and count its rules; Refused when policy says so."""
        tables = {feed: FeedTables.of(feed).quarantine for feed in desk.titles.feeds}
        views = desk.views(subject, desk.present(tables.values()), action)
        feeds = {feed: desk.titles.feeds[feed] for feed, table in tables.items() if table in views}
        checks = {feed: {row["rule"]: row for row in rows} for feed, rows in quality.counts(desk, subject, feeds).items()}
        marks = Marks(desk, subject, (described.target for described in feeds.values()))
        counted = _by_rule(desk, {tables[feed]: feed for feed in feeds}, views)
        return cls(desk, feeds, {feed: views[tables[feed]] for feed in feeds}, counted, checks, marks)

    def count(self, feed: str, rule: str) -> int:
        """Quarantined rows of a feed, those that failed a rule when one is given."""
        return self.counted.get(feed, {}).get(rule, 0) if rule else self.desk.rows(self.views[feed].table)

    def wanted(self, query: QuarantineQuery) -> list[str]:
        """The feeds a query means."""
        return [
            feed for feed in self.feeds
            if query.feed in ("", feed) and query.department in ("", feed.split(".")[0]) and self.count(feed, query.rule)
        ]

    def facets(self, query: QuarantineQuery) -> tuple[Facet, ...]:
        """Counts to narrow by, each under the other choices."""
        departments: dict[str, int] = {}
        for feed in self.feeds:
            if query.feed in ("", feed):
                key = feed.split(".")[0]
                departments[key] = departments.get(key, 0) + self.count(feed, query.rule)
        held = {feed: self.count(feed, query.rule) for feed in self.feeds if query.department in ("", feed.split(".")[0])}
        titles = self.desk.titles
        return (
            _facet("department", departments, query.department, titles.department), _facet("feed", held, query.feed, titles.table),
            self._rule_facet(query),
        )

    def _rule_facet(self, query: QuarantineQuery) -> Facet:
        rules: dict[str, int] = {}
        spoken: dict[str, str] = {}
        for feed in self.wanted(query.model_copy(update={"rule": ""})):
            for rule, number in self.counted.get(feed, {}).items():
                rules[rule] = rules.get(rule, 0) + number
                spoken.setdefault(rule, feed)
        most = dict(sorted(rules.items(), key=lambda pair: -pair[1])[:MOST_RULES])
        return _facet("rule", most, query.rule, lambda rule: self.desk.titles.rule(spoken.get(rule, ""), rule))

    def rows(self, feed: str, rule: str, start: int = 0, most: int | None = None) -> Iterator[QuarantinedRow]:
        """Rows of one feed in stored order."""
        view = self.views[feed]
        where = "where list_contains(_rules, $rule)" if rule else ""
        part = f" limit {int(most)} offset {int(start)}" if most is not None else ""
        params = {"rule": rule} if rule else None
        with self.desk.hub.engine.stream(f"select * from {view.table} {where}{part}", {view.table: view}, params) as batches:
            for batch in batches:
                for row in batch.to_pylist():
                    yield self._row(feed, row)

    def _row(self, feed: str, row: dict[str, Any]) -> QuarantinedRow:
        described = self.feeds[feed]
        keys = described.file.key or described.contract.key
        return QuarantinedRow(
            feed=feed, title=self.desk.titles.table(feed), department=self.desk.titles.department(feed.split(".")[0]),
            key="·".join(str(row.get(name) or "") for name in keys), batch=row["_batch"], position=row["_position"],
            received_at=row["_received_at"], failures=tuple(self._failures(feed, row)),
            disputed=None if self.views[feed].masks.keys() & set(keys) else self.marks.of(described.target, joined(keys, row)),
        )

    def _failures(self, feed: str, row: dict[str, Any]) -> Iterator[RuleFailure]:
        """Each failed rule with its value; where the reasons may not be seen (in an export), the value of a column that may."""
        told = {reason["rule"]: (reason["column"], reason["value"]) for reason in row.get("_reasons") or ()}
        for rule in row["_rules"] or ():
            known = self.checks.get(feed, {}).get(rule, {})
            column, value = told.get(rule) or (known.get("column", ""), None if not known.get("column") else row.get(known["column"], HIDDEN))
            severity: Severity = "warning" if known.get("severity") == "warning" else "error"
            yield RuleFailure(rule=rule, title=self.desk.titles.rule(feed, rule), column=column or "", value=value, severity=severity)


def _by_rule(desk: Desk, feeds: Mapping[str, str], views: Mapping[str, View]) -> dict[str, dict[str, int]]:
    """Feed to rule to rows that failed it."""
    if not views:
        return {}
    sql = " union all ".join(
        f"select '{feeds[table]}' as feed, rule, count(*) as failed from (select unnest(_rules) as rule from {table}) group by rule"
        for table in views
    )
    found: dict[str, dict[str, int]] = {}
    for row in desk.answer(sql, views):
        found.setdefault(row["feed"], {})[row["rule"]] = row["failed"]
    return found


def _facet(field: str, counts: Mapping[str, int], chosen: str, title: Any) -> Facet:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    values = [
        FacetValue(value=value, title=title(value), count=number, chosen=value == chosen) for value, number in ordered if number or value == chosen
    ]
    return Facet(field=field, title=TITLES[field], values=tuple(values))
