"""Statements written by people: read, decided by others, run once in a process of its own over the views they decided."""

import io
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lingnan.base import Incomplete, LingnanError, Missing, Refused, Unavailable, WrongUse
from lingnan.lake.sandbox import wire
from lingnan.lake.sandbox.pool import Child, Pool
from lingnan.lake.sandbox.shapes import Refusals, SandboxLimits, SandboxRows, Statement, Support, TableUse, Truncated
from lingnan.lake.sandbox.turns import Turns
from lingnan.lake.shapes import View

if TYPE_CHECKING:
    from lingnan.lake.tables import Lake

Settle = Callable[[Sequence[Support]], Refusals]
"""Is told the rows behind figures and says which of these are left out."""
ColumnsOf = Callable[[str], Sequence[str] | None]
"""Gives a table's columns; None for a table nobody may be told of."""
_TREE_BYTES = 64 << 20
_FRAME_SLACK = 4 << 20


class Sandbox:
    """Where people's SQL runs; one object a process, safe among threads."""

    def __init__(self, lake: "Lake", limits: SandboxLimits | None = None) -> None:
        self.limits = limits or SandboxLimits()
        self._lake = lake
        self._pool = Pool(lake.folder / ".spill")
        self._turns = Turns(self.limits.shape)
        self._guard = threading.Lock()

    def warm(self) -> None:
        """Start a process ahead, so that the next statement need not wait for one."""
        self._pool.warm()

    @contextmanager
    def entered(self, owner: str) -> Iterator["Box"]:
        """A process for one statement of this owner; Unavailable when the owner or the hub has too many running."""
        with self._turns.turn(owner), self._pool.child() as child:
            yield Box(self._lake, child, self.limits)

    def close(self) -> None:
        """End the process that waits."""
        self._pool.close()


class Box:
    """One statement's process: `read` it, then `run` it once."""

    def __init__(self, lake: "Lake", child: Child, limits: SandboxLimits) -> None:
        self._lake, self._child, self._limits = lake, child, limits

    def read(self, sql: str, columns_of: ColumnsOf) -> Statement:
        """The statement with the tables and columns it uses; WrongUse, Refused or Missing when it may not run."""
        from lingnan.lake.sandbox import grammar, wording  # sqlglot is imported when first used, to keep the command line quick

        _check_text(sql, self._limits.shape.characters)
        self._await_process()
        told = self._ask_to_read({"sql": sql, "read_seconds": self._limits.shape.read_seconds})
        names = grammar.check(told["kinds"], told["tree"], sql, self._limits.shape)
        tables = {name: _columns(name, columns_of) for name in sorted(names)}
        used = _uses(self._ask_to_read({"tables": {name: list(columns) for name, columns in tables.items()}}), tables)
        _check_columns(used, tables)
        said, fingerprint = wording.wording(sql, tables, (column for columns in tables.values() for column in columns))
        return Statement(sql, used, said, fingerprint)

    def run(self, statement: Statement, views: Mapping[str, View], rows: int = 0, settle: Settle | None = None) -> SandboxRows:
        """The statement's rows over these views; Incomplete when it is stopped at a limit, WrongUse when it cannot be computed.

        Where it aggregates rows of a table of which some values are masked, `settle` is told the rows behind each figure and says what to leave
        out; what it raises ends the statement. Refused when those rows cannot be counted.
        """
        begun = time.monotonic()
        most = min(rows or self._limits.rows, self._limits.rows)
        told, data = self._ask_to_run(self._request(statement.sql, views, most), settle)
        table, refused = _table(data), int(told.get("refused", 0))
        truncated: Truncated = told["truncated"]
        sources = _sources(told["sources"], table.num_columns)
        least = self._limits.shape.least_group if told["grouped"] else 0
        return SandboxRows(table, truncated, time.monotonic() - begun, sources, least, refused)

    def plan(self, statement: Statement, views: Mapping[str, View]) -> str:
        """How the engine would run it, for those who check that filters stand where they should."""
        told, _data = self._ask_to_run({**self._request(statement.sql, views, self._limits.rows), "plan": True})
        return str(told["plan"])

    def _request(self, sql: str, views: Mapping[str, View], rows: int) -> dict[str, Any]:
        limits = self._limits
        return {
            "sql": sql, "views": [self._view(name, view) for name, view in views.items()], "rows": rows, "bytes": limits.shape.result_bytes,
            "memory": limits.memory, "disk": limits.disk, "threads": limits.threads,
            "cpu_seconds": int(limits.seconds * limits.threads) + 5, "least_group": limits.shape.least_group,
            "most_groups": limits.shape.most_groups,
            "covered": [name for name, view in views.items() if view.masks],
        }

    def _view(self, name: str, view: View) -> dict[str, Any]:
        schema = self._lake.schema(view.table, view.version)
        return {
            "table": name, "files": self._near(view), "columns": list(view.columns or schema.names),
            "row_filter": view.row_filter, "masks": dict(view.masks), "schema": schema.serialize().to_pybytes().hex(),
            "values": _packed(view.values), "keys": {key: secret.hex() for key, secret in view.keys.items()},
        }

    def _near(self, view: View) -> list[str]:
        """The files of a version where the child can read them, which may call nowhere; links to copies end with the child's folder."""
        return self._lake.store.near(self._lake.files(view.table, view.version), self._child.folder / "near")

    def _await_process(self) -> None:
        try:
            self._child.begun(self._limits.shape.begin_seconds)
        except (wire.Broken, wire.Late) as error:
            raise _busy() from error

    def _ask_to_read(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._child.ask(request, self._limits.shape.begin_seconds, _TREE_BYTES)[0]
        except wire.Late as error:
            raise _busy() from error
        except wire.Broken as error:
            raise Refused(
                "查询语句过于复杂，无法解析。请简化嵌套后重试。", "The statement is too involved to be read. Nest less and try again.",
                code="QueryTooComplex",
            ) from error

    def _ask_to_run(self, request: dict[str, Any], settle: Settle | None = None) -> tuple[dict[str, Any], bytes]:
        deadline = time.monotonic() + self._limits.seconds
        told, data = self._ask(request, deadline)
        if "supports" not in told:
            return told, data
        supports = [_support(each) for each in told["supports"]]
        refused = settle(supports) if settle else {}
        told, data = self._ask({"refused": [[list(place), [list(each) for each in sketches]] for place, sketches in refused.items()]}, deadline)
        return {**told, "refused": sum(len(sketches) for sketches in refused.values())}, data

    def _ask(self, request: dict[str, Any], deadline: float) -> tuple[dict[str, Any], bytes]:
        try:
            told, data = self._child.ask(request, max(deadline - time.monotonic(), 0), self._limits.shape.result_bytes + _FRAME_SLACK)
        except wire.Late as error:
            raise _too_long(self._limits.seconds) from error
        except wire.Broken as error:
            raise _too_much(self._limits) from error
        if "error" in told:
            raise _failure(told, self._limits)
        return told, data


def _support(told: Mapping[str, Any]) -> Support:
    select, condition, table = told["place"]
    sketches = tuple(tuple(int(bucket) for bucket in sketch) for sketch in told["sketches"])
    return Support(str(told["table"]), (select, condition, table), sketches, int(told["left_out"]))


def _packed(values: Mapping[str, Any]) -> str:
    """Bound values with their types, as one row of Arrow in hexadecimal digits."""
    row = pa.RecordBatch.from_pylist([dict(values)]) if values else pa.record_batch({})
    with pa.BufferOutputStream() as sink:
        with pa.ipc.new_stream(sink, row.schema) as writer:
            writer.write_batch(row)
        return bytes(sink.getvalue()).hex()


def _check_text(sql: str, most: int) -> None:
    if not sql.strip():
        raise WrongUse("请写出一条 SELECT 查询。", "Write one SELECT.", code="QuerySyntax")
    if len(sql) > most:
        raise Refused(
            f"查询语句长 {len(sql)} 个字符，超过上限 {most}。请缩短。",
            f"The statement has {len(sql)} characters, at most {most} are allowed. Shorten it.", code="QueryTooComplex",
        )
    if any((ord(character) < 32 and character not in "\t\n\r") or 0xD800 <= ord(character) <= 0xDFFF for character in sql):
        raise WrongUse("查询语句中有控制字符。请删去后重试。", "There are control characters in the statement. Remove them.", code="QuerySyntax")


def _columns(name: str, columns_of: ColumnsOf) -> Sequence[str]:
    found = columns_of(name)
    if found is None:
        raise Missing(
            f"目录中没有名为 {name} 的表。请在数据目录中查找表名。",
            f"The catalogue has no table {name}. Look its name up in the catalogue.", code="QueryTable", table=name,
        )
    return found


def _uses(told: Mapping[str, Any], tables: Mapping[str, Sequence[str]]) -> dict[str, TableUse]:
    """What the child found; whatever it says, the decision is about these tables alone."""
    if "uses" not in told or set(told["uses"]) != set(tables):
        raise Refused(
            "这种写法无法确定所用的表和列，不能执行。请改用普通的 SELECT 写法。",
            "The tables and columns of this form cannot be told, so it may not run. Use a plain SELECT.", code="QueryForm",
        )
    return {name: TableUse(frozenset(columns), bool(every), frozenset(possible)) for name, (columns, every, possible) in told["uses"].items()}


def _sources(told: list[list[list[str]]] | None, columns: int) -> tuple[frozenset[tuple[str, str]], ...] | None:
    if told is None or len(told) != columns:
        return None
    return tuple(frozenset((table, column) for table, column in each) for each in told)


def _check_columns(used: Mapping[str, TableUse], tables: Mapping[str, Sequence[str]]) -> None:
    """A column that a table does not have is a slip of the pen, no matter of policy."""
    for name, use in used.items():
        unknown = sorted(use.columns - set(tables[name]))
        if unknown:
            raise WrongUse(
                f"表 {name} 没有列 {'、'.join(unknown[:5])}。它的列有：{'、'.join(tables[name][:40])}。",
                f"Table {name} has no column {', '.join(unknown[:5])}. It has: {', '.join(tables[name][:40])}.", code="QueryColumn", table=name,
            )


def _table(data: bytes) -> pa.Table:
    """The rows as they came from the child, checked before anybody reads them."""
    try:
        table = pa.ipc.open_stream(io.BytesIO(data)).read_all()
        table.validate(full=True)
    except pa.ArrowException as error:
        raise Incomplete("查询结果不完整。请重试。", "The result is not whole. Try again.", code="QueryBroken") from error
    return table


def _failure(told: Mapping[str, Any], limits: SandboxLimits) -> LingnanError:
    """What the engine complained of, in words that never hold a value: one sentence for all that fails while computing."""
    kind = told["error"]
    if kind == "unclear":
        return Refused(told["zh"], told["en"], code=told["code"], **told["facts"])
    if kind == "binding":
        said = str(told["message"]).partition(": ")[2].rstrip("!.:") or told["class"]
        return WrongUse(
            f"查询无法执行（{said}）。请核对列名、类型与分组后重试。",
            f"The query cannot run ({said}). Check columns, types and grouping, then try again.", code="QueryBinding",
        )
    if kind == "resources":
        return _too_much(limits)
    if kind == "forbidden":
        return Refused("查询用到了不允许的功能。", "The query uses what is not allowed.", code="QueryForm")
    return WrongUse(
        "查询计算时出错，例如类型转换失败、数值超出范围或子查询返回多行。可用 try_cast，并核对类型。",
        "The query failed while computing: a value that cannot be converted, out of range, or more than one row from a subquery. "
        "Use try_cast and check types.", code="QueryComputing",
    )


def _busy() -> LingnanError:
    return Unavailable(
        "机器繁忙，查询进程未能及时启动。请稍后再试。", "The machine is busy: no process was ready for the statement in time. Try again later.",
        code="QueryBusy",
    )


def _too_long(seconds: float) -> Incomplete:
    return Incomplete(
        f"查询超过 {seconds:g} 秒的时限，已终止。请缩小范围、先过滤再连接，或请管理员调整 LINGNAN_QUERY_SECONDS。",
        f"The query was stopped after {seconds:g} s. Narrow it, filter before joining, or have LINGNAN_QUERY_SECONDS raised.", code="QueryTooLong",
    )


def _too_much(limits: SandboxLimits) -> Incomplete:
    return Incomplete(
        f"查询超过内存（{limits.memory}）、磁盘（{limits.disk}）或计算时间的上限，已终止。请缩小范围，或请管理员调整 "
        "LINGNAN_QUERY_MEMORY、LINGNAN_QUERY_DISK。",
        f"The query was stopped: more memory ({limits.memory}), disk ({limits.disk}) or time than allowed. Narrow it, or have "
        "LINGNAN_QUERY_MEMORY or LINGNAN_QUERY_DISK raised.", code="QueryTooLarge",
    )
