"""Leaves out groups of too few rows where a statement counts or sums over a table of which some values are masked.

The rule is written into the tree of the engine's own parser, at every select that aggregates rows of such a table, so no condition of the
reader stands below it. It keeps small cells from being read as figures; what one person's row shows is the mask's business.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

from lingnan.lake.sandbox.grammar import NODES, Tree, function_groups


def with_least_group(connection: duckdb.DuckDBPyConnection, sql: str, covered: frozenset[str], least: int) -> str:
    """The statement with groups of fewer than `least` rows left out, over the `covered` tables (`area.table`); the same where none is."""
    if not covered:
        return sql
    row = connection.execute("select json_serialize_sql(?)", [sql]).fetchone()
    tree = json.loads(row[0]) if row else {}
    marking = _Marking(covered, least)
    for statement in tree.get("statements", ()):
        marking.rows_of(statement["node"], {})
    if not marking.marked:
        return sql
    told = connection.execute("select json_deserialize_sql(?)", [json.dumps(tree)]).fetchone()
    return str(told[0]) if told else sql


class _Marking:
    """Goes through a tree from inside out and writes the rule where it belongs."""

    def __init__(self, covered: frozenset[str], least: int) -> None:
        self._covered, self._least, self.marked = covered, least, 0

    def rows_of(self, node: Tree, known: dict[str, bool]) -> bool:
        """Whether the rows of a query are still those of a covered table, one by one; `known` says it of the names of `with` around."""
        known = dict(known)
        for each in node.get("cte_map", {}).get("map", ()):
            known[str(each["key"]).lower()] = self.rows_of(each["value"]["query"]["node"], known)
        first = self._below(node.get("left"), known)
        if node["type"] == "RECURSIVE_CTE_NODE":
            known[str(node["cte_name"]).lower()] = first
        others = self._below([value for key, value in node.items() if key not in ("cte_map", "from_table", "left")], known)
        if node["type"] != "SELECT_NODE":
            return first or others
        single = self._below(node.get("from_table"), known)
        if not _aggregates(node):
            return single
        if single:
            node["having"] = _and(node.get("having"), _at_least(self._least))
            self.marked += 1
        return False

    def _below(self, value: Any, known: dict[str, bool]) -> bool:
        if isinstance(value, list):
            return max((self._below(each, known) for each in value), default=False)
        if not isinstance(value, dict):
            return False
        if _is_query(value):
            return self.rows_of(value, known)
        if value.get("type") == "BASE_TABLE":
            name = str(value["table_name"]).lower()
            return f"{value['schema_name'].lower()}.{name}" in self._covered if value.get("schema_name") else known.get(name, False)
        return self._below(list(value.values()), known)


@cache
def _aggregate_functions() -> frozenset[str]:
    return frozenset(function_groups()["aggregates"].split())


def _aggregates(node: Tree) -> bool:
    """Whether a select makes one row of several."""
    if node.get("group_expressions") or node.get("having") or node.get("aggregate_handling") == "FORCE_AGGREGATES":
        return True
    return any(each.get("class") == "FUNCTION" and each["function_name"].lower() in _aggregate_functions() for each in _own(node["select_list"]))


def _own(value: Any) -> Iterator[Tree]:
    """Every expression of a select, without those of queries inside it."""
    if isinstance(value, list):
        for each in value:
            yield from _own(each)
    elif isinstance(value, dict) and not _is_query(value):
        yield value
        for each in value.values():
            yield from _own(each)


def _is_query(value: Tree) -> bool:
    return isinstance(value.get("type"), str) and value["type"] in NODES


def _at_least(least: int) -> Tree:
    count: Tree = {
        "class": "FUNCTION", "type": "FUNCTION", "alias": "", "function_name": "count_star", "schema": "", "children": [], "filter": None,
        "order_bys": {"type": "ORDER_MODIFIER", "orders": []}, "distinct": False, "is_operator": False, "export_state": False, "catalog": "",
    }
    number = {"type": {"id": "INTEGER", "type_info": None}, "is_null": False, "value": least}
    return {
        "class": "COMPARISON", "type": "COMPARE_GREATERTHANOREQUALTO", "alias": "", "left": count,
        "right": {"class": "CONSTANT", "type": "VALUE_CONSTANT", "alias": "", "value": number},
    }


def _and(having: Any, rule: Tree) -> Tree:
    return {"class": "CONJUNCTION", "type": "CONJUNCTION_AND", "alias": "", "children": [having, rule]} if having else rule
