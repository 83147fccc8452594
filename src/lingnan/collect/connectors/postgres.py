"""PostgreSQL: one table through the engine's scanner; whether it changed is asked of the server, not of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lingnan.base import BadInput, Unavailable, content_digest
from lingnan.collect.addresses import DatabaseAddress, plain_url
from lingnan.collect.connectors.database import ScanReading
from lingnan.collect.connectors.protocol import Delivery, Reading
from lingnan.collect.shapes import ReadOptions
from lingnan.lake import Engine

_TABLES = (
    "select table_schema || '.' || table_name from information_schema.tables "
    "where table_schema not in ('pg_catalog', 'information_schema') order by 1"
)
_CONNECT_S = 5


@dataclass
class PostgresSource:
    """One table of a PostgreSQL database."""

    address: DatabaseAddress
    options: ReadOptions
    engine: Engine
    text: bool = False

    def deliveries(self) -> list[Delivery]:
        """The table with what the server says about its rows."""
        table = self._table()
        return [Delivery(f"{self._database()}/{table}", self._state(table))]

    def open(self, delivery: Delivery, types: Mapping[str, str] | None = None) -> Reading:
        """The table."""
        table = self._table()
        scan, url = self.engine.scan_postgres, plain_url(self.address)
        return ScanReading(delivery.name, lambda as_text=False, schema_only=False: scan(url, table, schema_only=schema_only))

    def fingerprint(self) -> str | None:
        """None: only asking the server can tell."""
        return None

    def _database(self) -> str:
        return f"{self.address.url.host}/{self.address.url.database}"

    def _table(self) -> str:
        if self.options.table:
            return self.options.table
        with self._connection() as connection:
            tables = [str(row[0]) for row in connection.execute(_TABLES).fetchall()]
        if len(tables) == 1:
            return tables[0]
        raise BadInput(
            f"请用选项 table 指定数据库中的表。其中有：{'、'.join(tables[:50]) or '无'}。",
            f"Name the table in the option `table`. There are: {', '.join(tables[:50]) or 'none'}.",
            tables=tables[:50],
        )

    def _state(self, table: str) -> str:
        """Count of rows and sum of their transactions: every insert, update and delete changes it, without moving a row."""
        import psycopg
        from psycopg import sql

        name = sql.Identifier(*table.split("."))
        cheap = sql.SQL("select count(*), sum(xmin::text::bigint), max(xmin::text::bigint), {}::regclass::oid from {}")
        whole = sql.SQL("select count(*), sum(hashtextextended(t::text, 0)::numeric) from {} t")
        with self._connection() as connection:
            try:
                row = connection.execute(cheap.format(sql.Literal(name.as_string(connection)), name)).fetchone()
            except (psycopg.errors.UndefinedColumn, psycopg.errors.FeatureNotSupported):  # a view has no transactions of its own
                connection.rollback()
                row = connection.execute(whole.format(name)).fetchone()
            except psycopg.errors.UndefinedTable as error:
                raise BadInput(
                    f"数据库中没有表 {table}。请核对选项 table。", f"The database has no table {table}. Check the option `table`.", table=table
                ) from error
        return content_digest(self._database(), table, *(str(value) for value in row or ()))

    def _connection(self) -> Any:
        try:
            import psycopg
        except ImportError as error:
            raise Unavailable(
                "未安装 PostgreSQL 驱动。请安装 lingnan[postgres]。", "The PostgreSQL driver is not installed. Install lingnan[postgres].",
                package="lingnan[postgres]"
            ) from error
        try:
            return psycopg.connect(plain_url(self.address), connect_timeout=_CONNECT_S)
        except psycopg.OperationalError:
            raise Unavailable(
                f"PostgreSQL 数据源 {self._database()} 无法连接。请确认其已启动、账号有效。",
                f"PostgreSQL source {self._database()} cannot be reached. Make sure it runs and the account is valid.", database=self._database(),
            ) from None
