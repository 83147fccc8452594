"""Writes delimited text as offices export it: any encoding, title lines, a row of units, in a zip or not."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.world.columns import Text

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # no clock in a file that must come out the same


def lines(columns: Sequence[Text], delimiter: str) -> bytes:
    """The rows as UTF-8 lines; cells are quoted only where they must be, empty where there is no value."""
    cells = [_quoted(column, delimiter) for column in columns]
    if len(columns[0]) == 0:
        return b""
    joined = pc.binary_join_element_wise(*cells, delimiter, null_handling="replace", null_replacement="")
    ended = pc.binary_join_element_wise(joined, "", "\r\n")  # an empty second part puts the end of line behind the row
    return _content(ended)


def _content(column: Text) -> bytes:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    offsets, data = array.buffers()[1], array.buffers()[2]
    ends = memoryview(offsets).cast("i")
    start, end = ends[array.offset], ends[array.offset + len(array)]
    return bytes(memoryview(data)[start:end])


def _quoted(column: Text, delimiter: str) -> Text:
    special = pc.match_substring_regex(column, f'[{delimiter}"\r\n]')
    if not pc.any(special).as_py():
        return column
    doubled = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
    return pc.if_else(special, doubled, column)


class DelimitedFile:
    """One text file, appended block by block."""

    def __init__(
        self, target: IO[bytes], headers: Sequence[str], *, encoding: str = "utf-8", delimiter: str = ",", titles: Sequence[str] = (),
        units: Sequence[str] = (), mark: bytes = b"",
    ) -> None:
        self._target, self._encoding, self._delimiter = target, encoding, delimiter
        head = [*titles, delimiter.join(headers), *([delimiter.join(units)] if units else [])]
        target.write(mark + "".join(line + "\r\n" for line in head).encode(encoding))

    def write(self, columns: Sequence[Text]) -> None:
        """More rows."""
        content = lines(columns, self._delimiter)
        self._target.write(content if self._encoding.startswith("utf-8") else content.decode().encode(self._encoding))

    def close(self) -> None:
        """Finishes the file."""
        self._target.close()


def zipped(path: Path, member: str) -> tuple[zipfile.ZipFile, IO[bytes]]:
    """A zip file with one member open for writing; close the member, then the file."""
    archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    info = zipfile.ZipInfo(member, _ZIP_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    return archive, archive.open(info, "w", force_zip64=True)


def zip_bytes(members: dict[str, bytes]) -> bytes:
    """A zip file of these members, the same bytes every time."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return target.getvalue()
