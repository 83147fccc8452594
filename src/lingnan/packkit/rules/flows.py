"""A flow can be walked to its end, with effects and time limits that exist, and its name begins with the pack's."""

from collections.abc import Iterator

from lingnan.casework import DeadlineRules, Flows
from lingnan.packkit.pack import Reading
from lingnan.packkit.parts.flows import FOLDER, limits
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "flows"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None or not pack.parts[FOLDER]:
        return
    rules = DeadlineRules((*DeadlineRules.read().rules, *limits(pack.id, pack.parameters)))
    for name, flow in pack.parts[FOLDER].items():
        file = f"{FOLDER}/{name}.yaml"
        if flow.id != f"{pack.id}-{name}":
            yield finding(reading, NAME, file, f"id 应为 {pack.id}-{name}。", f"Its id is {pack.id}-{name}.")
        for fault in Flows.faults_of(flow, rules):
            allowed = f" ({', '.join(fault.allowed)})" if fault.allowed else ""
            yield finding(reading, NAME, file, f"{fault.key}：{fault.zh}{allowed}", f"{fault.key}: {fault.en}{allowed}")


RULE = Rule(NAME, "流程走得通，后果和时限都存在", "flows can be walked, with effects and limits that exist", "sample", _look)
