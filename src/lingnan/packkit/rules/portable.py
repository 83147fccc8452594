"""Statements keep to what every engine answers alike, so that a pack outgrows one machine without being written anew."""

from collections.abc import Iterator

from lingnan.packkit.pack import Pack, Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding
from lingnan.packkit.statements import Statement

NAME = "portable"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for file, statement in _statements(reading.pack) if reading.pack else ():
        for part, place, why in statement.beyond:
            yield finding(
                reading, NAME, file, f"“{place}”（{part}）不在各引擎通用的写法之内，见 docs/portable-sql.md。",
                f"“{place}” ({part}): {why} See docs/portable-sql.md.",
            )


def _statements(pack: Pack) -> Iterator[tuple[str, Statement]]:
    yield from ((f"sql/{name}.sql", each) for name, each in pack.statements.items())
    yield from ((f"queries/{name}.sql", each.statement) for name, each in pack.parts["queries"].items())
    yield from ((f"alerts/{name}.yaml", each.statement) for name, each in pack.parts["alerts"].items())


RULE = Rule(NAME, "语句只用各引擎结果一致的写法", "statements keep to what every engine answers alike", "sample", _look)
