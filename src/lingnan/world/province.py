"""The made province while it is being made: its places and firms, where files go, what is handed over and how dirty."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lingnan.world.columns import Text, constant, day, digits, join, take
from lingnan.world.dirt import Rows, Stain, known, soil
from lingnan.world.draws import Array, Draws, stream
from lingnan.world.firms import Firms, make_firms
from lingnan.world.places import Places
from lingnan.world.truth import Truth

DUPLICATES = 0.01


class Province:
    """What every department draws on."""

    def __init__(self, home: Path, scale: float, seed: int, today: date, api_url: str, postgres_url: str | None) -> None:
        self.home, self.scale, self.seed, self.date = home, scale, seed, today
        self.api_url, self.postgres_url = api_url, postgres_url
        self.today = day(today)
        self.places = Places(today, seed)
        self.firms: Firms = make_firms(self.places, scale, seed, self.today)
        self.truth = Truth(home / "world" / "truth")
        self.rows: dict[str, int] = {}

    def folder(self, department: str) -> Path:
        """Where a department puts its files."""
        path = self.home / "world" / "handover" / department
        path.mkdir(parents=True, exist_ok=True)
        return path

    def draws(self, table: str, block: int = 0) -> Draws:
        """The draws of one block of one table."""
        return stream(self.seed, table, block)

    def deliver(
        self, rows: Rows, stains: Sequence[Stain], block: int = 0, duplicates: float = DUPLICATES,
        notes: Sequence[tuple[Array, str, str]] = (),
    ) -> Rows:
        """The rows as handed over; the truth gets their links, their dirt, and `notes` (rows, column, kind) of what is hard but right."""
        self._link(rows)
        hard = [known(rows.feed, rows, where, column, kind) for where, column, kind in notes]
        soiled = soil(rows, stains, duplicates, self.draws(f"dirt.{rows.feed}", block))
        self.truth.add("dirt", pa.concat_tables([soiled.dirt, *(_of_clean_rows(note, soiled.dirt) for note in hard)]))
        self.rows[rows.feed] = self.rows.get(rows.feed, 0) + len(soiled.rows)
        return soiled.rows

    def _link(self, rows: Rows) -> None:
        def ids(positions: Array | None) -> pa.Array:
            if positions is None:
                return pa.nulls(len(rows), pa.int64())
            return pa.array(positions.astype(np.int64), mask=positions < 0)

        columns = {"feed": constant(rows.feed, len(rows)), "key": rows.keys(), "person_id": ids(rows.person), "firm_id": ids(rows.firm)}
        self.truth.add("links", pa.table(columns))

    def other_divisions(self, draws: Draws, county: Array) -> dict[str, Text]:
        """For each row an abolished code whose one successor is the county (or null), and a code that never existed."""
        stale = self.places.stale
        codes = [code for listed in stale.values() for code in listed]
        first, count = np.zeros(len(self.places.counties), dtype=np.int64), np.zeros(len(self.places.counties), dtype=np.int64)
        start = 0
        for position, listed in stale.items():
            first[position], count[position] = start, len(listed)
            start += len(listed)
        chosen = first[county] + (draws.random(len(county)) * count[county]).astype(np.int64)
        unknown = self.places.unknown_codes
        return {
            "stale_division": take(codes, np.where(count[county] > 0, chosen, -1)),
            "unknown_division": take(unknown, draws.integers(0, len(unknown), len(county))),
        }


def _of_clean_rows(note: pa.Table, dirt: pa.Table) -> pa.Table:
    """What is hard but right, without the rows that bear dirt besides: each row tells one thing."""
    return note.filter(pc.invert(pc.is_in(note["key"], value_set=dirt["key"].combine_chunks())))



def serial(prefix: str, positions: Array, width: int, stride: int = 48_271) -> Text:
    """Numbers that look drawn and are never given twice (the stride is prime to ten)."""
    return join(prefix, digits((positions * stride + 97) % 10**width, width))
