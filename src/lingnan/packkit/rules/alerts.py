"""An alert speaks of columns that a given table has and that are nobody's personal data, and its name fits beside the pack's."""

from collections.abc import Iterator

from lingnan.base import LingnanError
from lingnan.packkit.laying import AS_OF, FOREVER
from lingnan.packkit.pack import Pack, Reading
from lingnan.packkit.parts.alerts import FOLDER, LEVEL, PackAlert
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding
from lingnan.packkit.trials import ask
from lingnan.packkit.wholeness import stands

NAME = "alerts"
LONGEST = 60


def _look(reading: Reading, ground: Ground) -> Iterator[Finding]:
    for pack, _name, alert in reading.each(FOLDER):
        found = list(_said(reading, pack, alert))
        yield from found
        if not found and stands(reading):
            yield from _tried(reading, pack, alert, ground)


def _said(reading: Reading, pack: Pack, alert: PackAlert) -> Iterator[Finding]:
    file, table = f"{FOLDER}/{alert.name}.yaml", pack.table(alert.file.table)
    if len(pack.table(alert.name)) > LONGEST:
        yield finding(reading, NAME, file, f"包名和告警名合计不超过 {LONGEST} 个字符。", f"Pack and alert may have {LONGEST} characters together.")
    if alert.file.table not in pack.manifest.gives:
        yield finding(reading, NAME, file, f"{alert.file.table} 不是本包给出的表。", f"{alert.file.table} is no table that the pack gives.")
        return
    if table not in pack.contracts:
        return  # another rule tells of the contract
    if alert.statement.own - {alert.file.table} or alert.statement.needs:
        yield finding(reading, NAME, file, "条件只能用这一张表的列。", "A condition speaks of this table's columns alone.")
    held = {each.name: each for each in pack.contracts[table].properties}
    for name in sorted((alert.statement.named | set(alert.file.shown)) - set(held) - {LEVEL}):
        yield finding(reading, NAME, file, f"{table} 没有列 {name}。", f"{table} has no column {name}.")
    for name in alert.file.shown:
        if name in held and held[name].classification in ("personal", "sensitive"):
            yield finding(reading, NAME, file, f"告警不得显示个人信息 {name}。", f"An alert must not show {name}, which is personal.")
    for name, codes in sorted(alert.file.codes.items()):
        if name not in alert.file.shown or codes not in pack.vocabulary.lists:
            zh, en = f"告警不显示列 {name}，或没有代码表 {codes}。", f"The alert shows no {name}, or there is no code list {codes}."
            yield finding(reading, NAME, file, zh, en)
    for name in sorted(alert.statement.bound - {AS_OF} - set(pack.parameters)):
        yield finding(reading, NAME, file, f"没有参数 {name}。", f"There is no parameter {name}.")
    for number in dict.fromkeys(alert.statement.numbers):
        yield finding(reading, NAME, file, f"数字 {number} 请写成带依据的参数。", f"Make the number {number} a parameter with its law.")
    if not (alert.file.audience.roles or alert.file.audience.organisations):
        yield finding(reading, NAME, file, "没有写明告知谁。", "It does not say whom it concerns.")


def _tried(reading: Reading, pack: Pack, alert: PackAlert, ground: Ground) -> Iterator[Finding]:
    try:
        ask(ground.engine, pack, alert.statement, {}, {}, FOREVER)
    except LingnanError as error:
        yield finding(reading, NAME, f"{FOLDER}/{alert.name}.yaml", error.zh, error.en)
    except Exception as error:  # an engine's own word on a faulty condition is the finding
        yield finding(reading, NAME, f"{FOLDER}/{alert.name}.yaml", f"条件无法计算：{error}", f"The condition cannot be computed: {error}")


RULE = Rule(NAME, "告警说的列存在且不含个人信息", "alerts speak of columns that are there and not personal", "sample", _look)
