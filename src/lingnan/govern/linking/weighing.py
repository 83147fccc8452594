"""Weighs pairs that are given, between records of two sides, by what a third side, drawn from a large register, tells of chance.

Nothing is learnt and nothing is drawn by lot, so that the same records weigh the same in every run: a register must not change its mind
between two builds. How often matches agree is supposed (`em.first_guess`), how often strangers do is counted.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from lingnan.govern.linking import em
from lingnan.govern.linking.comparisons import compared_sql, comparisons_of, lay_compared, weighed_apart
from lingnan.govern.linking.explanation import Step
from lingnan.govern.linking.pairs import count
from lingnan.govern.linking.shapes import EXACT, Comparison, LinkColumn, Model
from lingnan.govern.linking.traits import IDENTIFIER_KINDS, TRAITS, filled_in
from lingnan.govern.linking.values import GIVEN_RECORDS, RECORDS, lay_records
from lingnan.govern.rules.quoting import quoted
from lingnan.lake import EngineSession

WEIGHED = "weighed"
LEFT, RIGHT, GROUND = 0, 1, 2
"""Sides of the records: those to place, those they may belong to, and those that tell of chance."""

COMPARED, TURNS = 4_000, 2
"""How many records of the third side are compared with others of it, and with how many each."""

_WRONG_NUMBER = (0.0, 0.001, 0.799, 0.1, 0.05, 0.05)
"""Of matches, how often a number that is no valid one equals the right one, is one or two characters off, shares its beginning, or is another."""

_STRANGE_NUMBER = (0.0, 1e-9, 1e-6, 1e-5, 1e-3, 0.998989)
"""The same of strangers: a number has some 190 others one character off, among far more than 10^8 that may be given."""

_AGREEING = {
    "han_firm": ("same core name", "short name within the other"), "han_address": ("alike, same numbers", "same road and house number"),
    "citizen_number": ("one character off or two swapped", "two characters off"), "uscc": ("one character off or two swapped", "two characters off"),
}


def agreeing_levels(kind: str) -> tuple[int, ...]:
    """The levels of a kind at which two values say the same: equal, and what offices write otherwise (a firm's short name, a slip in a number)."""
    return tuple(level for level, said in enumerate(TRAITS[kind].levels) if level == EXACT or said.en in _AGREEING.get(kind, ()))


def comparable_sql(kind: str, key: str, column: str) -> str:
    """SQL of a column's comparable value, or of one of the keys (`begin`, `year`, `core`) that its kind is blocked by; a sound needs records laid."""
    trait = TRAITS[kind]
    names = {"v": f"({trait.value.replace('{}', column)})"}
    for name, sql in trait.extras.items():
        names[name] = f"({filled_in(sql, t=column, **names)})"
    return re.sub(rf"(?<![\w'.])({'|'.join(names)})(?![\w('])", lambda met: names[met[1]], trait.keys[key])


def weigh_pairs(session: EngineSession, given: str, pairs: str, kinds: Mapping[str, str], population: int) -> None:
    """Make `weighed`: the pairs (`left_id`, `right_id`) of the table `pairs` with their bits, probability, and every column's level as `l_<column>`.

    The table `given` has `side`, `id` and the columns of `kinds` as text; `population` is how many entities the register holds.
    """
    comparisons, model, ground = _supposed(session, given, pairs, kinds, population)
    weight = f"round(cast({em.weight_sql(model, ground, weighed_apart(comparisons))} as double), 3) as weight"
    lay_compared(session, "compared_pairs", comparisons, _joined(pairs), ("p.left_id as left_id", "p.right_id as right_id"), (weight,))
    shown = ", ".join(f"{each.gamma} as {quoted('l_' + each.column.name)}" for each in comparisons)
    session.execute(
        f"create or replace temp table {WEIGHED} as select left_id, right_id, weight, {shown}, "
        "1 / (1 + pow(2.0, -greatest(-100, least(100, weight)))) as probability from compared_pairs"
    )


def weigh_steps(session: EngineSession, given: str, pairs: str, kinds: Mapping[str, str], population: int) -> tuple[Step, ...]:
    """The evidence for the heaviest of the pairs as a waterfall, by the same weights and from the prior odds on; shows no value."""
    comparisons, model, ground = _supposed(session, given, pairs, kinds, population)
    parts = em.parts_sql(model, ground, weighed_apart(comparisons), [each.frequency_sql or "0" for each in comparisons])
    rows = session.query(compared_sql(comparisons, _joined(pairs), parts=parts)).to_pylist()
    if not rows:
        return ()
    row = max(rows, key=lambda each: sum(float(each[f"w{comparison.number}"]) for comparison in comparisons))
    told = [(each.column.name, each.levels[row[each.gamma]], float(row[f"w{each.number}"])) for each in comparisons]
    prior = Step("先验（任取两条记录）", "prior (any two records)", "", "", "", "", em.prior_bits(model))
    return prior, *(Step(name, name, "", "", level.zh, level.en, bits) for name, level, bits in told)


def _supposed(
    session: EngineSession, given: str, pairs: str, kinds: Mapping[str, str], population: int
) -> tuple[tuple[Comparison, ...], Model, em.Ground]:
    """The records laid, how they are compared, and what is supposed of matches and counted of strangers."""
    names = ", ".join(quoted(name) for name in kinds)
    session.execute(
        f"create or replace temp table {GIVEN_RECORDS} as select row_number() over (order by side, id) as rid, side, id, {names} from {given}"
    )
    values = lay_records(session, _columns(session, kinds))
    comparisons = comparisons_of(values)
    ground = em.Ground(0.0, 0.0, _levels(session, comparisons), tuple(each.by_frequency for each in comparisons), {})
    rows = count(session, f"(select distinct left_id from {pairs})")
    possible = float(max(1, rows) * max(2, population))
    guess = em.first_guess(em.Ground(possible, possible, ground.levels, ground.fixed, {}), rows / 2)
    model = replace(guess, m=tuple(_of_matches(each, m) for each, m in zip(comparisons, guess.m, strict=True)))
    return comparisons, model, ground


def _of_matches(comparison: Comparison, guess: tuple[float, ...]) -> tuple[float, ...]:
    """How often matches stand at each level; never at one that tells of two."""
    if comparison.column.kind in IDENTIFIER_KINDS:
        return _WRONG_NUMBER
    return tuple(1e-9 if comparison.levels[level].never else share for level, share in enumerate(guess))


def _joined(pairs: str) -> str:
    return (
        f"from {pairs} as p join {RECORDS} as l on l.id = p.left_id and l.side = {LEFT} join {RECORDS} as r on r.id = p.right_id and r.side = {RIGHT}"
    )


def _columns(session: EngineSession, kinds: Mapping[str, str]) -> list[LinkColumn]:
    """A rare value always weighs more: in a sample nearly every name is rare."""
    shown = ", ".join(f"count({quoted(name)}) as f{n}" for n, name in enumerate(kinds))
    row = session.query(f"select count(*) as n, {shown} from {GIVEN_RECORDS} where side = {GROUND}").to_pylist()[0]
    return [LinkColumn(name, kind, row[f"f{n}"] / max(1, row["n"]), 0.0) for n, (name, kind) in enumerate(kinds.items())]


def _levels(session: EngineSession, comparisons: tuple[Comparison, ...]) -> tuple[tuple[float, ...], ...]:
    """How often each level stands between strangers: equality over all pairs of the third side, the other levels over neighbours by digest."""
    session.execute(
        f"create or replace temp table strangers as select *, row_number() over (order by md5(id), id) - 1 as place from {RECORDS} "
        f"where side = {GROUND}"
    )
    size = max(1, count(session, "strangers"))
    # Laid down first: joined on what is worked out of both, the engine compares every record with every other (measured).
    session.execute(
        f"create or replace temp table neighbours as select place as of_l, (place + turn) % {size} as of_r "
        f"from strangers, range(1, {TURNS + 1}) as turns(turn) where place < {COMPARED}"
    )
    joined = "from neighbours join strangers as l on l.place = of_l join strangers as r on r.place = of_r where l.rid <> r.rid"
    lay_compared(session, "drawn", comparisons, joined)
    shown = [f"count(*) filter (where {each.gamma} = {level}) as {each.gamma}_{level}" for each in comparisons for level in range(each.last + 1)]
    row = session.query(f"select {', '.join(shown)} from drawn").to_pylist()[0]
    return tuple(
        _STRANGE_NUMBER if each.column.kind in IDENTIFIER_KINDS
        else _of_comparison(session, each, [float(row[f"{each.gamma}_{level}"]) + 0.5 for level in range(each.last + 1)]) for each in comparisons
    )


def _of_comparison(session: EngineSession, comparison: Comparison, drawn: list[float]) -> tuple[float, ...]:
    value = f"v{comparison.number}"
    row = session.query(
        f"select coalesce(sum(n * (n - 1)), 0) as equal, coalesce(sum(n), 0) as filled "
        f"from (select cast(count(*) as double) as n from strangers where {value} is not null group by {value}) as counted"
    ).to_pylist()[0]
    pairs = float(row["filled"]) * (float(row["filled"]) - 1)
    share = min(0.999, (float(row["equal"]) + 1) / (pairs + 2))
    others = sum(drawn[EXACT + 1 :])
    return (0.0, share, *((1 - share) * each / others for each in drawn[EXACT + 1 :]))


__all__ = ["GROUND", "LEFT", "RIGHT", "WEIGHED", "agreeing_levels", "comparable_sql", "weigh_pairs", "weigh_steps"]
