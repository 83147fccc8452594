"""What the values of a column look like, counted by the engine over a bounded sample; rooms add what it means."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import groupby
from typing import Any, Final

import pyarrow as pa

from lingnan.lake.embedded import embedded_session
from lingnan.lake.engine import EngineSession
from lingnan.lake.names import quoted
from lingnan.lake.profiling.spread import spread_of
from lingnan.standards import IDENTIFIERS, code_lists, date_sql, timestamp_sql

SAMPLE_ROWS = 200_000
"""Rows looked at when nobody says otherwise."""
TOP, TOP_AT_LEAST = 10, 5
"""How many values are kept, and how often each must occur: what stands there once may be somebody's."""
PATTERNS = 5
JUDGED = 5_000
"""Different values that identifiers are looked for in."""

_TYPED = ("integer", "number", "date", "timestamp")
_LONGEST_SHAPED, _NEARLY_ALL = 40, 0.95
_CODES, _SAMPLED, _VALUES = "profile_codes", "profile_sampled", "profile_values"
_IDENTIFIERS: Final = {
    "citizen_number": (15, 24), "uscc": (18, 24), "organisation_code": (8, 12), "phone": (7, 24), "plate": (6, 10), "person_name": (2, 50),
}
"""Kinds of identifiers and the lengths between which a value must lie to be one, separators included; outside them nothing is computed."""
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛"
    "闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_EXPRESSIONS: Final = {
    "surname": f"[{_SURNAMES}][\u3400-\u9fff·]{{1,3}}",
    "email": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    "address": ".*[\u4e00-\u9fff](?:路|街|道|巷|村|镇|乡|里|大道|小区|花园).*(?:[0-9０-９一二三四五六七八九十]+(?:号|栋|幢|座|室|组|单元|弄)).*",
    "integer": "-?[0-9]+",
    "number": r"[-+]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?",
    "boolean": "0|1|[YyNn]|[Tt]rue|[Ff]alse|TRUE|FALSE|是|否",
    "digits": "[0-9]+",
}
_WITHIN: Final = {
    "holds_citizen_number": r"(?:^|[^0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?:$|[^0-9])",
    "holds_phone": r"(?:^|[^0-9])1[3-9][0-9]{9}(?:$|[^0-9])",
}
"""What may stand within a longer text."""


@dataclass(frozen=True)
class ColumnProfile:
    """What a sample says of one column; `shares` (0–1) tell what part of the filled values fits an identifier, a code list or a form.

    `minimum`, `maximum`, `mean`, `quantiles` (numbers, and dates as days since 1970) and `top` are values; `patterns` are shapes: 9 a digit, A a
    letter, 汉 a Chinese character; `bins` and `buckets` are shares per mille of parts whose values cannot be read from them.
    """

    name: str
    kind: str
    rows: int
    nulls: int
    blanks: int
    distinct: int
    shortest: int
    longest: int
    mean_length: float
    minimum: str = ""
    maximum: str = ""
    patterns: tuple[tuple[str, int], ...] = ()
    top: tuple[tuple[str, int], ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)
    mean: str = ""
    quantiles: tuple[float, ...] = ()
    bins: tuple[int, ...] = ()
    buckets: tuple[int, ...] = ()

    @property
    def filled(self) -> int:
        """Rows that hold a value."""
        return self.rows - self.nulls - self.blanks

    def in_shapes(self) -> "ColumnProfile":
        """The same without a single value: what may be kept of persons."""
        return replace(self, minimum="", maximum="", mean="", quantiles=(), top=())

    def payload(self) -> dict[str, Any]:
        """The same as JSON."""
        return {**asdict(self), "shares": dict(self.shares), "filled": self.filled}


def profile_columns(
    session: EngineSession, source: str, columns: Sequence[str] | None = None, *, sample: int = SAMPLE_ROWS, shares: Sequence[str] | None = None
) -> list[ColumnProfile]:
    """Profiles of the columns of a table that stands in the session under `source`, from its first `sample` rows.

    `shares` narrows what is asked of the values to these names; otherwise everything that is known is asked.
    """
    if session.distributed:
        # So many rows are few, and counted where the words for quantiles are.
        shown = ", ".join(map(quoted, columns)) if columns else "*"
        rows = session.query(f"select {shown} from {quoted(source)} limit {int(sample)}")
        return profile_rows(rows, sample=sample, shares=shares)
    schema = session.query(f"select * from {quoted(source)} limit 0").schema
    session.add_arrow(f"{_CODES}_given", _coded_values())
    session.execute(f"create or replace temp table {_CODES} as select * from {_CODES}_given")
    return [_profile(session, source, schema.field(name), sample, shares) for name in columns or schema.names]


def profile_rows(rows: pa.Table, *, sample: int = SAMPLE_ROWS, shares: Sequence[str] | None = None) -> list[ColumnProfile]:
    """Profiles of the columns of rows that stand in no table, counted in an engine that goes away with them."""
    with embedded_session() as session:
        session.add_arrow("rows_", rows.slice(0, sample))
        return profile_columns(session, "rows_", sample=sample, shares=shares)


def _profile(session: EngineSession, source: str, column: pa.Field, sample: int, asked: Sequence[str] | None) -> ColumnProfile:
    name = quoted(column.name)
    session.execute(f"create or replace temp table {_SAMPLED} as select {name} as v from {quoted(source)} limit {int(sample)}")
    # The blank of a text is no value; every test below looks at each different value once.
    session.execute(
        f"create or replace temp table {_VALUES} as select trim(cast(v as varchar)) as t, any_value(v) as v, count(*) as n from {_SAMPLED} "
        "where v is not null group by 1"
    )
    row = session.query(
        f"select (select count(*) from {_SAMPLED}) as rows, (select count(*) from {_SAMPLED} where v is null) as nulls, "
        f"coalesce(sum(n) filter (where t = ''), 0) as blanks, count(*) filter (where t <> '') as distincts, "
        f"coalesce(min(length(t)) filter (where t <> ''), 0) as shortest, coalesce(max(length(t)), 0) as longest, "
        f"coalesce(sum(length(t) * n) / nullif(sum(n) filter (where t <> ''), 0), 0) as mean from {_VALUES}"
    ).to_pylist()[0]
    filled = int(row["rows"]) - int(row["nulls"]) - int(row["blanks"])
    seen = ColumnProfile(
        column.name, _kind(column.type), int(row["rows"]), int(row["nulls"]), int(row["blanks"]), int(row["distincts"]), int(row["shortest"]),
        int(row["longest"]), round(float(row["mean"]), 1),
    )
    if not filled:
        return seen
    found = {name: share for name, share in _shares(session, seen, filled, asked) if share}
    reading = _reading(seen.kind, found)
    low, high = _bounds(session, reading)
    spread = spread_of(session, _VALUES, _as_number(reading, seen.kind, found))
    return replace(
        seen, shares=found, minimum=low, maximum=high, patterns=_patterns(session), top=_top(session), mean=spread.mean,
        quantiles=spread.quantiles, bins=spread.bins, buckets=spread.buckets,
    )


def _kind(given: pa.DataType) -> str:
    tests = {
        "boolean": pa.types.is_boolean, "integer": pa.types.is_integer, "date": pa.types.is_date, "timestamp": pa.types.is_timestamp,
        "text": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
        "number": lambda kind: pa.types.is_floating(kind) or pa.types.is_decimal(kind),
    }
    return next((name for name, test in tests.items() if test(given)), "other")


def _shares(session: EngineSession, seen: ColumnProfile, filled: int, asked: Sequence[str] | None) -> Iterator[tuple[str, float]]:
    if seen.kind not in ("text", "integer"):
        yield from () if seen.kind == "other" else ((seen.kind, 1.0),)
        return
    yield from _identifier_shares(session, seen, asked)
    tests = {name: sql for name, sql in _tests(seen) if asked is None or name in asked}
    if tests:
        # Standards ask that their checks be projected first: inside an aggregate the engine would compute shared parts again.
        shown = ", ".join(f"({sql}) as {quoted(name)}" for name, sql in tests.items())
        sums = ", ".join(f"sum(case when {quoted(name)} then n else 0 end) as {quoted(name)}" for name in tests)
        row = session.query(f"select {sums} from (select n, {shown} from {_VALUES} where t <> '') as judged").to_pylist()[0]
        yield from ((name, round(int(row[name] or 0) / filled, 4)) for name in tests)
    rows = session.query(f"select list, sum(n) as n from {_VALUES} join {_CODES} on value = t group by list order by list").to_pylist()
    yield from ((each["list"], round(int(each["n"]) / filled, 4)) for each in rows if asked is None or each["list"] in asked)


def _identifier_shares(session: EngineSession, seen: ColumnProfile, asked: Sequence[str] | None) -> Iterator[tuple[str, float]]:
    """Judged by the standards' own checks over so many different values: as SQL each check takes the engine a second to understand."""
    kinds = [
        name for name, (least, most) in _IDENTIFIERS.items()
        if seen.longest >= least and seen.shortest <= most and (asked is None or name in asked)
    ]
    values = session.query(f"select t, n from {_VALUES} where t <> '' order by hash(t), t limit {JUDGED}").to_pylist() if kinds else []
    counted = sum(int(each["n"]) for each in values)
    for name in kinds:
        known = IDENTIFIERS[name]
        yield name, round(sum(int(each["n"]) for each in values if known.valid(known.normal(each["t"]))) / counted, 4)


def _tests(seen: ColumnProfile) -> Iterator[tuple[str, str]]:
    for name, expression in _EXPRESSIONS.items():
        yield name, f"length(t) <= 300 and regexp_full_match(t, '{expression}')"
    if seen.longest > 20:
        for name, expression in _WITHIN.items():
            yield name, f"length(t) > 18 and regexp_matches(t, '{expression}')"
    # A bare run of up to seven digits also reads as a spreadsheet's serial date; such a column is a number here.
    if seen.longest >= 6 and seen.shortest <= 40:
        yield "date", f"{date_sql('t')} is not null and not regexp_full_match(t, '[0-9]{{1,7}}')"
    if seen.longest >= 14 and seen.shortest <= 40:
        yield "timestamp", f"{timestamp_sql('t')} is not null and not regexp_full_match(t, '[0-9]{{1,13}}')"


def _reading(kind: str, shares: Mapping[str, float]) -> str:
    """How a value that is a number or a day is read; empty for texts."""
    if kind in _TYPED:
        return "v"
    return {"date": date_sql("t"), "integer": "try_cast(t as bigint)", "number": "try_cast(t as double)", "": ""}[_certain(shares)]


def _certain(shares: Mapping[str, float]) -> str:
    """What nearly all texts are."""
    return next((name for name in ("date", "integer", "number") if shares.get(name, 0) >= _NEARLY_ALL), "")


def _as_number(reading: str, kind: str, shares: Mapping[str, float]) -> str:
    """The same as a number; days are counted from 1970."""
    if not reading:
        return ""
    of = kind if kind in _TYPED else _certain(shares)
    return f"cast(epoch(cast({reading} as timestamp)) / 86400 as double)" if of in ("date", "timestamp") else f"try_cast({reading} as double)"


def _bounds(session: EngineSession, reading: str) -> tuple[str, str]:
    """The least and the greatest of numbers and dates; of texts, whose ends are just two of them, none."""
    if not reading:
        return "", ""
    row = session.query(f"select cast(min(x) as varchar) as low, cast(max(x) as varchar) as high from (select {reading} as x from {_VALUES}) as read")
    return row["low"][0].as_py() or "", row["high"][0].as_py() or ""


def _patterns(session: EngineSession) -> tuple[tuple[str, int], ...]:
    shaped = f"substr(t, 1, {_LONGEST_SHAPED})"
    for expression, sign in ((r"\p{Han}", "汉"), (r"[0-9]", "9"), (r"[A-Za-z]", "A"), (r"[^\p{Han}0-9A-Za-z\p{P}\p{S}\s]", "x")):
        shaped = f"regexp_replace({shaped}, '{expression}', '{sign}', 'g')"
    rows = session.query(
        f"select {shaped} as shape, sum(n) as n from {_VALUES} where t <> '' group by 1 order by 2 desc, 1 limit {PATTERNS * 4}"
    ).to_pylist()
    counted: dict[str, int] = {}
    for row in rows:
        counted[_short(row["shape"])] = counted.get(_short(row["shape"]), 0) + int(row["n"])
    return tuple(sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:PATTERNS])


def _short(shape: str) -> str:
    """Runs counted: 9{6}-A{2}."""
    runs = ((sign, len(list(run))) for sign, run in groupby(shape))
    return "".join(sign if count == 1 else f"{sign}{{{count}}}" for sign, count in runs)


def _top(session: EngineSession) -> tuple[tuple[str, int], ...]:
    rows = session.query(
        f"select t, n from {_VALUES} where t <> '' and n >= {TOP_AT_LEAST} and length(t) <= {_LONGEST_SHAPED} order by n desc, t limit {TOP}"
    ).to_pylist()
    return tuple((row["t"], int(row["n"])) for row in rows)


@cache
def _coded_values() -> pa.Table:
    """Every code of every list and every way to write it, once a list."""
    pairs = {(name, value) for name, known in code_lists().items() for value in (*known.versions, *known.label_to_code) if _plain(value)}
    ordered = sorted(pairs)
    return pa.table({"list": [name for name, _value in ordered], "value": [value for _name, value in ordered]})


def _plain(value: str) -> bool:
    return bool(value) and re.search(r"[\x00-\x1f]", value) is None
