"""What every connector offers: deliveries with a digest, and readings of them as record batches with positions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice

POSITION = "_position"


@dataclass(frozen=True)
class Delivery:
    """One thing that is loaded whole or not at all: a file, a database table, an answer of an API."""

    name: str
    digest: str
    path: Path | None = None


class Reading(Protocol):
    """One delivery, understood and ready to be read once."""

    columns: list[Column]
    notices: list[Notice]

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Its rows, columns named as in `columns`, and `_position` last; rows that cannot be parsed go to `rejects`."""
        ...


class Connector(Protocol):
    """A kind of source at one location."""

    @property
    def text(self) -> bool:
        """Whether rows come as text, to be typed by govern, or with the types of their database."""
        ...

    def deliveries(self) -> list[Delivery]:
        """What there is to load now; Unavailable when the source is away."""
        ...

    def open(self, delivery: Delivery, types: Mapping[str, str] | None = None) -> Reading:
        """A delivery ready to be read; with `types` (by header or name) values are parsed to them where that is cheap."""
        ...

    def fingerprint(self) -> str | None:
        """A cheap text that changes when the source does; None when only reading can tell."""
        ...


@dataclass
class Positions:
    """Makes the `_position` of consecutive rows: a prefix and the number of the line or row."""

    prefix: str
    start: int = 1
    taken: int = field(default=0)

    def next(self, count: int) -> pa.Array:
        """Positions of the next `count` rows."""
        first = self.start + self.taken
        self.taken += count
        return positions(self.prefix, pa.arange(first, first + count))


def positions(prefix: str, numbers: pa.Array) -> pa.Array:
    """Texts of prefix and number."""
    return pc.binary_join_element_wise(pa.scalar(prefix), numbers.cast(pa.string()), "")
