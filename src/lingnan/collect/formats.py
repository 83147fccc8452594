"""Tells a file's format from its first bytes; the name's ending only decides between kinds of text."""

import re
from pathlib import Path

from lingnan.base import BadInput, Missing
from lingnan.collect.connectors.archive import is_zip
from lingnan.collect.encoding import find_encoding

_MAGIC = ((b"PAR1", "parquet"), (b"SQLite format 3\x00", "sqlite"), (b"\x1f\x8b", "gz"), (b"\xd0\xcf\x11\xe0", "xls"))
_FOREIGN = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"MZ", "EXE"), (b"\x7fELF", "ELF"),
)
_HEAD_BYTES = 4096
_READABLE = "CSV, TSV, XLSX, XLS, ODS, JSON, JSON Lines, XML, Parquet, SQLite"
KIND = {"csv": "csv", "tsv": "csv", "xlsx": "xlsx", "xls": "xlsx", "ods": "xlsx", "json": "json", "jsonl": "json", "xml": "xml", "parquet": "parquet"}
"""The connector word of each format of plain files."""


def format_of(path: Path) -> str:
    """csv, tsv, xlsx, xls, ods, json, jsonl, xml, parquet, sqlite, zip or gz; BadInput for what is none of them."""
    if not path.is_file():
        raise Missing(f"没有文件 {path}。请核对路径。", f"There is no file {path}. Check the path.", path=str(path))
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    for mark, name in _MAGIC:
        if head.startswith(mark):
            return name
    for mark, name in _FOREIGN:
        if head.startswith(mark):
            raise _unreadable(path, name)
    if head.startswith(b"PK"):
        return _packed(path)
    return _text_format(path, head)


def _packed(path: Path) -> str:
    if is_zip(path):
        return "zip"
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if b"opendocument" in head:
        return "ods"
    if b"[Content_Types].xml" in head or b"xl/" in head or path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb"):
        return "xlsx"
    raise _unreadable(path, "ZIP")


def _text_format(path: Path, head: bytes) -> str:
    if not head:
        return "json" if path.suffix.lower() in (".json", ".jsonl") else "xml" if path.suffix.lower() == ".xml" else "csv"
    encoding = find_encoding(path).name
    text = head.decode(encoding, errors="replace").lstrip("﻿ \t\r\n")
    if sum(character in "\x00\x01\x02\x03\x04\x05\x06\x0e\x0f\x10\x11\x12" for character in text) > len(text) // 20:
        raise _unreadable(path, "binary")
    if text.startswith(("<?xml", "<!--", "<!DOCTYPE", "<!doctype")) or (text.startswith("<") and re.match(r"<[A-Za-z_][\w:.-]*[\s>/]", text)):
        if re.match(r"<(!doctype )?html", text, re.IGNORECASE):
            raise _unreadable(path, "HTML")
        return "xml"
    if text[:1] in ("{", "[") and (path.suffix.lower() in (".json", ".jsonl", ".ndjson", ".geojson") or re.match(r'[\[{]\s*(["{\[\]}]|$)', text)):
        lines = text.splitlines()
        return "jsonl" if len(lines) > 1 and lines[0].rstrip().endswith("}") and lines[1].lstrip().startswith("{") else "json"
    return "tsv" if "\t" in text.partition("\n")[0] and "," not in text.partition("\n")[0] else "csv"


def _unreadable(path: Path, kind: str) -> BadInput:
    return BadInput(
        f"文件 {path.name} 是 {kind}，不是数据表。可读：{_READABLE}，以及装有它们的 ZIP、GZ。请转换后再交付。",
        f"File {path.name} is {kind}, no table of data. Readable: {_READABLE}, and ZIP or GZ of these. Convert it.",
        path=str(path), kind=kind,
    )
