"""What a query's answer says of itself: plain rows for JSON, and what a reader must know."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from pydantic import ValidationError

from lingnan.insight import QueryAnswer, QueryColumn, query_notice


def answer(rows):
    columns = tuple(QueryColumn(name=name, type="x", classification="public", masked=False) for name in rows.column_names)
    return QueryAnswer(
        columns=columns, rows=rows, truncated="", seconds=0.12345, tables=("a.b",), versions={"a.b": 3}, decision=7, fingerprint="f",
        notice=query_notice(["a.b.name"], []),
    )


def test_rows_become_plain_lists():
    first = {"n": 1, "at": date(2026, 1, 1), "m": Decimal("1.50"), "w": Decimal(7), "s": {"k": [b"\x01"]}}
    rows = pa.Table.from_pylist([first, dict.fromkeys(first)])
    told = answer(rows).payload()
    assert told["rows"] == [[1, date(2026, 1, 1), Decimal("1.50"), 7, {"k": ["01"]}], [None] * 5]
    assert (told["seconds"], told["versions"], told["decision"]) == (0.123, {"a.b": 3}, 7)
    assert "脱敏" in told["notice"]["zh"]


def test_two_columns_of_one_name_both_stay():
    rows = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["x", "x"])
    assert answer(rows).lines() == [[1, 2]]


def test_a_notice_names_masks_and_hidden_rows_and_is_silent_without():
    assert query_notice([], []) is None
    both = query_notice(["a.b.name"], ["a.b"])
    assert "a.b.name" in both.en
    assert "only the rows you may see" in both.en
    assert "仅含您有权查看的行" in both.zh


def test_an_answer_does_not_change():
    with pytest.raises(ValidationError):
        answer(pa.table({"n": [1]})).seconds = 1
