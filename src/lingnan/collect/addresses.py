"""Addresses of databases: read strictly, checked against the places that may be called, opened so that nothing can be written."""

import re
import sqlite3
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from lingnan.base import BadInput, LingnanError, Missing, OutgoingClient, Refused, Unavailable, read_place

PORTS: Final = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306, "oracle": 1521, "mssql": 1433}
SAFE_PARAMETERS: Final = frozenset({"sslmode", "sslrootcert", "charset", "client_encoding", "application_name"})
"""What an address may say after its question mark; anything else could lead to another host, a socket or a file."""
# Drivers take such a name of a database apart: as parameters, as another address, as an escaped form of either.
_LEADS_ELSEWHERE = re.compile(r"[=%]|://")
_PASSWORD = re.compile(r"(?<=://)([^/?#@:]*):[^/?#]*@")
_CONNECT_S = 5
_LONGEST_VALUE = 16 << 20
_STEPS = 10_000


@dataclass(frozen=True)
class DatabaseAddress:
    """Where a database is; `place` says it without account and password, `url` holds both and never shows them."""

    kind: str
    name: str
    place: str
    url: URL = field(repr=False)
    file: Path | None = None


def read_address(text: str, password: str = "", allowed: Collection[str] | None = None) -> DatabaseAddress:
    """The address of an SQLAlchemy URL; Refused for a place that is not among `allowed` (None: any) or a parameter that could lead elsewhere.

    With `allowed` the host is looked up as well: a name that points to this machine or to no host at all is refused though it is registered.
    """
    url = _parsed(text)
    kind = url.get_backend_name()
    if kind == "sqlite":
        return _file(url)
    if strange := sorted(set(url.query) - SAFE_PARAMETERS):
        raise Refused(
            f"数据库地址的参数不允许：{'、'.join(strange)}。只允许：{'、'.join(sorted(SAFE_PARAMETERS))}。",
            f"The address may not say {', '.join(strange)}. Allowed: {', '.join(sorted(SAFE_PARAMETERS))}.", parameters=strange,
        )
    port = url.port or PORTS.get(kind)
    if not url.host or not port or not url.database or _LEADS_ELSEWHERE.search(url.database):
        raise _not_understood()
    place = read_place(f"[{url.host}]:{port}" if ":" in url.host else f"{url.host}:{port}")
    if allowed is not None and place not in {read_place(each) for each in allowed}:
        raise Refused(
            f"数据库 {place} 不在已登记的数据源之内。请先登记“主机:端口”（用途 collect），由另一人批准。",
            f"Database {place} is no registered source. Have host:port registered (purpose collect) and approved by another person first.",
            place=place,
        )
    if allowed is not None:
        OutgoingClient([place]).check(f"https://{place}/")
    return DatabaseAddress(kind, url.database[:120], f"{place}/{url.database}"[:300], url.set(password=password) if password else url)


def database_place(location: str) -> str:
    """`host:port` of a database's address; empty for a file and for what is no address."""
    try:
        address = read_address(location)
    except LingnanError:
        return ""
    return "" if address.file is not None else address.place.partition("/")[0]


def without_password(location: str) -> str:
    """An address as it may be shown and kept."""
    return _PASSWORD.sub(r"\1:***@", location)


def plain_url(address: DatabaseAddress) -> str:
    """The address as URL for libpq, written anew from what was checked: two readers of one text may read different hosts in it."""
    return address.url.set(drivername=address.kind).render_as_string(hide_password=False)


def open_read_only(address: DatabaseAddress, seconds: int) -> Engine:
    """An engine whose sessions cannot write and whose statements end after so many seconds; BadInput without a driver."""
    if address.file is not None:
        file = address.file
        return create_engine("sqlite://", creator=lambda: _sqlite(file, seconds), poolclass=NullPool, hide_parameters=True)
    wait = {"connect_timeout": _CONNECT_S} if address.url.get_driver_name() in ("psycopg", "psycopg2", "pymysql", "mysqldb") else {}
    try:
        engine = create_engine(address.url, connect_args=wait, poolclass=NullPool, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ImportError, TypeError) as error:
        raise Unavailable(
            f"未安装 {address.kind} 的驱动（{type(error).__name__}）。请安装后再试，如 lingnan[postgres]。",
            f"The driver of {address.kind} is not installed ({type(error).__name__}). Install it, such as lingnan[postgres].", kind=address.kind,
        ) from None
    statements = _guards(address.kind, seconds)

    def guard(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.commit()

    if statements:
        event.listen(engine, "connect", guard)
    return engine


def _guards(kind: str, seconds: int) -> tuple[str, ...]:
    if kind == "postgresql":
        return (
            "set default_transaction_read_only = on", f"set statement_timeout = {seconds * 1000}", f"set lock_timeout = {seconds * 1000}",
            "set synchronize_seqscans = off",
        )
    if kind == "mysql":
        return ("set session transaction read only", f"set session max_execution_time = {seconds * 1000}")
    return ("set session transaction read only", f"set session max_statement_time = {seconds}") if kind == "mariadb" else ()


def _sqlite(path: Path, seconds: int) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_CONNECT_S, check_same_thread=False)
    connection.text_factory = lambda given: given.decode("utf-8", "replace")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    for pragma in ("query_only = on", "trusted_schema = off", "cell_size_check = on"):
        connection.execute(f"pragma {pragma}").close()
    ends = [time.monotonic() + seconds]
    # One statement is looked at over and over; each new one gets its own time because tracing tells of its beginning.
    connection.set_trace_callback(lambda _statement: ends.__setitem__(0, time.monotonic() + seconds))
    connection.set_progress_handler(lambda: int(time.monotonic() > ends[0]), _STEPS)
    return connection


def _file(url: URL) -> DatabaseAddress:
    if url.query or not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise _not_understood()
    path = Path(url.database)
    if not path.is_file():
        raise Missing(f"没有文件 {path.name}。", f"There is no file {path.name}.", path=path.name)
    with path.open("rb") as opened:
        if opened.read(16) != b"SQLite format 3\x00":
            raise BadInput(f"文件 {path.name} 不是 SQLite 数据库。", f"File {path.name} is no SQLite database.", path=path.name)
    return DatabaseAddress("sqlite", path.stem[:120], path.name[:300], url, path)


def _parsed(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError, TypeError):
        raise _not_understood() from None


def _not_understood() -> BadInput:
    # The address is not repeated: it may hold a password.
    return BadInput(
        "数据库地址无法识别。应为 SQLAlchemy 地址，如 postgresql://账号@主机:5432/库名 或 sqlite:///文件路径；密码请放入文件（--password-file）。",
        "The database address is not understood. Write it as SQLAlchemy does: postgresql://account@host:5432/name or sqlite:///path; "
        "put the password into a file (--password-file).",
    )
