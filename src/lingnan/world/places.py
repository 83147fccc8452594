"""Where the made province happens: real divisions with their history, made weights, roads and house numbers."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv

from lingnan.base import load_yaml
from lingnan.standards import Code, code_list
from lingnan.world.columns import Text, day, digits, join, numbers, take
from lingnan.world.draws import Array, stream

PROVINCE = "44"
ISSUED_SINCE = date(1986, 1, 1)  # citizen numbers were given out from the middle of the 1980s on; nobody's code is older
HOUSES_PER_ROAD = 40


def table(name: str) -> Any:
    """One of the made tables of this room (YAML)."""
    return load_yaml((files("lingnan.world") / "tables" / name).read_text(encoding="utf-8"))


def rows(name: str) -> pa.Table:
    """One of the dated tables of this room (CSV under a head of comments), as text."""
    text = (files("lingnan.world") / "tables" / name).read_bytes()
    start = next(i for i, line in enumerate(text.split(b"\n")) if not line.startswith(b"#"))
    columns = text.split(b"\n")[start].decode().split(",")
    read = pcsv.ReadOptions(skip_rows=start)
    return pcsv.read_csv(pa.BufferReader(text), read, convert_options=pcsv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string())))


@dataclass(frozen=True)
class Address:
    """Where somebody lives or works: township and building, as positions."""

    township: Array
    building: Array


class Places:
    """Cities, counties and townships as positions 0…n-1, with what is drawn over them."""

    def __init__(self, today: date, seed: int) -> None:
        self.today = today
        listed: Any = code_list("divisions")  # its counties() is more than every list has
        self._divisions = listed
        self.counties: tuple[Code, ...] = self._divisions.counties(today, PROVINCE, holders=True)
        self.county_code = [county.code for county in self.counties]
        self._read_cities()
        self._read_townships(seed)

    def _read_cities(self) -> None:
        listed = rows("cities.csv").to_pydict()
        self.city_code: list[str] = listed["code"]
        self.city_name: list[str] = listed["zh"]
        self.city_population = np.array(listed["population"], dtype=np.float64)
        self.city_development = np.array(listed["development"], dtype=np.float64)
        position = {code[:4]: i for i, code in enumerate(self.city_code)}
        self.county_city = np.array([position[county.code[:4]] for county in self.counties])
        self.county_name = ["" if county.role == "holder" else county.zh for county in self.counties]

    def _read_townships(self, seed: int) -> None:
        position = {code: i for i, code in enumerate(self.county_code)}
        found = [(entry, position[entry.code[:6]]) for entry in self._divisions.at(self.today, 4) if entry.code[:6] in position]
        found.sort(key=lambda pair: (pair[1], pair[0].code))
        self.township_code = [entry.code for entry, _ in found]
        self.township_name = [entry.zh for entry, _ in found]
        self.township_county = np.array([county for _, county in found])
        self._township_counts = np.bincount(self.township_county, minlength=len(self.counties))
        self._township_first = np.concatenate([[0], np.cumsum(self._township_counts)[:-1]])
        self._township_heat = stream(seed, "places.townships").uniform(0.5, 1.5, len(found))

    @cached_property
    def county_weight(self) -> Array:
        """Residents per county: the city's census count, parted by the number of townships (made, not a statistic)."""
        parts = np.maximum(self._township_counts, 3).astype(np.float64)
        of_city = np.bincount(self.county_city, weights=parts)[self.county_city]
        return np.asarray(self.city_population[self.county_city] * parts / of_city)

    @cached_property
    def firm_weight(self) -> Array:
        """Firms per county: residents times the city's made density of firms."""
        return np.asarray(self.county_weight * self.city_development[self.county_city])

    def townships(self, county: Array, draw: Array) -> Array:
        """A township of each county, by a draw in 0…1."""
        return np.asarray(self._township_first[county] + (draw * self._township_counts[county]).astype(np.int64))

    def buildings(self, scale: float) -> Array:
        """How many buildings each township has at this scale."""
        weight = self.county_weight[self.township_county] / self._township_counts[self.township_county] * self._township_heat
        return np.asarray(np.maximum(1, np.round(weight / weight.sum() * 14_000 * scale)), dtype=np.int64)

    @cached_property
    def _roads(self) -> list[str]:
        return list(table("firms.yaml")["roads"])

    def road(self, at: Address) -> Text:
        """The road of each building."""
        return take(self._roads, (at.township * 7 + at.building // HOUSES_PER_ROAD) % len(self._roads))

    def house(self, at: Address) -> Text:
        """The house number of each building, unique on its road."""
        round_trip = at.building // (HOUSES_PER_ROAD * len(self._roads))
        return join(numbers(at.building % HOUSES_PER_ROAD + 1 + HOUSES_PER_ROAD * round_trip), "号")

    @cached_property
    def _township_prefix(self) -> pa.Array:
        city = [self.city_name[self.county_city[county]] for county in self.township_county]
        county = [self.county_name[county] for county in self.township_county]
        return pa.array([f"广东省{a}{b}{c}" for a, b, c in zip(city, county, self.township_name, strict=True)])

    def full(self, at: Address) -> Text:
        """The standard address from the province down to the house number."""
        return join(take(self._township_prefix, at.township), self.road(at), self.house(at))

    def short(self, at: Address) -> Text:
        """City, road and house number alone, as people write who think the city small."""
        city = pa.array([self.city_name[self.county_city[county]] for county in self.township_county])
        return join(take(city, at.township), self.road(at), self.house(at))

    def number(self, at: Address) -> Text:
        """The number of a standard address: township code and building."""
        return join(take(self.township_code, at.township), digits(at.building, 7))

    def division(self, county: Array) -> Text:
        """The county's code of today."""
        return take(self.county_code, county)

    @cached_property
    def stale(self) -> dict[int, list[str]]:
        """The abolished codes whose one successor today is the county, by county."""
        listed = self._divisions.arrow().to_pydict()
        position = {code: i for i, code in enumerate(self.county_code)}
        found: dict[int, list[str]] = {}
        for code, level, end, successor in zip(listed["code"], listed["level"], listed["valid_to"], listed["successor"], strict=True):
            if level == 3 and end and end >= ISSUED_SINCE and successor in position and code.startswith(PROVINCE):
                found.setdefault(position[successor], []).append(code)
        return found

    @cached_property
    def unknown_codes(self) -> list[str]:
        """Codes of the province's shape that were never given to any division."""
        tried = (f"{city[:4]}{last}" for city in self.city_code for last in ("57", "69", "77", "96", "98"))
        return [code for code in tried if not self._divisions.ever_existed(code)]

    @cached_property
    def _epochs(self) -> tuple[Array, Array]:
        entries = [e for e in self._divisions.entries if e.level == 3 and e.code.startswith(PROVINCE)]
        ends = {moment for e in entries for moment in (e.valid_from, e.valid_to) if moment and moment > ISSUED_SINCE}
        starts = [ISSUED_SINCE, *sorted(ends)]
        codes = np.array([self._codes_on(entries, moment) for moment in starts], dtype=np.int64)
        return np.array([day(moment) for moment in starts]), codes

    def _codes_on(self, entries: list[Code], moment: date) -> list[int]:
        """For each county of today the code that stood for it on that day, else for its city's first county then."""
        leads: dict[str, str] = {}
        of_city: dict[str, str] = {}
        for entry in entries:
            if entry.holds(moment):
                for successor in self._divisions.successor(entry.code, used_on=moment):
                    leads.setdefault(successor, entry.code)
                    of_city.setdefault(successor[:4], entry.code)
        for county in self.counties:
            if county.role == "holder" and county.holds(moment):
                leads[county.code] = county.code
        return [int(leads.get(code) or of_city.get(code[:4]) or "440104") for code in self.county_code]

    def code_on(self, county: Array, days: Array) -> Array:
        """The county's code on that day, as a number."""
        starts, codes = self._epochs
        epoch = np.maximum(np.searchsorted(starts, days, side="right") - 1, 0)
        return np.asarray(codes[epoch, county])

    @cached_property
    def outside(self) -> Array:
        """County codes of other provinces that never changed."""
        entries = self._divisions.at(self.today, 3)
        steady = [e.code for e in entries if len(self._divisions.versions[e.code]) == 1 and not e.valid_from]
        return np.array([code for code in steady if not code.startswith(PROVINCE) and code < "66"], dtype=np.int64)
