"""What is understood of a file before it is loaded, and refusals that say what to do."""

import gzip
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from lingnan.base import BadInput, LingnanError, Missing, Refused
from lingnan.collect import Inspection, ReadOptions, inspect, save_options

DATA = Path(__file__).parent / "data"


def codes(found: Inspection) -> list[str]:
    return [warning.code for warning in found.warnings]


def names(found: Inspection) -> list[str]:
    return [column.name for column in found.columns]


def types(found: Inspection) -> list[str]:
    return [column.type for column in found.columns]


def sheet(path: Path, rows: list[list[object]], merges: tuple[str, ...] = ()) -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("表一")
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
        for place in merges:
            page.merge_range(place, None)
            row, column = int(place[1]) - 1, ord(place[0]) - 65
            page.write(row, column, rows[row][column])
    return path


def test_ragged_rows_are_announced_with_their_lines() -> None:
    found = inspect(DATA / "defective-rows.csv")
    assert (names(found), found.rows) == (["id", "name", "age"], 0)
    assert {"too_few_cells", "too_many_cells"} <= set(codes(found))
    assert "defective-rows.csv:2" in next(warning.zh for warning in found.warnings if warning.code == "too_few_cells")


def test_repeated_headers_become_unique_and_zeros_stay() -> None:
    found = inspect(DATA / "duplicate-headers.csv")
    assert names(found) == ["id", "name", "id_2", "age", "id_3"]
    assert "duplicate_headers" in codes(found)
    assert types(found) == ["BIGINT", "VARCHAR", "BIGINT", "BIGINT", "VARCHAR"]
    assert types(inspect(DATA / "leading-zeros.csv")) == ["VARCHAR"]


def test_markers_are_empty_where_the_column_is_numeric() -> None:
    found = inspect(DATA / "table-infer-missing-values.csv")
    assert (types(found)[0], found.columns[0].nulls, found.rows) == ("BIGINT", 3, 7)
    assert found.options.null_markers == ("-",)


def test_a_marker_known_from_numbers_holds_for_texts_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("pm,wind\n1,N\nNA,NA\n3,S\n")
    (tmp_path / "b.csv").write_text("country,n\nNA,1\nCN,2\n")
    assert [column.nulls for column in inspect(tmp_path / "a.csv").columns] == [1, 1]
    assert [column.nulls for column in inspect(tmp_path / "b.csv").columns] == [0, 0]


def test_headers_of_several_merged_lines_are_joined_and_units_taken_out() -> None:
    found = inspect(DATA / "multiline-headers.xlsx")
    assert found.header_rows == 5
    assert found.rows == 1
    assert names(found)[2].endswith("food_basket·from_previous_quarter")
    assert [column.unit for column in found.columns] == ["", "%", "", "%"]


def test_titles_and_footer_of_a_sheet() -> None:
    found = inspect(DATA / "skip-rows.xlsx")
    assert (found.title_rows, found.header_rows, found.footer_rows, found.rows, names(found)) == (1, 1, 1, 1, ["A", "B"])


def test_comments_are_no_rows() -> None:
    found = inspect(DATA / "skip-rows.csv")
    assert (found.title_rows, found.rows, found.columns[1].examples) == (1, 2, ["english", "中国人"])


def test_years_across_become_a_time_axis_with_unit(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["数据库：城市年度数据"], ["地区：某市"], ["时间：最近4年"], ["指标", "2018年", "2017年", "2016年", "2015年"],
        ["生产总值(亿元)", None, 10.5, 9.25, 8], ["第一产业(亿元)", None, 1, 2, 3], ["数据来源：统计局"],
    ]
    found = inspect(sheet(tmp_path / "n.xlsx", rows))
    assert (found.title_rows, found.header_rows, found.footer_rows, found.rows) == (3, 1, 1, 6)
    assert names(found) == ["指标", "unit", "year", "value"]
    assert types(found) == ["VARCHAR", "VARCHAR", "BIGINT", "DOUBLE"]
    assert found.columns[3].unit == "亿元"
    assert "periods_across" in codes(found)
    left = inspect(tmp_path / "n.xlsx", ReadOptions(unpivot=False))
    assert (left.rows, len(left.columns)) == (2, 5)


def test_two_line_header_with_groups(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["某市登记表", None, None, None], ["登记", None, "事件", None], ["编号", "机构", "日期", "人数"], ["0012", "医院", "2026-01-02", 3],
        ["0013", "医院", "2026-01-03", 4],
        ["填表人：张三"],
    ]
    found = inspect(sheet(tmp_path / "g.xlsx", rows, ("A1:D1", "A2:B2", "C2:D2")))
    assert (found.title_rows, found.header_rows, found.footer_rows) == (1, 2, 1)
    assert names(found) == ["登记·编号", "登记·机构", "事件·日期", "事件·人数"]
    assert types(found) == ["VARCHAR", "VARCHAR", "DATE", "BIGINT"]


def test_a_unit_row_goes_to_the_columns(tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_text("户号,月份,用电量\n,,kWh\n001,202601,5.5\n002,202601,6\n", encoding="utf-8")
    found = inspect(tmp_path / "u.csv")
    assert found.unit_row
    assert found.rows == 2
    assert [column.unit for column in found.columns] == ["", "", "kWh"]


def test_a_list_without_header_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("".join(f"{1 + at // 20},地铁{1 + at // 20}号线,{at},站{at},{at:04d}\n" for at in range(40)), encoding="gbk")
    found = inspect(tmp_path / "m.csv")
    assert (found.encoding, found.header_rows, found.rows, names(found)) == ("gb18030", 0, 40, ["c1", "c2", "c3", "c4", "c5"])
    assert "no_header" in codes(found)
    assert found.columns[4].type == "VARCHAR"
    named = inspect(tmp_path / "m.csv", ReadOptions(columns=("线路", "名称", "序号", "车站", "代码")))
    assert names(named) == ["线路", "名称", "序号", "车站", "代码"]
    assert named.rows == 40


def test_numbers_as_labels_are_still_a_header(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("id,100022,100025\nid1,TRUE,FALSE\nid2,TRUE,TRUE\n")
    assert inspect(tmp_path / "l.csv").header_rows == 1


def test_semicolons_with_decimal_commas(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("Année;Taux\n2013;0,611553\n2014;0,55901\n", encoding="latin-1")
    found = inspect(tmp_path / "d.csv")
    assert (found.delimiter, found.encoding, types(found), found.options.decimal) == (";", "latin-1", ["BIGINT", "DOUBLE"], ",")
    assert "guessed_encoding" in codes(found)


def test_spaces_and_escaped_quotes() -> None:
    found = inspect(DATA / "escaping.csv")
    assert found.rows == 3
    assert found.columns[1].examples == ["Test line 1", 'Test " line 2', 'Test " line 3']


def test_greek() -> None:
    found = inspect(DATA / "table-infer-iso-8859-7.csv")
    assert found.encoding == "iso8859-7"
    assert found.columns[2].examples[0] == "Λεωνιδας"


@pytest.mark.parametrize("inside", ["list", "nested", "text", "lines"])
def test_records_are_found_anywhere_in_json(tmp_path: Path, inside: str) -> None:
    records = [{"a": 1, "b": {"c": "x"}}, {"a": 2, "b": {"c": "y"}, "d": [1, 2]}]
    shapes: dict[str, str] = {
        "list": json.dumps(records), "nested": json.dumps({"code": 0, "data": {"page": 1, "rows": records}}),
        "text": json.dumps({"code": 0, "data": json.dumps(records)}), "lines": "\n".join(json.dumps(record) for record in records),
    }
    (tmp_path / "r.json").write_text(shapes[inside])
    found = inspect(tmp_path / "r.json")
    assert (names(found), found.rows, types(found)[0]) == (["a", "b_c", "d"], 2, "BIGINT")


def test_xml_parquet_sqlite_and_packed_files(tmp_path: Path) -> None:
    (
        tmp_path / "s.xml").write_text("<r><head><n>2</n></head><student id='1'><xm>张</xm></student><student id='2'><xm>李</xm></student></r>",
        encoding="utf-8",
    )
    assert (inspect(tmp_path / "s.xml").options.row_tag, names(inspect(tmp_path / "s.xml"))) == ("student", ["id", "xm"])
    pq.write_table(pa.table({"n": [1, 2], "t": ["a", None]}), tmp_path / "p.parquet")
    assert (types(inspect(tmp_path / "p.parquet")), inspect(tmp_path / "p.parquet").columns[1].nulls) == (["BIGINT", "VARCHAR"], 1)
    with sqlite3.connect(tmp_path / "d.db") as connection:
        connection.execute("create table one (a integer, b text)")
        connection.execute("insert into one values (1, 'x')")
    assert (inspect(tmp_path / "d.db").sheets, inspect(tmp_path / "d.db").rows) == (["one"], 1)
    (tmp_path / "z.csv.gz").write_bytes(gzip.compress(b"id,name\n1,a\n"))
    assert (inspect(tmp_path / "z.csv.gz").format, inspect(tmp_path / "z.csv.gz").rows) == ("gz/csv", 1)


def test_every_fault_of_a_data_package_is_listed(tmp_path: Path) -> None:
    found = inspect(DATA / "invalid" / "datapackage.json")
    assert [warning.en for warning in found.warnings] == ["data.csv:3 is blank.", "data2.csv:4 is blank."]
    fields = [{"name": "id", "type": "unicorn"}, {"name": "n", "type": "integer"}, {"name": "n"}]
    package = {"resources": [{"name": "a", "path": "../x.csv"}, {"name": "b", "path": "b.csv", "schema": {"fields": fields, "primaryKey": "no"}}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    (tmp_path / "b.csv").write_text("id,n,n2\n1,x,3\n1,2\n")
    assert {"unsafe_path", "unknown_type", "repeated_field", "unknown_key_field", "wrong_header", "wrong_type", "too_few_cells"} <= set(
        codes(inspect(tmp_path / "datapackage.json")),
    )


def test_corrections_are_kept_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("x|y\n1|2\n")
    save_options(path, ReadOptions(header_rows=0, delimiter="|", columns=("甲", "乙")))
    assert (names(inspect(path)), inspect(path).rows) == (["甲", "乙"], 2)
    again = inspect(path, inspect(path).options)
    assert names(again) == ["甲", "乙"]


def _zip(path: Path, name: str, content: bytes = b"a,b\n1,2\n", times: int = 1) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for at in range(times):
            archive.writestr(name.format(at), content)
    return path


REFUSED: dict[str, tuple[Callable[[Path], object], type[LingnanError]]] = {
    "empty.csv": (lambda path: path.write_bytes(b""), BadInput), "blank.csv": (lambda path: path.write_bytes(b"\n \n"), BadInput),
    "a.pdf": (lambda path: path.write_bytes(b"%PDF-1.7 ..."), BadInput), "a.html": (lambda path: path.write_text("<html><body/></html>"), BadInput),
    "a.json": (lambda path: path.write_text('{"a": [1, 2'), BadInput), "n.json": (lambda path: path.write_text("[1, 2]"), BadInput),
    "a.xml": (lambda path: path.write_text("<a><b></a>"), BadInput),
    "entity.xml": (lambda path: path.write_text("<!DOCTYPE a [<!ENTITY x 'y'>]><a><b><c>&x;</c></b><b><c>1</c></b></a>"), Refused),
    "out.zip": (lambda path: _zip(path, "../../etc/x.csv"), Refused), "bomb.zip": (lambda path: _zip(path, "a.csv", b"0," * (40 << 20)), Refused),
    "many.zip": (lambda path: _zip(path, "{}.csv", b"a\n1\n", 2001), Refused),
    "broken.xlsx": (lambda path: path.write_bytes(b"PK\x03\x04 xl/ broken"), BadInput),
    "broken.parquet": (lambda path: path.write_bytes(b"PAR1 broken"), BadInput),
    "broken.gz": (lambda path: path.write_bytes(b"\x1f\x8bbroken"), BadInput),
    "broken.db": (lambda path: path.write_bytes(b"SQLite format 3\x00broken"), BadInput), "away.csv": (lambda path: None, Missing),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    make, error = REFUSED[name]
    make(tmp_path / name)
    with pytest.raises(error) as raised:
        inspect(tmp_path / name)
    assert raised.value.zh.endswith("。")
    assert raised.value.en.endswith(".")


def test_headers_that_are_nearly_an_element_are_suggested_and_values_decide(tmp_path: Path) -> None:
    rows = "".join(f"{at},44010619900101{at:03d}X,2024-01-{1 + at % 28:02d},{1 + at % 2},很好{at}\n" for at in range(40))
    (tmp_path / "f.csv").write_text(f"序,sfzh,sqrq,xb,评价意见栏\n{rows}", encoding="utf-8")
    found = {column.name: column.suggested_element for column in inspect(tmp_path / "f.csv").columns}
    assert found["xb"] == "sex"
    assert found["sqrq"].endswith("date")
    # The numbers' check digits are wrong, so the name alone does not make them citizen numbers.
    assert found["sfzh"] == ""
    assert inspect(tmp_path / "f.csv") == inspect(tmp_path / "f.csv")


def test_a_file_whose_headers_name_elements_opens_no_profiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lingnan.collect.suggestion.profile_rows", lambda *_asked, **_how: pytest.fail("profiled"))
    (tmp_path / "f.csv").write_text("公民身份号码,性别\n,1\n", encoding="utf-8")
    assert [column.suggested_element for column in inspect(tmp_path / "f.csv").columns] == ["citizen_number", "sex"]


def test_what_inspect_answers_keeps_its_keys(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("面积（亩）,xm\n3.5,王小明\n", encoding="utf-8")
    told = inspect(tmp_path / "f.csv").model_dump(mode="json")
    assert {"format", "encoding", "sheets", "header_rows", "footer_rows", "columns", "rows", "warnings"} <= set(told)
    assert {"name", "type", "unit", "suggested_element"} <= set(told["columns"][0])
    assert (told["columns"][0]["type"], told["columns"][0]["unit"], told["rows"]) == ("DOUBLE", "亩", 1)
