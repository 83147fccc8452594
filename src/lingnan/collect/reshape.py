"""Turns headers into rows (years laid across), takes units out of labels, and fills columns from names and titles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.base import BadInput
from lingnan.collect import cells
from lingnan.collect.connectors.protocol import POSITION, Reading
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice, ReadOptions, Unpivot

_UNIT_IN_LABEL = r"^(?P<label>.*?)[\s]*[（(](?P<unit>[^（）()]{1,12})[）)]\s*$"
_UNIT_HEADERS = ("unit", "单位", "计量单位")
_MINIMUM_PERIODS = 3


class Titled(Protocol):
    """A reading that knows the rows above its table."""

    titles: list[str]


def periods_across(columns: list[Column]) -> list[Column]:
    """The columns whose headers are years or months, when they stand side by side in order and are enough to be a time axis."""
    places = [at for at, column in enumerate(columns) if cells.period(column.source)]
    if len(places) < _MINIMUM_PERIODS or len(places) == len(columns) or places != list(range(places[0], places[-1] + 1)):
        return []
    found = [columns[at] for at in places]
    periods = [cells.period(column.source) for column in found]
    return found if len(found) * 3 >= len(columns) and periods in (sorted(set(periods)), sorted(set(periods), reverse=True)) else []


def reshaped(reading: Reading, name: str, options: ReadOptions) -> Reading:
    """The reading with what the options ask for; itself when they ask for nothing."""
    if options.unpivot:
        reading = UnpivotReading(reading, options.unpivot)
    if options.fill:
        reading = FilledReading(reading, name, options.fill)
    return reading


@dataclass
class UnpivotReading:
    """A reading whose period columns have become rows; blank figures are left out."""

    inner: Reading
    unpivot: Unpivot
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False)
    titles: list[str] = field(init=False)
    _across: list[Column] = field(init=False)
    _kept: list[str] = field(init=False)
    _label: Column | None = field(init=False)
    _unit_in_header: bool = field(init=False)

    def __post_init__(self) -> None:
        pattern = self.unpivot.columns
        columns = self.inner.columns
        self._across = [column for column in columns if re.fullmatch(pattern, column.source)] if pattern else periods_across(columns)
        if not self._across:
            raise BadInput(
                f"没有表头与 unpivot 相符。现有表头：{'、'.join(column.source for column in self.inner.columns[:20])}。",
                f"No header fits `unpivot`. Headers: {', '.join(column.source for column in self.inner.columns[:20])}.",
            )
        kept = [column for column in self.inner.columns if column not in self._across]
        self._kept = [column.name for column in kept]
        has_unit = any(name in _UNIT_HEADERS for name in self._kept)
        # Periods across have their unit in the row's label; measures across have it, if any, in their own headers.
        by_period = all(cells.period(column.source) for column in self._across)
        self._label = next((column for column in kept if column.type == "VARCHAR"), None) if by_period and not has_unit else None
        self._unit_in_header = not by_period and not has_unit and any(column.unit for column in self._across)
        unit = [Column(name="unit", source="unit")] if self._label or self._unit_in_header else []
        made = [Column(name=name, source=name) for name in (self.unpivot.names, self.unpivot.values)]
        self.columns = [*kept, *unit, *made]
        self.notices = self.inner.notices
        self.titles = getattr(self.inner, "titles", [])

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """One row for each filled figure, in the order of the sheet."""
        for batch in self.inner.batches(rejects):
            parts = [self._part(batch, across) for across in self._across]
            whole = pa.concat_tables(parts)
            figures = whole.column(self.unpivot.values)
            yield from whole.filter(pc.and_(pc.is_valid(figures), pc.not_equal(pc.utf8_trim_whitespace(figures), ""))).combine_chunks().to_batches()

    def _part(self, batch: pa.RecordBatch, across: Column) -> pa.Table:
        columns = {name: batch.column(name) for name in self._kept}
        if self._label:
            label = columns[self._label.name]
            taken = pc.extract_regex(label, _UNIT_IN_LABEL)
            columns[self._label.name] = pc.coalesce(pc.struct_field(taken, "label"), label)
            columns["unit"] = pc.struct_field(taken, "unit")
        if self._unit_in_header:
            columns["unit"] = pa.repeat(pa.scalar(across.unit or None, pa.string()), batch.num_rows)
        period = cells.period(across.source) or across.source
        columns[self.unpivot.names] = pa.repeat(pa.scalar(period), batch.num_rows)
        columns[self.unpivot.values] = batch.column(across.name).cast(pa.string())
        return pa.table({**columns, POSITION: batch.column(POSITION)})


@dataclass
class FilledReading:
    """A reading with columns of one text each, taken from the file's name, its titles or the options."""

    inner: Reading
    name: str
    fill: dict[str, str]
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False)
    _texts: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._texts = {name: self._text(name, rule) for name, rule in self.fill.items()}
        self.columns = [*self.inner.columns, *(Column(name=name, source=name) for name in self.fill)]
        self.notices = self.inner.notices

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The rows with their filled columns."""
        for batch in self.inner.batches(rejects):
            filled = [pa.repeat(pa.scalar(text), batch.num_rows) for text in self._texts.values()]
            names = [name for name in batch.schema.names if name != POSITION]
            columns = [*(batch.column(name) for name in names), *filled, batch.column(POSITION)]
            yield pa.RecordBatch.from_arrays(columns, [*names, *self._texts, POSITION])

    def _text(self, name: str, rule: str) -> str:
        way, _, pattern = rule.partition(":")
        if way not in ("file", "title"):
            return rule
        places = [PurePath(self.name).name] if way == "file" else getattr(self.inner, "titles", [])
        for place in places:
            if found := re.search(pattern, place):
                return found.group(1) if found.groups() else found.group(0)
        raise BadInput(
            f"选项 fill.{name} 的“{pattern}”在{'文件名' if way == 'file' else '标题行'}中没有找到：{'；'.join(places) or '无'}。",
            f"“{pattern}” of fill.{name} was not found in the {'file name' if way == 'file' else 'title rows'}: {'; '.join(places) or 'none'}.",
        )
