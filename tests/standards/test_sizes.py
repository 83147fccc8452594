"""Sizes of enterprise by the rule of 2017, for one firm and for columns."""

from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.base import BadInput
from lingnan.standards.codes import code_list
from lingnan.standards.sizes import UNCLASSED, enterprise_size, enterprise_size_sql, industry_groups, size_rule, size_thresholds

WAN = 10_000
CODES = [entry.code for entry in code_list("industries-2017").entries]


@pytest.mark.parametrize(
    ("industry", "employees", "revenue_wan", "assets_wan", "size"),
    [
        ("6513", 103, 15735.28, None, "中型"),  # a published case
        ("6513", 300, 10000, None, "大型"),
        ("6513", 299, 10000, None, "中型"),
        ("6513", 300, 49, None, "微型"),
        ("0111", None, 20000, None, "大型"),
        ("0111", None, 499.99, None, "小型"),
        ("2614", 1000, 39999, None, "中型"),
        ("C", 20, 300, None, "小型"),
        ("4710", None, 6000, 4999, "小型"),
        ("5111", 200, 40000, None, "大型"),
        ("5211", 9, 100, None, "微型"),
        ("5910", 19, 30000, None, "微型"),
        ("5910", 300, 3000, None, "中型"),  # loading counts as transport
        ("5930", 100, 1000, None, "中型"),  # storage: 100, not 200
        ("6311", 100, 10000, None, "中型"),  # telecommunications: medium up to 100,000
        ("7010", None, 200000, 9999, "中型"),
        ("7020", 1000, 5000, None, "大型"),
        ("7221", 300, None, 119999, "中型"),
        ("7310", 300, None, None, "大型"),
        ("8511", 10, None, None, "小型"),  # social work is in the rule, health (84) is not,
    ],
)
def test_golden_sizes(industry: str, employees: int | None, revenue_wan: float | None, assets_wan: float | None, size: str) -> None:
    revenue = None if revenue_wan is None else revenue_wan * WAN
    assets = None if assets_wan is None else assets_wan * WAN
    assert enterprise_size(industry, employees, revenue, assets) == size


@pytest.mark.parametrize("industry", ["J", "66", "5311", "P", "83", "8411", "7040", "S", "T"])
def test_industries_outside_the_rule(industry: str) -> None:
    assert enterprise_size(industry, 5000, 1e12, 1e12) == UNCLASSED


@pytest.mark.parametrize("industry", ["F", "G", "K", "Q", "70"])
def test_codes_too_coarse_to_tell(industry: str) -> None:
    assert enterprise_size(industry, 5000, 1e12, 1e12) is None


def test_missing_measures() -> None:
    assert enterprise_size("6513", 103) is None
    assert enterprise_size("6513", 9) == "微型"
    assert enterprise_size("6513") is None


def test_unknown_codes_and_days_before_the_rule() -> None:
    with pytest.raises(BadInput) as problem:
        enterprise_size("9999", 1, 1)
    assert "9999" in problem.value.zh
    assert "9999" in problem.value.en
    with pytest.raises(BadInput):
        enterprise_size("6513", 1, 1, at=date(2016, 1, 1))
    assert enterprise_size("6513", 103, 157352800, at=date(2026, 10, 31)) == "中型"


def test_thresholds_rise_and_carry_their_rule() -> None:
    assert size_rule().standard == "国统字〔2017〕213号"
    assert len({rule.group for rule in size_thresholds()}) == 16
    for rule in size_thresholds():
        small, medium, large = rule.bounds
        assert 0 < small < medium < large
    assert {rule.group for rule in size_thresholds() if not rule.proofed} == {"transport", "storage", "other"}


def test_every_group_has_classes() -> None:
    groups = industry_groups()
    assert set(groups) == set(CODES)
    assert {rule.group for rule in size_thresholds()} == {groups[code] for code in CODES if len(code) == 4} - {""}


MONEY = st.none() | st.integers(0, 3_000_000_000)
FIRM = st.tuples(st.sampled_from(CODES), st.none() | st.integers(0, 3000), MONEY, MONEY)


@settings(max_examples=30, deadline=None)
@given(st.lists(FIRM, min_size=1, max_size=200))
def test_columns_give_what_single_firms_give(firms: list[tuple[str, int | None, int | None, int | None]]) -> None:
    columns = dict(zip(("industry", "staff", "revenue", "assets"), map(list, zip(*firms, strict=True)), strict=True))
    types = pa.schema([("industry", pa.string()), ("staff", pa.int64()), ("revenue", pa.int64()), ("assets", pa.int64())])
    expression = enterprise_size_sql("industry", "staff", "revenue", "assets")
    with duckdb.connect() as engine:
        engine.register("firms", pa.table(columns, schema=types))
        got = [row[0] for row in engine.execute(f"SELECT {expression} FROM firms").fetchall()]
    assert got == [enterprise_size(*firm) for firm in firms]
