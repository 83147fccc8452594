"""Empty hub databases at the newest migration, made once and handed to many tests: a copied file for SQLite, an emptied database for PostgreSQL."""

import atexit
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, delete, insert, select, text

from lingnan.base import Settings, load_settings
from lingnan.storage import Record, Storage
from tests.postgres_homes import sitecustomize

EVERYWHERE = os.environ.get("LINGNAN_TEST_STORAGE") == "postgres"
"""Whether every hub of this run stands on PostgreSQL."""
Furnish = Callable[[Path], Path]
"""Gives a home such a database, and the home back: the fixture `furnish`."""
OWN = "relnamespace = 'public'::regnamespace"
COUNT = f"select count(*) from pg_class where {OWN}"
TABLES = f"select relname from pg_class where {OWN} and relkind = 'r' and relname <> 'alembic_version'"
USED = "select sequencename from pg_sequences where schemaname = 'public' and last_value is not null"


@cache
def migrated_file() -> Path:
    """An empty hub database as a file to copy, made once in a process."""
    folder = Path(tempfile.mkdtemp(prefix="lingnan-migrated-"))
    atexit.register(shutil.rmtree, folder, True)
    if EVERYWHERE:
        (folder / "hub.db").touch()
        return folder / "hub.db"
    Storage.open(Settings(home=folder)).close()
    return folder / "hub.db"


class Sqlite:
    """Hub databases as files."""

    @contextmanager
    def furnished(self, home: Path) -> Iterator[None]:
        """A home whose hub finds such a database in it."""
        home.mkdir(parents=True, exist_ok=True)
        if not EVERYWHERE:
            shutil.copy(migrated_file(), home)
        yield


class Postgres:
    """Hub databases on one server: what a test gives back is emptied to what migrations put in, for cloning one takes half a second."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server, self._folder, self._free = server, folder, list[str]()
        self._objects = self._made("template")

    @contextmanager
    def furnished(self, home: Path) -> Iterator[None]:
        """A home whose settings name such a database."""
        name = self._free.pop() if self._free else self._cloned()
        home.mkdir(parents=True, exist_ok=True)
        with (home / "settings.env").open("a", encoding="utf-8") as settings:
            settings.write(f"LINGNAN_STORAGE_URL={self._url(name)}\n")
        yield
        if self._emptied(name):
            self._free.append(name)

    def take_back(self, under: Path) -> None:
        """Make the databases of homes in a folder free for other homes; for a run of all tests on PostgreSQL."""
        pool = sitecustomize.pool()
        with sitecustomize.locked():
            for used in [each for each in (pool / "used").iterdir() if Path(each.read_text()).is_relative_to(under)]:
                used.unlink()
                if self._emptied(used.name):
                    free = f"f{uuid4().hex}"
                    with self._connected() as server:
                        server.execute(f'alter database "{used.name}" rename to "{free}"')
                    (pool / "free" / free).touch()

    def _made(self, name: str) -> int:
        with self._connected() as server:
            server.execute(f"create database {name}")
        Storage.open(Settings(home=self._folder, storage_url=self._url(name))).close()
        with self._connected(name) as database:
            self._seeded = self._holding(database)
            database.execute("create schema seed")
            for table in self._seeded:
                database.execute(f'create table seed."{table}" as table public."{table}"')
            return int(database.execute(COUNT).fetchone()[0])

    def _cloned(self) -> str:
        name = f"t{uuid4().hex}"
        with self._connected() as server:
            server.execute(f"create database {name} template template")
        return name

    def _emptied(self, name: str) -> bool:
        """Take out every row of the test and begin every sequence anew; a database that a test has built on is dropped instead."""
        with self._connected() as server:
            server.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", (name,))
        with self._connected(name) as database:
            database.execute("drop schema if exists dbos cascade")
            whole = database.execute(COUNT).fetchone()[0] == self._objects
            if whole:
                # As a replica the server looks at no foreign key and fires no trigger: what is emptied is emptied in any order.
                database.execute("set session_replication_role = replica")
                for table in self._holding(database):
                    database.execute(f'delete from "{table}"')
                for table in self._seeded:
                    database.execute(f'insert into public."{table}" table seed."{table}"')
                for (sequence,) in database.execute(USED).fetchall():
                    database.execute(f'alter sequence "{sequence}" restart')
        if not whole:
            with self._connected() as server:
                server.execute(f"drop database {name} with (force)")
        return bool(whole)

    def _holding(self, database: Any) -> list[str]:
        """The tables that have rows."""
        tables = [table for (table,) in database.execute(TABLES).fetchall()]
        asked = " union all ".join(f"select '{table}' where exists (select from \"{table}\")" for table in tables)
        return [table for (table,) in database.execute(asked).fetchall()]

    def _connected(self, name: str = "postgres") -> Any:
        import psycopg

        return psycopg.connect(f"{self._server.rpartition('/')[0]}/{name}", autocommit=True)

    def _url(self, name: str) -> str:
        return f"{self._server.rpartition('/')[0]}/{name}".replace("postgresql://", "postgresql+psycopg://", 1)



def pour(file: Path, storage: Storage) -> None:
    """Put the rows of a database in a file into another database, and take the file away."""
    source = create_engine(f"sqlite:///{file}")
    with source.connect() as kept, storage.session() as session:
        for table in Record.metadata.sorted_tables:
            if kept.exec_driver_sql(f'select 1 from "{table.name}" limit 1').first():
                session.execute(delete(table))
                session.execute(insert(table), [dict(row) for row in kept.execute(select(table)).mappings()])
    source.dispose()
    file.unlink()


def at_rest(home: Path) -> str:
    """Everything that the hub of a home keeps in its database and its log, as one text."""
    files = [home / name for name in (["audit.db"] if EVERYWHERE else ["hub.db", "audit.db"]) if (home / name).exists()]
    kept = []
    for file in files:
        with sqlite3.connect(file) as connection:
            kept += connection.iterdump()
    settings = load_settings(home)
    if settings.storage_url:
        storage = Storage.open(settings)
        with storage.reading() as session:
            for table in session.scalars(text(TABLES)).all():
                kept += session.scalars(text(f'select t::text from "{table}" as t')).all()
        storage.close()
    return "\n".join(kept)
