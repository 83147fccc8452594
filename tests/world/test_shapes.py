"""The small parts: dates in every shape, misspelt names, quoting, workbook columns."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.standards import parse_date
from lingnan.world.columns import EPOCH, compact_date, dates, day, digits, iso_day, money
from lingnan.world.draws import pick, share, spread, stream
from lingnan.world.handover.delimited import lines
from lingnan.world.handover.workbook import column_name
from lingnan.world.names import misheard
from lingnan.world.stains import write_date


@given(st.dates(date(1930, 1, 1), date(2040, 12, 31)), st.sampled_from(["iso", "compact", "slash", "han", "figures", "dot", "serial"]))
def test_every_shape_reads_back_as_the_same_day(when: date, shape: str) -> None:
    assert parse_date(write_date(when.isoformat(), shape)) == when


@given(st.dates(date(1890, 1, 1), date(2080, 12, 31)))
def test_columns_of_dates(when: date) -> None:
    days = np.array([day(when)])
    assert dates(days).to_pylist() == [when.isoformat()]
    assert iso_day(day(when)) == when.isoformat()
    assert compact_date(days).tolist() == [int(when.strftime("%Y%m%d"))]


def test_golden_columns() -> None:
    assert day(EPOCH) == 0
    assert digits(np.array([7, 1234]), 4).to_pylist() == ["0007", "1234"]
    assert money(np.array([5, 123456])).to_pylist() == ["0.05", "1234.56"]
    assert [column_name(i) for i in (0, 25, 26, 51)] == ["A", "Z", "AA", "AZ"]


def test_lines_quote_only_what_must_be() -> None:
    columns = [pa.array(["a", 'b"c', None]), pa.array(["x,y", "z", "𬒈"])]
    assert lines(columns, ",").decode() == 'a,"x,y"\r\n"b""c",z\r\n,𬒈\r\n'
    assert lines([pa.array([], pa.string())], ",") == b""


def test_a_misheard_name_sounds_alike_and_differs() -> None:
    assert misheard("王伟", 0.1) in {"王玮", "王炜", "王纬"}
    assert misheard("王㙍", 0.5) == "王㙍"


def test_draws_depend_on_seed_table_and_block_alone() -> None:
    first = stream(1, "people", 0).random(4).tolist()
    assert first == stream(1, "people", 0).random(4).tolist()
    assert len({tuple(stream(*each).random(4)) for each in [(1, "people", 0), (1, "people", 1), (1, "firms", 0), (2, "people", 0)]}) == 4


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=40), st.integers(1, 500))
def test_spread_uses_all_and_reaches_everyone(weights: list[float], size: int) -> None:
    placed = spread(stream(1, "spread"), weights, size)
    assert len(placed) == size
    assert placed.max() < len(weights)


def test_spread_gives_everyone_one_where_it_can() -> None:
    assert sorted(set(spread(stream(1, "spread"), [1, 1, 1000], 10).tolist())) == [0, 1, 2]


def test_rates_hold_over_small_blocks() -> None:
    draws = stream(1, "share")
    assert sum(share(draws, 0.02, 10) for _ in range(5000)) / 50_000 == pytest.approx(0.02, rel=0.1)
    assert np.bincount(pick(draws, [1, 3], 10_000))[1] / 10_000 == pytest.approx(0.75, rel=0.05)
