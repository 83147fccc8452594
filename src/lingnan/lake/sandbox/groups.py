"""Keeps figures over a table of which some values are masked from telling of few rows: the rule is written into the tree of the statement.

A group is told when at least so many different rows of each protected table stand behind it, however often a join repeats them. An aggregate
with a condition (its FILTER, or its argument being there) has rows of its own, and the same minimum. Which rows stand behind a figure is told
to the hub as counts by bucket, so that figures of one account can be held against each other; what the hub refuses is left out.
"""

import copy
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import duckdb

from lingnan.lake.sandbox import refusals
from lingnan.lake.sandbox.counting import Counting, tests_of
from lingnan.lake.sandbox.grammar import Tree
from lingnan.lake.sandbox.keys import Key, check_names
from lingnan.lake.sandbox.marking import Marked, Marking
from lingnan.lake.sandbox.shapes import BUCKETS, CHECK, Place, Sketch, rows_in
from lingnan.lake.sandbox.trees import Known, Trees, everything


class Plan:
    """What has to be counted before a statement runs, and the statement itself once it is known what to leave out."""

    def __init__(self, trees: Trees, statement: Tree, marked: Sequence[Marked], least: int) -> None:
        self._trees, self._statement, self.marked, self._least = trees, statement, marked, least
        self._short: set[tuple[int, int, int]] = set()

    def count(self, connection: duckdb.DuckDBPyConnection, most_groups: int) -> list[dict[str, Any]]:
        """Per figure and protected table: the sets of rows behind each group, and how many rows stand in groups that are too small."""
        told = []
        for number, each in enumerate(self.marked):
            counting = Counting(self._trees, each, self._least)
            for place, rows in counting.run(connection, most_groups):
                if len(rows) > most_groups:
                    raise refusals.too_many_groups(most_groups)
                self._short |= {(number, place, test) for test in counting.short(rows)}
                # Where no figure is of the whole group, how many rows it has is not told.
                for condition in range(0 if each.tells_whole else 1, len(each.conditions)):
                    sketches = [sketch for sketch in counting.sets(rows, condition) if rows_in(sketch) >= self._least]
                    told.append({
                        "table": each.keys[place].table, "place": [number, condition, place], "left_out": counting.left_out(rows, condition),
                        "sketches": sketches,
                    })
        return told

    def sql(self, refused: Mapping[Place, Collection[Sketch]]) -> str:
        """The statement, without groups and figures of too few rows and without those refused.

        Where counting found enough rows behind every figure, the statement asks nothing of rows: the same files are read again.
        """
        for number, each in enumerate(self.marked):
            tests = tests_of(each)
            for figure in each.figures:
                held = self._held(each, number, figure.condition, refused, tests.index(figure.floor or each.conditions[figure.condition]))
                if held is None:
                    continue
                told = {**copy.deepcopy(figure.call), "alias": ""}
                guarded = self._trees.expression("case when __held then __told end", __held=held, __told=told)
                _replace(figure.call, guarded, figure.call.get("alias", ""))
            rule = self._held(each, number, 0, refused, 0)
            having = each.node.get("having")
            if rule is not None:
                each.node["having"] = self._trees.expression("__first and __then", __first=having, __then=rule) if having else rule
        return self._trees.sql(self._statement)

    def _held(self, marked: Marked, number: int, condition: int, refused: Mapping[Place, Collection[Sketch]], test: int) -> Tree | None:
        """Whether enough rows stand behind a figure, and not those that were refused; None where that is known of all of them."""
        parts = []
        for place, key in enumerate(marked.keys):
            if (number, place, test) in self._short:
                count = self._rows(marked, key, tests_of(marked)[test])
                parts.append(self._trees.expression(f"__rows >= {self._least}", __rows=count))
            for_nobody = refused.get((number, condition, place))
            if for_nobody:
                listed = ", ".join(f"[{', '.join(str(int(bucket)) for bucket in sketch)}]" for sketch in sorted(for_nobody))
                sketch = self._sketch(marked, key, marked.conditions[condition])
                parts.append(self._trees.expression(f"not list_contains([{listed}], __sketch)", __sketch=sketch))
        if not parts:
            return None
        both = parts[0]
        for part in parts[1:]:
            both = self._trees.expression("__first and __then", __first=both, __then=part)
        return both

    def _rows(self, marked: Marked, key: Key, condition: Tree) -> Tree:
        distinct = "distinct " if marked.repeats else ""
        return self._trees.expression(f"count({distinct}__key) filter (where __met)", __key=key.tree, __met=condition)

    def _sketch(self, marked: Marked, key: Key, condition: Tree) -> Tree:
        distinct = "distinct " if marked.repeats else ""
        counts = ", ".join(f"count({distinct}__key) filter (where __met and __key % {BUCKETS} = {bucket})" for bucket in range(BUCKETS))
        check = f"coalesce(sum({distinct}__key % {CHECK}) filter (where __met), 0) % {CHECK}"
        return self._trees.expression(f"[{counts}, {check}]::bigint[]", __key=key.tree, __met=condition)


def plan_of(
    connection: duckdb.DuckDBPyConnection, sql: str, columns: Mapping[str, Sequence[str]], covered: Collection[str], kinds: Mapping[str, str],
    least: int,
) -> Plan | None:
    """The plan of a statement that aggregates rows of the `covered` tables; None when none does. Unclear when its rows cannot be counted.

    `kinds` says of names of columns, in lower case, that they are a `number` or say yes or no (`boolean`), wherever they stand.
    """
    if not covered:
        return None
    trees = Trees(connection)
    statements = trees.statements(sql)
    if not statements:
        return None
    marking = Marking(trees, columns, covered, kinds)
    _shorten(statements[0], covered)
    marking.find(statements[0]["node"], Known())
    if not marking.found:
        return None
    check_names(statements[0])
    return Plan(trees, statements[0]["node"], [marking.mark(node, known) for node, known in marking.found], least)


def _shorten(statement: Tree, covered: Collection[str]) -> None:
    """Take the area from `area.table.column`: the table will stand there under its own name alone."""
    for part in everything(statement):
        names = part.get("column_names") if part.get("class") == "COLUMN_REF" else None
        if names and len(names) > 2 and f"{names[0]}.{names[1]}".lower() in covered:
            del names[0]


def _replace(tree: Tree, other: Tree, alias: str) -> None:
    tree.clear()
    tree.update({**other, "alias": alias})
