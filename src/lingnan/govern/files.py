"""Lays a file or a table before the rules: every value as delivered, with its place, under the names a contract can use."""

import codecs
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from lingnan.base import BadInput
from lingnan.govern.rules.plan import Past
from lingnan.govern.rules.quoting import literal, quoted, quoted_table
from lingnan.lake import Engine, EngineSession, View
from lingnan.standards import Contract

if TYPE_CHECKING:
    from lingnan.collect import Inspection

GIVEN, LAST = "given", "last_load"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Given:
    """What lies before the rules in the session's table `given`: its columns, and the data element each header suggests."""

    session: EngineSession
    schema: pa.Schema
    elements: Mapping[str, str]
    titles: Mapping[str, str]
    numbered: bool = True
    """Whether each row's place is its number, made here, and so its own."""


@dataclass(frozen=True)
class _Opened:
    """An opened file: its rows (a Parquet file's are read where they lie), the name each column takes, and what its headers suggest."""

    rows: pa.RecordBatchReader | None
    schema: pa.Schema
    names: Mapping[str, str]
    elements: Mapping[str, str]
    titles: Mapping[str, str]


@contextmanager
def given_table(table: str, engine: Engine, views: Mapping[str, View]) -> Iterator[Given]:
    """A table of the lake; rows without a place in a source are numbered."""
    with engine.session(views) as session:
        schema = session.query(f"select * from {quoted_table(table)} limit 0").schema
        yield _laid(session, quoted_table(table), schema, table, {}, {})


@contextmanager
def given_file(
    path: Path, contract: Contract | None, engine: Engine, views: Mapping[str, View], *, sample_only: bool = False
) -> Iterator[Given]:
    """A Parquet file, or a text file in any encoding that collecting understands; columns take the contract's names.

    With `sample_only` a text is not read through beforehand to tell what its columns may hold.
    """
    with _opened(path, contract, engine, sample_only=sample_only) as opened, engine.session(views) as session:
        _put(session, "read", path, opened)
        yield _laid(session, "read", opened.schema, path.name, opened.names, opened.elements, opened.titles, whole=opened.rows is None)


def _put(session: EngineSession, name: str, path: Path, opened: _Opened) -> None:
    if opened.rows is None:
        session.add_parquet(name, [path])
    else:
        session.add_arrow(name, opened.rows)


@contextmanager
def given_last(given: Given, last: str | Path | None, contract: Contract | None, engine: Engine) -> Iterator[Past]:
    """The load before the given one, a table there is a view of or a file, laid beside it to compare with."""
    if last is None:
        yield Past()
        return
    session = given.session
    if isinstance(last, str):
        session.execute(f"create temp table {LAST} as select * from {quoted_table(last)}")
    else:
        with _opened(last, contract, engine) as opened:
            _put(session, "read_last", last, opened)
            shown = ", ".join(f"{quoted(name)} as {quoted(opened.names.get(name, name))}" for name in opened.schema.names)
            session.execute(f"create temp table {LAST} as select {shown} from read_last")
    rows = session.query(f"select count(*) as n from {LAST}").column(0)[0].as_py()
    yield Past((int(rows),), LAST, frozenset(session.query(f"select * from {LAST} limit 0").schema.names))


@contextmanager
def _opened(path: Path, contract: Contract | None, engine: Engine, *, sample_only: bool = False) -> Iterator[_Opened]:
    if not path.is_file():
        raise BadInput(f"没有文件 {path}。请给出 Parquet 或 CSV 文件。", f"There is no file {path}. Give a Parquet or CSV file.", path=str(path))
    if path.suffix.lower() in (".parquet", ".pq"):
        schema = _parquet_schema(path)
        # What headers suggest is asked only where no contract says it; to look costs more than many a check.
        suggested = {} if contract else _suggested(path)
        yield _Opened(None, schema, _target_names(schema.names, schema.names, contract), suggested, {})
        return
    seen = _inspected(path, sample_only=sample_only)
    if seen.format not in ("csv", "text", "delimited", "tsv"):
        raise BadInput(
            f"不能直接检查 {seen.format} 文件 {path.name}。请先用 lingnan collect load 载入，再检查其表。",
            f"A {seen.format} file such as {path.name} cannot be checked by itself. Load it with: lingnan collect load, then check its table.",
            path=str(path), format=seen.format,
        )
    names = _target_names([each.name for each in seen.columns], [each.source for each in seen.columns], contract)
    elements = {names[each.name]: each.suggested_element for each in seen.columns if each.suggested_element}
    titles = {names[each.name]: each.source for each in seen.columns}
    types = {each.name: "VARCHAR" for each in seen.columns}
    with _utf8(path, seen) as text, engine.embedded.scan_csv(text, types, **_csv_options(seen)) as reader:
        yield _Opened(reader, reader.schema, names, elements, titles)


def _parquet_schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(
            f"文件 {path.name} 不是可读的 Parquet 文件（{error}）。", f"The file {path.name} is no Parquet file that can be read ({error}).",
            path=str(path),
        ) from error


def _inspected(path: Path, *, sample_only: bool = False) -> "Inspection":
    from lingnan.collect import inspect  # readers of files are imported when first used, to keep the command line quick

    return inspect(path, sample_only=sample_only)


def _suggested(path: Path) -> dict[str, str]:
    return {each.name: each.suggested_element for each in _inspected(path).columns if each.suggested_element}


def _target_names(columns: list[str], headers: list[str], contract: Contract | None) -> dict[str, str]:
    """Column in the file → name in the contract, by its delivered header or its own name."""
    known = {each.source: each.name for each in contract.properties} | {each.name: each.name for each in contract.properties} if contract else {}
    return {column: known.get(column, known.get(header, column)) for column, header in zip(columns, headers, strict=True)}


def _laid(
    session: EngineSession, source: str, schema: pa.Schema, label: str, names: Mapping[str, str], elements: Mapping[str, str],
    titles: Mapping[str, str] | None = None, *, whole: bool = False,
) -> Given:
    columns = [f"{quoted(name)} as {quoted(names.get(name, name))}" for name in schema.names]
    # Only what is not there is made up, and only the row's number: a moment of receipt would differ with every run.
    place = "file_row_number + 1" if whole else "row_number() over ()"
    made = {"_batch": literal(label), "_position": place, "_received_at": "cast(null as timestamptz)"}
    columns += [f"{sql} as {name}" for name, sql in made.items() if name not in schema.names]
    # A Parquet file is read anew by every statement, column by column; to lay it down first would cost more than most checks.
    session.execute(f"create temp {'view' if whole else 'table'} {GIVEN} as select {', '.join(columns)} from {source}")
    laid = session.query(f"select * from {GIVEN} limit 0").schema
    return Given(session, laid, elements, titles or {}, "_position" not in schema.names)


def _csv_options(seen: "Inspection") -> dict[str, object]:
    skipped = seen.title_rows + seen.header_rows + (1 if seen.unit_row else 0)
    # Read in one stream: several cannot pad short rows where a quoted value goes over a line's end.
    padded = {"null_padding": True, "parallel": False}
    return {"header": False, "skiprows": skipped, "delimiter": seen.delimiter or ",", "quotechar": seen.quote or '"', **padded}


@contextmanager
def _utf8(path: Path, seen: "Inspection") -> Iterator[Path]:
    encoding = codecs.lookup(seen.encoding or "utf-8").name
    if encoding == "utf-8":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="lingnan-check-") as folder:
        target = Path(folder) / "utf8.csv"
        with path.open(encoding=encoding, errors="replace", newline="") as read, target.open("w", encoding="utf-8", newline="") as written:
            while chunk := read.read(_CHUNK):
                written.write(chunk)
        yield target
