"""Lays what a pack's statements stand on into an engine's session: parameters, tables that nobody delivers yet, cleaned tables."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from lingnan.base import WrongUse
from lingnan.lake import EngineSession
from lingnan.packkit.pack import Pack
from lingnan.packkit.shapes import Parameter
from lingnan.packkit.statements import TABLES, Statement, laid_name
from lingnan.standards import Contract

AS_OF = "as_of"
"""The day a statement may ask for: that of the build, or the one a case names."""
_ARROW = {"integer": pa.int64(), "number": pa.float64(), "text": pa.string(), "date": pa.date32(), "boolean": pa.bool_()}
_PHYSICAL = {
    "VARCHAR": pa.string(), "DATE": pa.date32(), "BIGINT": pa.int64(), "INTEGER": pa.int32(), "SMALLINT": pa.int16(), "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(), "TIMESTAMP": pa.timestamp("us", tz="UTC"), "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", tz="UTC"),
}
FOREVER = date(9999, 12, 31)


def lay_parameters(session: EngineSession, pack: Pack, statements: Iterable[Statement]) -> dict[str, str]:
    """Lay the tables of parameters that statements read, every edition with its days; gives the names they stand under."""
    wanted = sorted({name for statement in statements for name in statement.listings})
    placed = {}
    for name in wanted:
        placed[f"{TABLES}.{name}"] = laid_name(f"{TABLES}.{name}")
        session.add_arrow(placed[f"{TABLES}.{name}"], listing(pack.parameters[name]))
    return placed


def listing(parameter: Parameter) -> pa.Table:
    """A table of parameters as statements read it: its columns, `valid_from`, `valid_to` (the last day) and `proofed`."""
    days = list(parameter.values)
    ends = [*(date.fromordinal(day.toordinal() - 1) for day in days[1:]), FOREVER]
    rows = [
        (*row, begun, ended, dated.proofed)
        for begun, ended in zip(days, ends, strict=True) for dated in (parameter.values[begun],) for row in dated.rows or ()
    ]
    types = [*((name, _ARROW[kind]) for name, kind in parameter.columns.items()), ("valid_from", pa.date32()), ("valid_to", pa.date32()),
             ("proofed", pa.bool_())]
    held = list(zip(*rows, strict=True)) if rows else [()] * len(types)
    return pa.table([pa.array(_fitting(values, kind), kind) for values, (_name, kind) in zip(held, types, strict=True)], [name for name, _ in types])


def bound_values(pack: Pack, names: Iterable[str], as_of: date) -> dict[str, Any]:
    """The figures of these names (or the day itself), as they hold on a day; WrongUse for a figure that had none yet."""
    values: dict[str, Any] = {}
    for name in sorted(names):
        values[name] = as_of if name == AS_OF else _figure(pack, name, as_of)
    return values


def _figure(pack: Pack, name: str, as_of: date) -> Any:
    dated = pack.parameters[name].at(as_of) if name in pack.parameters else None
    if dated is None:
        raise WrongUse(
            f"数据包 {pack.id} 的参数 {name} 在 {as_of} 还没有取值。", f"The parameter {name} of pack {pack.id} has no value on {as_of} yet.",
            pack=pack.id, parameter=name,
        )
    kind = pack.parameters[name].type
    return float(dated.value) if kind == "number" and dated.value is not None else dated.value  # type: ignore[arg-type]


def lay_cleaned(session: EngineSession, pack: Pack, name: str, placed: Mapping[str, str], as_of: date) -> None:
    """Lay the cleaned tables that making a kept table goes by."""
    for each in pack.cleaned_for(name):
        lay_statement(session, pack, pack.statements[each], placed, as_of)


def lay_statement(session: EngineSession, pack: Pack, statement: Statement, placed: Mapping[str, str], as_of: date) -> None:
    """Make a statement's table for the length of the session, under its own name."""
    # A view cannot bind values; what binds none stays a view, so that only the columns and rows wanted of it are read.
    what, values = ("table", bound_values(pack, statement.bound, as_of)) if statement.bound else ("view", None)
    session.execute(f"create temp {what} {statement.name} as {statement.placed(placed)}", values)


def contract_schema(contract: Contract) -> pa.Schema:
    """The columns of a contract as Arrow holds them."""
    return pa.schema([(each.name, physical_type(each.physical_type)) for each in contract.properties])


def physical_type(kind: str) -> pa.DataType:
    """A contract's physical type; WrongUse for one that no table keeps."""
    plain = kind.upper().strip()
    if plain.startswith("DECIMAL"):
        digits, _, places = plain[len("DECIMAL"):].strip("() ").partition(",")
        return pa.decimal128(int(digits or 18), int(places or 0))
    if plain.startswith("VARCHAR"):
        return pa.string()
    if plain not in _PHYSICAL:
        raise WrongUse(f"契约中的类型 {kind} 不能保存。可用：{'、'.join(_PHYSICAL)}、DECIMAL(p,s)。",
                       f"No table keeps the type {kind}. Use one of {', '.join(_PHYSICAL)}, DECIMAL(p,s).", type=kind)
    return _PHYSICAL[plain]


def rows_table(rows: Iterable[Mapping[str, Any]], contract: Contract) -> pa.Table:
    """Rows as a contract types them; what a row does not name is null. WrongUse for a column the contract does not have."""
    held, schema = list(rows), contract_schema(contract)
    stranger = sorted({name for row in held for name in row} - set(schema.names))
    if stranger:
        raise WrongUse(
            f"契约 {contract.id} 没有列 {'、'.join(stranger)}。有：{'、'.join(schema.names)}。",
            f"The contract {contract.id} has no column {', '.join(stranger)}. It has: {', '.join(schema.names)}.",
            columns=stranger,
        )
    return pa.table([pa.array(_fitting([row.get(field.name) for row in held], field.type), field.type) for field in schema], schema=schema)


def _fitting(values: Iterable[Any], kind: pa.DataType) -> list[Any]:
    """YAML writes days, moments and decimals as it likes; Arrow wants them exact."""
    if pa.types.is_decimal(kind):
        from decimal import Decimal

        return [None if value is None else Decimal(str(value)) for value in values]
    if pa.types.is_floating(kind):
        return [None if value is None else float(value) for value in values]
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return [_moment(value, pa.types.is_date(kind)) for value in values]
    return list(values)


def _moment(value: Any, day: bool) -> Any:
    from datetime import datetime

    from lingnan.base import CHINA

    if isinstance(value, str):
        value = date.fromisoformat(value) if day else datetime.fromisoformat(value)
    if not day and isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=CHINA)
    return value


def in_order(rows: pa.Table) -> pa.Table:
    """The same rows in an order that is theirs and no engine's, so that what a model sums or meets first is the same in every build."""
    keys = [(field.name, "ascending") for field in rows.schema if not pa.types.is_nested(field.type)]
    return rows.sort_by(keys) if keys else rows
