"""A statement says what one row is, names its columns, and reads only what the manifest needs and the pack's own tables."""

from collections.abc import Iterator

from lingnan.base import LingnanError
from lingnan.packkit.pack import MANIFEST, Pack, Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding
from lingnan.packkit.statements import Statement

NAME = "statements"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None:
        return
    for statement in pack.statements.values():
        yield from _said(reading, pack, statement)
    read = {table for each in pack.statements.values() for table in each.needs}
    for table in sorted(set(pack.manifest.needs) - read):
        yield finding(reading, NAME, MANIFEST, f"needs 中的 {table} 没有语句读取。", f"No statement reads {table}, which the manifest needs.")
    for given in sorted(set(pack.manifest.gives) - pack.made):
        yield finding(reading, NAME, MANIFEST, f"没有语句产出 {given}。", f"Nothing makes {given}, which the manifest gives.")
    for made in sorted(each for each in pack.made - set(pack.manifest.gives) if not each.startswith(("stg_", "int_"))):
        yield finding(reading, NAME, MANIFEST, f"{made} 不在 gives 中，也没有 stg_ 或 int_ 前缀。", f"{made} is not given, nor called stg_ or int_.")
    try:
        _ = pack.order
    except LingnanError as error:
        yield finding(reading, NAME, "sql", error.zh, error.en)


def _said(reading: Reading, pack: Pack, statement: Statement) -> Iterator[Finding]:
    file = f"sql/{statement.name}.sql"
    if not statement.says:
        yield finding(reading, NAME, file, "首行须用注释说明一行是什么。", "The first line must say in a comment what one row is.")
    if statement.every_column:
        yield finding(reading, NAME, file, "请逐列写出，不用 *。", "Name the columns instead of *.")
    for table in sorted(statement.needs - set(pack.manifest.needs)):
        yield finding(reading, NAME, file, f"读取了 needs 中没有的表 {table}。", f"It reads {table}, which the manifest does not need.")
    for own in sorted(statement.own - pack.made):
        yield finding(reading, NAME, file, f"读取了包内没有的表 {own}。", f"It reads {own}, which the pack does not make.")


RULE = Rule(NAME, "语句说明一行是什么，只读声明过的表", "statements say what one row is and read declared tables only", "sample", _look)
