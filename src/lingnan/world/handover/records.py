"""Writes JSON lines as newer systems export them: one object a line, no member where there is no value."""

from collections.abc import Mapping
from pathlib import Path

import orjson

from lingnan.world.columns import Text


class JsonLines:
    """One file of JSON lines, appended block by block."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def write(self, columns: Mapping[str, Text]) -> None:
        """More rows; the keys are the members."""
        rows = zip(*(column.to_pylist() for column in columns.values()), strict=True)
        self._file.writelines(
            orjson.dumps({name: value for name, value in zip(columns, row, strict=True) if value is not None}, option=orjson.OPT_APPEND_NEWLINE)
            for row in rows
        )

    def close(self) -> None:
        """Finishes the file."""
        self._file.close()
