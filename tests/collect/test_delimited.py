"""Delimited text: cells and lines survive any block boundary."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.collect.connectors.delimited import DelimitedReading
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import ReadOptions

CELL = st.text(st.sampled_from('ab中㙍𬒈 ,"\n'), max_size=6)


def read(content: bytes, options: ReadOptions, block: int = 1 << 20) -> tuple[list[tuple[str, ...]], Rejects]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "f.csv"
        path.write_bytes(content)
        rejects, reading = Rejects(), DelimitedReading(path, "f.csv", options, block_bytes=block)
        rows = [tuple(row.values()) for batch in reading.batches(rejects) for row in batch.to_pylist()]
    return rows, rejects


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 99).map(str), CELL, CELL), min_size=1, max_size=12), block=st.integers(16, 200),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
)
def test_every_cell_comes_back_with_its_line(rows: list[tuple[str, str, str]], block: int, encoding: str) -> None:
    target, lines = io.StringIO(newline=""), []
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(("编号", "甲", "乙"))
    for row in rows:
        lines.append(target.getvalue().count("\n") + 1)
        writer.writerow(row)
    options = ReadOptions(
        encoding=encoding, delimiter=",", quote='"', escape="", comment="", skip_spaces=False, title_rows=0, header_rows=1, unit_row=False, footer=0,
    )
    found, rejects = read(target.getvalue().encode(encoding), options, block)
    assert found == [(*row, f"f.csv:{line}") for row, line in zip(rows, lines, strict=True)]
    assert not len(rejects)


def test_ragged_and_damaged_rows_are_rejected_whole_with_line_and_reason() -> None:
    rows, rejects = read("编号,名\n1,甲\n2\n3,乙,多\n\n4,丙\n".encode() + b"5,\xff\n" + "6,丁\n".encode(), ReadOptions(encoding="utf-8"))
    assert rows == [("1", "甲", "f.csv:2"), ("4", "丙", "f.csv:6"), ("6", "丁", "f.csv:8")]
    assert list(zip(rejects.positions, rejects.reasons, rejects.lines, strict=True)) == [
        ("f.csv:3", "too_few_cells", "2"), ("f.csv:4", "too_many_cells", "3,乙,多"), ("f.csv:7", "damaged_character", "5,�"),
    ]


def test_a_stray_quote_spoils_only_its_own_rows() -> None:
    rows, _rejects = read(b"a,b\n1,x\n2,5\" pipe\n3,y\n4,z\n", ReadOptions(), 16)
    assert [row[:2] for row in rows] == [("1", "x"), ("2", '5" pipe'), ("3", "y"), ("4", "z")]


def test_line_ends_of_old_machines() -> None:
    assert [row[:2] for row in read(b"a,b\r1,2\r3,4\r", ReadOptions())[0]] == [("1", "2"), ("3", "4")]
    assert list(read(b"a,b\r\n1,2\r\n", ReadOptions())[0]) == [("1", "2", "f.csv:2")]


def test_title_lines_and_footer_lines_are_left_out_at_any_block_size() -> None:
    content = "某市用水\n2026年\n户号;用量\n1;2\n3;4\n合计;6\n填表人：王\n".encode("gb18030")
    for block in (16, 64, 1 << 20):
        rows, rejects = read(content, ReadOptions(), block)
        assert rows == [("1", "2", "f.csv:4"), ("3", "4", "f.csv:5")]
        assert not len(rejects)
