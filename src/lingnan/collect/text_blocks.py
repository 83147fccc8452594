"""Reads a delimited text as UTF-8 blocks that end where a record ends, each with the line it begins on."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lingnan.base import BadInput
from lingnan.collect.dialect import Dialect

BLOCK_BYTES = 1 << 20
_LARGEST_RECORD = 8 * BLOCK_BYTES


@dataclass(frozen=True)
class TextBlock:
    """Whole records as UTF-8; only in a `quoted` one can a cell hold a line end, so that lines are more than records."""

    data: bytes
    quoted: bool


def text_blocks(
    file: BinaryIO, encoding: str, dialect: Dialect, skip_lines: int, drop_lines: int, block_bytes: int = BLOCK_BYTES
) -> Iterator[TextBlock]:
    """The records of a file without its first `skip_lines` and last `drop_lines` lines."""
    held = b""
    for data in _records(_without_lines(_utf8(file, encoding, block_bytes), skip_lines), dialect):
        # The last lines may lie in several small blocks: those are held together.
        if held and (not drop_lines or data.count(b"\n") > drop_lines):
            yield _block(held, dialect)
            held = data
        else:
            held += data
    if data := _without_last_lines(held, drop_lines):
        yield _block(data, dialect)


def _block(data: bytes, dialect: Dialect) -> TextBlock:
    return TextBlock(_cleaned(data, dialect), bool(dialect.quote) and dialect.quote.encode() in data)


def _utf8(file: BinaryIO, encoding: str, block_bytes: int) -> Iterator[bytes]:
    """The file's bytes as UTF-8 with plain line ends; what no character stands for becomes U+FFFD."""
    lone_returns = _has_lone_returns(file, encoding)
    if encoding in ("utf-8", "utf-8-sig"):
        if file.read(3) != codecs.BOM_UTF8:
            file.seek(0)
        while data := file.read(block_bytes):
            yield data.replace(b"\r", b"\n") if lone_returns else data
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while data := file.read(block_bytes):
        text = decoder.decode(data)
        yield (text.replace("\r", "\n") if lone_returns else text).encode()
    yield decoder.decode(b"", final=True).encode()


def _has_lone_returns(file: BinaryIO, encoding: str) -> bool:
    head = file.read(1 << 16)
    file.seek(0)
    return b"\r" in head and b"\n" not in head and not encoding.startswith("utf-32")


def _without_lines(blocks: Iterator[bytes], lines: int) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        data = rest + block
        while lines and (end := data.find(b"\n")) >= 0:
            data, lines = data[end + 1 :], lines - 1
        rest = data if lines else b""
        if not lines and data:
            yield data


def _records(blocks: Iterator[bytes], dialect: Dialect) -> Iterator[bytes]:
    quote = dialect.quote.encode()
    rest = b""
    for block in blocks:
        if (not quote or (quote not in block and quote not in rest)) and (cut := block.rfind(b"\n") + 1):
            # The common case: one copy a block.
            yield b"".join((rest, memoryview(block)[:cut]))
            rest = block[cut:]
            continue
        data = rest + block if rest else block
        cut = _record_end(data, quote)
        if cut == 0 and len(data) > _LARGEST_RECORD:
            raise BadInput(
                f"在 {_LARGEST_RECORD >> 20} MB 之内找不到一行的结尾。请核对引号与换行，或在选项 quote 中写空文本以关闭引号。",
                f"No end of a row within {_LARGEST_RECORD >> 20} MB. Check quotes and line ends, or set the option `quote` to an empty text.",
            )
        rest = data[cut:]
        if cut:
            yield data[:cut]
    if rest:
        yield rest


def _record_end(data: bytes, quote: bytes) -> int:
    """Where the last whole record ends: after a line end that an even number of quotes precedes."""
    end = data.rfind(b"\n") + 1
    if not quote or quote not in data:
        return end
    odd = data.count(quote, 0, end) % 2
    # A stray quote makes every line end look odd; then lines are taken as they are, and torn rows go to the rejects.
    for _attempt in range(2000):
        if not odd or not end:
            return end
        before = data.rfind(b"\n", 0, end - 1) + 1
        odd ^= data.count(quote, before, end) % 2
        end = before
    return data.rfind(b"\n") + 1


def _cleaned(data: bytes, dialect: Dialect) -> bytes:
    if dialect.comment:
        data = re.sub(rb"(?m)^" + re.escape(dialect.comment.encode()) + rb".*$", b"", data)
    if dialect.skip_spaces and dialect.quote:
        delimiter, quote = re.escape(dialect.delimiter.encode()), re.escape(dialect.quote.encode())
        data = re.sub(delimiter + rb" +(?=" + quote + rb")", dialect.delimiter.encode(), data)
    return data


def _without_last_lines(data: bytes, lines: int) -> bytes:
    for _line in range(lines):
        data = data[: data.rstrip(b"\r\n").rfind(b"\n") + 1]
    return data
