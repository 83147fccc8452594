"""Up to where a log was found sound: one sealed row, so that a later look may begin there."""

import logging
import sqlite3
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.log.connection import durable_transaction
from lingnan.trust.log.verification import Mark

logger = logging.getLogger(__name__)
SEAL = "audit-verified"


class Verified:
    """Keeps the last signed checkpoint found sound. The seal is the hub's: who can only write the file cannot move it."""

    def __init__(self, key: HubKey) -> None:
        self._key = key

    def read(self, connection: sqlite3.Connection, guard: AbstractContextManager[Any]) -> Mark | None:
        """The state that was found sound; None when there is none, or its seal does not hold."""
        with guard:
            row = connection.execute("select at, frontier, seal from verified").fetchone()
        if row is None or self._sealed(row[0], row[1]) != row[2]:
            return None
        return Mark(int.from_bytes(row[1][:8], "big"), row[1])

    def keep(self, connection: sqlite3.Connection, guard: AbstractContextManager[Any], mark: Mark, at: datetime) -> None:
        """Remember a state, on the disk before this returns. A log that cannot be written is told about all the same."""
        row = (at.isoformat(), mark.frontier, self._sealed(at.isoformat(), mark.frontier))
        try:
            with guard, durable_transaction(connection):
                connection.execute("insert or replace into verified values (1, ?, ?, ?)", row)
        except (sqlite3.Error, OSError) as error:
            logger.warning("audit log: it was found sound, which could not be kept (%s)", error)

    def _sealed(self, at: str, frontier: bytes) -> bytes:
        return self._key.seal(SEAL, at.encode() + frontier)
