"""A stream binds topics to the contract of a table that the pack needs, or that its windows alone look at, and comes by MQTT."""

from collections.abc import Iterator

from lingnan.packkit.pack import Reading
from lingnan.packkit.parts.streams import FOLDER
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "streams"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for pack, name, feed in reading.each(FOLDER):
        file = f"{FOLDER}/{name}.yaml"
        if feed.file.connector != "mqtt":
            yield finding(reading, NAME, file, "须用 mqtt 连接。", "A stream comes by the connector mqtt.")
        windows = feed.file.stream.windows if feed.file.stream else {}
        if feed.target not in pack.manifest.needs and not windows:
            yield finding(reading, NAME, file, f"needs 中没有 {feed.target}。", f"The manifest does not need {feed.target}.")
        if feed.file.contract != (promised := f"../contracts/{feed.target}.yaml"):
            yield finding(reading, NAME, file, f"contract 应为 {promised}。", f"Its contract is {promised}.")
        known = {each.name for each in feed.contract.properties}
        for window, told in windows.items():
            for column in sorted({each for each in (told.column, told.by, *told.where) if each} - known):
                yield finding(reading, NAME, file, f"窗口 {window} 用到契约没有的列 {column}。", f"The window {window} names no column: {column}.")
        if feed.file.stream and feed.file.stream.event_time not in {each.name for each in feed.contract.properties}:
            event_time = feed.file.stream.event_time
            yield finding(reading, NAME, file, f"契约没有列 {event_time}。", f"The contract has no column {event_time}.")


RULE = Rule(
    NAME, "消息流对应一张所需表的契约，或只供窗口使用", "streams are bound to the contract of a table that is needed, or that windows look at",
    "sample", _look,
)
