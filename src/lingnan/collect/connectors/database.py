"""Tables of databases: SQLite and PostgreSQL through the engine's scanners, types as the database has them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pyarrow as pa

from lingnan.collect.arrow_types import lake_type
from lingnan.collect.columns import columns_of
from lingnan.collect.connectors.native import storable
from lingnan.collect.connectors.protocol import POSITION, Positions
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice

Scan = Callable[[], AbstractContextManager[pa.RecordBatchReader]]


@dataclass
class ScanReading:
    """Rows of one scan, numbered from 1 in the order they come."""

    name: str
    scan: Scan
    types: Mapping[str, str] = field(default_factory=dict)
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False)

    def __post_init__(self) -> None:
        with self.scan() as reader:
            schema = reader.schema
        self.columns, self.notices = columns_of(schema.names)
        for column, kind in zip(self.columns, schema.types, strict=True):
            column.type = lake_type(kind)

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The rows."""
        places = Positions(f"{self.name}:")
        names = [*(column.name for column in self.columns), POSITION]
        with self.scan() as reader:
            for batch in reader:
                yield pa.RecordBatch.from_arrays([*(storable(column) for column in batch.columns), places.next(batch.num_rows)], names)
