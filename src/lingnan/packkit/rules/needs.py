"""What a pack needs of registers and other packs is given there under that name and type, and packs do not need each other in a circle."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from lingnan.packkit.pack import MANIFEST, Pack, Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "needs"
_FAMILIES = {"INTEGER": "BIGINT", "SMALLINT": "BIGINT", "TIMESTAMPTZ": "TIMESTAMP", "TIMESTAMP WITH TIME ZONE": "TIMESTAMP"}


def _look(reading: Reading, ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None:
        return
    known = {**ground.tables, **_given(ground)}
    areas = {table.partition(".")[0] for table in known}
    for table in pack.manifest.needs:
        if table in known:
            yield from _columns(reading, pack, table, known[table])
        elif table.partition(".")[0] in areas:
            yield finding(reading, NAME, MANIFEST, f"没有表 {table}。", f"There is no table {table}.")
    yield from _circle(reading, ground)


def _given(ground: Ground) -> dict[str, dict[str, str]]:
    packs = [each.pack for each in ground.readings if each.pack is not None]
    return {
        pack.table(name): {each.name: each.physical_type for each in pack.contracts[pack.table(name)].properties}
        for pack in packs for name in pack.manifest.gives if pack.table(name) in pack.contracts
    }


def _columns(reading: Reading, pack: Pack, table: str, held: Mapping[str, str]) -> Iterator[Finding]:
    for each in pack.contracts[table].properties if table in pack.contracts else ():
        if each.name not in held:
            yield finding(reading, NAME, f"contracts/{table}.yaml", f"{table} 没有列 {each.name}。", f"{table} has no column {each.name}.")
        elif _family(held[each.name]) != _family(each.physical_type):
            yield finding(
                reading, NAME, f"contracts/{table}.yaml", f"{table}.{each.name} 的类型是 {held[each.name]}，不是 {each.physical_type}。",
                f"{table}.{each.name} is of type {held[each.name]}, not {each.physical_type}.",
            )


def _family(kind: str) -> str:
    plain = kind.upper().partition("(")[0].strip()
    return _FAMILIES.get(plain, plain)


def _circle(reading: Reading, ground: Ground) -> Iterator[Finding]:
    known = {each.pack.id: {table.partition(".")[0] for table in each.pack.manifest.needs} for each in ground.readings if each.pack is not None}
    try:
        TopologicalSorter({name: (needs & set(known)) - {name} for name, needs in known.items()}).prepare()
    except CycleError as error:
        if reading.pack is not None and reading.pack.id in error.args[1]:
            circle = " → ".join(error.args[1])
            yield finding(reading, NAME, MANIFEST, f"数据包互相需要成环：{circle}。", f"Packs need each other in a circle: {circle}.")


RULE = Rule(NAME, "需要的表和列确实存在", "what is needed is there, in name and type", "sample", _look)
