"""Which Arrow types a table holds: moments are UTC microseconds, texts are plain strings."""

import pyarrow as pa


def stored_schema(schema: pa.Schema) -> pa.Schema:
    """The schema as a Delta table keeps it; zones become UTC (the moment stays), large and view strings become strings."""
    return pa.schema([pa.field(field.name, stored_type(field.type), nullable=True) for field in schema])


def stored_type(kind: pa.DataType) -> pa.DataType:
    """The type a column is kept in."""
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", tz="UTC")
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_dictionary(kind):
        return stored_type(kind.value_type)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(stored_type(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(kind.field(i).name, stored_type(kind.field(i).type)) for i in range(kind.num_fields)])
    return kind
