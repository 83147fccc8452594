"""Copies are told by whole keys: digests that are equal by chance mark no row in the end."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lingnan.govern import check
from lingnan.govern.rules import copies
from lingnan.standards import read_contract

COLUMNS = """{name: code, logicalType: string, customProperties: [{property: standardise, value: [nfkc, trim]}]}
{name: day, logicalType: date}
{name: number, logicalType: integer}
{name: word, logicalType: string, quality: [{id: long, type: custom, engine: lingnan, implementation: {rule: length, max: 3}}]}"""
ONCE = """
      - {id: pair, type: custom, engine: lingnan, implementation: {rule: duplicate_key, columns: [code, day]}}
      - {id: again, type: custom, engine: lingnan, implementation: {rule: duplicate_key, columns: [code, day]}}
      - {id: whole, type: custom, engine: lingnan, implementation: {rule: duplicate_key, columns: [number]}}
      - {id: word, type: custom, engine: lingnan, implementation: {rule: duplicate_key, columns: [word]}}"""
ROWS = [
    {"code": "A", "day": "2026-01-01", "number": "7", "word": "one"},
    {"code": "Ａ ", "day": "2026/1/1", "number": "8", "word": "three"},
    {"code": "A", "day": "2026-01-02", "number": "7", "word": "two"},
    {"code": None, "day": "2026-01-01", "number": None, "word": "three"},
    {"code": None, "day": "2026-01-01", "number": None, "word": None},
    {"code": "B", "day": "2026-01-01", "number": "9", "word": None},
]
PAIR = {"pair", "again"}


@pytest.fixture(params=[copies.DIGESTS, 1], ids=["digests", "one digest for all"])
def digests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "DIGESTS", request.param)


@pytest.mark.usefixtures("digests")
def test_all_rows_of_a_repeated_key_fail_a_check_and_no_others(desk, contract, tmp_path):
    pq.write_table(pa.Table.from_pylist(ROWS, pa.schema([(name, pa.string()) for name in ROWS[0]])), tmp_path / "rows.parquet")
    report = check(
        tmp_path / "rows.parquet", read_contract(contract(COLUMNS, ONCE)), tmp_path / "out", engine=desk.engine, views={}, today="2026-10-31",
    )
    found: dict[str, set[str]] = {}
    for row in pq.read_table(tmp_path / "out" / "failures.parquet").to_pylist():
        found.setdefault(row["position"], set()).add(row["rule"])
    assert found == {"1": {*PAIR, "whole"}, "2": {*PAIR, "long", "word"}, "3": {"whole"}, "4": {"long", "word"}}
    assert report.failed_rows == 4


@pytest.mark.usefixtures("digests")
def test_the_first_row_of_a_key_is_accepted_with_whatever_else_it_failed(desk, contract):
    desk.land(ROWS)
    result = desk.govern(contract(COLUMNS, ONCE))
    assert {place: set(rules) for place, rules in desk.failed().items()} == {
        "f.csv:3": {*PAIR, "long"}, "f.csv:4": {"whole"}, "f.csv:5": {"long", "word"},
    }
    assert [row["_repaired"] for row in desk.rows("gongan.resident")] == [[], [], []]
    assert {rule.rule: rule.failed for rule in result.checks if rule.failed} == {"pair": 1, "again": 1, "whole": 1, "word": 1, "long": 2}
