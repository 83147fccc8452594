"""The pack's cases hold: given these rows, those rows come out."""

from collections.abc import Iterator

from lingnan.base import LingnanError
from lingnan.packkit.pack import Pack, Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Case, Finding
from lingnan.packkit.trials import failures

NAME = "cases"


def _look(reading: Reading, ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None or reading.faults:
        return
    if not pack.cases:
        yield finding(reading, NAME, "tests", "没有任何用例。", "There is no case.")
    tried = {name for cases in pack.cases.values() for case in cases for name in case.expect}
    for name in sorted(set(pack.manifest.gives) - tried):
        yield finding(reading, NAME, "tests", f"没有用例检验 {name}。", f"No case tries {name}.")
    for file, cases in pack.cases.items():
        for case in cases:
            for zh, en in _told(ground, pack, case):
                yield finding(reading, NAME, f"tests/{file}.yaml", f"用例“{case.name}”：{zh}", f"Case “{case.name}”: {en}")


def _told(ground: Ground, pack: Pack, case: Case) -> list[tuple[str, str]]:
    try:
        return failures(ground.engine, pack, case)
    except LingnanError as error:
        return [(error.zh, error.en)]
    except Exception as error:  # an engine's own word on a faulty statement is the finding
        return [(f"无法运行：{error}", f"it cannot be run: {error}")]


RULE = Rule(NAME, "用例成立", "the cases hold", "sample", _look)
