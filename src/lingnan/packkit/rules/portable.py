"""Statements keep to what every engine answers alike, so that a pack outgrows one machine without being written anew."""

from collections.abc import Iterator

from lingnan.packkit.pack import Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "portable"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for statement in reading.pack.statements.values() if reading.pack else ():
        for part, place, why in statement.beyond:
            yield finding(
                reading, NAME, f"sql/{statement.name}.sql", f"“{place}”（{part}）各引擎结果不一致，见 docs/portable-sql.md。",
                f"“{place}” ({part}): {why} See docs/portable-sql.md.",
            )


RULE = Rule(NAME, "语句只用各引擎结果一致的写法", "statements keep to what every engine answers alike", "sample", _look)
