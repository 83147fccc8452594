"""Reads through a delivery once to know how to load it: types of its columns, signs that mean no value, how many rows there are.

What its values look like is the profiler's to say, in `lake`; this only settles how texts become values.
"""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.collect import cells
from lingnan.collect.connectors.protocol import POSITION, Reading
from lingnan.collect.inference import decimal_mark, infer
from lingnan.collect.rejects import REASONS, Rejects
from lingnan.collect.shapes import Column, Notice, ReadOptions

SAMPLE_ROWS = 100_000
_LOAD_SAMPLE_ROWS = 20_000
_EXAMPLES = 3


@dataclass
class Survey:
    """What was seen; `plain` names the columns a plain parser reads in their type, `sample` holds the rows that types were told from."""

    columns: list[Column]
    rows: int
    sampled: bool
    markers: tuple[str, ...]
    decimal: str
    plain: set[str]
    rejects: Rejects = field(default_factory=Rejects)
    notices: list[Notice] = field(default_factory=list)
    sample: pa.Table | None = None


def survey(reading: Reading, options: ReadOptions, delimiter: str = ",", sample_only: bool = False) -> Survey:
    """The columns of a reading with types from its first rows; all rows are counted unless only a sample is wanted."""
    rejects, sample, taken, rows, wanted = Rejects(), [], 0, 0, _LOAD_SAMPLE_ROWS if sample_only else SAMPLE_ROWS
    for batch in reading.batches(rejects):
        rows += batch.num_rows
        if taken < wanted:
            sample.append(batch.slice(0, wanted - taken))
            taken += sample[-1].num_rows
        elif sample_only:
            break
    table = pa.concat_tables([pa.Table.from_batches([batch]) for batch in sample], promote_options="default") if sample else None
    result = _described(reading.columns, table, options, delimiter)
    result.rows, result.sampled, result.rejects, result.sample = rows, rows > taken, rejects, table
    result.notices += _reject_notices(rejects)
    return result


def _described(columns: list[Column], table: pa.Table | None, options: ReadOptions, delimiter: str) -> Survey:
    result = Survey([], 0, False, options.null_markers or (), options.decimal or ".", set())
    if table is None:
        result.columns = [column.model_copy(update={"type": options.types.get(column.name, column.type)}) for column in columns]
        return result
    texts = {column.name: table.column(column.name) for column in columns if pa.types.is_string(table.schema.field(column.name).type)}
    if options.decimal is None:
        result.decimal = decimal_mark(list(texts.values()), delimiter)
    found = {
        column.name: infer(texts[column.name], column.source, result.decimal, options.types.get(column.name, ""), options.null_markers)
        for column in columns if column.name in texts
    }
    markers: Counter[str] = Counter(marker for inferred in found.values() if inferred.type != "VARCHAR" for marker in inferred.markers)
    if options.null_markers is None:
        result.markers = tuple(sorted(markers))
    for column in columns:
        inferred = found.get(column.name)
        kind = inferred.type if inferred else options.types.get(column.name, column.type)
        values = table.column(column.name)
        if inferred and inferred.plain:
            result.plain.add(column.name)
        seen = {"type": kind, "nulls": _empty(values, result.markers), "examples": _examples(values, result.markers)}
        result.columns.append(column.model_copy(update=seen))
    if markers:
        result.notices.append(_marker_notice(result.markers))
    return result


def _empty(values: pa.ChunkedArray, markers: tuple[str, ...]) -> int:
    if not pa.types.is_string(values.type):
        return int(values.null_count)
    blank = pc.is_in(pc.utf8_trim_whitespace(values), pa.array(["", *markers], pa.string()))
    return int(values.null_count) + (pc.sum(pc.fill_null(blank, False)).as_py() or 0)


def _examples(values: pa.ChunkedArray, markers: tuple[str, ...]) -> list[str]:
    shown = pc.unique(values.slice(0, 2000).cast(pa.string()).drop_null())
    return [text for text in shown.to_pylist() if text.strip() and text not in markers][:_EXAMPLES]


def _marker_notice(markers: tuple[str, ...]) -> Notice:
    return Notice(
        code="null_markers", zh=f"“{'、'.join(markers)}”视为无值（在数值或日期列中出现）。如不是，请在选项 null_markers 中更正。",
        en=f"“{', '.join(markers)}” is taken as no value (it stands in columns of numbers or dates). If not so, set the option `null_markers`.",
    )


def _reject_notices(rejects: Rejects) -> list[Notice]:
    notices = []
    for reason, count in Counter(rejects.reasons).items():
        places = [place for place, why in zip(rejects.positions, rejects.reasons, strict=True) if why == reason][:3]
        zh, en = REASONS[reason]
        notices.append(
            Notice(
                code=reason, zh=f"{count} 行将进入拒收表：{zh}，例如 {'、'.join(places)}。",
                en=f"{count} rows will go to the reject table: {en}, for example {', '.join(places)}."
            )
        )
    return notices


def value_units(columns: list[Column], table_unit: str) -> list[Column]:
    """Columns of numbers without a unit of their own get the one the titles state for the whole table."""
    numeric = ("BIGINT", "DOUBLE", "INTEGER")
    lacking = [not column.unit and column.type in numeric and not cells.period(column.source) for column in columns]
    return [column.model_copy(update={"unit": table_unit}) if lacks else column for column, lacks in zip(columns, lacking, strict=True)]


def single_value(reading: Reading, name: str) -> str:
    """The one text a column holds in all rows; empty when it holds several."""
    texts: set[str] = set()
    for batch in reading.batches(Rejects()):
        if name in batch.schema.names and name != POSITION:
            texts.update(text for text in pc.unique(batch.column(name)).to_pylist() if text)
    return texts.pop() if len(texts) == 1 else ""
