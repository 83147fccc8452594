"""Residents, insured and pupils of a made population that is hard to tell apart, in one file with the known person: what linking is tried on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lingnan.standards import CITIZEN_NUMBER
from lingnan.world import stains
from lingnan.world.columns import NEVER, choose, dates, day, digits, numbers
from lingnan.world.dirt import Change, Rows, Spot, Stain, soil
from lingnan.world.draws import Array, Draws, stream
from lingnan.world.hard_people import HardPopulation, transliterated, with_husbands_surname
from lingnan.world.people import PEOPLE_AT_SCALE_1, People
from lingnan.world.places import Places
from lingnan.world.service import TODAY

RECORDS_A_PERSON = 1.61
"""Records in the lists for each living person, about."""
HIDDEN = 0.1
"""Share of the records whose citizen number is left out, whatever else is wrong with them."""

COLUMNS = ("citizen_number", "name", "former_name", "sex", "birth_date", "division", "address")
LISTED = pa.schema([(name, pa.string()) for name in ("id", "truth", *COLUMNS)])


def make_person_lists(path: Path, scale: float, seed: int) -> int:
    """Write the lists of a population of that scale (1: 127,000 people) to a Parquet file, in an order that tells nothing; gives the records."""
    places = Places(TODAY, seed)
    population = HardPopulation(places, scale, seed, day(TODAY), np.ones(1000))
    made = 0
    with pq.ParquetWriter(path, LISTED, compression="zstd") as writer:
        for block, people in enumerate(population.blocks()):
            parts = [pa.table(rows.columns) for rows in _listed(places, people, seed, block)]
            table = pa.concat_tables(parts)
            draws = stream(seed, "lists.order", block)
            table = table.take(pa.array(draws.permutation(len(table))))
            table = table.append_column("id", numbers(np.arange(made, made + len(table))))
            writer.write_table(table.select(LISTED.names).cast(LISTED))
            made += len(table)
    return made


def scale_of(records: int) -> float:
    """The scale at which the lists have about so many records."""
    return records / RECORDS_A_PERSON / PEOPLE_AT_SCALE_1


def _listed(places: Places, people: People, seed: int, block: int) -> Iterator[Rows]:
    today = day(TODAY)
    age = people.age(today)
    draws = stream(seed, "lists", block)
    living = people.death == NEVER
    kept = {
        "residents": living, "insured": people.employer >= 0,
        "pupils": living & (age >= 6) & (age <= 17) & (draws.random(len(people)) < 0.96),
    }
    for name, mask in kept.items():
        rows = _rows(places, people, draws, name).take(np.flatnonzero(mask))
        dirt = stream(seed, f"lists.dirt.{name}", block)
        hidden = dirt.random(len(rows)) < HIDDEN
        rows.columns["citizen_number"] = choose(hidden, pa.nulls(len(rows), pa.string()), rows.columns["citizen_number"])
        first = soil(rows, _of_numbers(), 0.0, dirt).rows
        yield soil(first, _of_people(name), 0.01, dirt).rows


def _rows(places: Places, people: People, draws: Draws, name: str) -> Rows:
    size = len(people)
    nothing = pa.nulls(size, pa.string())
    moved = people.moved_on != NEVER
    columns = {
        "truth": numbers(people.person), "citizen_number": people.number, "name": people.name,
        "former_name": people.former_name if name == "residents" else nothing,
        "sex": digits(people.sex, 1), "birth_date": dates(people.birth, "compact"),
        "division": places.division(people.county) if name != "insured" else nothing,
        "address": people.address(places) if name == "residents" else nothing,
    }
    female = pa.array((people.sex == 2) & (people.age(day(TODAY)) >= 22))
    aux = {
        "former_name": people.former_name, "married": pc.if_else(female, people.name, nothing),
        "dotted": pc.if_else(pc.match_substring(people.name, "·"), people.name, nothing), "lunar": dates(people.birth - _lag(draws, size), "compact"),
        "old_address": choose(moved, people.previous_address(places), nothing),
        "old_division": choose(moved, places.division(people.previous_county), nothing),
        "other_division": places.division(draws.integers(0, len(places.counties), size)),
    }
    return Rows(f"lists.{name}", ("truth",), columns, people.person, None, {}, aux)


def _lag(draws: Draws, size: int) -> Array:
    """Days by which a date of the lunar calendar, taken for one of the solar, lies before the true one."""
    return np.asarray(draws.integers(18, 51, size))


def _of_numbers() -> list[Stain]:
    """Numbers that the check refuses, and numbers of fifteen digits."""
    return [
        Stain("wrong_number", "citizen_number", 0.03, stains.wrong_number(CITIZEN_NUMBER), "none"),
        Stain("fifteen_digits", "citizen_number", 0.01, stains.fifteen, "none", needs=stains.born_before_1999),
    ]


def _of_people(name: str) -> list[Stain]:
    """What offices get wrong of names, births, sexes and homes; no record bears two of these, yet any may lack its number besides."""
    told = [
        Stain("transliterated", "name", 0.005, _each(transliterated), "none", needs=stains.has_aux("dotted")),
        Stain("former_name", "name", 0.006, stains.from_aux("former_name"), "none", needs=stains.has_aux("former_name")),
        Stain("married_name", "name", 0.002, _each(with_husbands_surname), "none", needs=stains.has_aux("married")),
        Stain("other_spelling", "name", 0.025, stains.misspelt, "none"),
        Stain("lunar_birth_date", "birth_date", 0.008, stains.from_aux("lunar"), "none"),
        Stain("first_of_january", "birth_date", 0.008, _first_of_january, "none"),
        Stain("other_birth_date", "birth_date", 0.006, stains.other_birth, "none"),
        Stain("missing", "birth_date", 0.004, stains.missing, "none"),
        Stain("missing", "name", 0.001, stains.missing, "none"),
        Stain("other_sex", "sex", 0.003, stains.swapped("1", "2"), "none"),
    ]
    if name != "insured":
        told.append(Stain("other_division", "division", 0.01, stains.from_aux("other_division"), "none"))
    if name == "residents":
        old = {"address": stains.from_aux("old_address")}
        told.append(Stain("moved", "division", 0.03, stains.from_aux("old_division"), "none", needs=stains.has_aux("old_division"), also=old))
        told.append(Stain("short_address", "address", 0.05, _without_province, "none"))
    return told


def _each(change: Callable[[str, float], str]) -> Change:
    return lambda spot: [change(value, float(spot.draws.random())) for value in spot.values]


def _first_of_january(spot: Spot) -> list[str | None]:
    """The day an office enters when it knows the year alone."""
    return [value[:4] + "0101" for value in spot.values]


def _without_province(spot: Spot) -> list[str | None]:
    return [value.removeprefix("广东省") for value in spot.values]
