"""The lake's type names and the Arrow types behind them."""

import re

import pyarrow as pa

from lingnan.base import BadInput

UTC_TIME = pa.timestamp("us", "UTC")
_ARROW: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(), "BIGINT": pa.int64(), "INTEGER": pa.int32(), "SMALLINT": pa.int16(), "DOUBLE": pa.float64(), "FLOAT": pa.float32(),
    "BOOLEAN": pa.bool_(), "DATE": pa.date32(), "TIMESTAMPTZ": UTC_TIME,
}
_DECIMAL = re.compile(r"DECIMAL\(\s*(\d+)\s*,\s*(\d+)\s*\)")


def arrow_type(name: str) -> pa.DataType:
    """The Arrow type of a lake type's name; BadInput for a name the lake does not keep."""
    upper = name.upper().strip()
    if found := _DECIMAL.fullmatch(upper):
        return pa.decimal128(int(found.group(1)), int(found.group(2)))
    if upper not in _ARROW:
        raise BadInput(
            f"不支持类型“{name}”。允许：{'、'.join(_ARROW)}、DECIMAL(p,s)。",
            f"Type “{name}” is not supported. Allowed: {', '.join(_ARROW)}, DECIMAL(p,s).",
            type=name,
        )
    return _ARROW[upper]


def lake_type(kind: pa.DataType) -> str:
    """The lake type's name for an Arrow type; what the lake cannot keep becomes text."""
    if pa.types.is_boolean(kind):
        return "BOOLEAN"
    if pa.types.is_integer(kind):
        return "INTEGER" if kind.bit_width < 32 or kind == pa.int32() else "BIGINT"
    if pa.types.is_floating(kind):
        return "DOUBLE"
    if pa.types.is_decimal(kind):
        return f"DECIMAL({min(kind.precision, 38)},{kind.scale})"
    if pa.types.is_date(kind):
        return "DATE"
    if pa.types.is_timestamp(kind):
        return "TIMESTAMPTZ"
    return "VARCHAR"
