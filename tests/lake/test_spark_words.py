"""What statements say to Spark about numbers as text, moments, and columns made anew; the texts alone, without a driver."""

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.lake.spark.dialect import rendered
from lingnan.lake.spark.functions import text_of_double

EMBEDDED = duckdb.connect()


def said(sql: str) -> str:
    return rendered(sql).statements[0].select


def test_a_digest_is_read_as_a_number_of_sixteen_digits() -> None:
    told = said("select cast('0x' || substr(h, 1, 15) as bigint) as n from t")
    assert told == "SELECT CAST(CONV(SUBSTRING(h, 1, 15), 16, 10) AS BIGINT) AS n FROM t"


def test_what_stands_inside_a_corrected_part_is_corrected_too() -> None:
    inner = "case when regexp_full_match(a, 'x') then a end"
    told = said(f"select regexp_full_match({inner}, 'y'), cast('0x' || md5({inner}) as bigint) from t")
    assert "FULL_MATCH" not in told.upper()


def test_a_column_made_anew_is_left_out_of_the_star() -> None:
    assert said("select p.* exclude (a) replace (coalesce(b, c) as b), c from p") == "SELECT p.* EXCEPT (a, b), COALESCE(b, c) AS b, c FROM p"


def test_only_a_number_that_the_statement_calls_floating_is_written_as_one() -> None:
    assert "text_of_double" in said("select cast(cast(v as double) as varchar) from t").lower()
    assert "text_of_double" not in said("select cast(v as varchar), cast(cast(v as decimal(18, 2)) as varchar) from t").lower()


def test_an_element_is_counted_from_one_by_whatever_it_is_named() -> None:
    told = said("select a[2], a[i], a[i + 1], a[-1], a[cast(g as integer) + 1] from t")
    assert told == (
        "SELECT TRY_ELEMENT_AT(a, 2), TRY_ELEMENT_AT(a, i), TRY_ELEMENT_AT(a, i + 1), TRY_ELEMENT_AT(a, -1), "
        "TRY_ELEMENT_AT(a, CAST(g AS INT) + 0 + 1) FROM t"
    )


def test_moments_are_counted_in_microseconds() -> None:
    assert "UNIX_MICROS(M)" in said("select epoch_us(m) from t").upper()


@settings(deadline=None)
@given(st.lists(st.none() | st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=50))
def test_floating_numbers_are_written_as_the_embedded_engine_writes_them(numbers: list[float | None]) -> None:
    given_rows = pa.table({"v": pa.array(numbers, pa.float64())})
    EMBEDDED.register("given_rows", given_rows)
    written = EMBEDDED.execute("select cast(v as varchar) as t from given_rows").to_arrow_table().column("t").to_pylist()
    assert text_of_double(given_rows.column("v").combine_chunks()).to_pylist() == written
