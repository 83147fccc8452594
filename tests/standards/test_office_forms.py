"""Dates, months, money, telephones and names in the shapes that offices type: golden values, and the engine's reading equal to Python's."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.standards import PERSON_NAME, PHONE, amount_sql, date_sql, month_sql, parse_amount, parse_date, parse_month

READERS = {
    "date": (parse_date, date_sql), "month": (parse_month, month_sql), "amount": (parse_amount, amount_sql),
    "phone": (PHONE.normal, PHONE.normal_sql), "name": (PERSON_NAME.normal, PERSON_NAME.normal_sql),
}
GOLDEN = {
    "date": {
        "2026年1月2日": date(2026, 1, 2), "二〇二六年元月二日": date(2026, 1, 2), "二零二六年十一月二十日": date(2026, 11, 20),
        "20260102": date(2026, 1, 2), "2026.1.2": date(2026, 1, 2), "2026、1、2": date(2026, 1, 2),
        "2026。1。2": date(2026, 1, 2), "2026\\1\\2": date(2026, 1, 2),
        "２０２６年１月２日": date(2026, 1, 2), "46000": date(2025, 12, 9), "2026-1": None, "2026年": None,
        "民国115年1月2日": None, "115-01-02": None,
        "农历正月初一": None, "2026-02-30": None,
    },
    "month": {
        "2026-1": "2026-01", "2026年1月": "2026-01", "202601": "2026-01", "二〇二六年十一月": "2026-11", "2026年元月": "2026-01",
        "2026-01-31": "2026-01", "2026": None, "2026-13": None, "115-01": None,
    },
    "amount": {
        "12万元": Decimal("120000.00"), "3.2亿元": Decimal("320000000.00"), "1亿2000万元": Decimal("120000000.00"),
        "-1亿0.5万": Decimal("-100005000.00"),
        "12345671亿2万": Decimal("1234567100020000.00"), "99999999.9999亿9999.9999万": None, "99999999亿9999万": Decimal("9999999999990000.00"),
        "1,234.5": Decimal("1234.50"), "(500)": Decimal("-500.00"), "100美元": None, "约100元": None,
    },
    "phone": {
        "+86 138 0013 8000": "13800138000", "电话：13800138000": "13800138000", "0755-83123456转801": "0755-83123456-801",
        "0755－83123456＊801": "0755-83123456-801", "+86(755)83123456": "0755-83123456", "86-0755-83123456": "0755-83123456",
        "(020)83123456": "020-83123456", "400-830-8300": "4008308300",
    },
    "name": {
        "阿卜杜拉 买买提": "阿卜杜拉·买买提", "阿卜杜拉•买买提": "阿卜杜拉·买买提", "艾力·  买买提": "艾力·买买提",
        "王　小明": "王小明", "欧阳 娜娜": "欧阳娜娜",
        "张 三": "张三", "𬱖 𬱖𬱖": "𬱖𬱖𬱖",
    },
}
PIECES = {
    "date": ["2026", "二〇二六", "年", "元月", "1", "十一", "月", "2", "日", "-", ".", "、", "。", "\\", " ", "元"],
    "month": ["2026", "二〇二六", "年", "元", "1", "12", "0", "月", "-", "日", "/"],
    "amount": ["1", "20", "0.5", "亿", "万", "元", "整", "-", "人民币", "(", ")", ","],
    "phone": ["+86", "86", "0086", "(", ")", "0755", "755", "10", "020", "83123456", "13800138000", "-", "*", "转", "801", "电话", ":", " "],
    "name": ["阿卜杜拉", "买买提", "王", "小明", "·", "•", " ", "　", "𬱖", "-", "A"],
}


@pytest.mark.parametrize("kind", READERS)
def test_offices_forms_are_read(kind):
    read, _sql = READERS[kind]
    assert {text: read(text) for text in GOLDEN[kind]} == GOLDEN[kind]


@pytest.mark.parametrize("kind", READERS)
def test_the_engine_reads_as_python_does(kind):
    read, sql = READERS[kind]
    with duckdb.connect(config={"threads": 1}) as connection:

        @settings(max_examples=40, deadline=None)
        @given(st.lists(st.lists(st.sampled_from(PIECES[kind]), max_size=8).map("".join), min_size=20, max_size=60))
        def equal(texts):
            found = connection.execute(f"select x, {sql('x')} from (select unnest($texts) as x)", {"texts": [*texts, *GOLDEN[kind]]}).fetchall()
            assert found == [(text, read(text)) for text, _value in found]

        equal()
