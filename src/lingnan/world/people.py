"""Made people, block by block: households with ages and addresses, births, deaths, moves, changed names, twins, work."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from lingnan.world.columns import NEVER, Text, choose, compact_date, constant, join, numbers, take, years
from lingnan.world.draws import Array, Draws, pick, share, spread, stream
from lingnan.world.identity import Sequences, citizen_numbers
from lingnan.world.names import HAN, dotted_names, given_names, names, nationalities, surnames
from lingnan.world.places import Address, Places, rows

PEOPLE_AT_SCALE_1 = 127_000
BLOCK = 100_000
DEAD_SHARE = 0.03  # of the living: those who died within the last five years and are still in files
NAME_CHANGED, TWINS, MOVED, ELSEWHERE = 0.03, 0.005, 0.08, 0.25
_YEAR = 365.2425


@dataclass(frozen=True)
class People:
    """One block of people; columns of equal length, days counted from 1970, NEVER where nothing happened."""

    person: Array
    number: Text
    name: Text
    former_name: Text
    renamed_on: Array
    sex: Array
    nationality: Text
    birth: Array
    death: Array
    county: Array
    home: Address
    room: Text
    household: Array
    moved_on: Array
    previous_county: Array
    previous_home: Address
    twin: Array
    employer: Array

    def __len__(self) -> int:
        return len(self.person)

    def address(self, places: Places) -> Text:
        """Where each lives, down to the room."""
        return join(places.full(self.home), self.room)

    def previous_address(self, places: Places) -> Text:
        """Where each lived before the last move (today's home for those who never moved)."""
        return join(places.full(self.previous_home), self.room)

    def age(self, today: int) -> Array:
        """Whole years at that day, roughly (365.2425 days a year)."""
        return ((today - self.birth) / _YEAR).astype(np.int64)


class Population:
    """Makes the blocks in order; the numbers given are unique over all of them."""

    twins_share = TWINS

    def __init__(self, places: Places, scale: float, seed: int, today: int, firm_weight: Array) -> None:
        self.places, self.seed, self.today = places, seed, today
        self.living = max(130, round(PEOPLE_AT_SCALE_1 * scale))
        self._buildings = places.buildings(scale)
        self._sequences = Sequences()
        self._firm_heights = np.cumsum(firm_weight)
        ages = rows("ages.csv").to_pydict()
        self._from = np.array(ages["from_age"], dtype=np.int64)
        self._to = np.array(ages["to_age"], dtype=np.int64) + 1
        self._share = np.array(ages["percent"], dtype=np.float64)

    def blocks(self) -> Iterator[People]:
        """All people, the living and the recently dead mixed."""
        total = round(self.living * (1 + DEAD_SHARE))
        first = 0
        for block in range(-(-total // BLOCK)):
            size = min(BLOCK, total - first)
            yield self._block(block, first, size)
            first += size

    def _block(self, block: int, first: int, size: int) -> People:
        draws = stream(self.seed, "people", block)
        birth, death = self._lives(draws, size)
        sex = np.where(draws.random(size) < 113.08 / 213.08, 1, 2)  # sex ratio of the 2020 census
        household, child_of = self._households(draws, birth, sex)
        twin_of = self._twins(draws, birth, death, sex, household, child_of)
        homes = self._homes(draws, size, household)
        number = self._numbers(draws, birth, sex, homes["county"], twin_of)
        named = self._names(draws, birth, death, sex, twin_of, child_of)
        twin = twin_of >= 0
        twin[twin_of[twin_of >= 0]] = True
        return People(
            person=np.arange(first, first + size), number=number, sex=sex, birth=birth, death=death,
            household=first * 10 + household, twin=twin, employer=self._employers(draws, birth, death), **named, **homes,
        )

    def _lives(self, draws: Draws, size: int) -> tuple[Array, Array]:
        step = pick(draws, self._share, size)
        age = draws.uniform(self._from[step], self._to[step])
        dead = draws.random(size) < DEAD_SHARE / (1 + DEAD_SHARE)
        age = np.where(dead & (draws.random(size) < 0.92), 58 + 38 * draws.beta(2.2, 1.8, size), age)
        birth = self.today - np.minimum(age * _YEAR, 99.9 * _YEAR).astype(np.int64)
        since = np.maximum(self.today - 5 * 365, birth)
        death = np.where(dead, draws.integers(since, self.today + 1), NEVER)
        return birth, death

    def _households(self, draws: Draws, birth: Array, sex: Array) -> tuple[Array, Array]:
        """Household position of each person, and for the young the row of the head whose surname they bear (else -1)."""
        size = len(birth)
        age = (self.today - birth) / _YEAR
        adults = draws.permutation(np.flatnonzero(age >= 22))
        heads = adults[: max(1, min(len(adults), round(size / 2.63)))]
        household = np.full(size, -1)
        household[heads] = np.arange(len(heads))
        rest = adults[len(heads) :]
        by_age = heads[np.argsort(birth[heads], kind="stable")]
        mates = rest[: round(len(heads) * 0.55)]
        mates = mates[np.argsort(birth[mates], kind="stable")]
        chosen = np.sort(draws.permutation(len(by_age))[: len(mates)])
        household[mates[: len(chosen)]] = household[by_age[chosen]]
        young = np.flatnonzero(age < 22)
        at = np.searchsorted(birth[by_age], birth[young] - (draws.normal(28, 4, len(young)) * _YEAR), side="left")
        at = np.clip(at + draws.integers(-40, 41, len(young)), 0, len(by_age) - 1)
        child_of = np.full(size, -1)
        child_of[young] = by_age[at]
        household[young] = household[by_age[at]]
        alone = np.flatnonzero(household < 0)
        household[alone] = draws.integers(0, len(heads), len(alone))
        return household, child_of

    def _twins(self, draws: Draws, birth: Array, death: Array, sex: Array, household: Array, child_of: Array) -> Array:
        """Makes some of the young (then anybody) twins of another: same birth, household and head; row of the elder or -1."""
        size = len(birth)
        candidates = np.concatenate([draws.permutation(np.flatnonzero(child_of >= 0)), draws.permutation(np.flatnonzero(child_of < 0))])
        pairs = min(share(draws, self.twins_share / 2, size), size // 2)
        elder, younger = candidates[:pairs], candidates[pairs : 2 * pairs]
        for column in (birth, death, household, child_of):
            column[younger] = column[elder]
        same = draws.random(pairs) < 0.65
        sex[younger] = np.where(same, sex[elder], 3 - sex[elder])
        twin_of = np.full(size, -1)
        twin_of[younger] = elder
        return twin_of

    def _homes(self, draws: Draws, size: int, household: Array) -> dict[str, Any]:
        count = int(household.max()) + 1
        county = spread(draws, self.places.county_weight, count)
        home = self._address(draws, county)
        room = join(numbers(draws.integers(1, 13, count)), "栋", numbers(draws.integers(1, 31, count) * 100 + draws.integers(1, 9, count)), "房")
        moved = draws.random(size) < MOVED
        before = np.where(moved, pick(draws, self.places.county_weight, size), county[household])
        old = self._address(draws, before)
        moved_on = np.where(moved, self.today - (draws.random(size) ** 2 * 6 * 365).astype(np.int64), NEVER)
        here = Address(home.township[household], home.building[household])
        previous = Address(np.where(moved, old.township, here.township), np.where(moved, old.building, here.building))
        return {
            "county": county[household], "home": here, "room": take(room, household), "moved_on": moved_on,
            "previous_county": before, "previous_home": previous,
        }

    def _address(self, draws: Draws, county: Array) -> Address:
        township = self.places.townships(county, draws.random(len(county)))
        return Address(township, (draws.random(len(county)) * self._buildings[township]).astype(np.int64))

    def _numbers(self, draws: Draws, birth: Array, sex: Array, county: Array, twin_of: Array) -> Text:
        size = len(birth)
        issued = np.maximum(birth, 5844)  # 1986-01-01: the first numbers were given out then
        born = np.where(draws.random(size) < 0.15, pick(draws, self.places.county_weight, size), county)
        elsewhere = draws.random(size) < ELSEWHERE
        outside = self.places.outside[draws.integers(0, len(self.places.outside), size)]
        division = np.where(elsewhere, outside, self.places.code_on(born, issued))
        younger = np.flatnonzero(twin_of >= 0)
        division[younger] = division[twin_of[younger]]
        return citizen_numbers(self._sequences.give(draws, division, compact_date(birth), sex, twin_of))

    def _names(self, draws: Draws, birth: Array, death: Array, sex: Array, twin_of: Array, child_of: Array) -> dict[str, Any]:
        size = len(birth)
        surname = surnames(draws, size)
        from_head = (child_of >= 0) & ((draws.random(size) < 0.8) | (twin_of >= 0))
        surname[from_head] = surname[child_of[from_head]]
        younger = np.flatnonzero(twin_of >= 0)
        surname[younger] = surname[twin_of[younger]]
        family = take(names().surnames, surname)
        name = join(family, given_names(draws, sex, years(birth)))
        nationality = nationalities(draws, size)
        dotted = (draws.random(size) < 0.5) & np.isin(np.asarray(nationality), ["05", "07"]) | (draws.random(size) < 0.0005)
        name = choose(dotted, dotted_names(draws, size), name)
        nationality = choose(dotted & (np.asarray(nationality) == HAN), constant("05", size), nationality)
        # Those under two have had no time; the rest are drawn a little more often to keep the share.
        renamed = (draws.random(size) < NAME_CHANGED * 1.06) & (death == NEVER) & (self.today - birth > 2 * 365)
        before = join(family, given_names(draws, sex, years(birth)))
        renamed &= np.asarray(before) != np.asarray(name)
        since = np.minimum(np.maximum(birth + 365, self.today - 8 * 365), self.today - 60)
        renamed_on = np.where(renamed, draws.integers(since, self.today - 30), NEVER)
        former = choose(renamed, before, pa.nulls(size, pa.string()))
        return {"name": name, "former_name": former, "renamed_on": renamed_on, "nationality": nationality}

    def _employers(self, draws: Draws, birth: Array, death: Array) -> Array:
        age = (self.today - birth) / _YEAR
        working = (age >= 20) & (age < 60) & (draws.random(len(birth)) < 0.7)
        found = np.searchsorted(self._firm_heights, draws.random(len(birth)) * self._firm_heights[-1], side="right")
        return np.where(working & (death == NEVER), np.minimum(found, len(self._firm_heights) - 1), -1)
