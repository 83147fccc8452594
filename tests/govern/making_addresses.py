"""Makes labelled addresses: real divisions, made streets; every label follows from how the address was put together, never from the parser.

    python -m tests.govern.making_addresses SEED ROWS FILE
"""

import csv
import random
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from lingnan.standards import Code, Divisions, code_list, townships, zones
from lingnan.standards.places import estate_names, road_names

SINCE = date(2000, 1, 1)
FOLDER = Path(__file__).parent / "data" / "addresses"


class Labelled(NamedTuple):
    """One address, how it was made, and what a reader with the history at hand would say of it."""

    kind: str
    address: str
    status: str
    division: str
    candidates: str = ""


class Country:
    """The divisions as the labels need them; nothing here is taken from the room under test."""

    def __init__(self) -> None:
        found = code_list("divisions")
        if not isinstance(found, Divisions):
            raise TypeError("the divisions list is read by its own class")
        self.known = found
        self.now = [e for e in found.entries if len(e.code) == 6 and e.valid_to is None and e.level in (1, 2, 3)]
        self.counties = [e for e in self.now if e.level == 3 and e.code[:2] not in ("71", "81", "82") and not e.zh.startswith("市")]
        self.ended = [e for e in found.entries if len(e.code) == 6 and e.level == 3 and e.valid_to and e.valid_to >= SINCE]
        self.towns: dict[str, list[str]] = {}
        for town in townships():
            if town.zh.endswith(("街道", "镇", "乡")):
                self.towns.setdefault(town.county, []).append(town.zh)

    def today(self, entry: Code) -> tuple[str, ...]:
        """The codes that stand today for what this entry meant."""
        return self.known.successor(entry.code, used_on=entry.valid_to - timedelta(days=1)) if entry.valid_to else (entry.code,)

    @cache  # noqa: B019 -- there is one country
    def chain(self, code: str) -> dict[int, str]:
        """Level → name, from the province down."""
        return {e.level: e.zh for c in self.known.ancestors(code) if (e := self.known.get(c)) and e.level}

    @cached_property
    def bearers(self) -> dict[str, set[str]]:
        """Name of a county → the counties of today that bear it or have borne it since 2000."""
        found: dict[str, set[str]] = {}
        for entry in (*self.counties, *self.ended):
            found.setdefault(entry.zh, set()).update(self.today(entry) or (entry.code,))
        return found

    @cached_property
    def unique(self) -> list[Code]:
        """Counties whose name no other division bears."""
        return [e for e in self.counties if self.bearers[e.zh] == {e.code} and e.zh not in self.cities and len(e.zh) > 2]

    @cached_property
    def cities(self) -> set[str]:
        """Names of cities in force, some of which were counties before."""
        return {e.zh for e in self.now if e.level == 2}

    @cached_property
    def in_cities(self) -> list[Code]:
        """Counties that stand under a city."""
        return [e for e in self.counties if 2 in self.chain(e.code)]

    @cached_property
    def direct(self) -> list[Code]:
        """Counties right under their province, and cities without counties."""
        holders = [e for e in self.now if e.role == "holder"]
        return holders + [e for e in self.counties if e.code[2:4] == "90"]


COUNTRY = Country()
FOREIGN_ROADS = (
    "上海路", "北京路", "北京东路", "南京西路", "广州大道", "中山路", "中山大道", "重庆北路", "深圳路", "西藏南路", "河南中路", "新疆路", "天津街",
    "长春路", "浙江路", "山东路", "青海路", "台湾路", "香港中路", "澳门路", "江西路", "四川北路", "云南路", "杭州路", "武汉大道", "成都路",
)
SHORT_ENDS = ("市", "区", "县", "省")


def detail(draw: random.Random) -> str:
    """A made street with a number, an estate, a building, a room."""
    road = f"{draw.choice(road_names())}{draw.randint(1, 999)}号"
    estate = draw.choice(estate_names())
    kind = draw.randrange(6)
    if kind == 0:
        return road
    if kind == 1:
        return f"{road}{draw.choice(estate_names('building'))}{draw.randint(1, 40)}层"
    if kind == 2:
        return f"{estate}{draw.randint(1, 30)}栋{draw.randint(1, 6)}单元{draw.randint(1, 30)}0{draw.randint(1, 8)}室"
    if kind == 3:
        return f"{road}{estate}{draw.randint(1, 30)}号楼{draw.randint(1, 30)}0{draw.randint(1, 8)}"
    if kind == 4:
        return f"{road}{estate}{draw.randint(1, 12)}-{draw.randint(1, 4)}-{draw.randint(1, 9)}0{draw.randint(1, 4)}"
    return f"{road}{draw.choice(estate_names('park'))}{draw.choice('ABCD')}座{draw.randint(1, 30)}楼"


def town_of(draw: random.Random, code: str, chance: float = 0.5) -> str:
    names = COUNTRY.towns.get(code, [])
    return draw.choice(names) if names and draw.random() < chance else ""


def short(name: str) -> str:
    return name[:-1] if name.endswith(SHORT_ENDS) and len(name) > 2 and "自治" not in name else name


def resolved(kind: str, address: str, code: str) -> Labelled:
    return Labelled(kind, address, "resolved", code)


def whole(draw: random.Random) -> Labelled:
    county = draw.choice(COUNTRY.counties)
    names = COUNTRY.chain(county.code)
    return resolved("whole", names[1] + names.get(2, "") + names[3] + town_of(draw, county.code) + detail(draw), county.code)


def without_province(draw: random.Random) -> Labelled:
    county = draw.choice(COUNTRY.in_cities)
    names = COUNTRY.chain(county.code)
    return resolved("without_province", names[2] + names[3] + town_of(draw, county.code) + detail(draw), county.code)


def without_city(draw: random.Random) -> Labelled:
    county = draw.choice(_alone())
    names = COUNTRY.chain(county.code)
    return resolved("without_city", names[1] + names[3] + town_of(draw, county.code) + detail(draw), county.code)


@cache
def _alone() -> list[Code]:
    return [e for e in COUNTRY.counties if _alone_in_province(e)]


def _alone_in_province(county: Code) -> bool:
    return [c for c in COUNTRY.bearers[county.zh] if c[:2] == county.code[:2]] == [county.code]


def short_forms(draw: random.Random) -> Labelled:
    county = draw.choice(_in_short())
    names = COUNTRY.chain(county.code)
    head = draw.choice([short(names[1]) + short(names[2]), short(names[2]), short(names[1]) + names[2]])
    tail = draw.choice([short(names[3]) + draw.choice(COUNTRY.towns.get(county.code, [""])), names[3]])
    return resolved("short_forms", head + tail + detail(draw), county.code)


@cache
def _in_short() -> list[Code]:
    """Counties of cities of which each has a short form that means nothing else there."""
    cities = [e for e in COUNTRY.in_cities if COUNTRY.chain(e.code)[2].endswith("市")]
    return [e for e in cities if len(e.zh) > 2 and "自治" not in e.zh + COUNTRY.chain(e.code)[1] and _one_short(e)]


def _one_short(county: Code) -> bool:
    same = {e.code for e in COUNTRY.counties if e.code[:4] == county.code[:4] and short(e.zh) == short(county.zh)}
    return len(same) == 1 and short(county.zh) != short(COUNTRY.chain(county.code)[2])


def county_alone(draw: random.Random) -> Labelled:
    county = draw.choice(COUNTRY.unique)
    return resolved("county_alone", county.zh + town_of(draw, county.code) + detail(draw), county.code)


def township_instead(draw: random.Random) -> Labelled:
    while True:
        county = draw.choice(COUNTRY.in_cities)
        town = town_of(draw, county.code, 1)
        same = [code for code, names in COUNTRY.towns.items() if code[:4] == county.code[:4] and town in names]
        if town and same == [county.code]:
            return resolved("township_instead", COUNTRY.chain(county.code)[2] + town + detail(draw), county.code)


def renamed(draw: random.Random) -> Labelled:
    while True:
        old = draw.choice(COUNTRY.ended)
        after = COUNTRY.today(old)
        prefix = COUNTRY.known.full_name(old.code[:4] + "00", old.valid_from) or COUNTRY.known.name(old.code[:2] + "0000") or ""
        alike = {c for c in COUNTRY.bearers[old.zh] if c[:4] in {old.code[:4], *(a[:4] for a in after)}}
        if len(after) == 1 and alike == set(after) and len(old.zh) > 2 and old.zh not in COUNTRY.cities:
            return resolved("renamed", prefix + old.zh + detail(draw), after[0])


def split(draw: random.Random) -> Labelled:
    old = draw.choice(_split())
    after = COUNTRY.today(old)
    name = _above(old)
    if draw.random() < 0.5:
        code = draw.choice(after)
        town = town_of(draw, code, 1)
        if town and sum(town in COUNTRY.towns.get(c, ()) for c in after) == 1:
            return resolved("split_told", name + old.zh + town + detail(draw), code)
    return Labelled("split", name + old.zh + detail(draw), "ambiguous", "", "|".join(sorted(after)))


@cache
def _split() -> list[Code]:
    return [e for e in COUNTRY.ended if len(COUNTRY.today(e)) > 1 and len(e.zh) > 2 and e.zh not in COUNTRY.cities]


@cache
def _shared() -> list[str]:
    standing = {e.zh for e in COUNTRY.counties}
    return sorted(name for name, codes in COUNTRY.bearers.items() if len(codes) > 1 and len(name) > 2 and name in standing)


def _above(old: Code) -> str:
    """The province, and the city where the old code stood under one that still is."""
    city = COUNTRY.known.get(old.code[:4] + "00")
    return (COUNTRY.known.name(old.code[:2] + "0000") or "") + (city.zh if city and city.level == 2 and city.valid_to is None else "")


def same_name(draw: random.Random) -> Labelled:
    name = draw.choice(_shared())
    return Labelled("same_name", name + detail(draw), "ambiguous", "", "|".join(sorted(_all_bearers(name))))


def _all_bearers(name: str) -> set[str]:
    return {c for e in (*COUNTRY.counties, *COUNTRY.ended) if e.zh == name for c in COUNTRY.today(e)}


def direct(draw: random.Random) -> Labelled:
    place = draw.choice(COUNTRY.direct)
    names = COUNTRY.chain(place.code)
    own = names.get(3) or names[2]
    town = draw.choice(COUNTRY.towns.get(place.code, [""]))
    start = draw.choice([names[1] + own, short(names[1]) + own, own, short(own) if town else own])
    return resolved("direct", start + town + detail(draw), place.code)


def zone(draw: random.Random) -> Labelled:
    found = draw.choice([z for z in zones() if z.zh.endswith("区")])
    city = COUNTRY.known.name(found.city) or ""
    if len(found.counties) > 1:
        return Labelled("zone", city + found.zh + detail(draw), "ambiguous", "", "|".join(sorted(found.counties)))
    return resolved("zone", city + found.zh + detail(draw), found.counties[0])


def foreign_road(draw: random.Random) -> Labelled:
    county = draw.choice(COUNTRY.in_cities)
    names = COUNTRY.chain(county.code)
    road = f"{draw.choice(FOREIGN_ROADS)}{draw.randint(1, 900)}号"
    if draw.random() < 0.3:
        return Labelled("foreign_road", names[2] + road, "unresolved", county.code[:4] + "00")
    return resolved("foreign_road", draw.choice([names[1], ""]) + names[2] + names[3] + road, county.code)


def noisy(draw: random.Random) -> Labelled:
    made = draw.choice([whole, without_province, short_forms])(draw)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    spoil: list[Callable[[str], str]] = [
        lambda a: "地址：" + a,
        lambda a: f"{draw.randint(100000, 860000)} {a}",
        lambda a: "中国" + a,
        lambda a: a.translate(wide),
        lambda a: " ".join(a),
        lambda a: "　" + a[:4] + "　" + a[4:],
        lambda a: a.replace("省", "省,", 1).replace("市", "市,", 1),
        lambda a: a.replace("省", "省/", 1).replace("市", "市/", 1).replace("区", "区/", 1),
        lambda a: a.translate(str.maketrans("广东县区乡镇号楼", "廣東縣區鄉鎮號樓")),
    ]
    return made._replace(kind="noisy", address=draw.choice(spoil)(made.address))


def repeated(draw: random.Random) -> Labelled:
    county = draw.choice(COUNTRY.in_cities)
    names = COUNTRY.chain(county.code)
    head = draw.choice([names[1] + names[2], names[2]])
    return resolved("repeated", head + head + names[3] + detail(draw), county.code)


def out_of_order(draw: random.Random) -> Labelled:
    county = draw.choice(COUNTRY.unique)
    names = COUNTRY.chain(county.code)
    between = names.get(2, "")
    part, city, park = detail(draw), names.get(2, names[1]), draw.choice(estate_names("park"))
    forms = [f"{part}（{city}{names[3]}）", f"{names[3]}{city}{part}", f"{park}（{names[1]}{between}{names[3]}）"]
    return resolved("out_of_order", draw.choice(forms), county.code)


def mistyped(draw: random.Random) -> Labelled:
    county = draw.choice([e for e in _in_short() if e.zh[-1] in "区县" and "族" not in e.zh])
    names = COUNTRY.chain(county.code)
    wrong = {"区": "去取曲", "县": "现"}[county.zh[-1]]
    return resolved("mistyped", names[1] + names[2] + county.zh[:-1] + draw.choice(wrong) + detail(draw), county.code)


def autonomous(draw: random.Random) -> Labelled:
    county = draw.choice([e for e in COUNTRY.in_cities if COUNTRY.chain(e.code)[2].endswith("自治州")])
    names = COUNTRY.chain(county.code)
    plain = {
        "延边朝鲜族自治州": "延边州", "恩施土家族苗族自治州": "恩施州", "湘西土家族苗族自治州": "湘西州", "凉山彝族自治州": "凉山州",
        "大理白族自治州": "大理州", "黔东南苗族侗族自治州": "黔东南州", "红河哈尼族彝族自治州": "红河州", "楚雄彝族自治州": "楚雄州",
        "甘南藏族自治州": "甘南州", "昌吉回族自治州": "昌吉州",
    }
    city = plain.get(names[2], names[2])
    return resolved("autonomous", names[1] + city + names[3] + town_of(draw, county.code) + detail(draw), county.code)


def nothing(draw: random.Random) -> Labelled:
    road = f"{draw.choice(FOREIGN_ROADS)}{draw.randint(1, 900)}号"
    estate = estate_names()[draw.randrange(20)] + f"{draw.randint(1, 30)}栋"
    return Labelled("nothing", draw.choice([road, estate, "某某有限公司"]), "unresolved", "")


SHARES: dict[Callable[[random.Random], Labelled], int] = {
    whole: 18, without_province: 8, without_city: 5, short_forms: 9, county_alone: 5, township_instead: 6, renamed: 12, split: 5, same_name: 5,
    direct: 6, zone: 2, foreign_road: 5, noisy: 5, repeated: 1, out_of_order: 3, mistyped: 2, autonomous: 2, nothing: 1,
}
"""Kind → share in a hundred."""


def make(seed: int, rows: int) -> list[Labelled]:
    """That many addresses in the declared shares, shuffled."""
    draw = random.Random(seed)
    made = [kind(draw) for kind, share in SHARES.items() for _ in range(rows * share // 100)]
    draw.shuffle(made)
    return made


def main(seed: int, rows: int, file: Path) -> None:
    """Write the set."""
    made = make(seed, rows)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(Labelled._fields)
        writer.writerows(made)
    sys.stderr.write(f"{Counter(each.kind for each in made)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
