"""What two lists of the same things disagree on: missing on either side, twice, or different in named columns; in Python and in portable SQL."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lingnan.methods.decisions.kinds import literal_sql, quoted

ONLY_LEFT, ONLY_RIGHT, REPEATED_LEFT, REPEATED_RIGHT, DIFFERENT = "only_left", "only_right", "repeated_left", "repeated_right", "different"


@dataclass(frozen=True)
class Difference:
    """A key on which two lists disagree: `kind`, and for `different` the columns with both values."""

    key: tuple[Any, ...]
    kind: str
    columns: Mapping[str, tuple[Any, Any]]


def differences(
    left: Iterable[Mapping[str, Any]], right: Iterable[Mapping[str, Any]], key: Sequence[str], columns: Sequence[str],
) -> list[Difference]:
    """Every key on which the lists disagree, in the order of keys as text. Keys with a null are nobody's and are left out; null equals null.

    A key that occurs twice on a side is told as repeated and not compared.
    """
    sides = [_by_key(rows, key) for rows in (left, right)]
    found = []
    for each in sorted({*sides[0], *sides[1]}, key=lambda told: tuple(map(str, told))):
        one, other = sides[0].get(each, []), sides[1].get(each, [])
        repeated = [kind for kind, rows in ((REPEATED_LEFT, one), (REPEATED_RIGHT, other)) if len(rows) > 1]
        if repeated:
            found += [Difference(each, kind, {}) for kind in repeated]
        elif not one or not other:
            found.append(Difference(each, ONLY_LEFT if one else ONLY_RIGHT, {}))
        elif unlike := {name: (one[0][name], other[0][name]) for name in columns if one[0][name] != other[0][name]}:
            found.append(Difference(each, DIFFERENT, unlike))
    return found


def _by_key(rows: Iterable[Mapping[str, Any]], key: Sequence[str]) -> dict[tuple[Any, ...], list[Mapping[str, Any]]]:
    found: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        told = tuple(row[name] for name in key)
        if None not in told:
            found.setdefault(told, []).append(row)
    return found


def differences_sql(left: str, right: str, key: Sequence[str], columns: Sequence[str]) -> str:
    """The same over two tables: key, `difference_kind`, `difference_columns` (by blanks), each column as `left_<name>` and `right_<name>`.

    One row a key; a key repeated on both sides is told as `repeated_left`. Reasons are found by a decision table or rule set over the result.
    """
    parts = ", ".join(f"{_side(source, side, key, columns)}" for side, source in (("l", left), ("r", right)))
    matched = " and ".join(f"l.{quoted(name)} = r.{quoted(name)}" for name in key)
    keys = ", ".join(f"coalesce(l.{quoted(name)}, r.{quoted(name)}) as {quoted(name)}" for name in key)
    apart = [(name, f"l.{quoted(name)} is distinct from r.{quoted(name)}") for name in columns]
    unlike = f"concat_ws(' ', {', '.join(f'case when {test} then {literal_sql(name)} end' for name, test in apart)})" if apart else "''"
    kinds = " ".join(f"when {test} then '{kind}'" for test, kind in (
        ("l._rows > 1", REPEATED_LEFT), ("r._rows > 1", REPEATED_RIGHT), ("r._rows is null", ONLY_LEFT), ("l._rows is null", ONLY_RIGHT),
        (" or ".join(test for _name, test in apart) or "false", DIFFERENT),
    ))
    values = "".join(f", l.{quoted(name)} as {quoted(f'left_{name}')}, r.{quoted(name)} as {quoted(f'right_{name}')}" for name in columns)
    joined = f"select {keys}, case {kinds} end as difference_kind, {unlike} as _unlike{values} from l full outer join r on {matched}"
    compared = f"case when difference_kind = '{DIFFERENT}' then _unlike else '' end as difference_columns"
    told = ", ".join([*map(quoted, key), "difference_kind", compared,
                      *(quoted(f"{side}_{name}") for name in columns for side in ("left", "right"))])
    return f"with {parts}, joined as ({joined})\nselect {told} from joined where difference_kind is not null"


def _side(source: str, side: str, key: Sequence[str], columns: Sequence[str]) -> str:
    """One row a key with the number of its rows; of repeated ones the least values stand, and are not compared."""
    keys = ", ".join(map(quoted, key))
    values = "".join(f", min({quoted(name)}) as {quoted(name)}" for name in columns)
    given = " and ".join(f"{quoted(name)} is not null" for name in key)
    return f"{side} as (select {keys}{values}, count(*) as _rows from {source} where {given} group by {keys})"
