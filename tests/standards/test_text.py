"""Text, dates, times and amounts: golden shapes, and Python against the engine."""

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.standards import (
    amount_sql,
    date_sql,
    normalise_sql,
    normalise_text,
    parse_amount,
    parse_chinese_number,
    parse_date,
    parse_timestamp,
    timestamp_sql,
)
from lingnan.standards.text import DROPPED, FOLDED, WHITE

ENGINE = duckdb.connect(config={"threads": 1})
ENGINE.execute("load icu")
ENGINE.execute("set TimeZone = 'UTC'")


def column(values: list[str | None], sql: str) -> list[object]:
    """The SQL over a column x of texts, row by row."""
    cursor = ENGINE.cursor()
    cursor.register("t", pa.table({"x": pa.array(values, pa.string()), "i": range(len(values))}))
    return cursor.execute(f"select {sql} as y from t order by i").to_arrow_table()["y"].to_pylist()


def test_the_subset_is_nfkc():
    """Every character of the documented ranges becomes exactly its NFKC form, in Python and in the engine."""
    characters = [chr(point) for first, last in FOLDED for point in range(first, last + 1)]
    expected = [unicodedata.normalize("NFKC", c).strip() for c in characters]
    assert [normalise_text(c) for c in characters] == expected
    assert column(characters, normalise_sql("x")) == expected


def test_every_character_is_the_same_in_both():
    """All assigned characters below U+32000 and the marks of variants, alone and between letters."""
    points = [*range(0x32000), *range(0xE0100, 0xE01F0)]
    values = [f"a{chr(p)}b" for p in points if unicodedata.category(chr(p)) not in ("Cs", "Cn", "Co")] + [chr(p) for p in range(1, 0x3400)]
    assert column(values, normalise_sql("x")) == [normalise_text(v) for v in values]


def test_rare_characters_stay():
    """U+3647, U+2C488 and 〇 are names' characters, and stay themselves; the middle dot too."""
    for name in ("㙇", "\U0002c488", "〇", "买买提·吐尔逊", "䶮"):
        assert normalise_text(name) == name
        assert column([name], normalise_sql("x")) == [name]


def test_what_offices_type():
    """Full width, ideographic and zero-width spaces, radicals from PDF, square metres."""
    cases = {
        "　广东省ＡＢＣ１２３（粤） ": "广东省ABC123(粤)",
        "张\u200b三\ufeff": "张三",
        "⼴东⼀": "广东一",
        "80㎡": "80m2",
        "a\tb": "a b",
        "": "",
        "　": "",
    }
    assert [normalise_text(t) for t in cases] == list(cases.values())
    assert column([*cases, None], normalise_sql("x")) == [*cases.values(), None]
    assert normalise_text(None) is None
    assert WHITE
    assert DROPPED


DATES = {
    "2026-11-20": date(2026, 11, 20),
    "2026/1/2": date(2026, 1, 2),
    "20261120": date(2026, 11, 20),
    "2026年11月20日": date(2026, 11, 20),
    "二〇二六年十一月二十日": date(2026, 11, 20),
    "二零二六年十月三十一日": date(2026, 10, 31),
    "二○二六年一月廿三日": date(2026, 1, 23),
    "二〇二六年十二月三十日": date(2026, 12, 30),
    "二〇二六年二月十日": date(2026, 2, 10),
    "2026.11.20": date(2026, 11, 20),
    "46000": date(2025, 12, 9),
    "46000.75": date(2025, 12, 9),
    "２０２６－１１－２０": date(2026, 11, 20),
    " 2026 年 1 月 2 日 ": date(2026, 1, 2),
    "2026-11-20 10:30:00": date(2026, 11, 20),
    "2026-11-2T9:05": date(2026, 11, 2),
    "2026年11月20日10时30分": date(2026, 11, 20),
    "20261120103000": date(2026, 11, 20),
    "9999-12-31": date(9999, 12, 31),
    "2024-2-29": date(2024, 2, 29),
    "2026.2.3 0:00:00": date(2026, 2, 3),
}
NO_DATES = [
    "",
    "2026-02-29",
    "2026-13-01",
    "20260230",
    "2026",
    "202611",
    "26-11-20",
    "十",
    "二十十一-1-1",
    "infinity",
    "epoch",
    "0026-01-02",
    "12026-1-1",
    "2026-1-2 BC",
    "无",
    "2026-1-2 nonsense",
    "1",
    "99999",
]


def test_dates():
    """All shapes offices use, and what is no date."""
    assert [parse_date(t) for t in DATES] == list(DATES.values())
    assert column([*DATES, None], date_sql("x")) == [*DATES.values(), None]
    assert [parse_date(t) for t in NO_DATES] == column(NO_DATES, date_sql("x")) == [None] * len(NO_DATES)


DATE_TEXT = st.text(st.sampled_from(list("0123456789-/.年月日号 :T时〇○零一二三十廿卅０１９／　\n+Z分\u200b")), max_size=18)


@st.composite
def dates_like(draw: st.DrawFn) -> str:
    """A right date in some shape with characters put in or left out."""
    text = draw(
        st.sampled_from([*DATES, "2026-11-20 10:30:05", "2026/1/2 9:05", "2026-01-02T03:04:05Z", "2026-01-02 03:04:05.25+0530", "20260102030405"])
    )
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(DATE_TEXT.map(lambda t: t[:1])) + text[place + draw(st.integers(0, 1)) :]
    return text


@settings(max_examples=30, deadline=None)
@given(st.lists(dates_like() | DATE_TEXT, min_size=30, max_size=60))
def test_dates_and_times_agree(values):
    """Python and the engine read the same date and the same moment."""
    assert column(values, date_sql("x")) == [parse_date(v) for v in values]
    assert column(values, timestamp_sql("x")) == [parse_timestamp(v) for v in values]


def test_moments():
    """China's time unless a zone is written; a bare date is midnight."""
    cases = {
        "2026-11-20 10:30:05": datetime(2026, 11, 20, 2, 30, 5, tzinfo=UTC),
        "2026/1/2 9:05": datetime(2026, 1, 2, 1, 5, tzinfo=UTC),
        "2026-01-02T03:04:05Z": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "2026-01-02 03:04:05.25+0530": datetime(2026, 1, 1, 21, 34, 5, tzinfo=UTC),
        "20260102030405": datetime(2026, 1, 1, 19, 4, 5, tzinfo=UTC),
        "2026年11月20日": datetime(2026, 11, 19, 16, tzinfo=UTC),
        "2026年11月20日10时30分": datetime(2026, 11, 20, 2, 30, tzinfo=UTC),
        "2026-01-02 25:00": None,
        "x": None,
    }
    assert [parse_timestamp(t) for t in cases] == list(cases.values())
    assert column([*cases, None], timestamp_sql("x")) == [*cases.values(), None]


AMOUNTS = {
    "1,234.5": "1234.50",
    "12万元": "120000.00",
    "3.2亿元": "320000000.00",
    "￥1,234.50": "1234.50",
    "人民币500万元整": "5000000.00",
    "(1,234.5)": "-1234.50",
    "-5": "-5.00",
    "１２．５万": "125000.00",
    "1.005": "1.01",
    "0.00495": "0.00",
    "0.00005万元": "0.50",
    "300千元": "300000.00",
    "1 234 567": "1234567.00",
    "2百万元": "2000000.00",
}
NO_AMOUNTS = ["", "12,5", "1,2,3", "500万美元", "1.2E+07", "无", "--5", "999999999999999亿", "1234567890123456", "1.", ".5", "万"]


def test_amounts():
    """Yuan from what offices write; other currencies and broken numbers are none."""
    assert [parse_amount(t) for t in AMOUNTS] == [Decimal(v) for v in AMOUNTS.values()]
    assert column([*AMOUNTS, None], amount_sql("x")) == [*map(Decimal, AMOUNTS.values()), None]
    assert [parse_amount(t) for t in NO_AMOUNTS] == column(NO_AMOUNTS, amount_sql("x")) == [None] * len(NO_AMOUNTS)
    mixed = ["50", "50万元", "500000元"]
    assert column(mixed, amount_sql("x", "万")) == [parse_amount(t, "万") for t in mixed] == [Decimal("500000.00")] * 3


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from(list("0123456789.,-()（）万亿千元整￥ ９")), max_size=16) | st.decimals(-(10**14), 10**14, places=9).map(str),
        min_size=30,
        max_size=60,
    )
)
def test_amounts_agree(values):
    """Python and the engine read the same yuan, with the same rounding."""
    assert column(values, amount_sql("x")) == [parse_amount(v) for v in values]
    assert column(values, amount_sql("x", "万")) == [parse_amount(v, "万") for v in values]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三百二十一", 321),
        ("十五", 15),
        ("壹万贰仟", 12000),
        ("二〇二六", 2026),
        ("一亿零五万", 100050000),
        ("两千零三", 2003),
        ("", None),
        ("三X", None),
        ("十二亿三千万", 1230000000),
    ],
)
def test_chinese_numbers(text, number):
    """Whole numbers in words."""
    assert parse_chinese_number(text) == number
