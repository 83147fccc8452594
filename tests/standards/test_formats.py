"""Formats of data elements: what each way of writing asks for, and what is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.base import BadInput
from lingnan.standards import data_elements, read_format


@pytest.mark.parametrize(
    ("written", "kind", "shortest", "longest", "decimals", "logical", "physical"),
    [
        ("an..18", "text", 1, 18, None, "string", "VARCHAR"),
        ("an18", "text", 18, 18, None, "string", "VARCHAR"),
        ("a..ul", "text", 1, None, None, "string", "VARCHAR"),
        ("a3..8", "text", 3, 8, None, "string", "VARCHAR"),
        ("n6", "number", 6, 6, None, "integer", "BIGINT"),
        ("n..9", "number", 1, 9, None, "integer", "BIGINT"),
        ("n..18,2", "number", 1, 16, 2, "number", "DECIMAL(18,2)"),
        ("d8", "date", 8, 10, None, "date", "DATE"),
        ("YYYYMMDD", "date", 8, 10, None, "date", "DATE"),
        ("dt14", "timestamp", 14, 32, None, "timestamp", "TIMESTAMPTZ"),
        ("YYYYMMDDhhmmss", "timestamp", 14, 32, None, "timestamp", "TIMESTAMPTZ"),
        ("YYYYMM", "month", 6, 7, None, "string", "VARCHAR"),
        ("YYYY", "year", 4, 4, None, "string", "VARCHAR"),
        ("hhmmss", "time", 6, 8, None, "string", "VARCHAR"),
        ("b1", "boolean", 1, 5, None, "boolean", "BOOLEAN"),
    ],
)  # fmt: skip
def test_what_a_format_asks(written: str, kind: str, shortest: int, longest: int | None, decimals: int | None, logical: str, physical: str) -> None:
    read = read_format(written)
    assert (read.kind, read.shortest, read.longest, read.decimals) == (kind, shortest, longest, decimals)
    assert (read.logical, read.physical) == (logical, physical)
    assert read.zh
    assert read.en
    assert read_format(read.canonical).kind == kind


@pytest.mark.parametrize(
    "written",
    [
        "", "x18", "an", "n", "an..", "an0", "n..0", "a..18,2", "n..ul", "n..2,5", "n..40,2", "n18,0", "a8..3", "AN..18", "an..18 ", "n１８", "d9",
        "YYYYDDMM", "b2",
    ],
)
def test_what_is_refused(written: str) -> None:
    with pytest.raises(BadInput) as problem:
        read_format(written)
    assert written in problem.value.zh
    assert "n..18,2" in problem.value.en


@pytest.mark.parametrize(
    ("written", "right", "wrong"),
    [
        ("an18", ["91440101MA5XXXXX0X", "11010519491231002X"], ["91440101", "91440101MA5XXXXX0XX", "身" * 18]),
        ("n..18,2", ["0", "12.5", "-3.25", "1234567890123456"], ["1.234", "12345678901234567", "", "1,000", "1e5", "."]),
        ("n6", ["440100", "000001"], ["44010", "4401000", "44010a", "-44010"]),
        ("d8", ["20240229", "2024-02-29"], ["2024/02/29", "20241301", "240229", "20240132"]),
        ("dt14", ["20240229235959", "2024-02-29T23:59:59Z", "2024-02-29 23:59:59.123+08:00"], ["20240229", "20240229245959"]),
        ("b1", ["1", "0", "是", "true"], ["2", "对", ""]),
        ("a..3", ["一二三", "x"], ["", "一二三四"]),
    ],
)
def test_values(written: str, right: list[str], wrong: list[str]) -> None:
    fits = read_format(written).accepts
    assert [value for value in right if not fits(value)] == []
    assert [value for value in wrong if fits(value)] == []


@given(st.integers(1, 9), st.integers(0, 20), st.sampled_from(["a", "an", "n"]))
def test_lengths_are_kept(low: int, more: int, letters: str) -> None:
    fits = read_format(f"{letters}{low}..{low + more}").accepts
    assert [size for size in range(1, 40) if fits("7" * size)] == list(range(low, low + more + 1))


def test_every_element_has_a_format_that_can_be_read() -> None:
    assert all(element.format.logical in ("string", element.logical_type) or element.logical_type == "string" for element in data_elements().values())


@given(st.text(max_size=12))
def test_nothing_but_bad_input_is_raised(written: str) -> None:
    with contextlib.suppress(BadInput):
        assert read_format(written).written == written
