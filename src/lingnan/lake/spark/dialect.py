"""What Spark says differently: statements are written once, in the embedded engine's words, and rendered here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from lingnan.lake.engine import Unsupported
from lingnan.lake.spark.corrections import CORRECTIONS, Correct
from lingnan.lake.spark.stars import replaced

BOUND = "bound_"
"""What the name of a view's bound value begins with, apart from a statement's own parameters."""


@dataclass(frozen=True)
class Made:
    """One statement in Spark's words: what it does (`select`, `table`, `view`, `insert`, `drop`, `rename`), to which name, by which select.

    A rename keeps the new name in `select`; a drop that is `lenient` does not mind an absent name.
    """

    verb: str
    name: str = ""
    select: str = ""
    columns: tuple[str, ...] = ()
    by_name: bool = False
    lenient: bool = False


@dataclass(frozen=True)
class Rendered:
    """A text of one statement or several."""

    statements: tuple[Made, ...]


@lru_cache(maxsize=4096)
def rendered(sql: str) -> Rendered:
    """The text in Spark's words; Unsupported for a statement this engine cannot follow."""
    try:
        return Rendered(tuple(_made(tree) for tree in parse(sql, read="duckdb") if tree is not None))
    except SqlglotError as error:
        raise Unsupported(f"集群引擎无法读懂这条语句：{sql[:120]}", f"The cluster engine cannot read this statement: {sql[:120]}") from error


def storable(frame: Any) -> Any:
    """The rows with every column cast to a type a table keeps; intervals become texts, moments without zone get China's."""
    from pyspark.sql import functions as f
    from pyspark.sql import types as t

    targets: list[tuple[Callable[[Any], bool], Any]] = [
        (lambda kind: isinstance(kind, t.NullType | t.DayTimeIntervalType | t.YearMonthIntervalType), t.StringType()),
        (lambda kind: isinstance(kind, t.TimestampNTZType), t.TimestampType()),
    ]
    casts = []
    for field in frame.schema.fields:
        target = next((to for fits, to in targets if fits(field.dataType)), None)
        column = f.col(f"`{field.name.replace('`', '``')}`")
        casts.append(column.cast(target).alias(field.name) if target else column)
    return frame.select(*casts)


def _made(tree: exp.Expr) -> Made:
    if isinstance(tree, exp.Query):
        return Made("select", select=_text(tree))
    if isinstance(tree, exp.Create) and tree.expression is not None and tree.kind in ("TABLE", "VIEW"):
        return Made(tree.kind.lower(), _name(tree.this), _text(tree.expression))
    if isinstance(tree, exp.Insert):
        given = tree.this
        columns = tuple(column.name for column in given.expressions) if isinstance(given, exp.Schema) else ()
        return Made("insert", _name(given), _text(tree.expression), columns, bool(tree.args.get("by_name")))
    if isinstance(tree, exp.Delete):
        return _kept(tree)
    if isinstance(tree, exp.Drop):
        return Made("drop", _name(tree.args["tables"][0]), lenient=bool(tree.args.get("exists")))
    if isinstance(tree, exp.Alter) and len(tree.args.get("actions") or ()) == 1 and isinstance(tree.args["actions"][0], exp.AlterRename):
        return Made("rename", _name(tree.this), _name(tree.args["actions"][0].this))
    raise Unsupported(
        f"集群引擎不支持这种语句：{tree.sql('duckdb')[:120]}", f"The cluster engine cannot follow this statement: {tree.sql('duckdb')[:120]}",
    )


def _kept(tree: exp.Delete) -> Made:
    """Rows are not removed from files: the table is made anew of those that stay."""
    condition = tree.args.get("where")
    gone = condition.this if condition else exp.true()
    rest = exp.select("*").from_(tree.this.copy()).where(exp.Not(this=exp.Coalesce(this=exp.Paren(this=gone.copy()), expressions=[exp.false()])))
    return Made("table", _name(tree.this), _text(rest))


def _name(tree: exp.Expr) -> str:
    table = tree.find(exp.Table) if not isinstance(tree, exp.Table) else tree
    return ".".join(part.name for part in table.parts) if table is not None else tree.name


def _text(tree: exp.Expr) -> str:
    changed = tree.copy()
    for correct in (*CORRECTIONS, replaced):
        changed = _corrected(changed, correct)
    return changed.sql(dialect="spark")


def _corrected(tree: Any, correct: Correct) -> Any:
    """From the leaves up, for what stands inside a corrected part wants the same correction."""
    for part in reversed(list(tree.walk(bfs=False))):
        found = correct(part)
        if found is not part and part is tree:
            tree = found
        elif found is not part:
            part.replace(found)
    return tree
