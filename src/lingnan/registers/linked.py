"""The two tables that say how rows without a right identifier came into a register: `_links` and `_identities`."""

LINKS = {
    "left_ref": "VARCHAR", "right_ref": "VARCHAR", "entry_id": "VARCHAR", "weight": "DOUBLE", "probability": "DOUBLE", "status": "VARCHAR",
    "decided": "VARCHAR", '"by"': "VARCHAR", "source_table": "VARCHAR", "source_key": "VARCHAR", "known_from": "TIMESTAMPTZ",
}
IDENTITIES = {
    "entry_id": "VARCHAR", "superseded_by": "VARCHAR", "event": "VARCHAR", "reason": "VARCHAR", '"by"': "VARCHAR", "valid_from": "DATE",
    "known_from": "TIMESTAMPTZ", "known_to": "TIMESTAMPTZ",
}


def none_of(columns: dict[str, str]) -> str:
    """SQL: these columns and no row."""
    return f"select {', '.join(f'cast(null as {kind}) as {name}' for name, kind in columns.items())} where false"
