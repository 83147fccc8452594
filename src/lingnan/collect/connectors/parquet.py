"""Parquet files: types as they are written, read group by group."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lingnan.base import BadInput
from lingnan.collect.arrow_types import lake_type
from lingnan.collect.columns import columns_of
from lingnan.collect.connectors.native import storable
from lingnan.collect.connectors.protocol import POSITION, Positions
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice

_BATCH_ROWS = 100_000


@dataclass
class ParquetReading:
    """One Parquet file."""

    path: Path
    name: str
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False)
    rows: int = field(init=False)

    def __post_init__(self) -> None:
        try:
            with pq.ParquetFile(self.path) as file:
                schema, self.rows = file.schema_arrow, file.metadata.num_rows
        except (pa.ArrowException, OSError) as error:
            raise BadInput(
                f"文件 {self.name} 不是可读的 Parquet：{error}。请重新导出。",
                f"File {self.name} is no readable Parquet: {error}. Export it again.", path=self.name
            ) from error
        self.columns, self.notices = columns_of(schema.names)
        for column, kind in zip(self.columns, schema.types, strict=True):
            column.type = lake_type(kind)

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The rows, numbered from 1."""
        places = Positions(f"{self.name}:")
        names = [column.name for column in self.columns]
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(_BATCH_ROWS):
                columns = [storable(column) for column in batch.columns]
                yield pa.RecordBatch.from_arrays([*columns, places.next(batch.num_rows)], [*names, POSITION])
