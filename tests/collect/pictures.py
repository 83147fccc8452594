"""Pictures as cameras write them, with a place beside them."""

import struct
import zlib

PLACE = b"GPS 23.1291 N 113.2644 E"


def png(*, told: bool = False, colour: int = 0) -> bytes:
    """A picture of one grey dot; `told` adds a text chunk and an Exif chunk."""
    body = [_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))]
    if told:
        body += [_chunk(b"tEXt", b"Comment\x00" + PLACE), _chunk(b"eXIf", b"II*\x00" + PLACE)]
    body += [_chunk(b"IDAT", zlib.compress(bytes([0, colour]))), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def jpeg(*, order: str = "II", way: int = 6) -> bytes:
    """A JPEG's segments: JFIF, Exif with way up and place, a comment, tables, frame, scan, and what cameras append."""
    mark = "<" if order == "II" else ">"
    tiff = order.encode() + struct.pack(mark + "HIH", 42, 8, 1) + struct.pack(mark + "HHIHH", 0x0112, 3, 1, way, 0) + struct.pack(mark + "I", 0)
    segments = [
        (0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"), (0xE1, b"Exif\x00\x00" + tiff + PLACE),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + PLACE),
        (0xFE, PLACE), (0xED, b"Photoshop 3.0\x00" + PLACE), (0xDB, bytes(65)), (0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00"),
        (0xC4, bytes(17)), (0xDA, b"\x01\x01\x00\x00\x3f\x00"),
    ]
    body = b"".join(bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2, "big") + data for marker, data in segments)
    return b"\xff\xd8" + body + b"\x00\x11\xff\xd9" + b"APPENDED" + PLACE


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
