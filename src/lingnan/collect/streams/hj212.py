"""Packets of on-line monitors of discharges (HJ 212-2017): their frame, their checksum, and the values of each pollutant."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lingnan.collect.streams.decoding import Undecodable

HEAD, END = b"##", b"\r\n"
LONGEST = 9999
"""Bytes of a data segment: its length is written in four digits."""
_LENGTH, _SUM = 4, 4
_FIELDS = re.compile(r"CP=&&(.*)&&", re.DOTALL)
_MOMENT = "%Y%m%d%H%M%S"
_ITEM_KEYS = frozenset({"Rtd", "Min", "Avg", "Max", "Cou", "ZsRtd", "ZsMin", "ZsAvg", "ZsMax", "Flag", "SampleTime", "EFlag"})


@dataclass(frozen=True)
class Packet:
    """What a monitor said: system, command, device, and by pollutant the values of its report. The device's password is not kept."""

    number: str
    system: str
    command: str
    device: str
    moment: datetime | None
    """When it was measured, in China's time without its zone; None for packets that report nothing."""
    settings: Mapping[str, str]
    items: Mapping[str, Mapping[str, str]]

    def records(self) -> Iterator[dict[str, str]]:
        """One record a pollutant, as a feed's columns are named after: QN, ST, CN, MN, DataTime, Item, Rtd, Avg, Flag, …"""
        about = {"QN": self.number, "ST": self.system, "CN": self.command, "MN": self.device}
        if self.moment is not None:
            about["DataTime"] = self.moment.isoformat()
        for item, values in self.items.items():
            yield {**about, "Item": item, **values}


def checksum(segment: bytes) -> str:
    """Four hexadecimal digits over a data segment (HJ 212-2017, appendix A): each byte enters the register's high byte moved down."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _bit in range(8):
            register = (register >> 1) ^ 0xA001 if register & 1 else register >> 1
    return f"{register:04X}"


def framed(segment: bytes) -> bytes:
    """A data segment as it travels: head, length, segment, checksum, end; ValueError beyond 9999 bytes."""
    if len(segment) > LONGEST:
        raise ValueError(len(segment))
    return HEAD + f"{len(segment):04d}".encode() + segment + checksum(segment).encode() + END


def read_packet(frame: bytes) -> Packet:
    """One packet with or without its line end; Undecodable where length or checksum do not fit or a part cannot be read."""
    body = frame.removesuffix(END)
    length = body[len(HEAD) : len(HEAD) + _LENGTH]
    if not body.startswith(HEAD) or not length.isdigit() or len(body) != len(HEAD) + _LENGTH + int(length) + _SUM:
        raise Undecodable("not_decodable")
    segment, told = body[len(HEAD) + _LENGTH : -_SUM], body[-_SUM:]
    if told.upper() != checksum(segment).encode():
        raise Undecodable("not_decodable")
    try:
        return _packet(segment.decode("ascii"))
    except UnicodeDecodeError as error:
        raise Undecodable("damaged_character") from error


def packets(content: bytes) -> Iterator[Packet]:
    """Every packet of a message that holds one or more."""
    for frame in content.split(END):
        if frame:
            yield read_packet(frame)


def _packet(segment: str) -> Packet:
    inside = _FIELDS.search(segment)
    if inside is None:
        raise Undecodable("not_a_record")
    about = _pairs(segment[: inside.start()], ";")
    if not about.get("MN") or not about.get("CN"):
        raise Undecodable("not_a_record")
    items: dict[str, dict[str, str]] = {}
    settings: dict[str, str] = {}
    for key, value in _pairs(inside[1].replace(",", ";"), ";").items():
        item, _, kind = key.rpartition("-")
        if item and kind in _ITEM_KEYS:
            items.setdefault(item, {})[kind] = value
        else:
            settings[key] = value
    return Packet(
        about.get("QN", ""), about.get("ST", ""), about["CN"], about["MN"], _moment(settings.pop("DataTime", None)), settings, items,
    )


def _pairs(text: str, separator: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, text.split(separator)):
        key, equals, value = part.partition("=")
        if not equals or not key or key in found:
            raise Undecodable("not_a_record")
        found[key] = value
    return found


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, _MOMENT)
    except ValueError as error:
        raise Undecodable("no_event_time", "DataTime", text) from error
