"""Whether an aggregate's argument is a column of a catalogued table as it stands there, through subqueries and `with`.

A value that the reader makes up, by a condition, by arithmetic or by joining a list of their own, could give each row a weight by which a
sum tells who is in it; a column that the departments delivered is nobody's code.
"""

from collections.abc import Iterable, Mapping, Sequence

from lingnan.lake.sandbox.grammar import Tree
from lingnan.lake.sandbox.trees import Known, cte_entries

Columns = Mapping[str, Sequence[str]]
"""By table: its visible columns."""
_DEEP = 24
_MADE_NAMES = frozenset({"range", "unnest", "generate_series"})


class Arguments:
    """Follows names to the tables they come from."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def is_plain(self, expression: Tree, node: Tree, known: Known, depth: int = 0) -> bool:
        """Whether the expression, standing in this select, is a constant or a delivered column, its type changed at most."""
        kind = expression.get("class")
        if kind == "CONSTANT":
            return True
        if kind == "CAST":
            return self.is_plain(expression["child"], node, known, depth)
        if kind == "FUNCTION" and expression["function_name"] == "list_value":
            return all(each.get("class") == "CONSTANT" for each in expression["children"])
        return kind == "COLUMN_REF" and depth < _DEEP and self._is_delivered([str(name) for name in expression["column_names"]], node, known, depth)

    def _is_delivered(self, names: list[str], node: Tree, known: Known, depth: int) -> bool:
        """Inside an aggregate a name is a column, never what the select calls one of its items."""
        tables = relations(node["from_table"])
        alias = next((each for each in tables if len(names) > 1 and alias_of(each) == names[0].lower()), None)
        name, among = (names[1], [alias]) if alias else (names[0], tables)
        given = _told(self._gives(relation, name.lower(), known, depth) for relation in among)
        return bool(given) and all(given)

    def _gives(self, relation: Tree, name: str, known: Known, depth: int) -> bool | None:
        """Whether a relation's column of that name is delivered; None when it has none."""
        kind, renamed = relation["type"], [str(each).lower() for each in relation.get("column_name_alias") or ()]
        if kind == "BASE_TABLE" and relation.get("schema_name"):
            return self._of_table(f"{relation['schema_name']}.{relation['table_name']}".lower(), renamed, name)
        if kind == "BASE_TABLE":
            cte = known.ctes.get(str(relation["table_name"]).lower())
            return self._of_query(cte.node, [*renamed, *(each.lower() for each in cte.aliases[len(renamed) :])], name, known, depth) if cte else None
        if kind == "SUBQUERY":
            return self._of_query(relation["subquery"]["node"], renamed, name, known, depth)
        return False if name in (*renamed, alias_of(relation), *_MADE_NAMES) else None

    def _of_table(self, table: str, renamed: list[str], name: str) -> bool | None:
        if name in renamed:
            return True
        left = self._columns.get(table, ())[len(renamed) :]
        return True if name in {each.lower() for each in left} else None

    def _of_query(self, node: Tree, renamed: list[str], name: str, known: Known, depth: int) -> bool | None:
        if node["type"] != "SELECT_NODE":
            # Whatever two queries put together give is not followed further.
            return False if name in renamed or self._of_query(node["left"], [], name, known, depth) is not None else None
        for entry in cte_entries(node):
            known = known.with_(entry)
        if renamed:
            # Names by position: which column is meant depends on what a star stands for.
            stars = any(item.get("class") == "STAR" for item in node["select_list"])
            place = renamed.index(name) if name in renamed else -1
            if place < 0:
                return False if stars else None
            return not stars and place < len(node["select_list"]) and self.is_plain(node["select_list"][place], node, known, depth + 1)
        found = _told(self._of_item(item, node, name, known, depth) for item in node["select_list"])
        return all(found) if found else None

    def _of_item(self, item: Tree, node: Tree, name: str, known: Known, depth: int) -> bool | None:
        if item.get("class") == "STAR":
            if item["replace_list"] or item["rename_list"] or item["columns"] or item["expr"]:
                return False
            wanted = [each for each in relations(node["from_table"]) if not item["relation_name"] or alias_of(each) == item["relation_name"].lower()]
            given = _told(self._gives(relation, name, known, depth + 1) for relation in wanted)
            return all(given) if given else None
        called = str(item.get("alias") or (item["column_names"][-1] if item.get("class") == "COLUMN_REF" else "")).lower()
        return self.is_plain({**item, "alias": ""}, node, known, depth + 1) if called == name else None


def relations(relation: Tree) -> list[Tree]:
    """The relations of a FROM, joins taken apart."""
    if relation["type"] == "JOIN":
        return [*relations(relation["left"]), *relations(relation["right"])]
    return [relation]


def _told(answers: Iterable[bool | None]) -> list[bool]:
    return [each for each in answers if each is not None]


def alias_of(relation: Tree) -> str:
    """The name a relation goes by in its select, in lower case."""
    return str(relation.get("alias") or relation.get("table_name") or relation.get("function", {}).get("function_name") or "").lower()
