"""A decision answers every case once, is applied to a table of the pack, and bears its file's name."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lingnan.packkit.pack import MANIFEST, Reading
from lingnan.packkit.parts.decisions import FOLDER
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

if TYPE_CHECKING:
    from lingnan.methods import DecisionTable, TableFault

NAME = "decisions"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for _pack, name, decision in reading.each(FOLDER):
        file = f"{FOLDER}/{name}.yaml"
        if decision.id != name:
            yield finding(reading, NAME, file, f"decision 应为 {name}。", f"`decision` is the file's name, {name}.")
        if reading.pack and name not in reading.pack.manifest.decisions:
            yield finding(reading, NAME, MANIFEST, f"decisions 中没有 {name}。", f"The manifest does not say what {name} is applied to.")
        for fault in _faults(decision):
            yield finding(reading, NAME, file, fault.zh, fault.en)
    pack = reading.pack
    for name in sorted(set(pack.manifest.decisions) - set(pack.parts[FOLDER])) if pack else ():
        yield finding(reading, NAME, MANIFEST, f"没有 {FOLDER}/{name}.yaml。", f"There is no {FOLDER}/{name}.yaml.")


def _faults(decision: "DecisionTable") -> "tuple[TableFault, ...]":
    from lingnan.methods import check_table  # opened for packs that decide

    return check_table(decision)


RULE = Rule(NAME, "决策表对每种情形恰有一个答案", "decisions answer every case once", "sample", _look)
