"""Says of every column what it holds, from its values first and its header second."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lingnan.govern.linking.shapes import LinkColumn
from lingnan.govern.rules.quoting import literal, quoted
from lingnan.lake import EngineSession
from lingnan.standards import CITIZEN_NUMBER, USCC, Identifier

SAMPLE = 50_000
KINDS: Mapping[str, tuple[str, str]] = {
    "citizen_number": ("公民身份号码", "citizen number"),
    "uscc": ("统一社会信用代码", "unified social credit code"),
    "han_name": ("中文姓名", "Chinese name of a person"),
    "name": ("字母文字姓名", "name"),
    "han_firm": ("中文单位名称", "Chinese name of an organisation"),
    "firm": ("字母文字单位名称", "name of an organisation"),
    "han_address": ("中文地址", "Chinese address"),
    "address": ("字母文字地址", "address"),
    "date": ("日期", "date"),
    "phone": ("电话", "telephone"),
    "email": ("电子邮箱", "email"),
    "code": ("编号", "code"),
    "number": ("数字", "number"),
    "category": ("类别", "category"),
    "text": ("文字", "text"),
    "ignored": ("不参与比对", "not compared"),
}
"""Every kind of column that linking knows, in Chinese and English."""

_HEADERS: Sequence[tuple[str, str]] = (
    ("email", r"e-?mail|邮箱"),
    ("phone", r"phone|mobile|\btel\b|telephone|电话|手机|联系方式"),
    ("date", r"date|birth|\bdob\b|日期|出生|生日|时间"),
    ("firm", r"compan|firm|organi[sz]ation|enterprise|employer|business|corp|\bvendor\b|supplier|institution|企业|公司|单位|机构|商户|店名|字号"),
    ("code", r"post_?code|\bzip|postal|邮编|邮政编码|区划|division"),
    ("address", r"addr|street|road|location|residence|住址|地址|住所|经营场所|户籍地"),
    ("category", r"^(sex|gender)$|性别|民族"),
    ("name", r"name|surname|given|forename|姓|名"),
)
_SERIALS = r"(^|_)(row|rownum|index|idx|seq|serial|line)(_?(no|number|id))?$|^(序号|行号|编号序号)$"
_FORMER = r"former|previous|maiden|alias|曾用|原名|别名|former_name"
_FEW = 60
_MOSTLY = 0.6


@dataclass(frozen=True)
class _Seen:
    """Shares of the filled values of a sample."""

    rows: int
    filled: int
    distinct: int
    longest: int
    mean_length: float
    han: float
    letters: float
    digits: float
    integers: float
    dates: float
    spaced: float
    emails: float
    firm_endings: float
    roads: float
    short_han: float


_FIRM_ZH = "(?:公司|厂|店|行|社|院|中心|集团|商行|企业|事务所|分公司|学校|医院|合作社|委员会|协会)"
_FIRM_EN = r"\b(?:inc|ltd|llc|llp|plc|gmbh|corp|corporation|company|limited|pty|sa|srl|bv|ag|co)\b\.?"
_ROAD = r"(?:路|街|道|巷|村|镇|乡|里|弄|号|栋|幢|室|花园|小区)"
_ROAD_EN = (
    r"\b(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|place|pl|court|ct|crescent|circuit|close|boulevard|blvd|way|terrace|strasse|rue|highway)"
    r"\b"
)


def kinds_of(session: EngineSession, source: str, columns: Sequence[str], titles: Mapping[str, str]) -> list[LinkColumn]:
    """The columns of a table of text that stands in the session, each with its kind; those that say nothing are `ignored`."""
    found = []
    for name in columns:
        seen = _seen(session, source, name)
        header = f"{name.removeprefix('c_')} {titles.get(name, '')}".lower()
        kind = _kind(session, source, name, header, seen) if seen.filled else "ignored"
        rows = max(1, seen.rows)
        former = kind in ("han_name", "name", "firm", "han_firm") and re.search(_FORMER, header) is not None
        found.append(LinkColumn(name, kind, seen.filled / rows, seen.distinct / max(1, seen.filled), titles.get(name, ""), former))
    return found


def _seen(session: EngineSession, source: str, name: str) -> _Seen:
    tests = {
        "han": r"regexp_matches(t, '\p{Han}')", "letters": r"regexp_matches(t, '\p{L}') and not regexp_matches(t, '\p{Han}')",
        "digits": "regexp_matches(t, '[0-9]')", "integers": "regexp_full_match(t, '[0-9]{1,18}')",
        "dates": f"regexp_full_match(t, {literal(_DATE)})", "spaced": "contains(t, ' ')",
        "emails": r"regexp_full_match(t, '[^@ ]+@[^@ ]+\.[a-z]{2,}')",
        "firm_endings": f"regexp_matches(t, {literal(_FIRM_ZH + '$')}) or regexp_matches(lower(t), {literal(_FIRM_EN)})",
        "roads": f"regexp_matches(t, {literal(_ROAD)}) or regexp_matches(lower(t), {literal(_ROAD_EN)})",
        "short_han": r"regexp_full_match(replace(t, ' ', ''), '\p{Han}{2,4}|\p{Han}{1,12}[·•・]\p{Han}{1,12}')",
    }
    shares = ", ".join(f"avg(case when {sql} then 1.0 else 0.0 end) filter (where t <> '') as {key}" for key, sql in tests.items())
    row = session.query(
        f"with sampled as (select trim({quoted(name)}) as t from {source} using sample {SAMPLE} rows (reservoir, 17)) "
        f"select count(*) as rows, count(nullif(t, '')) as filled, count(distinct nullif(t, '')) as distinct, "
        f"coalesce(avg(length(t)) filter (where t <> ''), 0) as mean_length, coalesce(max(length(t)), 0) as longest, {shares} from sampled"
    ).to_pylist()[0]
    shares_of = {key: float(row[key] or 0.0) for key in tests}
    return _Seen(row["rows"], row["filled"], row["distinct"], row["longest"], row["mean_length"], **shares_of)


_DATE = r"(1[89]|20)[0-9]{2}[-/.年]?[01]?[0-9][-/.月]?[0-3]?[0-9]日?([ T].*)?|[0-3]?[0-9][-/.][0-3]?[0-9][-/.](1[89]|20)[0-9]{2}"


def _kind(session: EngineSession, source: str, name: str, header: str, seen: _Seen) -> str:
    by_header = next(_by_header(header), "")
    if seen.distinct <= 1 or re.search(_SERIALS, name.removeprefix('c_').lower()):
        return "ignored"
    for identifier in (CITIZEN_NUMBER, USCC):
        if 14 <= seen.mean_length <= 22 and _valid(session, source, name, identifier) >= _MOSTLY:
            return identifier.name
    if seen.emails >= _MOSTLY:
        return "email"
    if seen.dates >= _MOSTLY and (seen.mean_length >= 7.5 and (by_header in ("date", "") or seen.integers < _MOSTLY or seen.distinct > _FEW)):
        return "phone" if by_header == "phone" else "code" if by_header == "code" else "date"
    if seen.distinct <= _FEW and seen.filled > 4 * seen.distinct and by_header not in ("date", "phone"):
        return "category"
    if seen.digits >= _MOSTLY and seen.han + seen.letters < 0.3:
        return "phone" if by_header == "phone" else "code" if seen.mean_length >= 4 or by_header == "code" else "number"
    return _text_kind(by_header, seen)


def _text_kind(by_header: str, seen: _Seen) -> str:
    if seen.han >= _MOSTLY:
        if by_header == "firm" or seen.firm_endings >= 0.5:
            return "han_firm"
        if seen.short_han >= 0.8 and by_header in ("name", "") and seen.mean_length <= 5:
            return "han_name"
        return "han_address" if seen.roads >= 0.5 or by_header == "address" else "text"
    if by_header == "firm" or seen.firm_endings >= 0.3:
        return "firm"
    if by_header == "address" or (seen.roads >= 0.3 and seen.mean_length > 6):
        return "address"
    if seen.digits >= 0.5 and seen.mean_length <= 24:
        return "address" if seen.spaced >= 0.5 and seen.letters >= 0.5 else "code"
    return "text" if seen.mean_length > 24 else "name"


def _by_header(header: str) -> Iterator[str]:
    for kind, pattern in _HEADERS:
        if re.search(pattern, header):
            yield kind


def _valid(session: EngineSession, source: str, name: str, identifier: Identifier) -> float:
    rows = session.query(
        f"select distinct trim({quoted(name)}) as t from {source} where length(trim({quoted(name)})) between 15 and 24 order by hash(t), t limit 2000"
    ).column(0).to_pylist()
    return sum(identifier.valid(identifier.normal(each)) for each in rows) / len(rows) if rows else 0.0
