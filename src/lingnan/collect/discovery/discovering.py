"""Looks into a live database and tells what it found: structure, counts, and a profile of every column from a bounded sample."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from lingnan.base import Progress, Unavailable
from lingnan.catalogue import ColumnFound, DatabaseFound, DiscoveryNotice, TableFound, may_keep_values, suggest_column
from lingnan.collect.addresses import DatabaseAddress, open_read_only, read_address
from lingnan.collect.discovery.sampling import sample_of
from lingnan.collect.discovery.structure import MOST_TABLES, Described, Name, estimates_of, rows_of, schemas_of, tables_of, version_of
from lingnan.lake import ColumnProfile, Engine, EngineSession, profile_columns

SAMPLE_ROWS = 10_000
STATEMENT_S = 20
_TASK = "collect.discover"
# Whatever a driver or an engine makes of a foreign table: that table is told as unreadable, and the look goes on.
_FAULTS = (SQLAlchemyError, ValueError, OverflowError, UnicodeError, NotImplementedError)


@dataclass(frozen=True)
class DiscoveryLimits:
    """How far a look goes: rows of a sample, seconds of a statement, tables in all."""

    rows: int = SAMPLE_ROWS
    seconds: int = STATEMENT_S
    tables: int = MOST_TABLES


def discover_database(
    url: str, *, engine: Engine, progress: Progress, password: str = "", allowed: Collection[str] | None = None, schemas: Collection[str] = (),
    limits: DiscoveryLimits | None = None,
) -> DatabaseFound:
    """Look into the database of an SQLAlchemy URL without changing it; Refused for a place that is not `allowed`, Unavailable when it is away.

    Neither account nor password is in what comes back or in an error. Values stand in a profile only where nothing personal is suspected.
    """
    address = read_address(url, password, allowed)
    asked = limits or DiscoveryLimits()
    opened = open_read_only(address, asked.seconds)
    try:
        with opened.connect() as connection, engine.session({}) as session:
            return _Look(connection, session, asked, progress).found(address, schemas)
    except SQLAlchemyError as error:
        raise Unavailable(
            f"数据库 {address.place} 无法读取（{_fault(error)}）。请确认其已启动、账号有效且有权读取。",
            f"Database {address.place} cannot be read ({_fault(error)}). Make sure it runs and the account is valid and may read.",
            database=address.place,
        ) from None
    finally:
        opened.dispose()


class _Look:
    """One look over one connection."""

    def __init__(self, connection: Connection, session: EngineSession, limits: DiscoveryLimits, progress: Progress) -> None:
        self._connection, self._session, self._limits, self._progress = connection, session, limits, progress
        self._notices: list[DiscoveryNotice] = []
        self._complete = True

    def found(self, address: DatabaseAddress, schemas: Collection[str]) -> DatabaseFound:
        """The database with all that was found in it."""
        described = self._described(schemas)
        self._progress.begin(_TASK, f"查看 {address.place}", f"Look into {address.place}", float(len(described)))
        estimates = estimates_of(self._connection)
        tables = []
        for at, each in enumerate(described, start=1):
            tables.append(self._looked_at(each, estimates))
            self._progress.advance(_TASK, float(at))
        self._progress.finish(_TASK)
        version = version_of(self._connection)
        return DatabaseFound(
            name=address.name, kind=address.kind, version=version, place=address.place, schemas=tuple(sorted(schemas)), complete=self._complete,
            tables=tuple(tables), notices=tuple(self._notices),
        )

    def _described(self, schemas: Collection[str]) -> list[Described]:
        inspector = inspect(self._connection)
        described = [each for schema in schemas_of(inspector, schemas) for each in tables_of(inspector, schema)]
        self._connection.rollback()
        if len(described) > self._limits.tables:
            left, self._complete = len(described) - self._limits.tables, False
            zh, en = f"另有 {left} 张表超出一次查看的上限，请按模式分次查看（--schema）", f"{left} more tables are beyond one look; use --schema"
            self._tell("*", zh, en)
        return described[: self._limits.tables]

    def _looked_at(self, described: Described, estimates: Mapping[Name, int]) -> TableFound:
        found, label = described.found, ".".join(part for part in (described.schema, described.found.name) if part)
        try:
            rows, are = rows_of(self._connection, described, estimates)
            profiles = self._profiles(described, rows)
        except _FAULTS as error:
            self._connection.rollback()
            self._tell(label, f"无法读取（{_fault(error)}）", f"cannot be read ({_fault(error)})")
            return found
        columns = tuple(self._column(column, profiles.get(column.name)) for column in found.columns)
        return found.model_copy(update={"rows": rows, "rows_are": are, "columns": columns})

    def _profiles(self, described: Described, rows: int) -> dict[str, ColumnProfile]:
        sample = sample_of(self._connection, described, rows, self._limits.rows)
        # A look holds no transaction open: each table is its own.
        self._connection.rollback()
        if not sample.num_rows:
            return {}
        places = {f"c{at}": name for at, name in enumerate(sample.column_names)}
        self._session.add_arrow("discovered", sample.rename_columns(list(places)))
        return {places[each.name]: each for each in profile_columns(self._session, "discovered", sample=self._limits.rows)}

    def _column(self, column: ColumnFound, profile: ColumnProfile | None) -> ColumnFound:
        return column if profile is None else column.model_copy(update={"profile": _kept(column, profile)})

    def _tell(self, table: str, zh: str, en: str) -> None:
        self._notices.append(DiscoveryNotice(table=table, zh=zh, en=en))


def _kept(column: ColumnFound, profile: ColumnProfile) -> dict[str, Any]:
    """The profile as it may be kept: without one value where the column may be about persons."""
    judged = suggest_column(column.name, column.comment, profile.payload())
    kept = profile if may_keep_values(judged.classification, judged.free_text) else profile.in_shapes()
    payload = kept.payload()
    del payload["name"]
    return payload


def _fault(error: BaseException) -> str:
    """The kind of a fault; its text may quote an address, a statement or a value."""
    return type(getattr(error, "orig", None) or error).__name__


def suggestions(found: DatabaseFound) -> Iterator[tuple[TableFound, ColumnFound, Any]]:
    """Every column with what it seems to be."""
    for table in found.tables:
        for column in table.columns:
            yield table, column, suggest_column(column.name, column.comment, column.profile)
