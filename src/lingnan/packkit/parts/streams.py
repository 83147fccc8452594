"""Streams: topics of an MQTT broker bound to the contract of a table that the pack needs; a hub listens to them as to its own."""

from pathlib import Path

from lingnan.collect import Feed, read_feed
from lingnan.packkit.memory import Memory
from lingnan.packkit.parts import Kind
from lingnan.packkit.shapes import Title

FOLDER = "streams"


def _read(file: Path, _memory: Memory) -> Feed:
    return read_feed(file)


def _title(feed: Feed) -> Title:
    return Title(zh=feed.file.title.zh, en=feed.file.title.en or feed.file.title.zh)


KIND = Kind(FOLDER, "消息流", "Streams", _read, _title, needs=lambda feed: (feed.target,))
