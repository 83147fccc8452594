"""Collects rows that could not be parsed, whole, with the place and the reason."""

from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

REASONS: dict[str, tuple[str, str]] = {
    "too_few_cells": ("单元格少于表头列数", "fewer cells than the header has columns"),
    "too_many_cells": ("单元格多于表头列数", "more cells than the header has columns"),
    "damaged_character": ("含有无法按文件编码解读的字符", "holds bytes that are no character in the file's encoding"),
    "not_convertible": ("值不能转换为该列的类型", "the value does not convert to the column's type"),
    "not_a_record": ("不是一条由字段组成的记录", "is no record of fields"),
    "not_decodable": ("消息不能按约定的格式解读", "the message cannot be read in the agreed form"),
    "no_event_time": ("没有可以识别的事件时间", "says no time of the event that is understood"),
    "no_key": ("缺少主键的值", "lacks a value of the key"),
    "same_key_other_content": ("主键与先前的消息相同，内容不同", "has the key of an earlier message and says something else"),
}

SCHEMA = pa.schema(
    [
        ("_batch", pa.string()), ("_position", pa.string()), ("_received_at", pa.timestamp("us", "UTC")),
        ("reason", pa.string()), ("column", pa.string()), ("value", pa.string()), ("line", pa.string()),
    ]
)


@dataclass
class Rejects:
    """The rejected rows of one load, in the order they were met."""

    batch: str = ""
    batches: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    columns: list[str | None] = field(default_factory=list)
    values: list[str | None] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.positions)

    def add(self, position: str, reason: str, line: str, column: str | None = None, value: str | None = None) -> None:
        """Keep one row: where it stood, why it was not taken, its text."""
        self.batches.append(self.batch)
        self.positions.append(position)
        self.reasons.append(reason)
        self.columns.append(column)
        self.values.append(value)
        self.lines.append(line)

    def table(self, received_at: datetime) -> pa.Table:
        """The rows as the reject table keeps them."""
        count = len(self)
        columns = [
            pa.array(self.batches, pa.string()), pa.array(self.positions, pa.string()),
            pa.array([received_at] * count, SCHEMA.field("_received_at").type), pa.array(self.reasons, pa.string()),
            pa.array(self.columns, pa.string()), pa.array(self.values, pa.string()), pa.array(self.lines, pa.string()),
        ]
        return pa.Table.from_arrays(columns, schema=SCHEMA)
