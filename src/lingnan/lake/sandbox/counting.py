"""Counts which rows stand behind the figures of one select, before it runs: each key once a group, whatever a join repeats, in one pass.

Rows that a join can repeat are first put together by group and key, which is far cheaper than distinct aggregates; several keys are put
together in one reading by grouping sets.
"""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from lingnan.lake.sandbox.grammar import Tree
from lingnan.lake.sandbox.keys import is_aggregate
from lingnan.lake.sandbox.marking import Marked
from lingnan.lake.sandbox.shapes import BUCKETS, CHECK, Sketch
from lingnan.lake.sandbox.trees import Trees, own

Row = tuple[Any, ...]


def tests_of(marked: Marked) -> list[Tree]:
    """What rows are tested for: the conditions of figures, then the narrower ones that enough rows must meet too."""
    return [*marked.conditions, *(figure.floor for figure in marked.figures if figure.floor is not None)]


class Counting:
    """The counting of one select."""

    def __init__(self, trees: Trees, marked: Marked, least: int) -> None:
        self._trees, self._marked, self._least, self._tests = trees, marked, least, tests_of(marked)

    def run(self, connection: duckdb.DuckDBPyConnection, most_groups: int) -> Iterator[tuple[int, list[Row]]]:
        """Per key its rows: one a group of enough rows, each with the same totals before its sets; one more than allowed when there are more."""
        places = range(len(self._marked.keys))
        by_all = self._marked.node["aggregate_handling"] == "FORCE_AGGREGATES"
        for together in ([[place] for place in places] if by_all or not self._marked.repeats else [list(places)]):
            rows = connection.execute(self._counting(together, most_groups + 1)).fetchall()
            for place in together:
                yield place, [row[1:] for row in rows if row[0] == place]

    def left_out(self, rows: Sequence[Row], condition: int) -> int:
        """How many rows of a condition stand in groups that are too small."""
        return int(rows[0][condition] or 0)

    def short(self, rows: Sequence[Row]) -> list[int]:
        """The tests that some group meets with too few rows."""
        several = len(self._marked.conditions)
        return [test for test in range(len(self._tests)) if rows[0][several + test]]

    def sets(self, rows: Sequence[Row], condition: int) -> list[Sketch]:
        """The set of rows of a condition in every group of enough rows."""
        first = len(self._marked.conditions) + len(self._tests)
        return [row[first + condition] for row in rows if row[first + condition] is not None]

    def _counting(self, places: Sequence[int], most: int) -> str:
        token, conditions, tests = self._trees.token, range(len(self._marked.conditions)), range(len(self._tests))
        names = [f'"{token} place"', *(f'"{token} group {number}"' for number in range(len(self._marked.groups)))]
        sets = ", ".join(f'{self._set(each)} as "{token} set {each}"' for each in conditions)
        sizes = ", ".join(f'coalesce(sum("{token} rows {each}"), 0) as "{token} size {each}"' for each in tests)
        # Without groups there is one, also of no row at all.
        all_places = f"(values {', '.join(f'({place})' for place in places)}) as every(\"{token} every\")"
        whole = self._dealt(places) if self._marked.groups else f'{all_places} left join ({self._dealt(places)}) on "{token} every" = "{token} place"'
        named = names[0] if self._marked.groups else f'"{token} every" as "{token} place"'
        by = ", ".join(names) if self._marked.groups else f'"{token} every"'
        source = f"({whole})" if self._marked.groups else whole
        counted = f'select {named}, {sets}, {sizes} from {source} group by {by}'
        return f'with "{token}" as materialized ({counted}) ' + " union all ".join(self._told(place, most) for place in places)

    def _told(self, place: int, most: int) -> str:
        """The rows of one key: rows in small groups by condition, groups short of a test, then the sets of a group."""
        token, conditions, tests = self._trees.token, range(len(self._marked.conditions)), range(len(self._tests))
        mine, first = f'from "{token}" where "{token} place" = {place}', f'"{token} size 0"'
        small = [f'{first} < {self._least} or "{token} size {each}" < {self._least}' for each in conditions]
        left = [f'(select sum("{token} size {each}") {mine} and ({small[each]})) as "{token} left {each}"' for each in conditions]
        short = [
            f'(select count(*) {mine} and {"true" if each == 0 else f"{first} >= {self._least}"} and "{token} size {each}" < {self._least}) '
            f'as "{token} short {each}"' for each in tests
        ]
        sets = ", ".join(f'"{token} set {each}"' for each in conditions)
        enough = f'(select * {mine} and {first} >= {self._least} limit {most})'
        return f'(select {place}, {", ".join([*left, *short])}, {sets} from (select 1) left join {enough} on true)'

    def _set(self, condition: int) -> str:
        """The set of rows behind a figure: how many fall into each bucket, and the sum of their keys."""
        token = self._trees.token
        counts = ", ".join(
            f'coalesce(max("{token} rows {condition}") filter (where "{token} bucket" = {bucket}), 0)' for bucket in range(BUCKETS)
        )
        return f'[{counts}, coalesce(sum("{token} check {condition}"), 0) % {CHECK}]::bigint[]'

    def _dealt(self, places: Sequence[int]) -> str:
        """Rows by key, group and bucket: how many meet each test, and the sum of the keys that do."""
        token, tests = self._trees.token, range(len(self._tests))
        groups = "".join(f', "{token} group {number}"' for number in range(len(self._marked.groups)))
        told = ", ".join(
            f'count("{token} key") filter (where "{token} met {each}") as "{token} rows {each}", '
            f'sum("{token} key" % {CHECK}) filter (where "{token} met {each}") as "{token} check {each}"' for each in tests
        )
        bucket = f'"{token} key" % {BUCKETS}'
        return (
            f'select "{token} place", {bucket} as "{token} bucket"{groups}, {told} from ({self._kept(places)}) '
            f'group by "{token} place", {bucket}{groups}'
        )

    def _kept(self, places: Sequence[int]) -> str:
        """One row for each key of a group, with what any of its rows met; every row where none can be repeated."""
        token = self._trees.token
        groups = "".join(f', "{token} group {number}"' for number in range(len(self._marked.groups)))
        met = "".join(f', "{token} met {each}"' for each in range(len(self._tests)))
        place = "case " + " ".join(f'when "{token} without {each}" = 0 then {each}' for each in places) + " end"
        key = "case " + " ".join(f'when "{token} without {each}" = 0 then "{token} key {each}"' for each in places) + " end"
        if len(places) == 1:
            place, key = str(places[0]), f'"{token} key {places[0]}"'
        return f'select {place} as "{token} place", {key} as "{token} key"{groups}{met} from ({self._select(places)})'

    def _select(self, places: Sequence[int]) -> str:
        """The select itself with the keys among its groups, or row by row where no row can come twice."""
        token, marked, repeats = self._trees.token, self._marked, self._marked.repeats
        keys = [marked.keys[place].tree for place in places]
        items = [{**copy.deepcopy(key), "alias": f"{token} key {place}"} for place, key in zip(places, keys, strict=True)]
        items += [{**copy.deepcopy(each), "alias": f"{token} group {number}"} for number, each in enumerate(marked.groups)]
        for number, test in enumerate(self._tests):
            met = self._trees.expression("bool_or(__met)" if repeats else "__met", __met=test)
            items.append({**met, "alias": f"{token} met {number}"})
        node = {**copy.deepcopy(marked.node), "modifiers": [], "having": None, "qualify": None}
        node["cte_map"] = {"map": [cte.entry for cte in marked.known.ctes.values()]}
        # What groups may name by its alias stays, before them; figures would only be computed for nothing.
        plain = [each for each in node["select_list"] if not any(is_aggregate(part) for part in own(each))]
        node["select_list"] = [*plain, *items]
        if not repeats:
            node |= {"group_expressions": [], "group_sets": [], "aggregate_handling": "STANDARD_HANDLING"}
        elif node["aggregate_handling"] != "FORCE_AGGREGATES":
            self._group(node, places, keys)
        return self._trees.sql(node).rstrip("; ")

    def _group(self, node: Tree, places: Sequence[int], keys: Sequence[Tree]) -> None:
        """Group by the select's own groups and, in one set each, the keys."""
        own_groups = list(range(len(node["group_expressions"])))
        node["group_expressions"] = [*node["group_expressions"], *copy.deepcopy(list(keys))]
        node["group_sets"] = [[*own_groups, len(own_groups) + number] for number in range(len(keys))]
        if len(places) > 1:
            without = [self._trees.expression("grouping(__key)", __key=key) for key in keys]
            node["select_list"] += [{**each, "alias": f"{self._trees.token} without {place}"} for place, each in zip(places, without, strict=True)]
