"""Every division, township and zone under every name an address may give it, with its history."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from lingnan.standards import Code, Divisions, code_list, townships, zones

PROVINCE, CITY, COUNTY, TOWNSHIP = 1, 2, 3, 4

REMEMBERED = date(2000, 1, 1)
"""A name that ended before this day yields to a namesake in force; one that ended later still stands in papers of today."""

_KINDS = ("特别行政区", "自治区", "自治州", "自治县", "自治旗", "林区", "特区", "新区", "地区", "矿区", "盟", "省", "市", "区", "县", "旗")
_TOWNSHIP_KINDS = ("街道办事处", "街道", "办事处", "地区", "民族乡", "镇", "乡", "苏木")
_ABBREVIATIONS = {
    "京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "吉": "22", "黑": "23", "沪": "31", "苏": "32", "浙": "33", "皖": "34",
    "闽": "35", "赣": "36", "鲁": "37", "豫": "41", "鄂": "42", "湘": "43", "粤": "44", "桂": "45", "琼": "46", "渝": "50", "川": "51", "蜀": "51",
    "贵": "52", "黔": "52", "云": "53", "滇": "53", "藏": "54", "陕": "61", "甘": "62", "青": "63", "宁": "64", "新": "65", "台": "71", "港": "81",
    "澳": "82",
}
_CUSTOMARY = {
    "内蒙": "150000", "巴州": "652800", "克州": "653000", "博州": "652700", "达茂旗": "150223", "杜蒙县": "230624", "前郭县": "220721",
    "阜蒙县": "210921", "莫旗": "150722", "东乌旗": "152525", "西乌旗": "152526", "积石山县": "622927",
}
"""Names in everyday use that no rule gives (proofed: false)."""

_ZONE_KINDS = (
    ("高新技术产业开发区", "高新区", "高新技术开发区", "高新开发区"),
    ("经济技术开发区", "经开区", "经济开发区", "开发区"),
    ("经济开发区", "经开区", "经济技术开发区"),
)
"""A zone's kind in full and the other ways to write it."""

_CARVED = {
    "440309": "440306", "440310": "440307", "440311": "440306", "440115": "440113", "330113": "330110", "330114": "330109", "440514": "440513",
    "320507": "320506", "640106": "640105", "421321": "421303",
    "341504": "341522", "350505": "350521", "450903": "450902", "451103": "451102", "511603": "511602", "511903": "511902", "520303": "520302",
}
"""County-level divisions made of parts of one still in force; their townships may still be written under the older name (proofed: false)."""

_WIDER = {"654200": "654000", "654300": "654000"}
"""Prefectures that stand under another prefecture (伊犁哈萨克自治州)."""


class Place(NamedTuple):
    """One place an address may name: its code, what it is called, since and until when, where it is today, and what stands above it, then and now."""

    code: str
    zh: str
    level: int
    start: date | None
    end: date | None
    now: tuple[str, ...]
    above: frozenset[str]
    zone: bool = False


@cache
def known_divisions() -> Divisions:
    """The divisions list under its own class."""
    found = code_list("divisions")
    if not isinstance(found, Divisions):
        raise TypeError("the divisions list is read by its own class")
    return found


@cache
def places() -> dict[str, tuple[Place, ...]]:
    """Name → the places that bear or bore it in full, or are called so for short."""
    return {name: tuple(found) for name, found in _named().items()}


@cache
def full_names() -> frozenset[str]:
    """The names that some place bears in full."""
    return frozenset(place.zh for place in (*_divisions(), *_zones(), *_townships())) | _spelled()


@cache
def _spelled() -> frozenset[str]:
    """Names written with their city because they begin like its kind (济南市中区), or with the kind alone (乳源县)."""
    zones = (form for place in _divisions() if place.zone for form in _zone_forms(place.zh, known_divisions().name(place.code[:4] + "00") or ""))
    return frozenset({*(name for place in _divisions() for name in _whole_forms(place)), *zones, *_CUSTOMARY} - {"内蒙"})


@cache
def township_shorts() -> frozenset[str]:
    """What townships are called for short; a county of the same short name is not told by it alone."""
    return frozenset(_without(each.zh, _TOWNSHIP_KINDS) for each in townships())


def _named() -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in (*_divisions(), *_zones()):
        for name in {place.zh, *_whole_forms(place), *_short_forms(place)}:
            found[name].append(place)
    for place in _townships():
        for name in {place.zh, *_township_forms(place)}:
            found[name].append(place)
    for letter, province in _ABBREVIATIONS.items():
        found[letter] += [place for place in found[known_divisions().name(province + "0000") or ""] if place.level == PROVINCE]
    for name, code in _CUSTOMARY.items():
        found[name] += [place for place in found[known_divisions().name(code) or ""] if place.code == code]
    for place in _divisions():
        if place.zone:
            for name in _zone_forms(place.zh, known_divisions().name(place.code[:4] + "00") or ""):
                found[name] += [] if found[name] else [place]
    return found


@cache
def _divisions() -> tuple[Place, ...]:
    """The divisions of province, city and county level; versions of one name that became the same place stand once."""
    known = known_divisions()
    grouped: dict[tuple[str, int, tuple[str, ...]], list[Code]] = defaultdict(list)
    for entry in known.entries:
        if _counts(entry):
            grouped[entry.zh, entry.level or COUNTY, _today(known, entry)].append(entry)
    return tuple(_place(name, level, now, entries) for (name, level, now), entries in grouped.items())


def _counts(entry: Code) -> bool:
    statistical = entry.role == "statistical" and entry.valid_to is None and not entry.zh.endswith(("市辖区", "市"))
    return len(entry.code) == 6 and (entry.level in (PROVINCE, CITY, COUNTY) or statistical)


def _today(known: Divisions, entry: Code) -> tuple[str, ...]:
    # A code may have meant several places in turn: the last day of this meaning tells which is asked about.
    return known.successor(entry.code, used_on=entry.valid_to - timedelta(days=1)) if entry.valid_to else (entry.code,)


def _place(name: str, level: int, now: tuple[str, ...], entries: list[Code]) -> Place:
    last = max(entries, key=lambda entry: entry.valid_to or date.max)
    above = {code for entry in entries for code in _above(entry.code)} | {code for each in now for code in _above(each)}
    starts = [entry.valid_from for entry in entries if entry.code == last.code]
    start = None if None in starts else min(filter(None, starts), default=None)
    return Place(last.code, name, level, start, last.valid_to, now, frozenset(above - {last.code}), last.role == "statistical")


@cache
def _above(code: str) -> tuple[str, ...]:
    return tuple(_all_above(known_divisions(), code))


def _all_above(known: Divisions, code: str) -> Iterator[str]:
    yield code[:2] + "0000"
    city = code[:4] + "00"
    yield city
    if city in _WIDER:
        yield _WIDER[city]
    entry = known.get(city)
    if entry and entry.valid_to:
        yield from known.successor(city)


def _zones() -> Iterator[Place]:
    named = {zone.zh for zone in zones()}
    for zone in zones():
        above = frozenset({zone.city, *(code for county in zone.counties for code in _above(county))})
        yield Place("", zone.zh, COUNTY, None, None, zone.counties, above, zone=True)
        for name in _zone_forms(zone.zh, known_divisions().name(zone.city) or ""):
            if name not in named:
                yield Place("", name, COUNTY, None, None, zone.counties, above, zone=True)


def _zone_forms(name: str, city: str) -> set[str]:
    """A zone with its kind written otherwise, and with its city in full: 苏州高新区, 苏州市高新区, 苏州高新技术产业开发区."""
    short = city.removesuffix("市")
    kinds = next((kinds for kinds in _ZONE_KINDS for kind in kinds[:2] if name.endswith(kind)), ())
    stem = next((name.removesuffix(kind) for kind in kinds if name.endswith(kind)), name)
    forms = {stem + kind for kind in kinds if stem not in ("", short) or kind != "开发区"} or {name}
    if short and name.startswith(short) and not name.startswith(city):
        forms |= {city + form.removeprefix(short) for form in forms}
    return forms - {name}


@cache
def _townships() -> tuple[Place, ...]:
    return tuple(
        Place(each.code, _plain_township(each.zh), TOWNSHIP, None, None, (county := _county_of(each.county),), _with_above(county))
        for each in townships()
    )


@cache
def _county_of(code: str) -> str:
    """The county of a township; of a city without counties the city itself, though lists write its grouping row (620201)."""
    city = code[:4] + "00"
    return city if city in without_counties() else code


@cache
def _with_above(county: str) -> frozenset[str]:
    return frozenset({county, *_above(county)})


def _plain_township(name: str) -> str:
    return name.removesuffix("办事处") if name.endswith("街道办事处") else name


def _township_forms(place: Place) -> Iterator[str]:
    short = _without(place.zh, _TOWNSHIP_KINDS)
    if place.zh.endswith(("民族乡", "族乡")):
        yield _without_peoples(short) + "乡"
    if place.zh.endswith("地区"):
        yield short + "乡"
        yield short + "镇"
    if place.zh.endswith("街道") and place.now[0] in _CARVED:
        yield short + "镇"
    if len(short) > 1:
        yield short


@cache
def without_counties() -> frozenset[str]:
    """Cities without counties (东莞市, 中山市); people name their towns for short."""
    return frozenset(entry.code for entry in known_divisions().entries if entry.role == "holder" and entry.valid_to is None)


_WING = re.compile(r"(.)(?:.{1,5}?([左右])翼([前中后])?(?:蒙古族自治)?|.{2,3}([左右前中后]))([旗县])$")
"""科尔沁左翼中旗 is written 科左中旗, 喀喇沁左翼蒙古族自治县 喀左县, 土默特左旗 土左旗."""


def _whole_forms(place: Place) -> Iterator[str]:
    """Other whole names: 乳源县, 延边州, and 济南市中区, which would otherwise be read as 济南市 and 中区."""
    for kind, short in (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗"), ("区", "区")):
        plain = _without_peoples(place.zh.removesuffix(kind))
        if place.zh.endswith(kind) and plain != place.zh.removesuffix(kind) and len(plain) > 1:
            yield plain + short
        elif kind == "自治旗" and place.zh.endswith("族自治旗"):
            yield plain.removesuffix("族") + short
    if wing := _WING.match(place.zh):
        yield "".join(filter(None, wing.groups()))
    if place.level == COUNTY and place.zh.startswith("市"):
        for above in place.above:
            city = known_divisions().name(above)
            if city and city.endswith("市"):
                yield city.removesuffix("市") + place.zh


def _short_forms(place: Place) -> Iterator[str]:
    short = _without_peoples(_without(place.zh, _KINDS))
    if place.level < TOWNSHIP and len(short) > 1 and short != place.zh and not place.zh.startswith("市") and not place.zone:
        yield short


def _without(name: str, kinds: tuple[str, ...]) -> str:
    for kind in kinds if name.endswith(kinds) else ():
        if name.endswith(kind) and len(name) - len(kind) > 1:
            return name.removesuffix(kind)
    return name


@cache
def _peoples() -> re.Pattern[str]:
    names = sorted((name for entry in code_list("nationalities").entries for name in (entry.zh, entry.zh.removesuffix("族"))
                    if entry.zh.endswith("族") and len(name) > 1), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(names)}|各族)+$")


def _without_peoples(name: str) -> str:
    """A name without the peoples it lists (恩施土家族苗族 → 恩施), unless nothing is left."""
    plain = _peoples().sub("", name)
    return plain if len(plain) > 1 else name


def carved_from(county: str) -> str | None:
    """The county still in force that this one was made of a part of, if any."""
    return _CARVED.get(county)
