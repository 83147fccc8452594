"""Pictures of entries without what the camera wrote beside them: place, time, device and comments go, the way up stays."""

import struct
from collections.abc import Iterator

from lingnan.base import BadInput

_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_SCAN, _END = 0xDA, 0xD9
_APPLICATION, _COMMENT = range(0xE0, 0xF0), 0xFE
_KEPT_APPLICATION = {0xE0: b"JFIF\x00", 0xEE: b"Adobe\x00"}
"""What decoders need of the application segments (JFIF 1.02; Adobe's colour transform); a colour profile may name its maker and goes."""
_TOLD_CHUNKS = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_ORIENTATION = 0x0112


def without_metadata(picture: bytes) -> bytes:
    """A JPEG or PNG without metadata; others come back as they are, for the check of types to refuse. BadInput for what is cut off."""
    if picture.startswith(_JPEG):
        return b"".join(_jpeg(picture))
    return b"".join(_png(picture)) if picture.startswith(_PNG) else picture


def picture_name(picture: bytes) -> str:
    """A name with the extension that the content asks for."""
    return "picture.png" if picture.startswith(_PNG) else "picture.jpg"


def _jpeg(picture: bytes) -> Iterator[bytes]:
    yield _JPEG
    at, turned = 2, False
    while True:
        marker, size = _segment(picture, at)
        if marker == _SCAN:
            # From the scan to its end marker; what cameras append behind it, previews and places, is left out.
            end = picture.rfind(b"\xff\xd9")
            if end < at:
                raise _cut_off()
            yield picture[at:end + 2]
            return
        body = picture[at + 4 : at + 2 + size]
        if marker == 0xE1 and body.startswith(b"Exif\x00\x00") and not turned:
            turned, way = True, _orientation(body[6:])
            if way > 1:
                yield _turned(way)
        elif _is_needed(marker, body):
            yield picture[at : at + 2 + size]
        at += 2 + size


def _is_needed(marker: int, body: bytes) -> bool:
    """Whether a decoder needs a segment."""
    told = marker in _APPLICATION or marker == _COMMENT
    return not told or (marker in _KEPT_APPLICATION and body.startswith(_KEPT_APPLICATION[marker]))


def _segment(picture: bytes, at: int) -> tuple[int, int]:
    """Marker and length of the segment at a place (ISO/IEC 10918-1 B.1.1.4)."""
    if at + 4 > len(picture) or picture[at] != 0xFF or picture[at + 1] == _END:
        raise _cut_off()
    size = int.from_bytes(picture[at + 2 : at + 4], "big")
    if size < 2 or at + 2 + size > len(picture):
        raise _cut_off()
    return picture[at + 1], size


def _orientation(tiff: bytes) -> int:
    """Which way is up, 1 to 8 (Exif 2.3, tag 0x0112); 1 where it is not told."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return 1
        first = struct.unpack_from(order + "I", tiff, 4)[0]
        for number in range(struct.unpack_from(order + "H", tiff, first)[0]):
            tag, _kind, _count, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + number * 12)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _turned(way: int) -> bytes:
    """An Exif segment that says the way up and nothing else."""
    tiff = b"II*\x00" + struct.pack("<IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, way, 0, 0)
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _png(picture: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while at < len(picture):
        if at + 12 > len(picture):
            raise _cut_off()
        size, kind = int.from_bytes(picture[at : at + 4], "big"), picture[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(picture):
            raise _cut_off()
        if kind not in _TOLD_CHUNKS:
            yield picture[at:end]
        if kind == b"IEND":
            return
        at = end
    raise _cut_off()


def _cut_off() -> BadInput:
    return BadInput("图片不完整，请重新拍摄。", "The picture is cut off. Take it again.", code="Picture")
