"""Made legal entities: founding, names and their changes, branches, shareholders that are firms, size, closing."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from lingnan.standards import code_list
from lingnan.world.columns import NEVER, Text, choose, constant, join, take
from lingnan.world.draws import Array, Draws, pick, spread, stream
from lingnan.world.identity import credit_codes, phones
from lingnan.world.names import given_names, names, surnames
from lingnan.world.places import Address, Places, table

FIRMS_AT_SCALE_1 = 15_000
RENAMED, MOVED, NEW_HEAD, NEW_CAPITAL = 0.08, 0.07, 0.12, 0.10
OPEN, CLOSED, REVOKED = 0, 1, 2
_USCC_SINCE = 16_709  # 2015-10-01: unified codes are given out


@dataclass(frozen=True)
class Kind:
    """A type of entity: its code, what its name ends with, how often it occurs, the second character of its code."""

    code: str
    ending: str
    weight: float
    category: int


KINDS = (
    Kind("1130", "有限公司", 46, 1),
    Kind("1151", "有限公司", 24, 1),
    Kind("1190", "有限公司", 8, 1),
    Kind("1110", "有限公司", 1, 1),
    Kind("1210", "股份有限公司", 1, 1),
    Kind("4540", "厂", 3, 1),
    Kind("9500", "店", 10, 2),
    Kind("9100", "农民专业合作社", 1, 3),
    Kind("2100", "分公司", 6, 1),
)
BRANCH = len(KINDS) - 1


@dataclass(frozen=True)
class Firms:
    """All firms; columns of equal length, days counted from 1970, NEVER where nothing happened."""

    uscc: Text
    name: Text
    former_name: Text
    renamed_on: Array
    kind: Array
    industry: Text
    county: Array
    home: Address
    moved_on: Array
    previous_county: Array
    previous_home: Address
    founded: Array
    status: Array
    closed: Array
    parent: Array
    head: Text
    former_head: Text
    head_changed_on: Array
    capital: Array
    former_capital: Array
    capital_changed_on: Array
    phone: Text
    employees: Array
    revenue: Array

    def __len__(self) -> int:
        return len(self.founded)

    def kind_codes(self) -> Text:
        """The entity type's code of each firm."""
        return take([kind.code for kind in KINDS], self.kind)

    def open_during(self, first: int, last: int) -> Array:
        """Positions of the firms that existed on all days of that span."""
        return np.flatnonzero((self.founded <= first) & ((self.closed == NEVER) | (self.closed > last)))


def make_firms(places: Places, scale: float, seed: int, today: int) -> Firms:
    """All firms of the province at this scale."""
    size = max(130, round(FIRMS_AT_SCALE_1 * scale))
    draws = stream(seed, "firms")
    kind = pick(draws, [k.weight for k in KINDS], size)
    parent = _parents(draws, kind)
    industry_row, industry = _industries(draws, parent)
    county = spread(draws, places.firm_weight, size)
    buildings = places.buildings(scale)
    life = _lives(draws, parent, today)
    names_ = _all_names(draws, places, kind, parent, county, industry_row)
    head, former_head = _person(draws, size), _person(draws, size)
    changed: dict[str, Any] = {
        "renamed_on": _moments(draws, life, RENAMED, today), "moved_on": _moments(draws, life, MOVED, today),
        "head_changed_on": _moments(draws, life, NEW_HEAD, today), "capital_changed_on": _moments(draws, life, NEW_CAPITAL, today),
    }
    changed["renamed_on"][kind == BRANCH] = NEVER  # a branch bears its parent's name
    issued = np.maximum(life["founded"], _USCC_SINCE)
    prefix = np.column_stack([np.full(size, 9), np.array([k.category for k in KINDS])[kind]]).astype(np.uint8)
    return Firms(
        uscc=credit_codes(draws, np.arange(size), prefix, places.code_on(county, issued)),
        name=names_[0], former_name=choose(changed["renamed_on"] != NEVER, names_[1], pa.nulls(size, pa.string())),
        kind=kind, industry=industry, county=county, parent=parent, head=head, former_head=former_head, phone=phones(draws, size),
        **life, **changed, **_homes(draws, places, buildings, county, changed["moved_on"]), **_money(draws, kind, size),
    )


def _parents(draws: Draws, kind: Array) -> Array:
    """Branches belong to a firm that is none, drawn with favour for the first ones."""
    whole = np.flatnonzero(kind < 5)
    parent = np.full(len(kind), -1)
    branches = np.flatnonzero(kind == BRANCH)
    parent[branches] = whole[(draws.random(len(branches)) ** 3 * len(whole)).astype(np.int64)]
    return parent


def _industries(draws: Draws, parent: Array) -> tuple[Array, Text]:
    listed: dict[str, Any] = table("firms.yaml")["industries"]
    row = pick(draws, [item["weight"] for item in listed.values()], len(parent))
    row = np.where(parent >= 0, row[parent], row)
    classes = [entry.code for entry in code_list("industries-2017").entries if entry.level == 4]
    groups = [[code for code in classes if code[:2] == division] for division in listed]
    first = np.concatenate([[0], np.cumsum([len(group) for group in groups])[:-1]])
    lengths = np.array([len(group) for group in groups])
    place = first[row] + (draws.random(len(row)) ** 2 * lengths[row]).astype(np.int64)
    return row, take([code for group in groups for code in group], place)


def _lives(draws: Draws, parent: Array, today: int) -> dict[str, Any]:
    size = len(parent)
    founded = today - 20 - (draws.random(size) ** 1.7 * 38 * 365).astype(np.int64)
    founded = np.where(parent >= 0, np.minimum(np.maximum(founded, founded[parent] + 90), today - 20), founded)
    ended = (draws.random(size) < 0.14) & (today - founded > 400)
    closed = np.where(ended, draws.integers(founded + 200, np.maximum(today, founded + 201)), NEVER)
    status = np.where(ended, np.where(draws.random(size) < 0.8, CLOSED, REVOKED), OPEN)
    return {"founded": founded, "closed": closed, "status": status}


def _moments(draws: Draws, life: dict[str, Array], rate: float, today: int) -> Array:
    """When each firm changed something within the last six years, NEVER for most."""
    size = len(life["founded"])
    end = np.where(life["closed"] == NEVER, today, life["closed"])
    start = np.maximum(life["founded"] + 30, end - 6 * 365)
    possible = end - 10 > start
    chosen = possible & (draws.random(size) < rate / max(0.01, float(possible.mean())))
    return np.where(chosen, draws.integers(start, np.maximum(end - 10, start + 1)), NEVER)


def _all_names(draws: Draws, places: Places, kind: Array, parent: Array, county: Array, industry_row: Array) -> tuple[Text, Text]:
    """Each firm's name and another it may have borne before."""
    now = _company_names(draws, places, kind, county, industry_row)
    before = _company_names(draws, places, kind, county, industry_row)
    # A branch: its parent's name, the place, 分公司.
    short = [places.county_name[i] or places.city_name[places.county_city[i]] for i in range(len(places.county_name))]
    branch = join(now.take(pa.array(np.maximum(parent, 0))), take(short, county), "分公司")
    return choose(parent >= 0, branch, now), before


def _company_names(draws: Draws, places: Places, kind: Array, county: Array, industry_row: Array) -> Text:
    size = len(kind)
    tables = table("firms.yaml")
    syllables = list(tables["syllables"])
    word_lists = [item["words"] for item in tables["industries"].values()]
    first = np.concatenate([[0], np.cumsum([len(words) for words in word_lists])[:-1]])
    lengths = np.array([len(words) for words in word_lists])
    word = take([w for words in word_lists for w in words], first[industry_row] + (draws.random(size) * lengths[industry_row]).astype(np.int64))
    own = [take(syllables, draws.integers(0, len(syllables), size)) for _ in range(3)]
    third = choose(draws.random(size) < 0.35, own[2], constant("", size))
    city = take([name if i % 2 else name.removesuffix("市") for i in range(2) for name in places.city_name],
                places.county_city[county] + len(places.city_name) * draws.integers(0, 2, size))
    place = choose(kind == 6, join(city, take(places.county_name, county)), city)
    return join(place, own[0], own[1], third, word, take([k.ending for k in KINDS], np.where(kind == BRANCH, 0, kind)))


def _person(draws: Draws, size: int) -> Text:
    sex = np.where(draws.random(size) < 0.7, 1, 2)
    return join(take(names().surnames, surnames(draws, size)), given_names(draws, sex, draws.integers(1955, 2000, size)))


def _homes(draws: Draws, places: Places, buildings: Array, county: Array, moved_on: Array) -> dict[str, Any]:
    def address(where: Array) -> Address:
        township = places.townships(where, draws.random(len(where)))
        return Address(township, (draws.random(len(where)) * buildings[township]).astype(np.int64))

    here = address(county)
    before = np.where(moved_on == NEVER, county, pick(draws, places.firm_weight, len(county)))
    there = address(before)
    moved = moved_on != NEVER
    old = Address(np.where(moved, there.township, here.township), np.where(moved, there.building, here.building))
    return {"home": here, "previous_county": before, "previous_home": old}


def _money(draws: Draws, kind: Array, size: int) -> dict[str, Any]:
    """Capital in yuan (round sums), employees, and a year's revenue in cents."""
    large = np.array([1.0, 1.6, 2.5, 6.0, 12.0, 0.8, 0.15, 0.3, 0.6])[kind]
    employees = np.maximum(1, np.exp(draws.normal(1.9, 1.15, size)) * large).astype(np.int64)
    units = np.array([10, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000])
    capital = units[pick(draws, [14, 14, 18, 20, 10, 6, 9, 6, 2, 1], size)]
    former = units[pick(draws, np.ones(len(units)), size)]
    former = np.where(former == capital, former + 10, former)
    revenue = (employees * np.exp(draws.normal(12.6, 0.9, size)) * 100).astype(np.int64)
    return {"employees": employees, "capital": capital * 10_000, "former_capital": former * 10_000, "revenue": revenue}


def latest_change(firms: Firms) -> Array:
    """The day each firm's file was last touched."""
    moments = [firms.founded, firms.renamed_on, firms.moved_on, firms.head_changed_on, firms.capital_changed_on, firms.closed]
    return np.asarray(np.maximum.reduce(moments))
