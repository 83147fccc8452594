"""Converts text columns to the types they are to have; rows with a value that does not convert go to the rejects."""

import json
import re
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.collect.arrow_types import arrow_type
from lingnan.collect.connectors.protocol import POSITION
from lingnan.collect.inference import FALSE_TEXTS, TRUE_TEXTS
from lingnan.collect.rejects import Rejects
from lingnan.lake import EngineSession
from lingnan.standards import date_sql, timestamp_sql

_WHOLE = ("BIGINT", "INTEGER", "SMALLINT")
_BAD = "_bad_column"


class Converter:
    """Converts blocks of rows in one engine session."""

    def __init__(self, session: EngineSession, null_markers: tuple[str, ...] = (), decimal: str = ".") -> None:
        self._session = session
        self._markers = ["", *null_markers]
        self._decimal = decimal

    def convert(self, table: pa.Table, types: Mapping[str, str], rejects: Rejects) -> pa.Table:
        """The table with the given columns as the given types, without the rows that do not convert."""
        needed = {name: kind for name, kind in types.items() if table.schema.field(name).type != arrow_type(kind)}
        if not needed or not table.num_rows:
            return table
        self._session.add_arrow("block", table)
        converted = self._session.query(self._sql(table, needed), {"markers": self._markers})
        bad = pc.is_valid(converted.column(_BAD))
        if pc.any(bad).as_py():
            self._reject(table.filter(bad), converted.column(_BAD).filter(bad), rejects)
            converted = converted.filter(pc.invert(bad))
        schema = pa.schema([(name, arrow_type(types[name]) if name in types else table.schema.field(name).type) for name in table.column_names])
        return converted.drop_columns([_BAD]).cast(schema)

    def _sql(self, table: pa.Table, needed: Mapping[str, str]) -> str:
        """Three layers: cells without markers, the same converted, and the first column of each row that did not convert."""
        kinds = {name: table.schema.field(name).type for name in needed}
        clean = [f"{_cleaned(quoted(name), kinds[name])} as {quoted('clean ' + name)}" for name in needed]
        made = [f"{self._expression(quoted('clean ' + name), kind, kinds[name])} as {quoted('made ' + name)}" for name, kind in needed.items()]
        shown = [f"{quoted('made ' + name)} as {quoted(name)}" if name in needed else quoted(name) for name in table.column_names]
        tests = [f"when {quoted('clean ' + name)} is not null and {quoted('made ' + name)} is null then {literal(name)}" for name in needed]
        return (
            f"select {', '.join(shown)}, case {' '.join(tests)} end as {quoted(_BAD)} "
            f"from (select *, {', '.join(made)} from (select *, {', '.join(clean)} from block))"
        )

    def _expression(self, column: str, kind: str, given: pa.DataType) -> str:
        upper = kind.upper()
        if not pa.types.is_string(given) or upper == "VARCHAR":
            whole = pa.types.is_floating(given) and upper in _WHOLE
            return f"case when {column} = trunc({column}) then try_cast({column} as {upper}) end" if whole else f"try_cast({column} as {upper})"
        if upper == "DATE":
            return date_sql(column)
        if upper == "TIMESTAMPTZ":
            return f"coalesce(try_cast({column} as timestamptz), {timestamp_sql(column)})"
        if upper == "BOOLEAN":
            truths, lies = (", ".join(literal(word) for word in words) for words in ((*TRUE_TEXTS, "1", "是"), (*FALSE_TEXTS, "0", "否")))
            return f"case when {column} in ({truths}) then true when {column} in ({lies}) then false end"
        number = f"replace(replace({column}, '.', ''), ',', '.')" if self._decimal == "," else f"replace({column}, ',', '')"
        # The engine would round what has more decimals than the type; such a value does not convert.
        cast, exact = f"try_cast({number} as {upper})", _exact(upper)
        return f"case when regexp_full_match({number}, {literal(exact)}) then {cast} end" if exact else cast

    def _reject(self, rows: pa.Table, columns: pa.ChunkedArray, rejects: Rejects) -> None:
        for row, column in zip(rows.to_pylist(), columns.to_pylist(), strict=True):
            position, value = row.pop(POSITION), row[column]
            rejects.add(position, "not_convertible", json.dumps(row, ensure_ascii=False, default=str), column, None if value is None else str(value))


def _exact(kind: str) -> str:
    """The pattern of numbers a type holds without rounding; empty for types that are never exact."""
    if kind in _WHOLE:
        return r"[+-]?\d+(\.0*)?"
    scale = re.fullmatch(r"DECIMAL\(\s*\d+\s*,\s*(\d+)\s*\)", kind)
    return rf"[+-]?(\d+(\.\d{{0,{scale[1]}}}0*)?|\.\d{{1,{scale[1]}}}0*)" if scale else ""


def _cleaned(column: str, kind: pa.DataType) -> str:
    return f"case when list_contains($markers, trim({column})) then null else trim({column}) end" if pa.types.is_string(kind) else column


def quoted(name: str) -> str:
    """An identifier in double quotes, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text literal for names of columns and fixed words; values are bound."""
    return "'" + text.replace("'", "''") + "'"
