"""Encodings are found from bytes alone."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lingnan.collect.encoding import encoding_of

CHINESE = "编号,姓名,住址\n1,张三,广东省广州市越秀区北京路1号\n2,李㙍,深圳市南山区粤海街道\n"
RUSSIAN = "Привет, мир, это документ о населении города"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (CHINESE, "utf-8", "utf-8"), (CHINESE, "utf-8-sig", "utf-8-sig"), (CHINESE, "gb18030", "gb18030"),
        (CHINESE.replace("㙍", "杰"), "gbk", "gb18030"),
        (CHINESE, "utf-16", "utf-16"), (CHINESE, "utf-16-le", "utf-16-le"), ("名\n李𬒈\n", "gb18030", "gb18030"),
        ("name,x\n㙍𬒈,1\n", "gb18030", "gb18030"),
        ("id,naïve,café\n1,Zoë", "latin-1", "latin-1"), ("id\n2,©\n", "latin-1", "latin-1"), ("prix € 5", "cp1252", "cp1252"),
        ("id,name\n1,Λεωνιδας\n2,Αλεξανδρος\n3,Μυρων\n", "iso8859-7", "iso8859-7"),
        (RUSSIAN, "cp1251", "cp1251"), (RUSSIAN, "koi8-r", "koi8-r"), (RUSSIAN, "iso8859-5", "iso8859-5"), ("a,b\n1,2\n", "ascii", "utf-8"),
    ],
)
def test_found(text: str, written: str, found: str) -> None:
    assert encoding_of([text.encode(written)]).name == found


@given(st.text(st.sampled_from("省市区县镇村街道路号人口企业登记日期姓名性别民族数据管理服务中心公司有限广东深圳"), min_size=10, max_size=200))
def test_everyday_chinese_in_gb18030_is_never_taken_for_another_alphabet(text: str) -> None:
    assume(len(set(text)) >= 8)  # a few characters repeated are no text, and may well be Russian letters
    assert encoding_of([text.encode("gb18030")]).name == "gb18030"


def test_a_few_damaged_bytes_do_not_change_the_encoding() -> None:
    for encoding in ("utf-8", "gb18030"):
        damaged = bytearray((CHINESE * 20).encode(encoding))
        damaged[damaged.index("越".encode(encoding))] = 0xFF
        assert encoding_of([bytes(damaged)]).name == encoding
        assert not encoding_of([bytes(damaged)]).certain
