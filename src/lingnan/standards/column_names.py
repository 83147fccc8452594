"""Names of columns as people write them, reduced to what they say: noise taken off, words split, abbreviations spelled out."""

import re
import unicodedata
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS = re.compile(r"[（(【\[〔<《].*?[)）】\]〕>》]")
_CUT = re.compile(r"[,，;；。:：!！?？\n\r\t|].*", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u9fff]")
_SPLIT = re.compile(r"[^0-9a-z\u3400-\u9fff]+")
PREFIXES = frozenset([
    "t", "tb", "tbl", "f", "fld", "col", "c", "v", "s", "i", "n", "d", "dt", "str", "int", "dim", "dwd", "ods", "dw", "biz", "bus", "fk",
    "pk", "r", "g", "zd", "tz", "a", "b", "ex", "ext", "x",
])
"""What systems put before a column's name and what says nothing."""

SUFFIXES = frozenset([
    "dm", "mc", "bm", "bz", "str", "txt", "text", "val", "value", "desc", "cn", "zh", "en", "ch", "str2", "new", "old", "bak", "tmp", "cd",
    "nm", "fk", "pk", "f1", "gb", "std", "orig", "raw", "src",
])
"""What systems put behind it."""

HAN_SUFFIXES = ("代码", "编码", "名称", "中文名称", "信息", "字段", "内容", "描述", "值", "说明", "填写", "必填", "选填", "字典", "码", "名")
ABBREVIATIONS = {
    "no": "number", "num": "number", "nbr": "number", "nr": "number", "code": "code", "cd": "code", "nm": "name", "addr": "address", "add": "address",
    "tel": "phone", "telephone": "phone", "mobile": "phone", "cellphone": "phone", "mob": "phone", "phoneno": "phone", "dob": "birth_date",
    "birthday": "birth_date", "birthdate": "birth_date", "gender": "sex", "ethnic": "nationality", "ethnicity": "nationality", "corp": "organisation",
    "corporation": "organisation", "company": "organisation", "comp": "organisation", "co": "organisation", "org": "organisation",
    "organization": "organisation", "ent": "organisation", "entity": "organisation", "enterprise": "organisation", "unit": "organisation",
    "dept": "department", "dt": "date", "day": "date", "tm": "time", "datetime": "time", "ts": "time", "timestamp": "time", "amt": "amount",
    "qty": "quantity", "cnt": "count", "pct": "percent", "rate": "rate", "ratio": "rate", "reg": "registration", "registered": "registration",
    "est": "founding", "established": "founding", "establish": "founding", "found": "founding", "founded": "founding", "cert": "certificate",
    "lic": "licence", "license": "licence", "permit": "licence", "decl": "filing", "stu": "student", "sch": "school", "edu": "education",
    "vehicle": "vehicle", "veh": "vehicle", "lng": "longitude", "lon": "longitude", "lat": "latitude", "zip": "postcode", "zipcode": "postcode",
    "postal": "postcode", "mail": "email", "cap": "capital", "rep": "representative", "repr": "representative", "pen": "penalty", "punish": "penalty",
    "punishment": "penalty", "idcard": "id_card", "identity": "id", "sfz": "id_card", "desc": "description", "type": "kind", "category": "kind",
    "cat": "kind", "typ": "kind", "begin": "start", "from": "start", "finish": "end", "stop": "end", "expire": "end", "expiry": "end", "exp": "end",
    "eff": "effective", "div": "division", "region": "division", "district": "division", "area_code": "division", "adcode": "division",
    "biz": "business", "st": "status", "state": "status", "stat": "status", "lvl": "level", "emp": "employees", "hosp": "hospital", "pat": "patient",
    "enrollment": "enrolment", "house": "house", "bldg": "building", "temp": "temperature", "legalperson": "legal", "uscc": "uscc",
    "usci": "uscc", "tyshxydm": "uscc", "centre": "center",
}
"""Latin words of column names and the word that the elements use for them."""

GENERIC = frozenset((
    "number", "code", "name", "id", "value", "flag", "kind", "date", "time", "status", "level", "amount", "count", "quantity", "no2", "path", "key",
    "title", "description", "content", "result", "address", "unit", "rate", "percent", "start", "end", "user", "batch", "order", "organisation",
))
"""Words that say nothing of an element when they stand alone behind another word."""

NOTHING = frozenset(["the", "of", "a", "an", "and", "for", "in", "to", "s", "is", "at", "on", "by"])


@lru_cache(maxsize=65536)
def plain(name: str) -> str:
    """The name in one spelling: full width and case folded, brackets and what follows a stop gone."""
    text = unicodedata.normalize("NFKC", name)
    text = _BRACKETS.sub("", text) or text
    text = _CUT.sub("", text) or text
    return _CAMEL.sub("_", text.strip()).lower()


def is_chinese(text: str) -> bool:
    """Whether a Chinese character stands in it."""
    return _HAN.search(text) is not None


def han_forms(text: str) -> list[tuple[str, float]]:
    """A Chinese name and what is left of it without endings that say nothing, each with how much is kept of its weight."""
    whole = _SPLIT.sub("", text)
    whole = re.sub(r"^[0-9]+|(?<![a-z])[0-9]+$", "", whole)
    found = [(whole, 1.0)]
    for ending in HAN_SUFFIXES:
        if whole.endswith(ending) and len(whole) - len(ending) >= 2:
            found.append((whole[: -len(ending)], 0.9))
    return found


def latin_tokens(text: str) -> tuple[str, ...]:
    """The words of a Latin name."""
    return tuple(each for each in _SPLIT.split(text) if each)


def without_number(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words without the number of a repeated column: lxdh1, address_2."""
    last = re.sub(r"\d+$", "", tokens[-1])
    return (*tokens[:-1], last) if last else tokens[:-1]


def latin_forms(tokens: tuple[str, ...]) -> list[tuple[str, float]]:
    """The words joined, and joined without noise at either end, each with how much is kept of its weight."""
    forms, kept, weight = [("".join(tokens), 1.0)], tokens, 1.0
    while len(kept) > 1 and kept[0] in PREFIXES:
        kept, weight = kept[1:], weight * 0.97
        forms.append(("".join(kept), weight))
    while len(kept) > 1 and kept[-1] in SUFFIXES:
        kept, weight = kept[:-1], weight * 0.95
        forms.append(("".join(kept), weight))
    return forms


def spelled_out(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """English words in the elements' spelling; words that say nothing are left out."""
    told = (ABBREVIATIONS.get(each, each) for each in tokens if each not in NOTHING)
    return tuple(part for each in told for part in each.split("_"))
