"""What a walk carries: where a value comes from, the columns of a relation, and the names that are known at a place in a query."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lingnan.base import BadInput


@dataclass(frozen=True)
class Origin:
    """The columns (`table.column`) that a value depends on; of a struct that was packed in the query, those of each field by its name."""

    columns: frozenset[str] = frozenset()
    fields: Mapping[str, "Origin"] = field(default_factory=dict)

    def at(self, name: str) -> "Origin":
        """The origin of a field; of an unknown one that of the whole."""
        return self.fields.get(name.lower(), Origin(self.columns))


NOWHERE = Origin()


def together(origins: Iterable[Origin]) -> Origin:
    """What depends on all of these."""
    return Origin(frozenset().union(*(each.columns for each in origins)))


@dataclass
class Relation:
    """Columns in their order, by small letters with the name as written; `unknown` is a table whose columns nobody told."""

    columns: dict[str, tuple[str, Origin]] = field(default_factory=dict)
    unknown: str = ""

    @classmethod
    def of(cls, columns: Iterable[tuple[str, Origin]]) -> "Relation":
        """A relation of these columns; a name that stands twice keeps its first."""
        found = cls()
        for name, origin in columns:
            found.columns.setdefault(name.lower(), (name, origin))
        return found

    def renamed(self, names: list[str]) -> "Relation":
        """The same with other names for its first columns."""
        held = list(self.columns.values())
        return Relation.of([*zip(names, (origin for _name, origin in held), strict=False), *held[len(names):]])

    def find(self, name: str) -> Origin | None:
        """The origin of a column; None when there is none of that name."""
        held = self.columns.get(name.lower())
        if held is not None:
            return held[1]
        return Origin(frozenset({f"{self.unknown}.{name}"})) if self.unknown else None


@dataclass
class Scope:
    """The names known at a place: relations by alias, earlier results of the same select, parameters of lambdas; then those around it."""

    ctes: Mapping[str, Relation]
    schema: Mapping[str, Relation]
    around: "Scope | None" = None
    relations: dict[str, Relation] = field(default_factory=dict)
    results: dict[str, Origin] = field(default_factory=dict)
    merged: dict[str, Origin] = field(default_factory=dict)
    windows: dict[str, Origin] = field(default_factory=dict)

    def within(self) -> "Scope":
        """The scope of a query inside this one."""
        return Scope(self.ctes, self.schema, self)

    def find(self, *parts: str) -> Origin:
        """Where a column comes from, written as column, `relation.column` or with fields after either; BadInput for what nothing here has."""
        place: Scope | None = self
        while place is not None:
            found = place._written(parts)
            if found is not None:
                return found
            place = place.around
        shown = ".".join(parts)
        raise BadInput(
            f"查询中的列“{shown}”没有来源。请核对列名和表的列。", f"Column “{shown}” of the query has no source. Check its name and the tables.",
            column=shown,
        )

    def _written(self, parts: tuple[str, ...]) -> Origin | None:
        for at in range(len(parts) - 1, 0, -1):
            # A table goes by its bare name, whatever stood before it.
            relation = self.relations.get(".".join(parts[:at]).lower()) or self.relations.get(parts[at - 1].lower())
            held = relation.find(parts[at]) if relation is not None else None
            if held is not None:
                return _field(held, parts[at + 1:])
        held = self._plain(parts[0])
        return _field(held, parts[1:]) if held is not None else None

    def _plain(self, name: str) -> Origin | None:
        key = name.lower()
        if key in self.merged:
            return self.merged[key]
        for relation in self.relations.values():
            if key in relation.columns:
                return relation.columns[key][1]
        if key in self.results:
            return self.results[key]
        if key in self.relations:
            # A relation's own name is a row of it.
            return Origin(together(origin for _name, origin in self.relations[key].columns.values()).columns)
        unknown = [relation for relation in self.relations.values() if relation.unknown]
        return unknown[0].find(name) if len(unknown) == 1 else None


def _field(origin: Origin, names: tuple[str, ...]) -> Origin:
    for name in names:
        origin = origin.at(name)
    return origin
