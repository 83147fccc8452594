"""Makes columns of typed sources storable: types the lake does not keep become the nearest it does."""

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.collect.arrow_types import arrow_type, lake_type

_CHINA_OFFSET_US = 8 * 3600 * 1_000_000


def storable(column: pa.Array) -> pa.Array:
    """The column in the type the lake keeps for it; times without a zone are China's."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return storable(column.cast(kind.value_type))
    wanted = arrow_type(lake_type(kind))
    if kind == wanted:
        return column
    if pa.types.is_timestamp(kind) and kind.tz is None:
        return pc.subtract(column.cast(pa.timestamp("us")).cast(pa.int64()), _CHINA_OFFSET_US).cast(pa.timestamp("us")).cast(wanted)
    if pa.types.is_nested(kind):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.array([None if value is None else value.hex() for value in column.to_pylist()], pa.string())
    return column.cast(wanted)
