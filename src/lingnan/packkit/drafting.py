"""Drafts a contract that a pack lacks: of a table needed, from what is promised of it elsewhere; of one given, from what its select makes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import pyarrow as pa

from lingnan.base import BadInput, LingnanError, Missing
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
    if told is None:
        near = get_close_matches(table, promised, 3)
        zh, en = (f"相近的有 {'、'.join(near)}；", f"Near to it are {', '.join(near)}; ") if near else ("", "")
        raise Missing(
            f"没有数据源、基础库或数据包给出 {table}：{zh}请核对名称，或自己写它的契约。",
            f"No feed, register or pack gives {table}. {en}look at the name, or write its contract yourself.", table=table,
        )
    named = {column for each in pack.statements.values() if table in each.needs for column in each.named}
    if not named & {each.name for each in told.properties}:
        has = [each.name for each in told.properties]
        zh, en = f"没有语句读取 {table} 的列。它有 {'、'.join(has)}。", f"No select reads a column of {table}. It has {', '.join(has)}."
        raise Missing(zh, en, table=table)
    drafted = plain_contract(table, (_read(each) for each in told.properties if each.name in named), told.zh, told.en)
    return replace(drafted, description=told.description)


def _read(column: Property) -> Property:
    """A column as who reads it must know it; lists and elements that a hub registered are not known to packs."""
    return replace(
        column, zh=_title(column.zh, column), en=_title(column.en, column), source=column.name, standardise=(), quality=(), custom={},
        other={key: value for key, value in column.other.items() if key == "primaryKeyPosition"},
        element=column.element if column.element in SHIPPED.elements else None,
        code_list=column.code_list if column.code_list in SHIPPED.lists else None,
    )


def _title(title: str, column: Property) -> str:
    """A title, but for the column's own name, to which a contract without one falls back."""
    return "" if title == column.name else title


def _given(pack: Pack, name: str, engine: Engine) -> Contract | None:
    """The columns of its select in their order; what is taken over unchanged brings its title and class along."""
    if name not in pack.statements:
        return None
    behind = pack.behind(name)
    needed = {table for each in behind & set(pack.statements) for table in pack.statements[each].needs}
    if behind & set(pack.manifest.models) or needed - set(pack.contracts):
        return None  # what it stands on comes first
    made = made_schema(pack, name, engine)
    return plain_contract(pack.table(name), (column_drafted(pack, name, field) for field in made))


def made_schema(pack: Pack, name: str, engine: Engine) -> pa.Schema:
    """The columns that a select makes over empty tables; BadInput with the engine's own word where it cannot be run."""
    day = max((DAY, *(begun for each in pack.parameters.values() for begun in each.values)))
    try:
        return try_pack(engine, pack, {}, day, [name])[name].schema
    except LingnanError:
        raise
    except Exception as error:  # an engine's own word on a faulty statement is what there is to tell
        told = " ".join(str(error).split())
        raise BadInput(f"语句 {name} 无法运行：{told}", f"The select of {name} cannot be run: {told}", table=name) from error


def column_drafted(pack: Pack, name: str, field: pa.Field) -> Property:
    """One column that a select makes, as far as it is known."""
    try:
        origin = origins(pack, name)[pack.table(name)].get(field.name)
    except LingnanError:
        origin = None  # a select whose columns cannot be followed: nothing is taken over
    taken = [each for each in origin.columns if each.endswith(f".{field.name}")] if origin else []
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
