"""The child: reads one statement, is given views, runs it once behind fences, and ends. It holds no secret and answers one caller."""

import json
import os
import shutil
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NoReturn

import duckdb
import pyarrow as pa

from lingnan.lake import binding, names
from lingnan.lake.sandbox import fences, wire
from lingnan.lake.sandbox.groups import Plan, plan_of
from lingnan.lake.sandbox.keys import KEY, KEYED
from lingnan.lake.sandbox.refusals import Unclear, bound_to_outside
from lingnan.lake.sandbox.shapes import EMPTY, OF_A_QUERY, SPILL, byte_count
from lingnan.lake.sandbox.uses import result_sources, table_uses

_BATCH_ROWS = 1_000
# What a message of these says is the statement's own text and the names it may see; other messages can hold values.
_TELLING = (duckdb.BinderException, duckdb.CatalogException)
_SHORT = (duckdb.OutOfMemoryException, duckdb.IOException, MemoryError, OSError)
_FILE = "row file"
_NO_LIMIT = 9_223_372_036_854_775_000
_FIXED = {
    "autoinstall_known_extensions": False, "autoload_known_extensions": False, "allow_community_extensions": False,
    "allow_unsigned_extensions": False, "allow_persistent_secrets": False, "python_enable_replacements": False,
}


class _WithoutPandas:
    """Arrow looks for pandas when it first makes an array, which would be behind the fences, and would take half a second; nothing here needs it."""

    def find_spec(self, name: str, *_more: object) -> None:
        """No module for pandas; of all others the usual finders tell."""
        if name == "pandas":
            raise ModuleNotFoundError(name, name=name)


def main() -> None:
    """Answer the requests that come on standard input; nothing but frames goes to standard output."""
    sys.meta_path.insert(0, _WithoutPandas())
    answers = os.dup(1)
    os.dup2(2, 1)
    questions = wire.Reader(0)
    with reading_engine() as reading, duckdb.connect(":memory:", config={**_FIXED, "threads": 1}) as running:
        # The engine looks at the machine's own folders when it opens; its further threads are begun behind the fence and inherit it.
        # sqlglot builds its dialect when first used; do it while nobody waits.
        table_uses("with w as (select count(*) as n from area.t) select t.id from area.t join w on true", {"area.t": ["id"]})
        _send(answers, {})
        read = _request(questions)
        fences.limit_reading(read["read_seconds"])
        _send(answers, read_statement(reading, read["sql"]))
        told = _request(questions)
        _send(answers, _used(read["sql"], told["tables"]))
        run = _request(questions)
        reading.close()
        further: SimpleQueue[dict[str, Any]] = SimpleQueue()
        threading.Thread(target=_listen, args=(questions, further), daemon=True).start()
        _send(answers, _run(running, run, answers, further))


def _request(questions: wire.Reader) -> dict[str, Any]:
    try:
        _kind, body = questions.frame()
    except wire.Broken:
        _leave()
    found: dict[str, Any] = json.loads(body)
    return found


def _listen(questions: wire.Reader, further: "SimpleQueue[dict[str, Any]]") -> None:
    """The caller keeps our standard input open while it waits; when it is gone, nobody wants the rest, and `_request` ends us."""
    while True:
        further.put(_request(questions))


def _leave() -> NoReturn:
    """End at once without a caller, and leave nothing behind that was spilled."""
    here = Path.cwd()
    # Whoever starts this program by hand stands in a folder that was not made for a query: nothing around it is ours to remove.
    if here.name == EMPTY and OF_A_QUERY.fullmatch(here.parent.name):
        shutil.rmtree(here.parent, ignore_errors=True)
    os._exit(0)


def _send(answers: int, values: dict[str, Any]) -> None:
    wire.write_all(answers, wire.pack_json(values))


def reading_engine() -> duckdb.DuckDBPyConnection:
    """An engine that only parses; opening it also loads what the engine and Arrow load when first used, before the fences forbid it."""
    connection = duckdb.connect(":memory:", config={**_FIXED, "threads": 1})
    connection.execute("set TimeZone = 'Asia/Shanghai'")
    connection.sql("select now() as at, 'x' as text, 1.5::decimal(9, 2) as number, [1] as list").limit(1).to_arrow_reader(1).read_all()
    return connection


def read_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """What the engine's own parser makes of a text: the kinds of its statements and its tree, or what is wrong and where."""
    tree: dict[str, Any] = {}
    try:
        row = connection.execute(
            "select json_serialize_sql(?, skip_null := true, skip_empty := true, skip_default := true)", [sql]
        ).fetchone()
        tree = json.loads(row[0]) if row else {}
        return {"tree": tree, "kinds": [statement.type.name for statement in connection.extract_statements(sql)]}
    except (duckdb.Error, RuntimeError) as error:
        failed = {"error": True, "error_message": _first_line(error)}
    return {"kinds": [], "tree": tree if tree.get("error") else failed}


def _used(sql: str, tables: dict[str, list[str]]) -> dict[str, Any]:
    """What the statement uses of each table; here and not in the hub, because a hostile text can take long to analyse."""
    found = table_uses(sql, tables)
    if found is None:
        return {"error": "form"}
    return {"uses": {name: [sorted(use.columns), use.every, sorted(use.possible)] for name, use in found.items()}}


def _run(
    connection: duckdb.DuckDBPyConnection, request: dict[str, Any], answers: int, further: "SimpleQueue[dict[str, Any]]"
) -> dict[str, Any]:
    spill = Path.cwd().parent / SPILL
    files = [file for view in request["views"] for file in view["files"]]
    columns = {view["table"]: view["columns"] for view in request["views"]}
    sources = result_sources(request["sql"], columns)
    fences.limit_resources(byte_count(request["memory"]), byte_count(request["disk"]), request["cpu_seconds"], request["threads"])
    try:
        plan = plan_of(connection, request["sql"], columns, request["covered"], _kinds(request["views"]), request["least_group"])
        fenced = fences.enclose(files, spill)
        _prepare(connection, request, files, spill, keyed=plan is not None)
        sql = _guarded(connection, plan, request, answers, further) if plan else request["sql"]
        if request.get("plan"):
            return {"plan": connection.execute(f"explain {sql}").fetchall()[0][1], "fenced": fenced}
        told = _stream(connection, {**request, "sql": sql}, answers)
        told |= {"fenced": fenced, "grouped": plan is not None}
        return {**told, "sources": [sorted(each) for each in sources] if sources is not None else None}
    except Unclear as unclear:
        return {"error": "unclear", **unclear.told}
    except _TELLING as error:
        return {"error": "binding", "message": _first_line(error), "class": type(error).__name__}
    except _SHORT as error:
        return {"error": "resources", "class": type(error).__name__}
    except (duckdb.PermissionException, duckdb.NotImplementedException) as error:
        return {"error": "forbidden", "class": type(error).__name__}
    except (duckdb.Error, RuntimeError, pa.ArrowException, ValueError) as error:
        return {"error": "computing", "class": type(error).__name__}


def _kinds(views: list[dict[str, Any]]) -> dict[str, str]:
    """By name of a column: whether it is a number or says yes or no, where all tables agree."""
    found: dict[str, set[str]] = {}
    for view in views:
        for field in pa.ipc.read_schema(pa.py_buffer(bytes.fromhex(view["schema"]))):
            is_number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type) or pa.types.is_decimal(field.type)
            kind = "boolean" if pa.types.is_boolean(field.type) else "number" if is_number else ""
            found.setdefault(field.name.lower(), set()).add(kind)
    return {name: kinds.pop() for name, kinds in found.items() if len(kinds) == 1}


def _guarded(
    connection: duckdb.DuckDBPyConnection, plan: Plan, request: dict[str, Any], answers: int, further: "SimpleQueue[dict[str, Any]]"
) -> str:
    """The statement that may run: which rows stand behind its figures is told first, and the answer says what to leave out."""
    connection.execute(f"explain {request['sql']}")
    try:
        supports = plan.count(connection, request["most_groups"])
    except duckdb.BinderException as error:
        # The statement itself is bound above, so this select cannot stand alone.
        raise bound_to_outside() from error
    _send(answers, {"supports": supports})
    told = further.get()["refused"]
    return plan.sql({tuple(place): [tuple(sketch) for sketch in sketches] for place, sketches in told})


def _prepare(connection: duckdb.DuckDBPyConnection, request: dict[str, Any], files: list[str], spill: Path, *, keyed: bool) -> None:
    """Lay the views and nothing else: the named files alone, settings that cannot be changed any more."""
    listed = ", ".join(names.literal(file) for file in files)
    settings = {
        "threads": str(request["threads"]), "memory_limit": names.literal(request["memory"]), "temp_directory": names.literal(str(spill)),
        "max_temp_directory_size": names.literal(request["disk"]), "max_expression_depth": "500", "TimeZone": "'Asia/Shanghai'",
        "allowed_paths": f"[{listed}]", "enable_external_access": "false",
    }
    for name, value in settings.items():
        connection.execute(f"set {name} = {value}")
    fences.forbid_processes()
    for view in request["views"]:
        _bind(connection, view)
        _lay(connection, view)
        if keyed and view["table"] in request["covered"]:
            _lay(connection, view, keyed=True)
    connection.execute("set lock_configuration = true")


def _lay(connection: duckdb.DuckDBPyConnection, view: dict[str, Any], *, keyed: bool = False) -> None:
    """Lay one view under its table's name, `keyed` beside it with each row's key; a table without files is an empty one with the same columns."""
    name = names.quoted_table(view["table"])
    area = name.split(".")[0]
    name = f'{area}."{view["table"].split(".")[1]}{KEYED}"' if keyed else name
    connection.execute(f"create schema if not exists {area}")
    if not view["files"]:
        empty = pa.ipc.read_schema(pa.py_buffer(bytes.fromhex(view["schema"]))).empty_table()
        connection.register("empty", empty)
        key = f', 0::ubigint as "{KEY}"' if keyed else ""
        connection.execute(f"create table {name} as select *{key} from ({view_select(view, 'empty')})")
        connection.unregister("empty")
        return
    union = ", union_by_name = true" if len(view["files"]) > 1 else ""
    rows = f", filename = '{_FILE}', file_row_number = true" if keyed else ""
    listed = ", ".join(names.literal(file) for file in view["files"])
    key = f'hash("{_FILE}", file_row_number) as "{KEY}"' if keyed else ""
    connection.execute(f"create view {name} as {view_select(view, f'read_parquet([{listed}]{union}{rows})', key)}")


def _bind(connection: duckdb.DuckDBPyConnection, view: dict[str, Any]) -> None:
    """Give filter and masks the values and keys they read; no statement of a person can name these (`grammar`)."""
    for row in pa.ipc.open_stream(bytes.fromhex(view["values"])).read_all().to_pylist():
        for value, held in row.items():
            connection.execute(f"set variable {binding.checked(value)} = $held", {"held": held})
    for key, secret in view["keys"].items():
        connection.register("pads", binding.pads(bytes.fromhex(secret)))
        connection.execute(f"create or replace table {names.quoted(binding.key_table(key))} as select * from pads")
        connection.unregister("pads")


def view_select(view: dict[str, Any], source: str, key: str = "") -> str:
    """The select behind a view, with a row's key where one is asked for.

    Where rows are filtered, a limit that no table reaches stands above the filter: no engine may move a condition of the reader
    below a limit, so an expression of theirs is never computed over a row they may not see. Masks come above it.
    """
    shown = ", ".join(
        f"{view['masks'][column]} as {names.quoted(column)}" if column in view["masks"] else names.quoted(column) for column in view["columns"]
    )
    shown += f", {key}" if key else ""
    if not view["row_filter"]:
        return f"select {shown} from {source}"
    return f"select {shown} from (select * from {source} where ({view['row_filter']}) limit {_NO_LIMIT})"


def _stream(connection: duckdb.DuckDBPyConnection, request: dict[str, Any], answers: int) -> dict[str, Any]:
    """Send rows until there are no more or a limit is reached, and say which."""
    reader = connection.sql(request["sql"]).limit(request["rows"] + 1).to_arrow_reader(_BATCH_ROWS)
    sink = _Frames(answers)
    sent, size, truncated = 0, 0, ""
    with pa.ipc.new_stream(sink, reader.schema) as writer:
        for batch in reader:
            kept = _within(batch.slice(0, request["rows"] - sent), request["bytes"] - size)
            if kept.num_rows:
                writer.write_batch(kept)
            sent, size = sent + kept.num_rows, size + kept.nbytes
            if kept.num_rows < batch.num_rows:
                truncated = "rows" if sent == request["rows"] else "bytes"
                break
    return {"rows": sent, "truncated": truncated}


def _within(batch: pa.RecordBatch, most_bytes: int) -> pa.RecordBatch:
    """As many of the first rows as fit, found by halving."""
    while batch.num_rows and batch.nbytes > most_bytes:
        batch = batch.slice(0, batch.num_rows // 2)
    return batch


class _Frames:
    """A sink that turns what Arrow writes into frames."""

    closed = False

    def __init__(self, answers: int) -> None:
        self._answers = answers

    def write(self, data: Any) -> int:
        piece = bytes(data)
        wire.write_all(self._answers, wire.pack(wire.ROWS, piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """The pipe stays open for the last frame."""


def _first_line(error: BaseException) -> str:
    return str(error).split("\n", 1)[0][:500]
