"""Figures stand in parameters with their law, and every parameter is used: no bare number in SQL."""

from collections.abc import Iterator

from lingnan.packkit.laying import AS_OF
from lingnan.packkit.pack import Reading
from lingnan.packkit.parts import kinds
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding
from lingnan.packkit.wholeness import told

NAME = "figures"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None:
        return
    used = {name for each in pack.statements.values() for name in (*each.bound, *each.listings)}
    used |= {name for kind in kinds() for part in pack.parts[kind.folder].values() for name in kind.figures(part)}
    used |= {name for model in pack.manifest.models.values() for name in model.parameters}
    for name in sorted(set(pack.parameters) - used):
        yield finding(reading, NAME, f"parameters/{name}.yaml", "没有语句使用此参数。", "No statement uses this parameter.")
    for gap in told(pack, NAME):
        yield finding(reading, NAME, gap.file, gap.zh, gap.en)
    tables = {name for name, parameter in pack.parameters.items() if parameter.columns}
    queries = {f"queries/{name}.sql": query.statement for name, query in pack.parts["queries"].items()}
    written = {f"sql/{name}.sql": each for name, each in pack.statements.items() if name not in pack.manifest.decisions}
    for file, statement in {**written, **queries}.items():
        for number in statement.numbers:
            yield finding(
                reading, NAME, file, f"数字 {number} 直接写在 SQL 中；请写成带依据的参数。",
                f"The number {number} stands in the SQL; make it a parameter with its law.",
            )
        for bound in sorted(statement.bound - {AS_OF} - (set(pack.parameters) - tables)) if file not in queries else ():
            yield finding(reading, NAME, file, f"没有参数 {bound}。", f"There is no parameter {bound}.")


RULE = Rule(NAME, "数字皆为有依据的参数", "figures are parameters with their law", "sample", _look)
