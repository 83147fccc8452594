"""A code list of the pack is called as no standard's is, some column or board names it, and cases expect codes that stand in it."""

from collections.abc import Iterator

from lingnan.packkit.pack import Pack, Reading
from lingnan.packkit.parts.codes import FOLDER
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding
from lingnan.standards import code_lists

NAME = "codes"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None:
        return
    used = _used(pack)
    for name in pack.parts[FOLDER]:
        file = f"{FOLDER}/{name}.yaml"
        if name in code_lists():
            yield finding(reading, NAME, file, f"{name} 是标准代码表的名称，请改名。", f"{name} is the name of a standard's list; choose another.")
        elif name not in used:
            zh = "没有列或看板使用此代码表；在契约的列写 codeList，或在看板写 codes。"
            en = "No column and no board names this list; write codeList at a column of a contract, or codes on a board."
            yield finding(reading, NAME, file, zh, en)
    for file, column, code in _strange(pack):
        yield finding(reading, NAME, file, f"{column} 的代码表中没有 {code}。", f"The code list of {column} has no {code}.")


def _used(pack: Pack) -> set[str]:
    named = {column.code_list for contract in pack.contracts.values() for column in contract.properties if column.code_list}
    return named.union(*(board.codes_named() for board in pack.parts["dashboards"].values()))


def _strange(pack: Pack) -> Iterator[tuple[str, str, str]]:
    """Codes that cases expect and the pack's own list does not have: a list that lags behind its SQL."""
    for file, cases in pack.cases.items():
        rows = [(table, row) for case in cases for table, expected in case.expect.items() for row in expected]
        yield from ((f"tests/{file}.yaml", f"{table}.{name}", str(value)) for table, row in rows for name, value in row.items()
                    if value is not None and not known(pack, table, name, value))


def known(pack: Pack, table: str, column: str, value: object) -> bool:
    """Whether a value stands in the pack's own list of its column; true for a column without one."""
    contract = pack.contracts.get(pack.table(table))
    held = contract.named(column) if contract else None
    codes = pack.parts[FOLDER].get(held.code_list or "") if held else None
    return codes is None or value in codes.words


RULE = Rule(
    NAME, "本包代码表名称不与标准重复，有列使用，用例中的代码都在表中",
    "the pack's code lists have names of their own, are used, and have the codes that cases expect", "sample", _look,
)
