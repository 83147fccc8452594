"""Whether a table's select makes what its contract promises: tried over empty tables, so that the answer does not wait for a build."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pyarrow as pa

from lingnan.base import LingnanError
from lingnan.lake import Engine
from lingnan.packkit.drafting import column_drafted, made_schema
from lingnan.packkit.laying import physical_type
from lingnan.packkit.pack import Pack
from lingnan.packkit.wholeness import file_of
from lingnan.standards import Contract, write_contract

Told = tuple[str, str, str, Callable[[], None] | None]
"""A file of the pack, what is wrong with it in Chinese and English, and how a machine puts it right."""


def misfits(pack: Pack, engine: Engine) -> Iterator[Told]:
    """Selects that cannot be run, and contracts that promise other columns than their select makes. What models make is theirs to try."""
    failed: set[str] = set()
    for name in pack.order:
        behind = pack.behind(name)
        if name not in pack.statements or behind & (failed | set(pack.manifest.models)):
            continue
        try:
            made = made_schema(pack, name, engine)
        except LingnanError as error:
            failed.add(name)
            yield file_of(pack, name), error.zh, error.en, None
            continue
        contract = pack.contracts.get(pack.table(name))
        if contract is not None:
            yield from _held_against(pack, name, contract, made)


def _held_against(pack: Pack, name: str, contract: Contract, made: pa.Schema) -> Iterator[Told]:
    file, promised = f"contracts/{name}.yaml", {each.name: each for each in contract.properties}
    beyond, lacking = [each for each in made.names if each not in promised], [each for each in promised if each not in made.names]
    if beyond:
        told = "、".join(beyond), ", ".join(beyond)
        yield (
            file, f"{name} 的语句还产出 {told[0]}，契约中没有；用 lingnan pack check --write 补上。",
            f"The select of {name} also makes {told[1]}; put it into the contract with: lingnan pack check --write.",
            partial(_enter, pack, name, contract, made),
        )
    if lacking:
        told = "、".join(lacking), ", ".join(lacking)
        zh = f"{name} 的语句不产出契约中的 {told[0]}；从契约中删去，或在语句中产出。"
        yield file, zh, f"The select of {name} does not make {told[1]}; delete it from the contract or select it.", None
    for field in made:
        if field.name in promised and (kinds := _lost(field.type, promised[field.name].physical_type)):
            zh = f"{field.name} 产出为 {kinds[0]}，契约为 {kinds[1]}，构建时会出错或丢失小数；改契约或在语句中 cast。"
            en = f"{field.name} is made as {kinds[0]} and promised as {kinds[1]}: a build fails or loses decimals. Mend the contract or cast it."
            yield file, zh, en, None


def _lost(made: pa.DataType, promised: str) -> tuple[str, str] | None:
    """Both types where the build's cast could fail or lose something: words that become no text, fractions that become whole numbers."""
    try:
        wanted = physical_type(promised)
    except LingnanError:
        return None  # another rule tells of the type
    fraction = pa.types.is_floating(made) or (pa.types.is_decimal(made) and made.scale)
    words = pa.types.is_string(made) and not pa.types.is_string(wanted)
    return (str(made), promised) if words or (fraction and pa.types.is_integer(wanted)) else None


def _enter(pack: Pack, name: str, contract: Contract, made: pa.Schema) -> None:
    """The columns in the order of the select, new ones as drafted; what is no longer made stays at the end until somebody deletes it."""
    known = {each.name: each for each in contract.properties}
    entered = [known.get(field.name) or column_drafted(pack, name, field) for field in made]
    left = [each for each in contract.properties if each.name not in made.names]
    write_contract(replace(contract, properties=(*entered, *left)), pack.folder / "contracts" / f"{name}.yaml")
