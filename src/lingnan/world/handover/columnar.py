"""Writes Parquet as a statistics-minded department exports it: all columns as text."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lingnan.world.columns import Text


class ParquetFile:
    """One Parquet file, appended block by block."""

    def __init__(self, path: Path, columns: Mapping[str, str] | list[str]) -> None:
        self._schema = pa.schema([(name, pa.string()) for name in columns])
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, columns: Mapping[str, Text]) -> None:
        """More rows."""
        self._writer.write_table(pa.table(dict(columns), schema=self._schema))

    def close(self) -> None:
        """Finishes the file."""
        self._writer.close()
