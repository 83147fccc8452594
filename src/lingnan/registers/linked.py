"""The two tables that say how rows without a right identifier came into a register: `_links` and `_identities`."""

from collections.abc import Mapping

import pyarrow as pa

from lingnan.lake import EngineSession

LINKS = {
    "left_ref": "VARCHAR", "right_ref": "VARCHAR", "entry_id": "VARCHAR", "weight": "DOUBLE", "probability": "DOUBLE", "status": "VARCHAR",
    "decided": "VARCHAR", "by": "VARCHAR", "source_table": "VARCHAR", "source_key": "VARCHAR", "known_from": "TIMESTAMPTZ",
}
IDENTITIES = {
    "entry_id": "VARCHAR", "superseded_by": "VARCHAR", "event": "VARCHAR", "reason": "VARCHAR", "by": "VARCHAR", "valid_from": "DATE",
    "known_from": "TIMESTAMPTZ", "known_to": "TIMESTAMPTZ",
}
_ARROW = {"VARCHAR": pa.string(), "DOUBLE": pa.float64(), "DATE": pa.date32(), "TIMESTAMPTZ": pa.timestamp("us", tz="UTC")}


def lay(session: EngineSession, name: str, columns: Mapping[str, str], rows: list[dict[str, object]]) -> None:
    """Give the session these rows as a table; a column that a row leaves out is null."""
    table = pa.Table.from_pylist(rows, pa.schema([(column, _ARROW[kind]) for column, kind in columns.items()]))
    session.add_arrow(f"{name}_given", table)
    session.execute(f"create or replace temp table {name} as select * from {name}_given")
