"""Carries the key of each protected row from its table up to the select that counts or sums it, through joins, subqueries and `with`.

A key is a number of the row in this version of the table. It travels as a column with a name of its own that no star shows, so what the
reader wrote means what it meant before; where rows could not be told apart any more, the statement is refused.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from lingnan.lake.sandbox import refusals
from lingnan.lake.sandbox.arguments import alias_of
from lingnan.lake.sandbox.grammar import Tree, function_groups
from lingnan.lake.sandbox.trees import Known, Trees, column, cte_entries, everything, own

KEY, KEYED = "row key", " keyed"
"""The key's column, and what follows the name of the view that has it; no name of a catalogued table holds a blank."""
_ONE_SIDED = {"SEMI": "left", "ANTI": "left", "RIGHT_SEMI": "right", "RIGHT_ANTI": "right"}
_PLAIN_ZH, _PLAIN_EN = "请把条件直接写在聚合查询的 FROM 与 WHERE 中。", "Write the condition in FROM and WHERE of the select that aggregates."


@dataclass(frozen=True)
class Key:
    """A row's key within a select: the protected table, the column's name there, and the relation that has it."""

    table: str
    name: str
    relation: str

    @property
    def tree(self) -> Tree:
        """The reference to it."""
        return column(self.name)


class Keys:
    """Lays keys into one statement; `covered` are the protected tables with their visible columns."""

    def __init__(self, trees: Trees, covered: Mapping[str, Sequence[str]]) -> None:
        self._trees, self._covered, self._count = trees, covered, 0

    def holds(self, relation: Tree, known: Known) -> bool:
        """Whether rows of a protected table come out of a relation one by one."""
        kind = relation["type"]
        if kind == "JOIN":
            sides = [_ONE_SIDED[relation["join_type"]]] if relation["join_type"] in _ONE_SIDED else ["left", "right"]
            return any(self.holds(relation[side], known) for side in sides)
        if kind == "BASE_TABLE":
            if relation.get("schema_name"):
                return _name(relation) in self._covered
            cte = known.ctes.get(_name(relation))
            return cte is not None and self.comes_from(cte.node, known.without(_name(relation)))
        return kind == "SUBQUERY" and self.comes_from(relation["subquery"]["node"], known)

    def comes_from(self, node: Tree, known: Known) -> bool:
        """Whether the rows of a query are those of a protected table, one by one."""
        for entry in cte_entries(node):
            known = known.with_(entry)
        if node["type"] == "SELECT_NODE":
            return not aggregates(node) and self.holds(node["from_table"], known)
        return any(self.comes_from(node[side], known.without(str(node.get("cte_name", "")))) for side in ("left", "right") if side in node)

    def lay(self, relation: Tree, known: Known) -> list[Key]:
        """Change a relation so that it gives the keys of its protected rows; Unclear where it cannot."""
        if not self.holds(relation, known):
            return []
        if relation.get("sample"):
            raise refusals.form("抽样（TABLESAMPLE）", "a sample (TABLESAMPLE)", "请对全部行提问。", "Ask about all rows.")
        if relation["type"] == "JOIN":
            if relation["join_type"] in _ONE_SIDED:
                return self.lay(relation[_ONE_SIDED[relation["join_type"]]], known)
            return [*self.lay(relation["left"], known), *self.lay(relation["right"], known)]
        if relation["type"] == "BASE_TABLE" and relation.get("schema_name"):
            return [self._lay_on_table(relation)]
        if relation["type"] == "BASE_TABLE":
            known = self._put_in_place(relation, known)
        return self._lay_on_query(relation, known)

    def _fresh(self) -> str:
        self._count += 1
        return f"{self._trees.token} {self._count}"

    def _lay_on_table(self, relation: Tree) -> Key:
        table, alias, name = _name(relation), relation.get("alias") or relation["table_name"], self._fresh()
        area, bare = (part.replace('"', '""') for part in table.split("."))
        keyed = self._trees.node(f'select * from (select * exclude ("{KEY}"), "{KEY}" as "{name}" from "{area}"."{bare}{KEYED}") as t')["from_table"]
        _replace(relation, {**keyed, "alias": alias, "column_name_alias": relation.get("column_name_alias", [])})
        return Key(table, name, str(alias).lower())

    def _put_in_place(self, relation: Tree, known: Known) -> Known:
        """Put the query of a `with` where its name stands, since others may read it without keys."""
        name = _name(relation)
        cte, alias, renamed = known.ctes[name], relation.get("alias") or relation["table_name"], list(relation.get("column_name_alias") or ())
        frame = self._trees.node("select * from (select 1) as t")["from_table"]
        query = copy.deepcopy(cte.entry["value"]["query"])
        names = [*renamed, *cte.aliases[len(renamed) :]]
        _replace(relation, {**frame, "subquery": query, "alias": alias, "column_name_alias": names})
        return known.without(name)

    def _lay_on_query(self, relation: Tree, known: Known) -> list[Key]:
        node = relation["subquery"]["node"]
        for entry in cte_entries(node):
            known = known.with_(entry)
        _check_plain(node)
        inner = self.lay(node["from_table"], known)
        hide(node, inner, self.columns_of(inner))
        laid = []
        for key in inner:
            name = self._fresh()
            node["select_list"].append({**key.tree, "alias": name})
            laid.append(Key(key.table, name, alias_of(relation)))
        return laid

    def columns_of(self, keys: Sequence[Key]) -> set[str]:
        """The columns of the tables that these keys are of, in lower case."""
        return {name.lower() for key in keys for name in self._covered[key.table]}


def hide(node: Tree, keys: Sequence[Key], columns: set[str]) -> None:
    """Keep keys out of the stars of a select; Unclear where it takes a whole row or chooses columns by a condition."""
    relations = {key.relation for key in keys}
    for part in own([node["select_list"], node.get("where_clause"), node.get("group_expressions"), node.get("having"), node.get("qualify")]):
        if part.get("class") == "STAR":
            if part["columns"]:
                raise refusals.form("COLUMNS(…)", "COLUMNS(…)", "请逐一写出列名。", "Write the columns by name.")
            hidden = [key.name for key in keys if part["relation_name"].lower() in ("", key.relation)]
            part["exclude_list"] = [*part["exclude_list"], *hidden]
        whole = part.get("class") == "COLUMN_REF" and len(part["column_names"]) == 1 and part["column_names"][0].lower()
        if whole and whole in relations and whole not in columns:
            raise refusals.form("整行（以表名作值）", "a whole row (a table's name as a value)", "请逐一写出列名。", "Write the columns by name.")


@cache
def aggregate_functions() -> frozenset[str]:
    """The aggregates a statement may call, in lower case."""
    return frozenset(function_groups()["aggregates"].split()) | {"json_group_array", "json_group_object", "json_group_structure"}


def aggregates(node: Tree) -> bool:
    """Whether a select makes one row of several."""
    if node.get("group_expressions") or node.get("having") or node.get("aggregate_handling") == "FORCE_AGGREGATES":
        return True
    return any(is_aggregate(each) for each in own([node["select_list"], node.get("qualify"), node.get("modifiers")]))


def is_aggregate(part: Tree) -> bool:
    """Whether a part of a select is a call of an aggregate."""
    return part.get("class") == "FUNCTION" and part["function_name"].lower() in aggregate_functions()


def _check_plain(node: Tree) -> None:
    if node["type"] != "SELECT_NODE":
        raise refusals.form(
            "UNION、INTERSECT、EXCEPT 或递归", "UNION, INTERSECT, EXCEPT or recursion", "请分别提问。", "Ask about each part by itself.",
        )
    if any(each["type"] == "DISTINCT_MODIFIER" for each in node.get("modifiers", ())):
        raise refusals.form(
            "子查询中的 DISTINCT", "DISTINCT in a subquery", "请用 count(DISTINCT 列) 或 GROUP BY。", "Use count(DISTINCT column) or GROUP BY.",
        )
    if node.get("sample"):
        raise refusals.form("抽样（SAMPLE）", "a sample (SAMPLE)", "请对全部行提问。", "Ask about all rows.")


def check_names(statement: Tree) -> None:
    """Unclear when two queries of `with` have one name: it would not be plain which of them is meant."""
    names = [str(entry["key"]).lower() for part in everything(statement) if "cte_map" in part for entry in cte_entries(part)]
    if len(names) != len(set(names)):
        raise refusals.form("同名的 WITH", "two WITH of one name", "请给每个 WITH 起不同的名称。", "Give each WITH a name of its own.")
    if any(part.get("class") == "FUNCTION" and part["function_name"].lower() == "random" for part in everything(statement)):
        raise refusals.form("random()", "random()", _PLAIN_ZH, _PLAIN_EN)


def _name(relation: Tree) -> str:
    name = str(relation["table_name"]).lower()
    return f"{relation['schema_name'].lower()}.{name}" if relation.get("schema_name") else name


def _replace(tree: Tree, other: Tree) -> None:
    tree.clear()
    tree.update(other)
