"""Writes XML as registers export it: one element per row, one element per value, none where there is no value."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow.compute as pc

from lingnan.world.columns import Text, join
from lingnan.world.handover.delimited import _content


class XmlFile:
    """One XML file, appended block by block."""

    def __init__(self, path: Path, root: str, row: str) -> None:
        self._file = path.open("wb")
        self._root, self._row = root, row
        self._file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n'.encode())

    def write(self, columns: Mapping[str, Text]) -> None:
        """More rows; the keys are the element names."""
        elements = [_element(tag, column) for tag, column in columns.items()]
        self._file.write(_content(join(f"<{self._row}>", *elements, f"</{self._row}>\n")))

    def close(self) -> None:
        """Finishes the file."""
        self._file.write(f"</{self._root}>\n".encode())
        self._file.close()


def _element(tag: str, column: Text) -> Text:
    safe = pc.replace_substring(pc.replace_substring(column, "&", "&amp;"), "<", "&lt;")
    return pc.binary_join_element_wise(f"<{tag}>", safe, f"</{tag}>", "", null_handling="emit_null")
