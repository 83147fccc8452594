"""Looks things up in the log: entries by what they say, page by page from the newest, each page by a bounded amount of reading."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.reading import LogReader
from lingnan.trust.log.schema import LEAF_COLUMNS
from lingnan.trust.shapes import Entry

LOOKED_AT = 200_000
"""Entries one page looks at; a rare word is sought further from where the page ended."""
RECENT = 20_000
VERIFY = "log.verify"
"""The action under which a check of the whole log is told."""
_COLUMNS = ", ".join(LEAF_COLUMNS)
_WHOLE, _BEGINNING = ("kind", "outcome"), ("subject", "action", "resource")


@dataclass(frozen=True)
class EntryQuery:
    """Which entries are asked for: kind and outcome whole, the other texts from their beginning; `before` is the `next` of the page before."""

    since: datetime | None = None
    until: datetime | None = None
    kind: str = ""
    outcome: str = ""
    subject: str = ""
    action: str = ""
    resource: str = ""
    before: int = 0
    limit: int = 50

    def words(self) -> dict[str, str]:
        """What was asked for, as texts by name; what was left open is left out."""
        asked = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in ("before", "limit")}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asked.items() if value}


@dataclass(frozen=True)
class EntryPage:
    """Entries, newest first; `next` asks for the page after, 0 at the end, `down_to` is the last number looked at."""

    entries: tuple[Entry, ...]
    next: int
    down_to: int


class LogSearch:
    """Reads one log beside those who write it; safe among threads."""

    def __init__(self, audit: AuditLog) -> None:
        self._reader = LogReader(audit.path)

    def page(self, query: EntryQuery) -> EntryPage:
        """One page; it may hold few or none though there are more, and then `next` leads on."""
        floor = self._reader.first_since(query.since) if query.since else 1
        end = self._reader.first_since(query.until) if query.until else self._reader.last() + 1
        before = min(query.before or end, end)
        low = max(floor, before - LOOKED_AT)
        whole = [name for name in _WHOLE if getattr(query, name)]
        begun = [name for name in _BEGINNING if getattr(query, name)]
        conditions = [f"{name} = :{name}" for name in whole] + [f"substr({name}, 1, length(:{name})) = :{name}" for name in begun]
        values = {name: getattr(query, name) for name in (*whole, *begun)} | {"before": before, "low": low, "most": query.limit + 1}
        condition = " and ".join(("number < :before", "number >= :low", *conditions))
        sql = f"select {_COLUMNS} from entry where {condition} order by number desc limit :most"
        found = [_entry(row) for row in self._reader.select(sql, values)]
        if len(found) > query.limit:
            last = found[query.limit - 1].number
            return EntryPage(tuple(found[: query.limit]), last, last)
        return EntryPage(tuple(found), low if low > floor else 0, low)

    def leaf(self, number: int) -> bytes | None:
        """The hash that was kept with an entry."""
        found = self._reader.select("select leaf from entry where number = ?", (number,))
        return found[0][0] if found else None

    def end_of(self, intent: int) -> Entry | None:
        """The outcome of an intent; None while it is open."""
        found = self._reader.select(f"select {_COLUMNS} from entry where intent = ? and intent > 0", (intent,))
        return _entry(found[0]) if found else None

    def verifications(self, limit: int = 20) -> list[Entry]:
        """Checks of the whole log, begun and ended, newest first."""
        sql = f"select {_COLUMNS} from entry where action = '{VERIFY}' order by number desc limit ?"
        return [_entry(row) for row in self._reader.select(sql, (limit,))]

    def spoken(self, column: str) -> list[str]:
        """The different words that stand in `kind` or `outcome` of recent entries, for a list to choose from."""
        if column not in _WHOLE:
            raise ValueError(column)
        sql = f"select distinct {column} from entry where number > (select coalesce(max(number), 0) from entry) - ? order by 1"
        return [row[0] for row in self._reader.select(sql, (RECENT,))]

    def refusals(self, since: datetime) -> dict[str, int]:
        """Refused requests by day in China since a moment; days without any are left out."""
        sql = "select date(at, '+8 hours') as day, count(*) from entry where number >= ? and outcome = 'refused' group by day order by day"
        return {str(day): int(count) for day, count in self._reader.select(sql, (self._reader.first_since(since),))}


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(**{**dict(zip(LEAF_COLUMNS, row, strict=True)), "facts": _facts(row[-1])})


def _facts(text: str) -> dict[str, Any]:
    """The facts, or their text where somebody spoilt them: a damaged entry is still shown."""
    try:
        facts = json.loads(text)
    except ValueError:
        return {"text": text}
    return facts if isinstance(facts, dict) else {"text": text}
