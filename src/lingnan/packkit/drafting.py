"""Drafts a contract that a pack lacks: of a table needed, from what is promised of it elsewhere; of one given, from what its select makes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa

from lingnan.base import LingnanError
from lingnan.lake import Engine
from lingnan.packkit.building import origins
from lingnan.packkit.pack import Pack
from lingnan.packkit.trials import try_pack
from lingnan.standards import SHIPPED, Contract, Property, write_contract

DAY = date(2026, 6, 30)
_LOGICAL = {"VARCHAR": "string", "DATE": "date", "TIMESTAMPTZ": "timestamp", "BIGINT": "integer", "INTEGER": "integer", "BOOLEAN": "boolean"}
Promised = Callable[[], Mapping[str, Contract]]


def draft(pack: Pack, table: str, engine: Engine, promised: Promised) -> Callable[[], None] | None:
    """Writes the draft of the contract of a table that the pack needs or gives; None where nothing is known of it yet."""
    own = table.startswith(f"{pack.id}.")
    name = table.removeprefix(f"{pack.id}.")
    contract = _given(pack, name, engine) if own else _needed(pack, table, promised())
    return partial(_write, contract, pack.folder / "contracts" / f"{name}.yaml") if contract else None


def plain_contract(table: str, columns: Iterable[Property], zh: str = "", en: str = "") -> Contract:
    """A contract without rules, for a table whose columns are told elsewhere than in a contract."""
    name = table.rpartition(".")[2]
    return Contract(table, "1.0.0", "active", name, name, zh, en, "", tuple(columns))


def plain_property(name: str, kind: str, zh: str = "", en: str = "", classification: str = "internal", element: str | None = None) -> Property:
    """A column by its physical type; without a title somebody must give it one."""
    return Property(name, name, zh, en, _LOGICAL.get(kind, "number"), kind, classification=classification, element=element)


def _write(contract: Contract, file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    write_contract(contract, file)


def _needed(pack: Pack, table: str, promised: Mapping[str, Contract]) -> Contract | None:
    """The columns that the pack's selects over it name, without rules: those who give it check it."""
    told = promised.get(table)
    named = {column for each in pack.statements.values() if table in each.needs for column in each.named}
    if told is None or not named & {each.name for each in told.properties}:
        return None
    drafted = plain_contract(table, (_read(each) for each in told.properties if each.name in named), told.zh, told.en)
    return replace(drafted, description=told.description)


def _read(column: Property) -> Property:
    """A column as who reads it must know it; lists and elements that a hub registered are not known to packs."""
    return replace(
        column, source=column.name, standardise=(), quality=(), custom={},
        other={key: value for key, value in column.other.items() if key == "primaryKeyPosition"},
        element=column.element if column.element in SHIPPED.elements else None,
        code_list=column.code_list if column.code_list in SHIPPED.lists else None,
    )


def _given(pack: Pack, name: str, engine: Engine) -> Contract | None:
    """The columns of its select in their order; what is taken over unchanged brings its title and class along."""
    if name not in pack.statements:
        return None
    try:
        made = try_pack(engine, pack, {}, DAY, [name])[name]
        made_of = origins(pack, name)[pack.table(name)]
    except (LingnanError, KeyError):
        return None
    taken = {column: [each for each in origin.columns if each.endswith(f".{column}")] for column, origin in made_of.items()}
    return plain_contract(pack.table(name), (_column(pack, field, taken.get(field.name, [])) for field in made.schema))


def _column(pack: Pack, field: pa.Field, taken: list[str]) -> Property:
    source = next((contract.named(field.name) for each in taken if (contract := pack.contracts.get(each.rpartition(".")[0]))), None)
    drafted = plain_property(field.name, _physical(field.type))
    if source is None:
        return drafted
    return replace(drafted, zh=source.zh, en=source.en, classification=source.classification, element=source.element, code_list=source.code_list)


def _physical(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind) and kind.scale:
        return f"DECIMAL({kind.precision},{kind.scale})"
    # A sum of whole numbers comes as a decimal without places.
    known = {
        "is_decimal": "BIGINT", "is_date": "DATE", "is_timestamp": "TIMESTAMPTZ", "is_boolean": "BOOLEAN", "is_integer": "BIGINT",
        "is_floating": "DOUBLE",
    }
    return next((physical for asked, physical in known.items() if getattr(pa.types, asked)(kind)), "VARCHAR")
