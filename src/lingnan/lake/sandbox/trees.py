"""The tree of the engine's own parser: read from a text, searched, put together from pieces, and written back."""

import copy
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from lingnan.lake.sandbox.grammar import NODES, Tree


@dataclass(frozen=True)
class Cte:
    """A query of `with`: its name as written, its tree, the names it gives its columns."""

    entry: Tree

    @property
    def node(self) -> Tree:
        """Its query."""
        node: Tree = self.entry["value"]["query"]["node"]
        return node

    @property
    def aliases(self) -> list[str]:
        """The names in brackets behind its own."""
        return [str(each) for each in self.entry["value"].get("aliases", ())]


@dataclass(frozen=True)
class Known:
    """The queries of `with` that are known at a place, by name in lower case, the earlier first."""

    ctes: Mapping[str, Cte] = field(default_factory=dict)

    def with_(self, entry: Tree) -> "Known":
        """The same and one more."""
        return Known({**self.ctes, str(entry["key"]).lower(): Cte(entry)})

    def without(self, name: str) -> "Known":
        """The same without one name, which means something else here."""
        return Known({key: each for key, each in self.ctes.items() if key != name.lower()})


class Trees:
    """Reads and writes trees with an engine."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._read: dict[str, Tree] = {}
        # No statement can name what nobody could have guessed.
        self.token = f"row {secrets.token_hex(8)}"

    def statements(self, sql: str) -> list[Tree]:
        """The statements of a text, whole trees with every field."""
        row = self._connection.execute("select json_serialize_sql(?)", [sql]).fetchone()
        tree = json.loads(row[0]) if row else {}
        found: list[Tree] = tree.get("statements", [])
        return found

    def sql(self, node: Tree) -> str:
        """The text of a query."""
        told = json.dumps({"error": False, "statements": [{"node": node, "named_param_map": []}]})
        row = self._connection.execute("select json_deserialize_sql(?)", [told]).fetchone()
        return str(row[0]) if row else ""

    def wording(self, expression: Tree) -> str:
        """The text of one expression, which is also the name of its column where it has no other."""
        node = self.node("select 1")
        return self.sql({**node, "select_list": [{**expression, "alias": ""}]}).removeprefix("SELECT ").rstrip("; ")

    def node(self, sql: str) -> Tree:
        """The tree of a query of ours."""
        if sql not in self._read:
            self._read[sql] = self.statements(sql)[0]["node"]
        copied: Tree = copy.deepcopy(self._read[sql])
        return copied

    def expression(self, sql: str, **pieces: Tree) -> Tree:
        """The tree of an expression of ours; a name that is one of the pieces stands for it."""
        found: Tree = _filled(self.node(f"select {sql}")["select_list"][0], pieces)
        return found


def _filled(value: Any, pieces: Mapping[str, Tree]) -> Any:
    if isinstance(value, list):
        return [_filled(each, pieces) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("class") == "COLUMN_REF" and len(value["column_names"]) == 1 and value["column_names"][0] in pieces:
        return copy.deepcopy(pieces[value["column_names"][0]])
    return {key: _filled(each, pieces) for key, each in value.items()}


def is_query(value: Tree) -> bool:
    """Whether a part of a tree is a query of its own."""
    return isinstance(value.get("type"), str) and value["type"] in NODES


def own(value: Any) -> Iterator[Tree]:
    """Every part of a select below this one, without those of queries inside it."""
    if isinstance(value, list):
        for each in value:
            yield from own(each)
    elif isinstance(value, dict) and not is_query(value):
        yield value
        for each in value.values():
            yield from own(each)


def everything(value: Any) -> Iterator[Tree]:
    """Every part of a tree."""
    if isinstance(value, list):
        for each in value:
            yield from everything(each)
    elif isinstance(value, dict):
        yield value
        for each in value.values():
            yield from everything(each)


def column(*names: str) -> Tree:
    """A reference to a column."""
    return {"class": "COLUMN_REF", "type": "COLUMN_REF", "alias": "", "query_location": 0, "column_names": list(names)}


def cte_entries(node: Tree) -> list[Tree]:
    """The queries of `with` that stand at a node."""
    found: list[Tree] = node.get("cte_map", {}).get("map", [])
    return found
