"""Fellegi and Sunter's model, its probabilities found by expectation and maximisation over counted patterns of levels.

P. Fellegi and A. Sunter, A Theory for Record Linkage (1969). The chance probabilities are not left to drift: what all possible pairs show
together, counted or sampled, is what matches and others must add up to, so u follows from m and from the number of matches.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lingnan.govern.linking.shapes import EXACT, Model
from lingnan.lake import EngineSession

PATTERNS = "patterns"
ROUNDS, SETTLED = 40, 1e-4
_LEAST = 1e-9
_TOGETHER_AT_LEAST = 1.0
_RARE_CHANCE = 0.5
_ALLOWANCE = 1.15
_NEVER = -60.0


@dataclass(frozen=True)
class Ground:
    """What is known before: pairs possible, and how often each level stands among all of them (shares of the filled ones).

    `unsettled` pairs are those that no identifier has decided. `fixed` marks comparisons whose equality is weighed by the value's own frequency;
    `shared` counts, for two comparisons, all possible pairs that are equal in both; `barred` gives the level of each that forbids a match, or 0.
    """

    pairs: float
    unsettled: float
    levels: tuple[tuple[float, ...], ...]
    fixed: tuple[bool, ...]
    shared: Mapping[tuple[int, int], float]
    barred: tuple[int, ...] = ()


def first_guess(ground: Ground, matches: float) -> Model:
    """Where the rounds begin: matches are mostly equal, and each less alike level is rarer."""
    m = []
    for shares in ground.levels:
        count = len(shares)
        guess = [0.0, 0.85, *([0.1 / max(1, count - 3)] * (count - 3)), 0.05] if count > 3 else [0.0, 0.95, 0.05]
        m.append(tuple(guess))
    return Model(tuple(m), tuple(_chance(shares, guess, 0.0) for shares, guess in zip(ground.levels, m, strict=True)), matches, ground.unsettled)


def _chance(shares: Sequence[float], m: Sequence[float], share_of_matches: float) -> tuple[float, ...]:
    """u of each level, once the matches among all pairs are taken away."""
    left = [max((share - share_of_matches * match) / (1 - share_of_matches), share * 1e-3, _LEAST) for share, match in zip(shares, m, strict=True)]
    left[0] = 0.0
    total = sum(left)
    return tuple(each / total for each in left)


def prior_bits(model: Model) -> float:
    """Log2 of the odds that a pair drawn from all possible ones is a match."""
    return math.log2(max(model.matches, _LEAST) / max(model.pairs - model.matches, 1.0))


def weights(model: Model, ground: Ground) -> list[list[float]]:
    """Bits of evidence of every level; where the value's own frequency speaks, equality keeps only m and the pair's rarity adds the rest."""
    told = []
    for c, (m, u) in enumerate(zip(model.m, model.u, strict=True)):
        row = [0.0] + [math.log2(max(m[level], _LEAST) / max(u[level], _LEAST)) for level in range(1, len(m))]
        told.append(row)
        if ground.fixed[c]:
            row[EXACT] = math.log2(max(m[EXACT], _LEAST))
        if ground.barred and ground.barred[c]:
            row[ground.barred[c]] = _NEVER
    return told


def weight_sql(model: Model, ground: Ground, apart: Mapping[int, Sequence[int]]) -> str:
    """Bits of a pair: prior odds, evidence of levels, rarity of values, less what would count twice; `apart`: levels weighed by rarity."""
    parts = [f"{prior_bits(model):.6f}", "rarity", *_evidence(model, ground, apart)]
    parts += [f"case when g{a} = 1 and g{b} = 1 then {-bits:.6f} else 0 end" for (a, b), bits in model.together.items()]
    for (a, b), table in model.joint.items():
        flat = ", ".join(f"{bits:g}" for row in table for bits in row)
        parts.append(f"cast([{flat}] as float[])[cast(g{a} as integer) * {len(table[0])} + g{b} + 1]")
    return " + ".join(parts)


def parts_sql(model: Model, ground: Ground, apart: Mapping[int, Sequence[int]], rarities: Sequence[str]) -> list[str]:
    """Bits of each comparison by itself, rarity included, as `w0` …."""
    evidence = _evidence(model, ground, apart)
    return [f"{bits} + {rarity} as w{c}" for c, (bits, rarity) in enumerate(zip(evidence, rarities, strict=True))]


def _evidence(model: Model, ground: Ground, apart: Mapping[int, Sequence[int]]) -> list[str]:
    told = []
    for c, row in enumerate(weights(model, ground)):
        kept = list(row)
        for level in apart.get(c, ()) if ground.fixed[c] else ():
            kept[level] = math.log2(max(model.m[c][level], _LEAST))
        told.append(f"[{', '.join(f'{each:.6f}' for each in kept)}][g{c} + 1]")
    return told


def fit(session: EngineSession, ground: Ground, start: Model, apart: Mapping[int, Sequence[int]], rounds: int = ROUNDS) -> Model:
    """The model after as many rounds as change it; the session's table `patterns` holds g0 …, rarity, n and `known` (1, 0 or null)."""
    model = start
    for turn in range(1, rounds + 1):
        sums = _expected(session, model, ground, apart)
        following = _maximised(model, ground, sums)
        moved = max(
            abs(new - old) for news, olds in zip(following.m, model.m, strict=True) for new, old in zip(news, olds, strict=True)
        )
        grown = abs(following.matches - model.matches) / max(1.0, model.matches)
        model = replace(following, rounds=turn)
        if max(moved, grown) < SETTLED and turn > 3:
            break
    return model


def _expected(session: EngineSession, model: Model, ground: Ground, apart: Mapping[int, Sequence[int]]) -> dict[str, float]:
    p = f"coalesce(known, 1 / (1 + pow(2.0, -greatest(-200, least(200, {weight_sql(model, ground, apart)})))))"
    shown = ["sum(e) as matches", "sum(e) filter (where known is null) as unknown"]
    for c, row in enumerate(model.m):
        shown += [f"coalesce(sum(e) filter (where g{c} = {level}), 0) as m{c}_{level}" for level in range(1, len(row))]
    shown += [f"coalesce(sum(e) filter (where g{a} = 1 and g{b} = 1), 0) as t{a}_{b}" for a, b in ground.shared]
    gammas = ", ".join(f"g{c}" for c in range(len(model.m)))
    row = session.query(f"select {', '.join(shown)} from (select {gammas}, known, n * {p} as e from {PATTERNS}) as expected").to_pylist()[0]
    return {name: float(value or 0.0) for name, value in row.items()}


def _maximised(model: Model, ground: Ground, sums: Mapping[str, float]) -> Model:
    matches = max(sums["matches"], 0.5)
    ms, us = [], []
    for c, row in enumerate(model.m):
        counted = [0.0] + [sums[f"m{c}_{level}"] for level in range(1, len(row))]
        total = sum(counted) + 0.1 * (len(row) - 1)
        m = tuple((each + 0.1) / total if level else 0.0 for level, each in enumerate(counted))
        ms.append(m)
        us.append(_chance(ground.levels[c], m, min(0.5, matches / ground.pairs)))
    made = Model(tuple(ms), tuple(us), max(sums["unknown"], 0.5), ground.unsettled, {})
    return replace(made, together=_together(made, ground, sums))


def _together(model: Model, ground: Ground, sums: Mapping[str, float]) -> dict[tuple[int, int], float]:
    """A tree of the strongest ties (Chow and Liu, 1968): how much oftener than by chance two columns are equal together among different entities."""
    ties = []
    for (a, b), shared in ground.shared.items():
        # A few matches taken for others would make a strong tie of two rare columns.
        others = max(shared - _ALLOWANCE * sums[f"t{a}_{b}"], 0.0) + _RARE_CHANCE
        by_chance = model.u[a][EXACT] * model.u[b][EXACT] * ground.pairs
        bits = math.log2(others / max(by_chance, _RARE_CHANCE)) if others > by_chance else 0.0
        if bits >= _TOGETHER_AT_LEAST:
            ties.append((others * bits, bits, (a, b)))
    return _spanning(sorted(ties, reverse=True), len(model.m))


def _spanning(ties: Sequence[tuple[float, float, tuple[int, int]]], count: int) -> dict[tuple[int, int], float]:
    home = list(range(count))
    chosen: dict[tuple[int, int], float] = {}
    for _strength, bits, (a, b) in ties:
        if home[a] != home[b]:
            old, new = home[b], home[a]
            home = [new if each == old else each for each in home]
            chosen[(a, b)] = bits
    return chosen
