"""Exactly what is needed and given has a contract; columns are titled, typed and classed; persons only where they are the subject."""

from collections.abc import Callable, Iterator

from lingnan.base import LingnanError
from lingnan.packkit.drafting import draft
from lingnan.packkit.laying import physical_type
from lingnan.packkit.pack import Pack, Reading
from lingnan.packkit.promises import misfits
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding
from lingnan.packkit.wholeness import stands, told
from lingnan.standards import Contract

NAME = "contracts"


def _look(reading: Reading, ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None:
        return
    moving = {feed.target for feed in pack.parts["streams"].values() if feed.file.stream and feed.file.stream.windows}
    wanted = {*pack.manifest.needs, *(pack.table(name) for name in pack.manifest.gives), *moving}
    for gap in told(pack, NAME):
        if (pack.folder / gap.file).exists():
            continue  # another rule tells that it cannot be read
        zh, en, write = _drafted(reading, pack, gap.file, ground)
        yield finding(reading, NAME, gap.file, f"{gap.zh}{zh}", f"{gap.en} {en}".rstrip(), write)
    for table in sorted(set(pack.contracts) - wanted):
        if not table.startswith(f"{pack.id}.int_"):
            yield finding(reading, NAME, _file(pack, table), f"{table} 既不在 needs 也不在 gives 中。", f"{table} is neither needed nor given.")
    for table, contract in pack.contracts.items():
        yield from _typed(reading, pack, table, contract)
        if table.startswith(f"{pack.id}."):
            yield from _given(reading, pack, table, contract)
    if stands(reading):
        yield from (finding(reading, NAME, *each) for each in misfits(pack, ground.engine))


def _drafted(reading: Reading, pack: Pack, file: str, ground: Ground) -> tuple[str, str, Callable[[], None] | None]:
    """How a contract that is lacking comes to be: drafted by a machine, or why it cannot be."""
    try:
        write = draft(pack, _table(pack, file), ground.engine, ground.promised)
    except LingnanError as error:
        return ("", "", None) if reading.faults else (error.zh, error.en, None)
    return ("用 lingnan pack check --write 起草。", "Draft it with: lingnan pack check --write.", write) if write else ("", "", None)


def _typed(reading: Reading, pack: Pack, table: str, contract: Contract) -> Iterator[Finding]:
    for each in contract.properties:
        try:
            physical_type(each.physical_type)
        except LingnanError as error:
            yield finding(reading, NAME, _file(pack, table), f"{each.name}：{error.zh}", f"{each.name}: {error.en}")


def _given(reading: Reading, pack: Pack, table: str, contract: Contract) -> Iterator[Finding]:
    if not contract.key:
        yield finding(reading, NAME, _file(pack, table), "没有主键，一行指什么便不明确；在其列写 primaryKey: true。",
                      "Without a primary key nobody can tell what one row is; write primaryKey: true at its columns.")
    if not (contract.zh and contract.en):
        yield finding(reading, NAME, _file(pack, table), "表缺少中文或英文名称。", "The table lacks its Chinese or English title.")
    # A column's own name is what a contract falls back to, and no title.
    untitled = [each.name for each in contract.properties if not (each.zh and each.en) or each.name in (each.zh, each.en)]
    if untitled:
        zh = f"{'、'.join(untitled)} 缺少中文或英文名称（titleZh、titleEn）。"
        en = f"They lack a Chinese or English title (titleZh, titleEn): {', '.join(untitled)}."
        yield finding(reading, NAME, _file(pack, table), zh, en)
    for each in contract.properties:
        if pack.manifest.subjects != "people" and each.classification in ("personal", "sensitive"):
            yield finding(
                reading, NAME, _file(pack, table), f"{each.name} 是个人信息，但本包不以人为对象（subjects）。",
                f"{each.name} is personal, but the pack's subjects are no people.",
            )


def _table(pack: Pack, file: str) -> str:
    name = file.removeprefix("contracts/").removesuffix(".yaml")
    return name if "." in name else pack.table(name)


def _file(pack: Pack, table: str) -> str:
    return f"contracts/{table.removeprefix(f'{pack.id}.')}.yaml"


RULE = Rule(
    NAME, "需要和给出的每张表都有契约，各列有双语名称、类型和分级",
    "every table needed and given has a contract, its columns titled in both languages, typed and classed", "sample", _look,
)
