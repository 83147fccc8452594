"""What the rules count, as one select each over the entries of one hour: subject, number counted, and which entries show it."""

from dataclasses import dataclass
from typing import Any

from lingnan.trust.log.reading import LogReader

EVIDENCE = 50
_READING = "('read', 'preview', 'query', 'export')"
_WITHIN = "number >= :first and number <= :last and at >= :begins and at < :ends"
# A look for the bare text comes before JSON is read, which most entries are spared that way.
_ALLOWED = "kind = 'decision' and outcome = 'allowed'"


@dataclass(frozen=True)
class Count:
    """One count: of entries that meet a condition, by subject."""

    condition: str
    counted: str = "count(*)"
    subject: str = "subject"
    parts: str = ""

    def sql(self) -> str:
        """Subject and count of each subject."""
        return (
            f"select {self.subject} as who, {self.counted} from entry {self.parts} where {_WITHIN} and {self.condition} group by who"
        )

    def evidence_sql(self) -> str:
        """The first entries that were counted for one subject."""
        return (
            f"select distinct number from entry {self.parts} where {_WITHIN} and {self.condition} and {self.subject} = :who "
            f"order by number limit {EVIDENCE}"
        )


COUNTS: dict[str, Count] = {
    "rows": Count("kind in ('delivery', 'query') and outcome = 'done'", "coalesce(sum(json_extract(facts, '$.rows')), 0)"),
    "tables": Count(
        f"{_ALLOWED} and action in ('preview', 'query', 'export')", "count(distinct decided.key)",
        parts=", json_each(facts, '$.decisions') decided",
    ),
    "records": Count(
        "kind <> 'question' and outcome <> 'refused' and instr(facts, '\"about\":') and json_extract(facts, '$.about') is not null",
        "count(distinct json_extract(facts, '$.about'))",
    ),
    "misses": Count("outcome = 'missed'"),
    "off_hours": Count(f"{_ALLOWED} and action in {_READING}"),
    "refusals": Count("outcome = 'refused' and kind <> 'sign_in'"),
    "query_budget": Count("kind = 'query' and outcome = 'refused' and json_extract(facts, '$.reason') = 'QueryBudget'"),
    "sign_in_failures": Count(
        "kind = 'sign_in' and outcome in ('refused', 'failed')",
        subject="case when resource like 'account:%' and resource <> 'account:unknown' then resource else 'anonymous' end",
    ),
    "personal_export": Count(
        f"{_ALLOWED} and action = 'export' and json_array_length(decided.value, '$.personal') > 0", "count(distinct number)",
        parts=", json_each(facts, '$.decisions') decided",
    ),
}
"""Measures that are a count of one subject's entries in an hour."""

_NEIGHBOURS = (
    "with looked as materialized (select number, subject, json_extract(facts, '$.stem') as stem, json_extract(facts, '$.before') as before "
    f"from entry where {_WITHIN} and instr(facts, '\"stem\":') and json_extract(facts, '$.stem') is not null) "
    "select later.subject, later.number from looked later join looked earlier on earlier.subject = later.subject and earlier.stem = later.before "
    "group by later.subject, later.stem order by later.number"
)


def count(reader: LogReader, measure: str, span: dict[str, Any]) -> dict[str, int]:
    """How much each subject counts in the span (`first`, `last`, `begins`, `ends`)."""
    if measure == "neighbours":
        found: dict[str, int] = {}
        for subject, _number in reader.select(_NEIGHBOURS, span):
            found[subject] = found.get(subject, 0) + 1
        return found
    return {str(subject): int(counted) for subject, counted in reader.select(COUNTS[measure].sql(), span)}


def evidence(reader: LogReader, measure: str, span: dict[str, Any], subject: str) -> list[int]:
    """The numbers of the first entries that were counted."""
    if measure == "neighbours":
        return [number for who, number in reader.select(_NEIGHBOURS, span) if who == subject][:EVIDENCE]
    return [row[0] for row in reader.select(COUNTS[measure].evidence_sql(), {**span, "who": subject})]
