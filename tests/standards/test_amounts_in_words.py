"""Amounts in Chinese words: the annex's own examples, what our own writer writes, wrong ones, and the engine beside Python."""

import os
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.standards import amount_sql, parse_amount

MANY = 40 if os.environ.get("LINGNAN_LONG") else 1
ANNEX = {
    "人民币壹仟肆佰零玖元伍角": "1409.50", "人民币陆仟零柒元壹角肆分": "6007.14", "人民币壹仟陆佰捌拾元零叁角贰分": "1680.32",
    "人民币壹仟陆佰捌拾元叁角贰分": "1680.32", "人民币壹拾万柒仟元零伍角叁分": "107000.53", "人民币壹拾万零柒仟元伍角叁分": "107000.53",
    "人民币壹万陆仟肆佰零玖元零贰分": "16409.02", "人民币叁佰贰拾伍元零肆分": "325.04",
}
"""Examples of the rules for filling in bills: zeros that may be left out, and those that may not."""
OFFICES = {
    "壹佰贰拾叁万肆仟伍佰元整": "1234500.00", "叁角伍分": "0.35", "零": "0.00", "零元整": "0.00", "零元零伍分": "0.05", "壹元正": "1.00",
    "壹佰圆整": "100.00", "負壹佰元整": "-100.00", "（壹佰元整）": "-100.00", "人民币（大写）：叁佰元整": "300.00", "貳億參仟萬圓正": "230000000.00",
    "一千二百三十四万五千六百七十八元九角": "12345678.90", "两千元": "2000.00", "十五元": "15.00", "拾万元整": "100000.00",
    "壹亿零贰仟元": "100002000.00",
    "壹佰万亿元整": "100000000000000.00", " 伍 佰 元 整 ": "500.00", "壹仟零零玖元": "1009.00", "叁佰元整人民币": None, "壹元零角伍分": "1.05",
}
WRONG = [
    "壹仟玖元", "壹亿贰仟元", "壹亿伍万元", "壹万伍元",  # a place is missing: 1,009 or 1,900, 100,002,000 or 120,000,000
    "贰万零伍仟元", "伍元零叁角", "壹佰零贰拾元",  # a zero that stands for no place
    "壹佰", "贰拾叁万", "元整", "整", "万元", "负",  # no unit, no number
    "壹佰佰元", "壹拾佰元", "壹万万元", "壹角壹元", "壹分贰角", "肆元整整", "壹贰叁元", "壹佰美元", "约壹佰元", "廿元", "伍毛", "壹佰2拾元", "--壹元",
]


DIGITS = "零壹贰叁肆伍陆柒捌玖"
LOOKS = [("", ""), ("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千"), ("贰陆叁万亿元", "貳陸參萬億圓"), ("零元整", "〇圆正"), ("贰零", "两○")]


def written(fen: int) -> str:
    """The amount in words by the rules: four places at a time, one zero for places left out, none at the end of four."""
    yuan, cents = divmod(abs(fen), 100)
    text, pending = "", False
    for place, unit in ((12, "万"), (8, "亿"), (4, "万"), (0, "")):
        four = yuan // 10**place % 10**4
        if four:
            text += ("零" if text and (pending or four < 1000) else "") + _four(four) + unit
        elif unit == "亿" and text:
            text += unit
        pending = four == 0 and unit == "万" and bool(text)
    tenths, hundredths = divmod(cents, 10)
    text += "元" if yuan or not cents else ""
    text = "零元" if text == "元" else text
    text += f"{DIGITS[tenths]}角" if tenths else "零" if yuan and hundredths else ""
    return ("负" if fen < 0 else "") + text + (f"{DIGITS[hundredths]}分" if hundredths else "整")


def _four(number: int) -> str:
    text, gap = "", False
    for digit, name in zip(f"{number:04}", ("仟", "佰", "拾", ""), strict=True):
        if digit != "0":
            text += ("零" if gap and text else "") + DIGITS[int(digit)] + name
        gap = digit == "0"
    return text


AMOUNTS = st.one_of(st.integers(-10**16, 10**16), st.builds(  # many zeros, which make the difficulty
    lambda digits: int("".join(digits)), st.lists(st.sampled_from("00001005"), min_size=1, max_size=16),
))


def read_by_engine(texts: list[str | None]) -> list[Decimal | None]:
    with duckdb.connect(config={"threads": 1}) as connection:
        sql = f"select {amount_sql('x')} from (select unnest($texts) as x, unnest(range(len($texts))) as i) order by i"
        return [row[0] for row in connection.execute(sql, {"texts": texts}).fetchall()]


@pytest.mark.parametrize("known", [ANNEX, OFFICES, dict.fromkeys(WRONG)], ids=["annex", "offices", "wrong"])
def test_golden_amounts(known):
    wanted = [None if value is None else Decimal(value) for value in known.values()]
    assert [parse_amount(text) for text in known] == wanted
    assert read_by_engine([*known, None]) == [*wanted, None]


def test_the_writer_writes_as_the_rules_say():
    """Or the test below would hold the reader to nothing."""
    assert [written(int(Decimal(value) * 100)).removesuffix("整") for value in ANNEX.values()] == [
        "壹仟肆佰零玖元伍角", "陆仟零柒元壹角肆分", "壹仟陆佰捌拾元叁角贰分", "壹仟陆佰捌拾元叁角贰分", "壹拾万柒仟元伍角叁分",
        "壹拾万柒仟元伍角叁分",        "壹万陆仟肆佰零玖元零贰分", "叁佰贰拾伍元零肆分",
    ]


@settings(max_examples=40 * MANY, deadline=None)
@given(st.lists(st.tuples(AMOUNTS, st.sampled_from(LOOKS)), min_size=60, max_size=80))
def test_every_amount_up_to_ten_quadrillion_fen_comes_back(drawn):
    texts = [written(fen).translate(str.maketrans(*look)) for fen, look in drawn]
    amounts = [Decimal(fen) / 100 for fen, _look in drawn]
    assert [parse_amount(text) for text in texts] == amounts
    assert read_by_engine(texts) == amounts


@st.composite
def spoilt(draw) -> str:
    """An amount in words with a few characters put wrong."""
    text = list(written(draw(AMOUNTS)))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text) - 1))
        text[place:place + draw(st.integers(0, 2))] = draw(st.sampled_from([*DIGITS, *"拾佰仟万亿元角分整负-()1.圆二", "", "人民币", "大写"]))
        text = text or ["元"]
    return "".join(text)


@settings(max_examples=40 * MANY, deadline=None)
@given(st.lists(spoilt(), min_size=60, max_size=80))
def test_the_engine_reads_what_is_spoilt_as_python_does(texts):
    assert read_by_engine(texts) == [parse_amount(text) for text in texts]
