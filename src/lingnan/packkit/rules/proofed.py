"""Every figure was compared with its original text by somebody; until then it is shown as 未校核."""

from collections.abc import Iterator

from lingnan.packkit.pack import Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "proofed"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for name, parameter in reading.pack.parameters.items() if reading.pack else ():
        if not parameter.proofed:
            yield finding(reading, NAME, f"parameters/{name}.yaml", "尚未与原文校核。", "It was not compared with its original yet.")
    for _pack, name, decision in reading.each("decisions"):
        if not decision.proofed:
            yield finding(reading, NAME, f"decisions/{name}.yaml", "尚未与原文校核。", "It was not compared with its original yet.")


RULE = Rule(NAME, "参数均已与原文校核", "every figure was compared with its original", "service", _look)
