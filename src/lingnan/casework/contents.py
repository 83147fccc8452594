"""What a file really is: its type by content, and everything that makes a file harmful refused before it is unfolded."""

import codecs
import json
import struct
import xml.sax
from collections.abc import Iterator
from typing import IO, Any

import defusedxml.sax
import filetype
from defusedxml.common import DefusedXmlException

from lingnan.base import BadInput
from lingnan.casework.attachment_rules import AttachmentLimits

HEAD = 8192
PIECE = 1 << 16
_BINARY = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpeg", "application/gzip": "gzip", "application/zip": "zip"}
_TEXTUAL = frozenset({"application/rtf", "application/postscript"})
# Start-of-frame markers of JPEG (ISO/IEC 10918-1 B.1.1.3); C4, C8 and CC are no frames.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKUP = ("<!doctype html", "<html", "<head", "<body", "<script", "<svg", "<iframe")
_PLAIN_CONTROLS = frozenset("\t\n\r\f")


class Recogniser:
    """Tells the type of one file; BadInput for what nobody may attach. One object a file: its archive's budget is spent once."""

    def __init__(self, limits: AttachmentLimits) -> None:
        from lingnan.casework.archives import Archives

        self.limits = limits
        self._archives = Archives(limits.archive, self._inner)

    def recognise(self, file: IO[bytes], size: int, depth: int = 0) -> str:
        """The type's name (`pdf`, `xlsx`, `csv`, …)."""
        file.seek(0)
        head = file.read(HEAD)
        if not head:
            raise BadInput("文件为空。", "The file is empty.")
        kind = _magic(head)
        if kind == "zip":
            return self._archives.zip_type(file, size, depth)
        if kind == "gzip":
            self._archives.check_gzip(file, size, depth)
        elif kind in ("png", "jpeg"):
            self._check_picture(file, kind)
        elif kind == "pdf":
            _check_pdf(file, size)
        elif not kind:
            return _text_type(file)
        return kind

    def _inner(self, file: IO[bytes], size: int, depth: int) -> None:
        """A member of an archive must be of a type that may be attached by itself."""
        if size:
            self.recognise(file, size, depth)

    def _check_picture(self, file: IO[bytes], kind: str) -> None:
        width, height = _png_size(file) if kind == "png" else _jpeg_size(file)
        if width * height > self.limits.pixels:
            raise BadInput(
                f"图像为 {width}×{height} 像素，超过 {self.limits.pixels} 像素的上限。请缩小后再传。",
                f"The picture has {width}×{height} pixels, more than {self.limits.pixels}. Make it smaller.", width=width, height=height,
            )


def check_xml(file: IO[bytes]) -> str:
    """The name of the root element; BadInput for a document type, an entity, or what is not well formed."""
    file.seek(0)
    root = _Root()
    parser = defusedxml.sax.make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(root)
    try:
        for piece in iter(lambda: file.read(PIECE), b""):
            parser.feed(piece)
        parser.close()
    except (DefusedXmlException, xml.sax.SAXException, ValueError, LookupError) as error:
        raise BadInput(
            f"XML 内容不被接受（{type(error).__name__}）：不得含 DTD 或实体，且须格式良好。",
            f"The XML is not accepted ({type(error).__name__}): no document type, no entity, well formed.",
        ) from error
    return root.name


class _Root(xml.sax.ContentHandler):
    name = ""

    def startElement(self, name: str, attrs: Any) -> None:
        """Keep the first name."""
        self.name = self.name or name.rpartition(":")[2]


def _magic(head: bytes) -> str:
    """The binary type by its first bytes, empty for what may be text."""
    if head.startswith((b"PK\x05\x06", b"PK\x07\x08", b"PK\x03\x04")):
        return "zip"
    found = filetype.guess(head)
    if found is None:
        return ""
    kind = _BINARY.get(found.mime, "")
    # Two letters are enough to be taken for a bitmap or a program; a table whose first column is BMI is neither.
    if not kind and (found.mime in _TEXTUAL or not _is_plain(head)):
        raise not_allowed(found.mime)
    return kind


def _is_plain(head: bytes) -> bool:
    return not any(each < 0x20 and each not in b"\t\n\r\f" for each in head)


def _png_size(file: IO[bytes]) -> tuple[int, int]:
    file.seek(0)
    head = file.read(24)
    if len(head) < 24 or head[12:16] != b"IHDR":
        raise damaged("png")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _jpeg_size(file: IO[bytes]) -> tuple[int, int]:
    """The largest frame of all; a picture may hold a small preview before itself."""
    file.seek(2)
    largest = (0, 0)
    while True:
        marker = file.read(4)
        if len(marker) < 4 or marker[0] != 0xFF:
            raise damaged("jpeg")
        code, length = marker[1], int.from_bytes(marker[2:], "big")
        if code == 0xFF:
            file.seek(-3, 1)
            continue
        if code in _FRAMES:
            frame = file.read(5)
            if len(frame) < 5:
                raise damaged("jpeg")
            height, width = struct.unpack(">xHH", frame)
            largest = max(largest, (width, height), key=lambda size: size[0] * size[1])
            length -= 5
        if code == 0xDA:
            if largest == (0, 0):
                raise damaged("jpeg")
            return largest
        if length < 2:
            raise damaged("jpeg")
        file.seek(length - 2, 1)


def _check_pdf(file: IO[bytes], size: int) -> None:
    file.seek(max(0, size - 2048))
    if b"%%EOF" not in file.read():
        raise damaged("pdf")


def _text_type(file: IO[bytes]) -> str:
    """`xml`, `json`, `csv` or `txt`; markup that a browser would run is none of them."""
    begun = _first_words(file)
    if begun.startswith("<"):
        return _markup_type(file, begun)
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        if encoding == "utf-16" and not _has_mark(file):
            continue
        separators = _plain_text(file, encoding)
        if separators is not None:
            if any(word in begun for word in _MARKUP):
                raise not_allowed("text/html")
            return "json" if begun[:1] in ("{", "[") and _is_json(file, encoding) else "csv" if separators else "txt"
    raise not_allowed("application/octet-stream")


def _markup_type(file: IO[bytes], begun: str) -> str:
    if any(word in begun for word in _MARKUP[:5]):
        raise not_allowed("text/html")
    root = check_xml(file).lower()
    if root in ("svg", "html", "stylesheet", "transform"):
        raise not_allowed(f"xml: {root}")
    return "xml"


def _first_words(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(HEAD)
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    return head.decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n").lower()


def _has_mark(file: IO[bytes]) -> bool:
    file.seek(0)
    return file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _plain_text(file: IO[bytes], encoding: str) -> bool | None:
    """Whether the first line has separators of cells; None when the bytes are no text in this encoding."""
    file.seek(0)
    first = ""
    try:
        for piece in _decoded(file, encoding):
            if any(ord(each) < 0x20 and each not in _PLAIN_CONTROLS for each in piece):
                return None
            first = first or piece
    except UnicodeDecodeError:
        return None
    line = first.partition("\n")[0]
    return any(separator in line for separator in (",", "\t", ";", "|", "，"))


def _decoded(file: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for piece in iter(lambda: file.read(PIECE), b""):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _is_json(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    try:
        json.loads(file.read().decode(encoding))
    except (ValueError, RecursionError):
        return False
    return True


def not_allowed(what: str) -> BadInput:
    """The file is of a type that nobody may attach."""
    return BadInput(
        f"该文件的实际类型（{what}）不允许上传。请改用 PDF、OFD、PNG、JPEG、DOCX、XLSX、PPTX、CSV、TXT、XML、JSON，或其 ZIP、GZ 压缩包。",
        f"Files of this real type ({what}) are not accepted. Use PDF, OFD, PNG, JPEG, DOCX, XLSX, PPTX, CSV, TXT, XML, JSON, or these in ZIP or GZ.",
        type=what,
    )


def damaged(what: str) -> BadInput:
    """The file is not whole."""
    return BadInput(f"文件不完整或已损坏（{what}）。请重新导出后再传。", f"The file is broken or not whole ({what}). Export it anew.", type=what)

