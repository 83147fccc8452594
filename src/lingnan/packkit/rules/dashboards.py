"""A board reads columns of given tables alone, and its lights look at figures of the pack."""

from collections.abc import Iterator

from lingnan.packkit.pack import Reading
from lingnan.packkit.parts.dashboards import FOLDER
from lingnan.packkit.parts.streams import FOLDER as STREAMS
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "dashboards"
PLAIN = frozenset({"departments", "dimensions"})
"""What the hub itself names the values of."""


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for pack, name, board in reading.each(FOLDER):
        file = f"{FOLDER}/{name}.yaml"
        given = {pack.table(table) for table in pack.manifest.gives}
        for table, columns in sorted(board.reads().items()):
            contract = pack.contracts.get(table)
            if table not in given:
                yield finding(reading, NAME, file, f"{table} 不是本包给出的表。", f"{table} is no table that the pack gives.")
            if contract is None or table not in given:
                continue  # another rule tells of the contract
            for column in sorted(columns - {each.name for each in contract.properties}):
                yield finding(reading, NAME, file, f"{table} 没有列 {column}。", f"{table} has no column {column}.")
        for codes in sorted(board.codes_named() - set(pack.vocabulary.lists) - PLAIN):
            yield finding(reading, NAME, file, f"没有代码表 {codes}。", f"There is no code list {codes}.")
        told = {
            (feed.target, window) for feed in pack.parts[STREAMS].values() if feed.file.stream for window in feed.file.stream.windows
        }
        for stream, window in sorted(board.windows() - told):
            yield finding(reading, NAME, file, f"消息流 {stream} 没有窗口 {window}。", f"No stream {stream} of the pack keeps the window {window}.")
        for figure in sorted(board.parameters() - {each for each, held in pack.parameters.items() if not held.columns}):
            yield finding(reading, NAME, file, f"没有参数 {figure}。", f"There is no parameter {figure}.")


RULE = Rule(NAME, "看板只用给出的表的列", "boards read columns of given tables", "sample", _look)
