"""The sample gives the same rows for the same seed, rows for every needed table, and what is made of it fits the contracts."""

from collections.abc import Iterator
from datetime import date

import pyarrow as pa

from lingnan.packkit.laying import contract_schema
from lingnan.packkit.models import load_code
from lingnan.packkit.pack import Pack, Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.rules.codes import known
from lingnan.packkit.shapes import Finding
from lingnan.packkit.trials import try_pack
from lingnan.packkit.wholeness import stands

NAME = "sample"
SEED, SIZE, FILE = 7, 40, "sample.py"
DAY = date(2026, 6, 30)


def _look(reading: Reading, ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None or not stands(reading) or pack.origin != "wheel":
        return
    if not (pack.folder / FILE).is_file():
        yield finding(reading, NAME, FILE, "没有样例。", "There is no sample.")
        return
    sample = load_code(pack, FILE).sample
    rows = sample(SEED, SIZE)
    if rows != sample(SEED, SIZE):
        yield finding(reading, NAME, FILE, "同一种子两次给出不同的行。", "The same seed gave different rows.")
    for table in sorted(set(pack.manifest.needs) ^ set(rows)):
        yield finding(reading, NAME, FILE, f"{table} 只在样例或只在 needs 中。", f"{table} stands in the sample alone or in needs alone.")
    try:
        made = try_pack(ground.engine, pack, rows, DAY, pack.manifest.gives)
    except Exception as error:  # whatever a sample or an engine has against it is the finding
        yield finding(reading, NAME, FILE, f"样例无法计算：{error}", f"The sample cannot be run: {error}")
        return
    for name, table in made.items():
        yield from _fits(reading, pack, name, table)


def _fits(reading: Reading, pack: Pack, name: str, table: pa.Table) -> Iterator[Finding]:
    contract = pack.contracts.get(pack.table(name))
    promised = contract_schema(contract).names if contract else table.schema.names
    if table.schema.names != promised:
        yield finding(
            reading, NAME, f"contracts/{name}.yaml", f"产出的列为 {'、'.join(table.schema.names)}，契约为 {'、'.join(promised)}。",
            f"It has the columns {', '.join(table.schema.names)}, its contract {', '.join(promised)}.",
        )
    for column in table.column_names:
        strange = sorted(str(each) for each in table[column].unique().to_pylist() if each is not None and not known(pack, name, column, each))
        if strange:
            told = f"{name}.{column}", "、".join(strange), ", ".join(strange)
            yield finding(reading, NAME, FILE, f"{told[0]} 的代码表中没有 {told[1]}。", f"The code list of {told[0]} has no {told[2]}.")
    if not table.num_rows:
        yield finding(reading, NAME, FILE, f"样例没有产出任何 {name}。", f"The sample makes no row of {name}.")


RULE = Rule(NAME, "样例可重复，产出与契约相符", "the sample is repeatable and what it makes fits its contract", "sample", _look)
