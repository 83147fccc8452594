"""Turns a message into rows of texts by target column: JSON, delimited text, fields at fixed places, or packets of monitors."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from lingnan.base import CHINA
from lingnan.collect.connectors.json_file import at_path, flattened, value_text
from lingnan.collect.landing import matched
from lingnan.collect.shapes import Column, Feed
from lingnan.collect.streams.shapes import StreamOptions

EXTRA = "_extra"
"""Column for what the contract does not know: a device must not be able to add columns to a table."""
_KNOWN_KEYS = 10_000
_SECONDS, _MILLISECONDS = 10, 13


class Undecodable(Exception):
    """A message, or a row of it, that cannot be taken; the reason is one of `REASONS`."""

    def __init__(self, reason: str, column: str | None = None, value: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.column, self.value = reason, column, value


class Decoder:
    """Decodes the messages of one feed."""

    def __init__(self, feed: Feed, options: StreamOptions) -> None:
        self._options, self._reading = options, feed.file.options
        self._contract = feed.contract
        self.columns = tuple(each.name for each in feed.contract.properties)
        self._encoding = feed.file.options.encoding or "utf-8"
        self._names = feed.file.options.columns or tuple(each.source for each in feed.contract.properties)
        self._places = options.places
        self._levels = [(at, name) for at, name in enumerate(options.topic_fields) if name]
        self._targets: dict[str, str | None] = {}
        self._way = {"json": self._json, "csv": self._csv, "fields": self._fixed, "hj212": self._monitored}[options.payload]

    def rows(self, topic: str, payload: bytes) -> list[dict[str, str | None]]:
        """The rows of a message, by target column; Undecodable when it holds none."""
        found = [self._row(record) for record in self._way(payload)]
        if not found:
            raise Undecodable("not_a_record")
        if self._levels:
            parts = topic.split("/")
            told = {name: parts[at] for at, name in self._levels if at < len(parts)}
            found = [self._row(told) | row for row in found]
        return found

    def _row(self, record: dict[str, Any]) -> dict[str, str | None]:
        row: dict[str, str | None] = {}
        beyond: dict[str, Any] = {}
        for key, value in record.items():
            target = self._targets[key] if key in self._targets else self._target(key)
            if target is None or target in row:
                beyond[key] = value
            else:
                row[target] = value if type(value) is str else value_text(value)
        if beyond:
            row[EXTRA] = orjson.dumps(beyond).decode()
        return row

    def _target(self, key: str) -> str | None:
        found = next(iter(matched([Column(name=key, source=key)], self._contract)))
        target = found if found in self.columns else None
        if len(self._targets) < _KNOWN_KEYS:
            self._targets[key] = target
        return target

    def _json(self, payload: bytes) -> Iterator[dict[str, Any]]:
        try:
            value = orjson.loads(payload if self._encoding == "utf-8" else self._text(payload))
        except orjson.JSONDecodeError as error:
            raise Undecodable("not_decodable") from error
        if self._reading.records is not None:
            value = at_path(value, self._reading.records)
        for record in value if isinstance(value, list) else [value]:
            if not isinstance(record, dict):
                raise Undecodable("not_a_record")
            yield flattened(record) if any(isinstance(each, dict) for each in record.values()) else record

    def _csv(self, payload: bytes) -> Iterator[dict[str, Any]]:
        delimiter = (self._reading.delimiter or ",").replace("\\t", "\t")
        quote = '"' if self._reading.quote is None else self._reading.quote
        lines = self._text(payload).splitlines()
        try:
            rows = list(csv.reader(lines, delimiter=delimiter, quotechar=quote or None, quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE))
        except csv.Error as error:
            raise Undecodable("not_decodable") from error
        for cells in rows:
            if len(cells) != len(self._names):
                raise Undecodable("too_few_cells" if len(cells) < len(self._names) else "too_many_cells")
            yield dict(zip(self._names, cells, strict=True))

    def _fixed(self, payload: bytes) -> Iterator[dict[str, Any]]:
        for line in payload.splitlines():
            if len(line) < max(place.stop for place in self._places.values()):
                raise Undecodable("too_few_cells")
            yield {name: self._text(line[place]).strip() for name, place in self._places.items()}

    def _monitored(self, payload: bytes) -> Iterator[dict[str, Any]]:
        from lingnan.collect.streams.hj212 import packets  # which tells of what it cannot read by this file's error

        for packet in packets(payload):
            yield from packet.records()

    def _text(self, payload: bytes) -> str:
        try:
            return payload.decode(self._encoding)
        except UnicodeDecodeError as error:
            raise Undecodable("damaged_character") from error


def event_moment(text: str | None, column: str) -> datetime:
    """The moment a text names: ISO 8601, without a zone China's, or seconds or milliseconds since 1970; Undecodable when it names none."""
    given = (text or "").strip()
    try:
        whole, _, _fraction = given.partition(".")
        if whole.isdecimal() and len(whole) in (_SECONDS, _MILLISECONDS):
            return datetime.fromtimestamp(float(given) / (1 if len(whole) == _SECONDS else 1000), UTC)
        moment = datetime.fromisoformat(given)
        return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Undecodable("no_event_time", column, text) from error
