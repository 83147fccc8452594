"""What a person's statement may be made of, checked on the tree of the engine's own parser: what is not known to be harmless is refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from lingnan.base import Refused, WrongUse, load_yaml
from lingnan.lake.sandbox.shapes import ShapeLimits

_FUNCTIONS = Path(__file__).parent / "functions.yaml"
NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_RELATIONS = frozenset({"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY"})
_MODIFIERS = frozenset({"ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER"})
_ORDERS = frozenset({"ORDER_DEFAULT", "ASCENDING", "DESCENDING"})
_PLAIN = NODES | _RELATIONS | _MODIFIERS | _ORDERS
_CLASSES = frozenset({
    "BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA", "LAMBDA_REF", "OPERATOR",
    "STAR", "SUBQUERY", "WINDOW",
})
# Types and constants hold no expression.
_LEAVES = frozenset({"cast_type", "value", "sample_size"})
# Names the engine or a view (`lake.binding`) gives to relations of its own.
_SYSTEM = ("duckdb_", "pragma_", "pg_", "sqlite_", "information_schema", "key ")
# How the engine's parser, and the reader of its tree, say that they gave up.
_TOO_DEEP = ("Max expression depth", "memory exhausted", "maximum recursion depth")

Tree = dict[str, Any]


@cache
def function_groups() -> dict[str, str]:
    """The functions by what they are for, each group as words."""
    groups: dict[str, str] = load_yaml(_FUNCTIONS.read_text(encoding="utf-8"))
    return groups


@cache
def allowed_functions() -> frozenset[str]:
    """Every function a statement may call, in lower case."""
    return frozenset(name.lower() for words in function_groups().values() for name in words.split())


@cache
def _table_functions() -> frozenset[str]:
    return frozenset(function_groups()["tables"].split())


@dataclass
class Found:
    """What a tree holds: tables by `area.table`, and how large it is."""

    tables: set[str] = field(default_factory=set)
    joins: int = 0
    nodes: int = 0


def check(kinds: list[str], tree: Tree, sql: str, limits: ShapeLimits) -> frozenset[str]:
    """The tables one select reads, as `area.table`; WrongUse when it is no statement, Refused when it may not run."""
    if tree.get("error") and (not kinds or kinds == ["SELECT"]):
        if any(words in str(tree.get("error_message")) for words in _TOO_DEEP):
            _too_large("嵌套层数", "levels of nesting", limits.nesting)
        raise _not_understood(tree, sql)
    if kinds != ["SELECT"]:
        _refuse(
            f"只能执行一条 SELECT 查询，不能执行：{'、'.join(kinds) or '空语句'}。请只保留一条 SELECT。",
            f"Only one SELECT may run, not: {', '.join(kinds) or 'nothing'}. Keep a single SELECT.", "QueryNotSelect",
        )
    found = Found()
    for statement in tree["statements"]:
        if statement.get("named_param_map"):
            _refuse("查询中不能有参数（? 或 $1）。请直接写出值。", "A query has no parameters (? or $1). Write the value.", "QueryParameter")
        _walk(statement["node"], frozenset(), 0, found, limits)
    return frozenset(found.tables)


def _walk(node: Any, ctes: frozenset[str], depth: int, found: Found, limits: ShapeLimits) -> None:
    """Check a node and all below it; `ctes` are the names of `with` that are known at this place, `depth` the subqueries around it."""
    if isinstance(node, list):
        for each in node:
            _walk(each, ctes, depth, found, limits)
    if not isinstance(node, dict):
        return
    found.nodes += 1
    kind = node.get("type")
    if not isinstance(kind, str | None):
        _form(str(kind))
    if kind in NODES:
        depth += 1
    _check_size(found, depth, limits)
    _check_node(node, kind, ctes, found)
    for key, below in node.items():
        if key in _LEAVES or key == "cte_map":
            continue
        _walk(below, _known(node, key, ctes), depth, found, limits)
    for names, query in _ctes(node, ctes):
        _walk(query, names, depth, found, limits)


def _known(node: Tree, key: str, ctes: frozenset[str]) -> frozenset[str]:
    """The names known below a key: those of the node's own `with`, and in the second half of a recursion its own name."""
    own = {_folded(each["key"]) for each in node.get("cte_map", {}).get("map", ())}
    if node.get("type") == "RECURSIVE_CTE_NODE" and key == "right":
        own.add(_folded(node["cte_name"]))
    return ctes | own


def _ctes(node: Tree, ctes: frozenset[str]) -> Iterator[tuple[frozenset[str], Any]]:
    """Each query of a `with` and the names it knows: those before it, never its own."""
    known = set(ctes)
    for each in node.get("cte_map", {}).get("map", ()):
        name = _folded(each["key"])
        if name.startswith(_SYSTEM):
            _refuse(
                f"WITH 中不能使用系统名称 {each['key']}。请改名。",
                f"A WITH may not take the system's name {each['key']}. Rename it.", "QuerySystemName",
            )
        yield frozenset(known), each["value"]
        known.add(name)


def _check_size(found: Found, depth: int, limits: ShapeLimits) -> None:
    if found.nodes > limits.nodes:
        _too_large("语法成分", "parts of the statement", limits.nodes)
    if depth > limits.nesting:
        _too_large("嵌套层数", "levels of nesting", limits.nesting)
    if found.joins > limits.joins:
        _too_large("连接的表数", "joined relations", limits.joins)


def _check_node(node: Tree, kind: Any, ctes: frozenset[str], found: Found) -> None:
    if "class" in node:
        if node["class"] not in _CLASSES:
            _form(str(node["class"]))
        if "function_name" in node:
            _check_function(node, allowed_functions())
    elif kind is not None and kind not in _PLAIN:
        _form(str(kind))
    elif kind == "BASE_TABLE":
        _take_table(node, ctes, found)
    elif kind == "TABLE_FUNCTION":
        function = node.get("function", {})
        if function.get("class") != "FUNCTION":
            _form("TABLE_FUNCTION")
        _check_function(function, _table_functions())
    elif kind == "JOIN":
        found.joins += 1


def _check_function(node: Tree, allowed: frozenset[str]) -> None:
    name = str(node["function_name"])
    if node.get("catalog") or node.get("schema", "main") not in ("", "main") or _folded(name) not in allowed:
        _refuse(
            f"查询中不能使用函数 {name}。可用的函数见 docs/query.md；文件、设置与系统函数一律不可用。",
            f"The function {name} may not be used in a query. See docs/query.md for those that may; none reads files, settings or the system.",
            "QueryFunction", function=name,
        )


def _take_table(node: Tree, ctes: frozenset[str], found: Found) -> None:
    catalog, schema, name = node.get("catalog_name", ""), node.get("schema_name", ""), str(node.get("table_name", ""))
    if node.get("at_clause"):
        _form("AT")
    if not schema and not catalog and _folded(name) in ctes:
        return
    if catalog or not schema:
        _refuse(
            f"“{name}”不是可查询的表。请按“区域.表名”书写，例如 registers.divisions；文件和系统表不可查询。",
            f"“{name}” is no table that can be asked. Write area.table, such as registers.divisions; no files, no system tables.",
            "QueryTable", table=name,
        )
    found.tables.add(f"{_folded(str(schema))}.{_folded(name)}")


def _folded(name: str) -> str:
    """How the engine compares names."""
    return name.lower()


def _not_understood(tree: Tree, sql: str) -> WrongUse:
    """The engine's complaint with the place in the reader's own text."""
    message = str(tree.get("error_message", ""))
    line, column, text = _place(sql, tree.get("position"))
    at_zh, at_en = (f"第 {line} 行第 {column} 个字符处“{text}”附近", f"near “{text}”, line {line}, character {column}") if text else ("", "")
    return WrongUse(
        f"查询语句有语法错误{'：' + at_zh if at_zh else ''}（{message}）。请改正后重试。",
        f"The statement has a syntax error{' ' + at_en if at_en else ''} ({message}). Mend it and try again.",
        code="QuerySyntax", line=line, column=column,
    )


def _place(sql: str, position: Any) -> tuple[int, int, str]:
    """Line, character and the text there."""
    if position is None or not str(position).isdigit():
        return 0, 0, ""
    before = sql[: int(position)]
    line_text = sql[len(before) :].split("\n", 1)[0][:30]
    return before.count("\n") + 1, len(before) - before.rfind("\n"), line_text or before[-30:]


def _form(form: str) -> NoReturn:
    _refuse(
        f"查询中不能使用这种写法：{form}。允许 SELECT、WITH、连接、子查询、集合运算、聚合与窗口函数。",
        f"This form may not be used in a query: {form}. Allowed are SELECT, WITH, joins, subqueries, set operations, aggregates and windows.",
        "QueryForm", form=form,
    )


def _too_large(zh: str, en: str, most: int) -> NoReturn:
    _refuse(
        f"查询语句过大：{zh}超过上限 {most}。请拆成几条较小的查询。",
        f"The statement is too large: more than {most} {en}. Split it.", "QueryTooComplex",
    )


def _refuse(zh: str, en: str, code: str, **facts: Any) -> NoReturn:
    raise Refused(zh, en, code=code, **facts)
