"""Names: readings of surnames, check and normal form, Python against the engine, and what importing the door opens."""

import subprocess
import sys

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.standards import PERSON_NAME, pinyin_of_name, split_name
from lingnan.standards.names import surname_readings

ENGINE = duckdb.connect(config={"threads": 1})
NOISE = st.sampled_from(list("张三单欧阳〇㙇买提·.・ 　'-éAbZ1\u200b\ue000\U0002c488。\U000e0100"))
KNOWN = ["张三", "欧阳娜娜", "买买提·吐尔逊", "张　三", "买买提.吐尔逊", "John  Smith", "无名氏", "测试", "\ue000三", "㙇明", None, ""]


def column(values: list[str | None], sql: str) -> list[object]:
    """The SQL over a column x of texts, row by row."""
    cursor = ENGINE.cursor()
    cursor.register("t", pa.table({"x": pa.array(values, pa.string()), "i": range(len(values))}))
    return [row[0] for row in cursor.execute(f"select {sql} as y from t order by i").fetchall()]


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("单田芳", "shan tian fang"),
        ("仇英", "qiu ying"),
        ("曾国藩", "zeng guo fan"),
        ("尉迟恭", "yu chi gong"),
        ("覃塘", "qin tang"),
        ("解缙", "xie jin"),
        ("查良镛", "zha liang yong"),
        ("吕布", "lyu bu"),
        ("欧阳修", "ou yang xiu"),
        ("爱新觉罗溥仪", "ai xin jue luo pu yi"),
        ("张 三", "zhang san"),
        ("单于", "shan yu"),
        ("买买提·吐尔逊", "mai mai ti tu er xun"),
        ("John Smith", "john smith"),
        ("", ""),
        (None, None),
    ],
)
def test_pinyin(name, pinyin):
    """Surnames as surnames; a two-character name has no compound surname; ü is yu."""
    assert pinyin_of_name(name) == pinyin


def test_the_table_of_surnames():
    """At least a hundred, each character one syllable, none twice."""
    readings = surname_readings()
    assert len(readings) >= 150
    assert sum(len(surname) > 1 for surname in readings) >= 50
    assert all(len(surname) == len(reading.split()) for surname, reading in readings.items())
    assert split_name("司徒美堂") == ("司徒", "美堂")
    assert split_name("买买提·吐尔逊") == ("", "买买提·吐尔逊")


@pytest.mark.parametrize(
    ("text", "normal", "reason"),
    [
        ("张　三", "张三", None),
        ("买买提.吐尔逊", "买买提·吐尔逊", None),
        ("买买提・吐尔逊", "买买提·吐尔逊", None),
        ("㙇\U0002c488", "㙇\U0002c488", None),
        ("John  Smith", "John Smith", None),
        ("无名氏", "无名氏", "placeholder"),
        ("张", "张", "short"),
        ("·张三", "·张三", "dot"),
        ("张3", "张3", "characters"),
        ("张\ue000", "张\ue000", "private"),
        ("张" * 51, "张" * 51, "long"),
    ],
)
def test_person_name_golden(text, normal, reason):
    """Spaces, dots, placeholders and rare characters in names."""
    assert PERSON_NAME.normal(text) == normal
    assert PERSON_NAME.check(normal) == reason


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(NOISE, max_size=8), min_size=20, max_size=40))
def test_python_and_engine_agree(values):
    """Whatever the text, check and normal form are the same in Python and in SQL."""
    values = [*KNOWN, *values]
    normal = [PERSON_NAME.normal(value) for value in values]
    assert column(values, PERSON_NAME.normal_sql("x")) == normal
    for texts in (values, normal):
        assert column(texts, PERSON_NAME.sql("x")) == [None if value is None else PERSON_NAME.valid(value) for value in texts]


def test_the_door_is_light():
    """The door opens neither an HTTP client nor Arrow, pinyin or a schema checker; what importing it costs is measured by `benchmarks/codes.py`."""
    asked = "import sys; import lingnan.standards; print(*{'httpx', 'pyarrow', 'pypinyin', 'jsonschema', 'yaml'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split() == []
