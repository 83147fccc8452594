"""Which columns, alone or two together, tell the rows of a sample apart."""

from collections.abc import Sequence
from itertools import combinations

from lingnan.lake.engine import EngineSession
from lingnan.lake.names import quoted
from lingnan.lake.profiling.columns import ColumnProfile

MOST_COLUMNS = 12
"""Columns that pairs are made of: those with the most different values."""
_FIRST_LOOK = 2_000


def candidate_keys(session: EngineSession, source: str, profiles: Sequence[ColumnProfile], rows: int) -> list[tuple[str, ...]]:
    """Columns filled in every row and different in each of them; pairs of which neither is one itself. The narrowest first.

    `source` stands in the session and has `rows` rows, of all of which `profiles` tell.
    """
    if rows < 2:
        return []
    whole = [each for each in profiles if each.filled == rows]
    single = [each for each in whole if each.distinct == rows]
    others = sorted((each for each in whole if 1 < each.distinct < rows), key=lambda each: (-each.distinct, each.name))[:MOST_COLUMNS]
    pairs = [
        (one, other) for one, other in combinations(others, 2)
        if one.distinct * other.distinct >= rows and _apart(session, source, one.name, other.name, rows)
    ]
    order = {each.name: at for at, each in enumerate(profiles)}
    found = [(each.name,) for each in sorted(single, key=lambda each: (each.longest, order[each.name]))]
    narrow = sorted(pairs, key=lambda pair: (pair[0].longest + pair[1].longest, order[pair[0].name], order[pair[1].name]))
    return [*found, *(tuple(sorted((one.name, other.name), key=order.__getitem__)) for one, other in narrow)]


def _apart(session: EngineSession, source: str, one: str, other: str, rows: int) -> bool:
    """Whether no two rows share both values; most pairs that do are found out within the first rows."""
    def repeated(limit: int) -> bool:
        few = f"(select {quoted(one)} as a, {quoted(other)} as b from {quoted(source)} limit {limit})"
        return bool(session.query(f"select 1 as x from {few} as few group by a, b having count(*) > 1 limit 1").num_rows)

    return not (rows > _FIRST_LOOK and repeated(_FIRST_LOOK)) and not repeated(rows)
