"""JSON and JSON lines: records found wherever they stand, also as a JSON text inside JSON."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from lingnan.base import BadInput
from lingnan.collect.columns import columns_of
from lingnan.collect.connectors.text_rows import text_batches
from lingnan.collect.encoding import find_encoding
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice, ReadOptions

_DEPTH = 6
MAXIMUM_BYTES = 1 << 30


def parsed(data: bytes, name: str) -> Any:
    """The value a JSON text holds; BadInput with the place of the fault."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadInput(
            f"{name} 不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列，{error.msg}。请来源部门更正。",
            f"{name} is no valid JSON: line {error.lineno}, column {error.colno}, {error.msg}. Ask the department to correct it.", path=name,
        ) from error


def find_records(value: Any, options: ReadOptions, name: str) -> tuple[str, list[Any]]:
    """Path and records of the longest list of objects in a value; the options may name the path."""
    if options.records is not None:
        found = at_path(value, options.records)
        found = _opened(found) if options.records_encoding == "json" or isinstance(found, str) else found
        if isinstance(found, list):
            return options.records, found
        raise BadInput(
            f"{name} 的“{options.records}”处不是记录列表。请用选项 records 写明路径。",
            f"At “{options.records}” {name} holds no list of records. Name the path in the option `records`.",
            path=name,
        )
    candidates = list(_lists(value, "", _DEPTH))
    if not candidates:
        if isinstance(value, dict):
            return "", [value]
        raise BadInput(
            f"{name} 中没有找到由字段组成的记录。请用选项 records 写明路径。",
            f"No records of fields were found in {name}. Name their path in the option `records`.", path=name
        )
    return max(candidates, key=lambda found: len(found[1]))


def at_path(value: Any, path: str) -> Any:
    """What stands at a dotted path; None when nothing does."""
    for part in filter(None, path.split(".")):
        value = _opened(value)
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _opened(value: Any) -> Any:
    """The value inside a JSON text, or the value itself."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def _lists(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    value = _opened(value)
    if isinstance(value, list) and value and sum(isinstance(entry, dict) for entry in value) * 2 > len(value):
        yield path, value
    elif isinstance(value, dict) and depth:
        for key, inner in value.items():
            yield from _lists(inner, f"{path}.{key}" if path else str(key), depth - 1)


def flattened(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """A record without objects inside: their keys are joined with dots."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value:
            flat.update(flattened(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = value
    return flat


def value_text(value: Any) -> str | None:
    """A JSON value as text: texts as they are, lists as JSON, null as nothing."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else orjson.dumps(value).decode()


@dataclass
class RecordsReading:
    """Records in memory (one file, one page of an API) as rows of texts."""

    name: str
    records: list[Any]
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False)
    _flat: list[dict[str, Any] | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._flat = [flattened(record) if isinstance(record, dict) else None for record in self.records]
        headers = dict.fromkeys(key for record in self._flat if record is not None for key in record)
        self.columns, self.notices = columns_of(list(headers))

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The records, numbered from 1."""
        yield from text_batches([column.name for column in self.columns], self._rows(rejects))

    def _rows(self, rejects: Rejects) -> Iterator[tuple[str, list[str | None]]]:
        keys = [column.source for column in self.columns]
        for at, record in enumerate(self._flat, start=1):
            if record is None:
                rejects.add(f"{self.name}:{at}", "not_a_record", value_text(self.records[at - 1]) or "null")
            else:
                yield f"{self.name}:{at}", [value_text(record.get(key)) for key in keys]


class JsonReading(RecordsReading):
    """One JSON or JSON-lines file."""

    def __init__(self, path: Path, name: str, options: ReadOptions) -> None:
        if not path.stat().st_size:
            raise BadInput(
                f"文件 {name} 是空的（0 字节）。请来源部门重新导出。", f"File {name} is empty (0 bytes). Ask the department to export it again.",
                path=name,
            )
        if path.stat().st_size > MAXIMUM_BYTES:
            raise BadInput(
                f"JSON 文件 {name} 超过 1 GB。请分成多个文件，或改交 JSON Lines 或 Parquet。",
                f"JSON file {name} exceeds 1 GB. Split it, or deliver Parquet.", path=name
            )
        encoding = options.encoding or find_encoding(path).name
        text = path.read_bytes().decode(encoding, errors="replace").removeprefix("﻿")
        self.path_to_records, records = _records_of(text, name, options)
        super().__init__(name, records)


def _records_of(text: str, name: str, options: ReadOptions) -> tuple[str, list[Any]]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].lstrip().startswith("{") and _is_json(lines[0]) and _is_json(lines[1]):
        return "", [parsed(line.encode(), f"{name}:{at}") for at, line in enumerate(lines, start=1)]
    return find_records(parsed(text.encode(), name), options, name)


def _is_json(line: str) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True
