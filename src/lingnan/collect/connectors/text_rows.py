"""Turns rows of texts from workbooks, XML and JSON into record batches with positions."""

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from lingnan.collect.connectors.protocol import POSITION

BATCH_ROWS = 20_000


def text_batches(names: Sequence[str], rows: Iterable[tuple[str, Sequence[str | None]]]) -> Iterator[pa.RecordBatch]:
    """Batches of (position, texts); every row must have one text for each name."""
    schema = pa.schema([*((name, pa.string()) for name in names), (POSITION, pa.string())])
    places: list[str] = []
    block: list[Sequence[str | None]] = []
    for position, texts in rows:
        places.append(position)
        block.append(texts)
        if len(block) >= BATCH_ROWS:
            yield _batch(schema, block, places)
            places, block = [], []
    if block:
        yield _batch(schema, block, places)


def _batch(schema: pa.Schema, block: list[Sequence[str | None]], places: list[str]) -> pa.RecordBatch:
    columns = [pa.array(column, pa.string()) for column in zip(*block, strict=True)]
    return pa.RecordBatch.from_arrays([*columns, pa.array(places, pa.string())], schema=schema)
