"""The pack's cases hold: given these rows, those rows come out."""

from collections.abc import Iterator

from lingnan.packkit.pack import Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding
from lingnan.packkit.trials import failures
from lingnan.packkit.wholeness import stands

NAME = "cases"


def _look(reading: Reading, ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None or not stands(reading):
        return
    if not pack.cases:
        yield finding(reading, NAME, "tests", "没有任何用例。", "There is no case.")
    tried = {name for cases in pack.cases.values() for case in cases for name in case.expect}
    for name in sorted(set(pack.manifest.gives) - tried):
        yield finding(reading, NAME, "tests", f"没有用例检验 {name}。", f"No case tries {name}.")
    for file, cases in pack.cases.items():
        for case in cases:
            for zh, en in failures(ground.engine, pack, case):
                yield finding(reading, NAME, f"tests/{file}.yaml", f"用例“{case.name}”：{zh}", f"Case “{case.name}”: {en}")


RULE = Rule(NAME, "用例成立", "the cases hold", "sample", _look)
