"""Inserts that can say what happens where a row is there already: each database has its own form of them."""

from typing import Any


def insert_of(dialect: str, into: Any) -> Any:
    """An insert into a record or table for a dialect; that dialect alone is opened, with the first insert."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(into)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(into)
