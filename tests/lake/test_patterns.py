"""Regular expressions mean on Spark what they mean on the embedded engine, written or bound, and what RE2 refuses is refused."""

from pathlib import Path

import pyarrow as pa
import pytest

from lingnan.base import BadInput, SystemClock
from lingnan.lake import Engine, Lake
from lingnan.lake.spark.patterns import first_alone, java_pattern, java_replacement

TEXTS = [
    "", "a", "a\n", "a\nb", "A\r\nb", "x\x0by", "x\x85y", "x\u2028y",
    "a.b", "a[b]", "a&&b", "{1}", "a{1,2", "中文 abc", "é", "word word_1", "12-34-56",
    "$1\\2", None, "𠮷野家", "a\tb", "ſK", "__a__",
]
PATTERNS = [
    "a$", "^a.b$", "^b", "(?m)^b", "(?m)a$", "(?s)a.b", r"\s", r"\S+",
    r"\bword\b", r"\Bo", r"\v", r"[\s&&x]", "[[]b", "[]]", "[^]a]", "a{1,2",
    r"\{1\}", r"\p{Han}+",
    r"[\p{Han}x]", r"\P{Han}", "[[:alpha:]]+", "[[:^digit:]]", "(?i)k",
    "(?P<one>a)b?", r"\x{4E2D}", r"\Qa.b\E", r"a|b|", r"[a-z]*",
]
REPLACED = [
    ("(a)", r"<\1>", ""), ("(a)", r"<\1>", "g"), ("^(a)", r"\10", ""), ("o", r"$1\\", ""), ("[0-9]+", "#", "g"), ("(r)d", r"[\0]", ""),
    ("-", "", "g"),
]


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def asked() -> str:
    parts = [f"regexp_matches(x, {literal(pattern)}) as m{n}, regexp_full_match(x, {literal(pattern)}) as f{n}" for n, pattern in enumerate(PATTERNS)]
    parts += [f"regexp_extract(x, {literal(pattern)}) as e{n}" for n, pattern in enumerate(PATTERNS)]
    parts += [
        f"regexp_replace(x, {literal(pattern)}, {literal(words)}{', ' + literal(options) if options else ''}) as r{n}"
        for n, (pattern, words, options) in enumerate(REPLACED)
    ]
    parts += ["regexp_matches(x, $part) as bound, regexp_full_match(x, $whole) as bound_whole"]
    return f"select i, {', '.join(parts)} from given order by i"


def answer(engine: Engine) -> pa.Table:
    given = pa.table({"i": range(len(TEXTS)), "x": pa.array(TEXTS, pa.string())})
    with engine.session({}, {"given": given}) as session:
        return session.query(asked(), {"part": r"\bword$|a$", "whole": "a|[0-9-]+"})


@pytest.mark.spark
def test_patterns_find_the_same(tmp_path: Path, spark_local: str) -> None:
    lake = Lake(tmp_path, SystemClock())
    here, there = (answer(lake.engine(name, threads=2, memory="1GB")) for name in ("duckdb", spark_local))
    told = {**{f"{kind}{n}": pattern for n, pattern in enumerate(PATTERNS) for kind in "mfe"}, **{f"r{n}": each for n, each in enumerate(REPLACED)}}
    differing = {
        (told.get(name), name): [each for each in zip(TEXTS, here[name].to_pylist(), there[name].to_pylist(), strict=True) if each[1] != each[2]]
        for name in here.column_names if here[name].to_pylist() != there[name].to_pylist()
    }
    assert differing == {}


@pytest.mark.parametrize("pattern", ["(?=a)", "(?<!a)b", r"(a)\1", "(?>a)", r"\Z", "(?U)a"])
def test_what_re2_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(BadInput):
        java_pattern(pattern)


def test_a_replacement_keeps_digits_behind_a_group() -> None:
    assert java_replacement(r"-\10$") == r"-$1\0\$"
    assert first_alone("^a", "b") == (r"(?d)\Aa", "b")
