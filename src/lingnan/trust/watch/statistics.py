"""Public statistics: how often data was asked for, refused, opened by override and corrected, by organisation and month."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from lingnan.base import CHINA, load_yaml
from lingnan.storage import Storage
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.reading import LogReader
from lingnan.trust.watch.organisations import OrganisationNames
from lingnan.trust.watch.shapes import PublicCount

LIMITS = Path(__file__).parent / "statistics.yaml"
COUNTED = ("requests", "refusals", "overrides", "corrections")
_SQL = (
    "select strftime('%Y-%m', at, '+8 hours') as month, subject, coalesce(json_extract(facts, '$.organisation'), '') as organisation, "
    "sum(kind = 'decision'), sum(kind = 'decision' and outcome = 'refused'), "
    "sum(action = 'override.approve' and kind = 'outcome' and outcome = 'done'), "
    "sum(action like '%correct%' and kind not in ('decision', 'intent') and outcome = 'done') "
    "from entry where number >= ? and number < ? group by month, subject, organisation"
)


class Statistics:
    """Counts of one hub's log that may be published."""

    def __init__(self, storage: Storage, audit: AuditLog) -> None:
        self._storage, self._reader = storage, LogReader(audit.path)

    @property
    def smallest(self) -> int:
        """The smallest count that is told, nothing apart."""
        return int(_limits()["smallest"])

    def public(self, first: date, last: date) -> list[PublicCount]:
        """Counts by month and organisation for whole days in China, small ones left out; no sums, from which those could be worked out."""
        begin, end = _midnight(first), _midnight(last + timedelta(days=1))
        rows = self._reader.select(_SQL, (self._reader.first_since(begin), self._reader.first_since(end)))
        names, found = OrganisationNames(self._storage), dict[tuple[str, str, str], list[int]]()
        for month, subject, organisation, *counts in rows:
            kept = found.setdefault((month, *names.of(subject, organisation)), [0] * len(COUNTED))
            kept[:] = [have + more for have, more in zip(kept, counts, strict=True)]
        return [_told(key, counts, self.smallest) for key, counts in sorted(found.items())]


def _told(key: tuple[str, str, str], counts: list[int], smallest: int) -> PublicCount:
    asked, refused, *_others = counts
    requests, refusals, overrides, corrections = (None if 0 < number < smallest else number for number in counts)
    if 0 < asked - refused < smallest:
        # Told beside the requests, it would tell how few were allowed.
        refusals = None
    return PublicCount(*key, requests, refusals, overrides, corrections, smallest)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)


@cache
def _limits() -> dict[str, Any]:
    loaded: dict[str, Any] = load_yaml(LIMITS.read_text(encoding="utf-8"))
    return loaded
