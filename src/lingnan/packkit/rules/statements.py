"""A statement says what one row is, names its columns, and reads only what the manifest needs and the pack's own tables."""

from collections.abc import Iterator

from lingnan.packkit.pack import MANIFEST, Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding
from lingnan.packkit.statements import Statement
from lingnan.packkit.wholeness import told

NAME = "statements"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None:
        return
    for statement in pack.statements.values():
        yield from _said(reading, statement)
    read = {table for each in pack.statements.values() for table in each.needs}
    for table in sorted(set(pack.manifest.needs) - read):
        yield finding(reading, NAME, MANIFEST, f"needs 中的 {table} 没有语句读取。", f"No statement reads {table}, which the manifest needs.")
    for gap in told(pack, NAME):
        yield finding(reading, NAME, gap.file, gap.zh, gap.en)
    for made in sorted(each for each in pack.made - set(pack.manifest.gives) if not each.startswith(("stg_", "int_"))):
        yield finding(reading, NAME, MANIFEST, f"{made} 不在 gives 中，也没有 stg_ 或 int_ 前缀。", f"{made} is not given, nor called stg_ or int_.")


def _said(reading: Reading, statement: Statement) -> Iterator[Finding]:
    file = f"sql/{statement.name}.sql"
    if not statement.says:
        yield finding(reading, NAME, file, "首行须用注释说明一行是什么。", "The first line must say in a comment what one row is.")
    if statement.every_column:
        yield finding(reading, NAME, file, "请逐列写出，不用 *。", "Name the columns instead of *.")


RULE = Rule(NAME, "语句说明一行是什么，只读声明过的表", "statements say what one row is and read declared tables only", "sample", _look)
