"""Finds the selects of a statement that count or sum rows of protected tables, and notes what each of their figures stands on."""

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lingnan.lake.sandbox import refusals
from lingnan.lake.sandbox.arguments import Arguments
from lingnan.lake.sandbox.grammar import Tree
from lingnan.lake.sandbox.keys import Key, Keys, aggregates, hide, is_aggregate
from lingnan.lake.sandbox.trees import Known, Trees, cte_entries, is_query, own

GATHERING = frozenset({
    "approx_top_k", "array_agg", "group_concat", "histogram", "histogram_exact", "json_group_array", "json_group_object", "json_group_structure",
    "list", "listagg", "string_agg",
})
"""What gives a group back value by value."""
_SAYING_YES = frozenset({"bool_and", "bool_or", "count_if", "countif"})
_ADDING = frozenset({"avg", "favg", "fsum", "kahan_sum", "mean", "product", "sum", "sum_no_overflow", "sumkahan"})
"""Where a row of 0 adds nothing: the rows that do are at least so many. Where values are yes and no, the others are too."""
_THERE = "__value is not null"
_NOT_ZERO = "__value <> 0"
_NOT_NOTHING = "coalesce(try_cast(cast(__value as varchar) as double) <> 0, cast(__value as varchar) <> 'false')"


@dataclass(frozen=True)
class Figure:
    """One call of an aggregate: the place of its condition among those of its select, and a narrower one that enough rows must meet too."""

    call: Tree
    condition: int
    floor: Tree | None


@dataclass
class Marked:
    """One select that aggregates protected rows: its keys, and the conditions its figures have beside the group itself (`true`)."""

    node: Tree
    known: Known
    keys: list[Key]
    repeats: bool
    groups: list[Tree]
    conditions: list[Tree] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    tells_whole: bool = False


class Marking:
    """Finds every select that aggregates protected rows, and prepares it."""

    def __init__(self, trees: Trees, columns: Mapping[str, Sequence[str]], covered: Collection[str], kinds: Mapping[str, str]) -> None:
        self._trees, self._arguments, self._kinds = trees, Arguments(columns), kinds
        self._keys = Keys(trees, {table: columns[table] for table in covered})
        self.found: list[tuple[Tree, Known]] = []

    def find(self, node: Tree, known: Known) -> None:
        """Note the selects; Unclear when one stands inside another, or an aggregate is a window."""
        for entry in cte_entries(node):
            self.find(entry["value"]["query"]["node"], known)
            known = known.with_(entry)
        self._check_windows(node, known)
        if self._concerns(node, known):
            for inner, around in _reached(node, known):
                self._check_windows(inner, around)
                if self._concerns(inner, around):
                    raise refusals.form(
                        "另一处对含脱敏列的表的聚合作为条件或来源", "another aggregate over such a table inside", "请分两次提问。", "Ask twice."
                    )
            self.found.append((node, known))
            return
        if node["type"] == "RECURSIVE_CTE_NODE":
            known = known.without(str(node["cte_name"]))
        for query in _inside(node):
            self.find(query, known)

    def mark(self, node: Tree, known: Known) -> Marked:
        """Lay keys into a select and note its figures; Unclear when they cannot be counted."""
        direct = node["from_table"]["type"] == "BASE_TABLE" and node["from_table"]["schema_name"]
        parts = [node["select_list"], node.get("having"), node.get("qualify"), node.get("modifiers")]
        unnests = any(each.get("function_name", "").lower() == "unnest" for each in own([*parts, node["group_expressions"]]))
        if node.get("sample"):
            raise refusals.form("抽样（SAMPLE）", "a sample (SAMPLE)", "请对全部行提问。", "Ask about all rows.")
        if len(node["group_sets"]) > 1:
            raise refusals.form(
                "ROLLUP、CUBE、GROUPING SETS", "ROLLUP, CUBE or GROUPING SETS", "请按每种分组分别提问。", "Ask for each grouping by itself.",
            )
        _name_positions(node)
        calls = [each for each in own(parts) if is_aggregate(each)]
        for call in calls:
            self._check_call(call, node, known)
        keys = self._keys.lay(node["from_table"], known)
        hide(node, keys, self._keys.columns_of(keys))
        marked = Marked(node, known, keys, not direct or unnests, _groups(node), conditions=[self._trees.expression("true")])
        for item in node["select_list"]:
            # What is written into an item must not change what its column is called.
            if not item.get("alias") and any(is_aggregate(each) for each in own(item)):
                item["alias"] = self._trees.wording(item)
        for call in calls:
            condition, floor = self._conditions(call)
            if condition is None:
                marked.tells_whole = True
            else:
                marked.figures.append(Figure(call, _placed(marked.conditions, condition), floor))
        return marked

    def _concerns(self, node: Tree, known: Known) -> bool:
        return node["type"] == "SELECT_NODE" and aggregates(node) and self._keys.holds(node["from_table"], known)

    def _check_windows(self, node: Tree, known: Known) -> None:
        if node["type"] != "SELECT_NODE" or aggregates(node) or not self._keys.holds(node["from_table"], known):
            return
        for part in own([node["select_list"], node.get("qualify"), node.get("modifiers")]):
            if part.get("type") == "WINDOW_AGGREGATE":
                raise refusals.window(str(part["function_name"]))

    def _check_call(self, call: Tree, node: Tree, known: Known) -> None:
        name = str(call["function_name"]).lower()
        if name in GATHERING:
            raise refusals.gathering(name)
        if not all(self._arguments.is_plain(each, node, known) for each in call["children"]):
            raise refusals.argument(name)

    def _conditions(self, call: Tree) -> tuple[Tree | None, Tree | None]:
        """What a row must meet to stand behind a figure, and to add to it; None when every row of the group does."""
        name, values = str(call["function_name"]).lower(), [each for each in call["children"] if each.get("class") != "CONSTANT"]
        there = [self._trees.expression(_THERE, __value={**each, "alias": ""}) for each in values]
        tests = [_NOT_ZERO if self._kind(each) == "number" else _NOT_NOTHING for each in values]
        adding = [self._trees.expression(test, __value={**each, "alias": ""}) for test, each in zip(tests, values, strict=True)]
        given = [call["filter"]] if call.get("filter") else []
        if name in _SAYING_YES or (name in _ADDING and any(map(self._says_yes, values))):
            return self._all([*given, *there, *adding]), None
        return self._all([*given, *there]), self._all([*given, *there, *adding]) if name in _ADDING else None

    def _says_yes(self, value: Tree) -> bool:
        """Whether a value is yes or no, or may have been before its type was changed."""
        return value.get("class") == "CAST" or self._kind(value) == "boolean"

    def _kind(self, value: Tree) -> str:
        return self._kinds.get(str(value["column_names"][-1]).lower(), "") if value.get("class") == "COLUMN_REF" else ""

    def _all(self, parts: list[Tree]) -> Tree | None:
        if not parts:
            return None
        both = parts[0]
        for part in parts[1:]:
            both = self._trees.expression("__first and __then", __first=both, __then=part)
        return both


def _groups(node: Tree) -> list[Tree]:
    """What a select groups by; by all that is no aggregate where it says so. Unclear for a star, which could stand for anything."""
    if node["aggregate_handling"] != "FORCE_AGGREGATES":
        return list(node["group_expressions"])
    items = [item for item in node["select_list"] if not any(is_aggregate(each) for each in own(item))]
    if any(each.get("class") == "STAR" for item in items for each in own(item)):
        raise refusals.form("GROUP BY ALL 与 *", "GROUP BY ALL with *", "请逐一写出列名。", "Write the columns by name.")
    return items


def _name_positions(node: Tree) -> None:
    """Put what a number in GROUP BY stands for in its place: what is counted beforehand has other items."""
    for place, each in enumerate(node["group_expressions"]):
        position = each["value"].get("value") if each.get("class") == "CONSTANT" else None
        if isinstance(position, int) and 0 < position <= len(node["select_list"]):
            items = node["select_list"][:position]
            if any(part.get("class") == "STAR" for part in own(items)):
                raise refusals.form("GROUP BY 序号与 *", "GROUP BY a number with *", "请逐一写出列名。", "Write the columns by name.")
            node["group_expressions"][place] = {**copy.deepcopy(items[-1]), "alias": ""}


def _inside(node: Tree) -> list[Tree]:
    """The queries that stand directly inside one, those of its own `with` apart."""
    found: list[Tree] = []

    def look(value: Any) -> None:
        if isinstance(value, list):
            for each in value:
                look(each)
        elif isinstance(value, dict):
            if is_query(value):
                found.append(value)
            else:
                look(list(value.values()))

    look([value for key, value in node.items() if key != "cte_map"])
    return found


def _reached(node: Tree, known: Known) -> Iterator[tuple[Tree, Known]]:
    """Every query inside one, and those of `with` that it names."""
    if node["type"] == "RECURSIVE_CTE_NODE":
        known = known.without(str(node["cte_name"]))
    for query in _inside(node):
        around = known
        for entry in cte_entries(query):
            around = around.with_(entry)
        yield query, around
        yield from _reached(query, around)
    for part in own([value for key, value in node.items() if key != "cte_map"]):
        name = str(part.get("table_name", "")).lower() if part.get("type") == "BASE_TABLE" and not part.get("schema_name") else ""
        if name in known.ctes:
            cte, around = known.ctes[name].node, known.without(name)
            for entry in cte_entries(cte):
                around = around.with_(entry)
            yield cte, around
            yield from _reached(cte, around)


def _placed(conditions: list[Tree], condition: Tree) -> int:
    """The place of a condition among those noted, where equal ones share one."""
    wanted = _bare(condition)
    for place, each in enumerate(conditions):
        if _bare(each) == wanted:
            return place
    conditions.append(condition)
    return len(conditions) - 1


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if isinstance(value, dict):
        return {key: _bare(each) for key, each in value.items() if key != "query_location"}
    return value
