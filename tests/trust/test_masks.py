"""Masks hide, keep nulls and types, and say the same in the engine and in Python."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from lingnan.base import SystemClock
from lingnan.lake import Lake
from lingnan.trust import Column, mask_sql, mask_value
from lingnan.trust.policy.masks import reasons_sql

VALUES = ["440103199001011234", "44010319900101", "13812345678", "1381", "王", "王小明", "欧阳娜娜", "𠮷野", "", None,
          "广东省广州市越秀区北京街道中山五路1号", "广东省佛山市顺德区大良镇1号", "没有乡名", "1990-01-01", "O'Neil", "\n街道"]
GOLDEN = {
    "citizen_number": ("440103199001011234", "440103**********34"),
    "phone": ("13812345678", "138****5678"),
    "person_name": ("王小明", "王**"),
    "address": ("广东省广州市越秀区北京街道中山五路1号", "广东省广州市越秀区北京街道***"),
    "birth_date": ("1990-01-01", "1990***"),
    "": ("任何", "***"),
}


def run(tmp_path: Path, column: Column, values: pa.Array) -> pa.Table:
    engine = Lake(tmp_path / "lake", SystemClock()).engine(threads=1)
    return engine.query(f"select {mask_sql(column)} as masked from t", {}, arrow={"t": pa.table({column.name: values})})


@pytest.mark.parametrize("element", GOLDEN)
def test_engine_and_python_mask_alike(tmp_path: Path, element: str) -> None:
    column = Column("value", "personal", element)
    masked = run(tmp_path, column, pa.array(VALUES, pa.string())).column("masked").to_pylist()
    assert masked == [mask_value(column, value) for value in VALUES]
    assert mask_value(column, GOLDEN[element][0]) == GOLDEN[element][1]


def test_a_mask_keeps_the_columns_type(tmp_path: Path) -> None:
    born = run(tmp_path, Column("d", "personal", "birth_date", "DATE"), pa.array([date(1990, 5, 7), None]))
    assert born.column("masked").to_pylist() == [date(1990, 1, 1), None]
    assert born.schema.field("masked").type == pa.date32()
    income = run(tmp_path, Column("n", "sensitive", "", "BIGINT"), pa.array([5, None], pa.int64()))
    assert (income.column("masked").to_pylist(), income.schema.field("masked").type) == ([None, None], pa.int64())


def test_a_column_without_element_is_masked_by_its_name() -> None:
    assert mask_value(Column("applicant_number", "personal"), "440103199001011234") == "440103**********34"
    assert mask_value(Column("anything", "personal"), "440103199001011234") == "***"


def test_reasons_of_quarantine_show_values_of_plain_columns_only(tmp_path: Path) -> None:
    columns = (Column("division", "public"), Column("name", "personal"), Column("_reasons", "sensitive"))
    reasons = [[{"rule": "code_valid", "column": "division", "value": "440183"}, {"rule": "length", "column": "name", "value": "王小明"}], None]
    engine = Lake(tmp_path / "lake", SystemClock()).engine(threads=1)
    rows = pa.table({"reason": ["delivered", None], "_reasons": reasons})
    shown = engine.query(f"select {reasons_sql(columns)} as r from t", {}, arrow={"t": rows}).column("r").to_pylist()
    assert [[reason["value"] for reason in row] if row else row for row in shown] == [["440183", "***"], None]
