"""Every file can be read, has its place in a pack, and keeps within its length."""

from collections.abc import Iterator
from pathlib import Path

from lingnan.packkit.pack import Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "files"
LONGEST = {"pack.yaml": 60, "models.py": 200, "sample.py": 120, "sql": 80, "queries": 80, "alerts": 60, "pages": 80}
"""Lines of a file, by its name or folder."""


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for fault in reading.faults:
        yield finding(reading, NAME, fault.file, fault.zh, fault.en)
    for stranger in reading.pack.strangers if reading.pack else ():
        yield finding(reading, NAME, stranger, "数据包中没有这类文件的位置。", "A pack has no place for such a file.")
    for path in sorted(reading.place.folder.rglob("*")):
        inside = path.relative_to(reading.place.folder)
        limit = LONGEST.get(inside.parts[0])
        if limit and path.is_file() and path.suffix in (".py", ".sql", ".yaml") and (lines := _lines(path)) > limit:
            yield finding(
                reading, NAME, inside.as_posix(), f"有 {lines} 行，最多 {limit} 行；请拆分。", f"It has {lines} lines, at most {limit}; split it.",
            )


def _lines(path: Path) -> int:
    return path.read_text(encoding="utf-8", errors="replace").count("\n")


RULE = Rule(NAME, "文件可读、各在其位、不过长", "files can be read, stand in their place and are not too long", "sample", _look)
