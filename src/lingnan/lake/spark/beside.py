"""What executors do by the embedded engine: the part of a statement that asks each row alone, over one batch of rows after the other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lingnan.lake.embedded import embedded_session
from lingnan.lake.engine import EngineSession, Work
from lingnan.lake.spark.scan import in_zone, kept_schema

PART_ROWS = 200_000
"""Rows that an executor's engine holds at once."""
_ROWS = "rows_beside"


@dataclass(frozen=True)
class Beside:
    """Work over parts of rows; `others` are files of whole tables in a folder that all machines see. Sent to executors, which call it."""

    work: Work
    others: Mapping[str, str]
    schema: pa.Schema

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The answers to the rows of one task."""
        with embedded_session() as session:
            _lay(session, self.others)
            for part in _parts(batches):
                yield from _answered(session, self.work, part).cast(self.schema).to_batches()


def answered_schema(work: Work, others: Mapping[str, str], rows: pa.Schema) -> pa.Schema:
    """What the answers look like, found by asking no rows."""
    with embedded_session() as session:
        _lay(session, others)
        return kept_schema(_answered(session, work, rows.empty_table()).schema)


def _lay(session: EngineSession, others: Mapping[str, str]) -> None:
    for name, path in others.items():
        session.add_arrow(name, pq.read_table(Path(path)))


def _answered(session: EngineSession, work: Work, rows: pa.Table) -> pa.Table:
    session.add_arrow(_ROWS, in_zone(rows))
    return session.query(work(session, _ROWS))


def _parts(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(each.num_rows for each in held) >= PART_ROWS:
            yield pa.Table.from_batches(held)
            held = []
    if any(each.num_rows for each in held):
        yield pa.Table.from_batches(held)
