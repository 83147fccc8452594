"""Tables of databases: SQLite and PostgreSQL through the engine's scanners, types as the database has them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from lingnan.base import BadInput
from lingnan.collect.arrow_types import lake_type
from lingnan.collect.columns import columns_of
from lingnan.collect.connectors.native import storable
from lingnan.collect.connectors.protocol import POSITION, Positions
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice


class Scan(Protocol):
    """Opens a scan; `as_text` for tables whose values do not keep to their declared types, `schema_only` without rows."""

    def __call__(self, *, as_text: bool = False, schema_only: bool = False) -> AbstractContextManager[pa.RecordBatchReader]:
        """The scan's reader."""
        ...


@dataclass
class ScanReading:
    """Rows of one scan, numbered from 1 in the order they come."""

    name: str
    scan: Scan
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False)

    def __post_init__(self) -> None:
        with self.scan(schema_only=True) as reader:
            schema = reader.schema
        self.columns, self.notices = columns_of(schema.names)
        for column, kind in zip(self.columns, schema.types, strict=True):
            column.type = lake_type(kind)

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The rows; from the first value that is not of its column's type on, they come as text, to be converted or rejected."""
        places = Positions(f"{self.name}:")
        try:
            with self.scan() as reader:
                for batch in reader:
                    yield self._placed(batch, places)
        except (pa.ArrowException, OSError, BadInput):
            # SQLite keeps any value in any column; what was read stands, the rest is read again as text.
            with self.scan(as_text=True) as reader:
                for batch in _from(reader, places.taken):
                    yield self._placed(batch, places)

    def _placed(self, batch: pa.RecordBatch, places: Positions) -> pa.RecordBatch:
        names = [*(column.name for column in self.columns), POSITION]
        return pa.RecordBatch.from_arrays([*(storable(column) for column in batch.columns), places.next(batch.num_rows)], names)


def _from(reader: pa.RecordBatchReader, skip: int) -> Iterator[pa.RecordBatch]:
    for batch in reader:
        if skip < batch.num_rows:
            yield batch.slice(skip)
        skip = max(0, skip - batch.num_rows)
