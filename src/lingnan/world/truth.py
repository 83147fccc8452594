"""The truth of the made province, written beside what departments hand over; read by scorers and tests only."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lingnan.base import Missing

NAMES = ("people", "firms", "links", "dirt", "changes")


class Truth:
    """Appends to HOME/world/truth/<name>.parquet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._writers: dict[str, Any] = {}
        self.rows: dict[str, int] = dict.fromkeys(NAMES, 0)

    def add(self, name: str, table: pa.Table) -> None:
        """More rows of one truth."""
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self._folder / f"{name}.parquet", table.schema, compression="zstd")
        self._writers[name].write_table(table)
        self.rows[name] += table.num_rows

    def close(self) -> None:
        """Finishes every file."""
        for writer in self._writers.values():
            writer.close()


def read_truth(home: Path, name: str) -> pa.Table:
    """One truth (people, firms, links, dirt, changes) of the province under `home`; Missing when there is none."""
    path = home / "world" / "truth" / f"{name}.parquet"
    if name not in NAMES or not path.exists():
        raise Missing(
            f"没有名为“{name}”的真值；有的是 {'、'.join(NAMES)}，且须先运行 lingnan world make。",
            f"There is no truth named “{name}”; there are {', '.join(NAMES)}, once lingnan world make has run.",
            path=str(path),
        )
    return pq.read_table(path)
