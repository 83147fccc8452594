"""Firms as the market regulator, tax office, insurance and permit offices list them, with the known firm: what linking is tried on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lingnan.standards import USCC
from lingnan.world import stains
from lingnan.world.columns import NEVER, Text, choose, dates, day, numbers
from lingnan.world.dirt import Change, Rows, Stain, soil
from lingnan.world.draws import Array, Draws, stream
from lingnan.world.firms import Firms
from lingnan.world.hard_firms import as_written, hard_firms, organisation_numbers, registration_numbers, slipped
from lingnan.world.places import Places
from lingnan.world.service import TODAY

LISTS = ("registered", "taxed", "insured", "permits")
COLUMNS = ("uscc", "name", "former_name", "head", "phone", "address", "founded")
LISTED = pa.schema([(name, pa.string()) for name in ("id", "truth", *COLUMNS)])
HIDDEN = {"registered": 0.02, "taxed": 0.15, "insured": 0.25, "permits": 0.5}
"""Share of the records whose credit code is left out, whatever else is wrong with them."""
OLD_NUMBER = {"registered": 0.0, "taxed": 0.04, "insured": 0.0, "permits": 0.08}
"""Share with a number of fifteen in its place: the tax office's old one, or the old registration number."""
WRITTEN = {"registered": 0.0, "taxed": 0.15, "insured": 0.3, "permits": 0.5}
"""Share of the names not written as registered."""


def make_firm_lists(path: Path, scale: float, seed: int) -> int:
    """Write the four lists of a made population of firms (scale 1: 15,000 firms) in one Parquet file, in an order that tells nothing."""
    return _written(path, pa.concat_tables([_table(rows) for rows in _listed(scale, seed, LISTS)]), seed)


def make_firm_sides(left: Path, right: Path, scale: float, seed: int) -> int:
    """Write the register and the permits as two files of which only the register has credit codes; gives the records of both."""
    register, permits = (_table(rows) for rows in _listed(scale, seed, ("registered", "permits")))
    return _written(left, register, seed) + _written(right, permits.drop_columns(["uscc", "former_name", "founded"]), seed + 1)


def _written(path: Path, table: pa.Table, seed: int) -> int:
    table = table.take(pa.array(stream(seed, "firm_lists.order").permutation(len(table))))
    table = table.append_column("id", numbers(np.arange(len(table))))
    pq.write_table(table.select([name for name in LISTED.names if name in table.schema.names]), path, compression="zstd")
    return len(table)


def _table(rows: Rows) -> pa.Table:
    return pa.table(rows.columns).select(LISTED.names[1:]).cast(pa.schema(list(LISTED)[1:]))


def _listed(scale: float, seed: int, lists: tuple[str, ...]) -> Iterator[Rows]:
    places = Places(TODAY, seed)
    firms = hard_firms(places, scale, seed, day(TODAY))
    for name in lists:
        draws = stream(seed, f"firm_lists.{name}")
        rows = _rows(places, firms, draws, name).take(np.flatnonzero(_kept(firms, draws, name)))
        rows = soil(rows, _of_numbers(name), 0.0, draws).rows
        rows = soil(rows, _of_names(name), 0.0, draws).rows
        yield soil(rows, _of_the_rest(name), 0.01 if name != "registered" else 0.0, draws).rows


def _kept(firms: Firms, draws: Draws, name: str) -> Array:
    living, drawn = firms.closed == NEVER, draws.random(len(firms))
    kept: dict[str, Array] = {
        "registered": np.ones(len(firms), dtype=bool), "taxed": living & (drawn < 0.9), "insured": living & (firms.employees >= 3) & (drawn < 0.8),
        "permits": living & (drawn < 0.4),
    }
    return kept[name]


def _rows(places: Places, firms: Firms, draws: Draws, name: str) -> Rows:
    size = len(firms)
    nothing = pa.nulls(size, pa.string())
    issued = places.code_on(firms.county, np.maximum(firms.founded, day(TODAY) - 9000))
    address = places.full(firms.home) if name != "permits" else choose(draws.random(size) < 0.5, places.short(firms.home), places.full(firms.home))
    some_phone = choose(draws.random(size) < (0.5 if name == "registered" else 0.9), firms.phone, nothing)
    columns = {
        "truth": numbers(np.arange(size)), "uscc": firms.uscc, "name": firms.name,
        "former_name": firms.former_name if name == "registered" else nothing, "head": firms.head if name != "insured" else nothing,
        "phone": some_phone, "address": address if name != "insured" else choose(draws.random(size) < 0.5, address, nothing),
        "founded": dates(firms.founded, "compact") if name in ("registered", "taxed") else nothing,
    }
    moved, headed = firms.moved_on != NEVER, firms.head_changed_on != NEVER
    aux = {
        "former_name": firms.former_name, "old_head": choose(headed, firms.former_head, nothing),
        "old_address": choose(moved, places.full(firms.previous_home), nothing),
        "old_number": organisation_numbers(firms.uscc, issued) if name == "taxed" else registration_numbers(firms, draws, issued),
        "other_phone": _others(draws, firms.phone),
    }
    return Rows(f"firm_lists.{name}", ("truth",), columns, None, np.arange(size), {}, aux)


def _others(draws: Draws, phones: Text) -> Text:
    """Telephones of others, as an office enters the contact of the day."""
    return phones.take(pa.array(draws.permutation(len(phones))))


def _of_numbers(name: str) -> list[Stain]:
    return [
        Stain("missing", "uscc", HIDDEN[name], stains.missing, "none"),
        Stain("old_number", "uscc", OLD_NUMBER[name], stains.from_aux("old_number"), "none"),
        Stain("wrong_number", "uscc", 0.02, stains.wrong_number(USCC), "none"),
    ]


def _of_names(name: str) -> list[Stain]:
    former = 0.0 if name == "registered" else 0.03
    return [
        Stain("former_name", "name", former, stains.from_aux("former_name"), "none", needs=stains.has_aux("former_name")),
        Stain("as_written", "name", WRITTEN[name], _each(as_written), "none"),
        Stain("slip", "name", 0.0 if name == "registered" else 0.03, _each(slipped), "none"),
    ]


def _of_the_rest(name: str) -> list[Stain]:
    rate = 0.0 if name == "registered" else 1.0
    return [
        Stain("old_head", "head", 0.08 * rate, stains.from_aux("old_head"), "none", needs=stains.has_aux("old_head")),
        Stain("moved", "address", 0.06 * rate, stains.from_aux("old_address"), "none", needs=stains.has_aux("old_address")),
        Stain("other_phone", "phone", 0.15 * rate, stains.from_aux("other_phone"), "none"),
        Stain("missing", "head", 0.05 * rate, stains.missing, "none"),
        Stain("other_spelling", "head", 0.02 * rate, stains.misspelt, "none"),
        Stain("missing", "address", 0.1 * rate, stains.missing, "none"),
    ]


def _each(change: Callable[[str, float], str]) -> Change:
    return lambda spot: [change(value, float(spot.draws.random())) for value in spot.values]


__all__ = ["COLUMNS", "make_firm_lists", "make_firm_sides"]
