"""What SQL cannot say: functions of a pack that are given its tables, the day and its figures; and shared methods inside a statement."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from lingnan.base import BadInput, WrongUse
from lingnan.methods import wilson
from lingnan.packkit import Pack, Place, bench, check_packs, new_pack, read_pack, try_pack
from lingnan.packkit.laying import in_order
from lingnan.packkit.readme import readme
from lingnan.packkit.rules import rules
from lingnan.packkit.statements import read_statement
from tests.packkit.test_packs import REGISTERS, swapped, written

MODEL = '''"""Counties and whether they reach what is asked of them on the day."""
import pyarrow as pa


def int_guess(tables, as_of, parameters):
    rows = tables["stg_enterprise"].num_rows
    return pa.table({"day": [as_of], "enough": [rows >= parameters["watch_line"]], "grades": [parameters["grades"].num_rows]})
'''
GRADES = """description: {zh: 等级, en: grades}
unit: "-"
columns: {grade: text, least: integer}
values:
  2020-01-01: {rows: [[a, 10], [b, 5]], reference: some law, proofed: true}
  2026-01-01: {rows: [[a, 20]], reference: a later law, proofed: false}
"""
TOLD = "models:\n  int_guess: {title: {zh: 估计, en: Guess}, reads: [stg_enterprise], parameters: [watch_line, grades]}\n"
GIVEN = {"registers.entities": [{"entry_id": "E1", "division": "440106"}, {"entry_id": "E2", "division": "440106"}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack with a model."""
    found = new_pack("demo_pack", "C12", tmp_path).place.folder
    (found / "models.py").write_text(MODEL, encoding="utf-8")
    (found / "parameters/grades.yaml").write_text(GRADES, encoding="utf-8")
    written(found, "pack.yaml", lambda text: text + TOLD)
    (found / "README.md").write_text(readme(pack_of(found)), encoding="utf-8")
    return found


def pack_of(folder: Path) -> Pack:
    reading = read_pack(Place(folder, "wheel"))
    assert reading.pack is not None, reading.faults
    return reading.pack


def test_a_model_is_given_the_figures_of_the_day_and_tables_with_every_edition(folder: Path) -> None:
    pack = pack_of(folder)
    with bench() as engine:
        made = try_pack(engine, pack, GIVEN, date(2026, 6, 30), ["int_guess"])["int_guess"]
    assert made.to_pylist() == [{"day": date(2026, 6, 30), "enough": True, "grades": 3}]
    assert pack.parameters_behind("int_guess") == ("grades", "watch_line")
    assert pack.unproofed_behind("int_guess") == ("grades", "watch_line")
    before = pack.digest_of("int_guess")
    written(folder, "parameters/grades.yaml", swapped("[b, 5]", "[b, 6]"))
    assert pack_of(folder).digest_of("int_guess") != before


ROWS = '''"""Counties, as rows."""


def int_guess(tables, as_of, parameters):
    return [{"day": as_of, "enough": True}, {"day": as_of, "grades": parameters["grades"].num_rows}]
'''
CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: demo_pack.int_guess
version: 1.0.0
status: active
schema:
  - name: int_guess
    physicalName: int_guess
    description: 一行为一次估计。One guess.
    properties:
      - {name: day, physicalName: day, logicalType: date, physicalType: DATE}
      - {name: enough, physicalName: enough, logicalType: boolean, physicalType: BOOLEAN}
      - {name: grades, physicalName: grades, logicalType: integer, physicalType: BIGINT}
"""


def test_rows_that_a_model_gives_are_typed_by_the_contract_of_its_table(folder: Path) -> None:
    (folder / "models.py").write_text(ROWS, encoding="utf-8")
    with bench() as engine, pytest.raises(WrongUse, match=r"contracts/int_guess\.yaml"):
        try_pack(engine, pack_of(folder), GIVEN, date(2026, 6, 30), ["int_guess"])
    (folder / "contracts/int_guess.yaml").write_text(CONTRACT, encoding="utf-8")
    with bench() as engine:
        made = try_pack(engine, pack_of(folder), GIVEN, date(2026, 6, 30), ["int_guess"])["int_guess"]
    assert made.schema.types == [pa.date32(), pa.bool_(), pa.int64()]
    assert made.to_pylist() == [
        {"day": date(2026, 6, 30), "enough": True, "grades": None}, {"day": date(2026, 6, 30), "enough": None, "grades": 3},
    ]


@pytest.mark.parametrize(("file", "before", "after", "rule"), [
    ("models.py", "def int_guess", "def int_other", "models"), ("models.py", ", parameters):", "):", "models"),
    ("pack.yaml", "parameters: [watch_line, grades]", "parameters: [watch_line, grades, heights]", "models"),
    ("pack.yaml", "parameters: [watch_line, grades]", "parameters: [watch_line]", "figures"),
    ("pack.yaml", "reads: [stg_enterprise]", "reads: [stg_nothing]", "models"),
    ("models.py", "import pyarrow as pa", "import os\nimport pyarrow as pa", "imports"),
    ("models.py", "import pyarrow as pa", "import pyarrow as pa\nfrom pyarrow import parquet", "imports"),
    ("models.py", "rows = tables", "open('x')\n    rows = tables", "imports"),
    ("models.py", "rows = tables", "import urllib.request\n    rows = tables", "imports"),
])
def test_what_a_model_reads_is_checked(folder: Path, file: str, before: str, after: str, rule: str) -> None:
    written(folder, file, swapped(before, after))
    reading = read_pack(Place(folder, "folder"))
    found = [each for known in rules() if known.name in ("models", "figures", "imports") for each in known.look(reading, None)]  # type: ignore[arg-type]
    assert {each.rule for each in found} == {rule}


def test_a_pack_with_a_model_is_green(folder: Path) -> None:
    found = check_packs([read_pack(Place(folder, "folder"))], REGISTERS)[0].findings
    assert [each for each in found if each.rule not in ("cases", "readme")] == []


def test_a_model_meets_rows_in_an_order_of_their_own() -> None:
    rows = pa.table({"name": ["b", None, "a", "a"], "size": [1.5, 2.0, None, 0.5], "days": [[1], [2], None, [3]]})
    assert in_order(rows) == in_order(rows.take([3, 1, 0, 2]))
    assert in_order(rows).column("name").to_pylist() == ["a", "a", "b", None]
    assert in_order(rows.select(["days"])) == rows.select(["days"])


def test_a_method_stands_in_a_statement_by_its_name() -> None:
    low = "methods.wilson_low(sum(s.hits), greatest(s.tries, 1)) as low"
    text = f"-- One row is one share.\nselect s.name, {low} from stg_share as s group by s.name, s.tries;"
    read = read_statement("share", text)
    assert (read.numbers, read.columns, read.beyond, read.own) == ((), ("name", "low"), (), {"stg_share"})
    with bench() as engine, engine.session({}) as session:
        session.add_arrow("stg_share", pa.table({"name": ["a", "b"], "hits": [9, 80], "tries": [10, 100]}))
        found = {row["name"]: row["low"] for row in session.query(read.text).to_pylist()}
    assert found == {"a": pytest.approx(wilson(9, 10).low), "b": pytest.approx(wilson(80, 100).low)}


def test_the_hundred_of_a_share_is_no_figure() -> None:
    text = "-- One row.\nselect 100 * s.hits / s.tries as share, s.per / 100 as part from stg_share as s where s.tries > 100 and s.hits < 30;"
    assert read_statement("share", text).numbers == ("100", "30")


@pytest.mark.parametrize("call", ["methods.nothing(a, b)", "methods.wilson_low(a)", "methods.wilson_low(a, )"])
def test_a_method_that_is_not_there_is_refused(call: str) -> None:
    with pytest.raises(BadInput, match="wilson_low"):
        read_statement("x", f"-- One row.\nselect {call} as low from t")
