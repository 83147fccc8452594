"""The graph of columns: which are made of which, walked to its ends in either direction."""

from collections.abc import Collection, Iterable, Mapping


class ColumnGraph:
    """Columns (`table.column`) and what each is made of; a walk takes time by the edges it meets, not by the size of the graph."""

    def __init__(self, made_of: Mapping[str, Collection[str]]) -> None:
        self._made_of = {column: tuple(sorted(set(origins))) for column, origins in made_of.items() if origins}
        self._made_into: dict[str, list[str]] = {}
        for column in sorted(self._made_of):
            for origin in self._made_of[column]:
                self._made_into.setdefault(origin, []).append(column)

    def made_of(self, column: str) -> tuple[str, ...]:
        """What a column is made of directly, sorted."""
        return self._made_of.get(column, ())

    def made_into(self, column: str) -> tuple[str, ...]:
        """What is made of a column directly, sorted."""
        return tuple(self._made_into.get(column, ()))

    def back(self, column: str) -> dict[str, int]:
        """All that a column comes from, itself first, with the fewest steps to each; by steps, then by name."""
        return _reached(column, self._made_of)

    def forward(self, column: str) -> dict[str, int]:
        """All that comes from a column, itself first, with the fewest steps to each; by steps, then by name."""
        return _reached(column, self._made_into)

    def within(self, columns: Collection[str]) -> list[tuple[str, str]]:
        """Every edge between these columns, as origin and what is made of it."""
        return [(origin, column) for column in columns for origin in self.made_of(column) if origin in columns]


def _reached(start: str, following: Mapping[str, Iterable[str]]) -> dict[str, int]:
    steps, front, far = {start: 0}, [start], 0
    while front:
        far += 1
        met = {other for each in front for other in following.get(each, ())}
        front = sorted(met - steps.keys())
        steps.update(dict.fromkeys(front, far))
    return steps
