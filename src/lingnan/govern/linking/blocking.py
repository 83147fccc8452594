"""Which pairs are compared: rules found from the data under a budget of pairs, with the share of matches that none of them meets.

Matches are drawn at random from what is known of how often each key agrees between records of one entity; a rule catches those in which all its
keys agree. How often keys agree is learnt from matches that other columns' rules have found (as fish are counted by marking and catching again).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from lingnan.govern.linking.shapes import BlockingRule
from lingnan.govern.linking.traits import IDENTIFIER_KINDS
from lingnan.govern.linking.values import RECORDS, Values
from lingnan.lake import EngineSession

DRAWN, SEED = 20_000, 11
SAMPLED = 150_000
ENOUGH = 2e-4
"""Share of matches missed at which no further rule is sought."""

_PILOT_EQUAL, _PILOT_PART = 0.75, 0.4
_TRUST = 0.92
_WEIGHT_OF_GUESS = 10.0
_LEAST_YIELD = 1 / 20_000  # a match found among fewer pairs than that is worth comparing them


@dataclass(frozen=True)
class Rule:
    """Positions of the keys that must agree, how many unsettled pairs do, and how many that identifiers have settled."""

    keys: tuple[int, ...]
    pairs: int
    settled: int = 0


@dataclass(frozen=True)
class Agreement:
    """Per key, how often it agrees between records of one entity: when its column is equal, and when it is not."""

    equal: tuple[float, ...]
    part: tuple[float, ...]


@dataclass(frozen=True)
class Blocking:
    """The rules chosen, in order, with the share of matches they are expected to miss."""

    rules: tuple[Rule, ...]
    missed: float
    described: tuple[BlockingRule, ...]

    @property
    def pairs(self) -> int:
        """Pairs that the rules meet, those met twice counted twice."""
        return sum(rule.pairs for rule in self.rules)


def rule_sql(rule: Rule) -> str:
    """The condition of a rule over `l` and `r`."""
    return " and ".join(f"l.k{key} = r.k{key}" for key in rule.keys)


def whole_sql(linking: bool) -> str:
    """Pairs of two files, or of one file each once."""
    return "l.side = 0 and r.side = 1" if linking else "l.rid < r.rid"


def rules_met(session: EngineSession, values: Values, linking: bool, budget: int) -> list[Rule]:
    """Every single key and every two keys of different columns whose pairs alone keep to the budget."""
    total = max(1, values.records)
    share = min(1.0, SAMPLED / total)
    kept = f"where hash(rid) % 1000000 < {int(share * 1_000_000)}" if share < 1 else ""
    names = ", ".join(f"k{n}" for n in range(len(values.keys)))
    session.execute(f"create or replace temp table sampled_keys as select side, ident, {names} from {RECORDS} {kept}")
    singles = [_rule(session, (n,), linking, share) for n in range(len(values.keys))]
    found = [rule for rule in singles if rule.pairs <= budget]
    for first, second in combinations(range(len(values.keys)), 2):
        if values.keys[first][0] != values.keys[second][0]:
            rule = _rule(session, (first, second), linking, share)
            if rule.pairs <= budget:
                found.append(rule)
    if sum(len(rule.keys) == 2 for rule in found) < 6:
        found += _triples(session, values, linking, share, budget)
    return found


def _triples(session: EngineSession, values: Values, linking: bool, share: float, budget: int) -> list[Rule]:
    found = []
    for keys in combinations(range(min(len(values.keys), 14)), 3):
        if len({values.keys[key][0] for key in keys}) == 3:
            rule = _rule(session, keys, linking, share)
            if rule.pairs <= budget:
                found.append(rule)
    return found


def _rule(session: EngineSession, keys: tuple[int, ...], linking: bool, share: float) -> Rule:
    """The rule of these keys with its pairs, those of a sample of records counted for all."""
    names = ", ".join(f"k{key}" for key in keys)
    filled = " and ".join(f"k{key} is not null" for key in keys)
    counts = (
        "count(*) filter (where side = 0) as l, count(*) filter (where side = 1) as r, "
        "count(ident) filter (where side = 0) as li, count(ident) filter (where side = 1) as ri"
    )
    each, settled = ("l * r - li * ri", "li * ri") if linking else ("(l * (l - 1) - li * (li - 1)) / 2", "li * (li - 1) / 2")
    row = session.query(
        f"select coalesce(sum(cast({each} as double)), 0) as n, coalesce(sum(cast({settled} as double)), 0) as s "
        f"from (select {counts} from sampled_keys where {filled} group by {names})"
    ).to_pylist()[0]
    return Rule(keys, int(float(row["n"]) / (share * share)), int(float(row["s"]) / (share * share)))


def guessed(values: Values) -> Agreement:
    """What is supposed of the keys before anything is known."""
    equal = [_PILOT_EQUAL * values.columns[column].filled ** 2 for column, _name in values.keys]
    return Agreement(tuple(equal), tuple(_PILOT_PART * values.columns[column].filled ** 2 for column, _name in values.keys))


def learnt(masks: Sequence[tuple[int, float]], rules: Sequence[Rule], values: Values) -> Agreement:
    """How often keys agree in matches; for each column only from matches that a rule without this column has caught.

    Without rules the matches are known otherwise, and all of them count.
    """
    before = guessed(values)
    equal, part = list(before.equal), list(before.part)
    bits = [sum(1 << key for key in rule.keys) for rule in rules]
    for column in {column for column, _name in values.keys}:
        mine = [n for n, (other, _name) in enumerate(values.keys) if other == column]
        free = [bit for bit, rule in zip(bits, rules, strict=True) if all(values.keys[key][0] != column for key in rule.keys)]
        met = [(mask, count) for mask, count in masks if not rules or any(mask & bit == bit for bit in free)]
        whole = mine[0]
        total = sum(count for _mask, count in met)
        same = sum(count for mask, count in met if mask >> whole & 1)
        for key in mine:
            agreeing = sum(count for mask, count in met if mask >> key & 1 and not mask >> whole & 1)
            equal[key] = (same + _WEIGHT_OF_GUESS * before.equal[whole]) / (total + _WEIGHT_OF_GUESS)
            part[key] = (agreeing + _WEIGHT_OF_GUESS * before.part[key]) / (total - same + _WEIGHT_OF_GUESS)
    return Agreement(tuple(equal), tuple(part))


def _drawn(agreement: Agreement, values: Values, trust: float) -> list[int]:
    """Per key a row of bits, one a drawn match: whether the key agrees in it."""
    dice = random.Random(SEED)  # noqa: S311  a simulation, no secret
    rows = [0] * len(values.keys)
    columns: dict[int, list[int]] = {}
    for key, (column, _name) in enumerate(values.keys):
        columns.setdefault(column, []).append(key)
    for mine in columns.values():
        equal = agreement.equal[mine[0]] * trust
        for place in range(DRAWN):
            bit = 1 << place
            if dice.random() < equal:
                for key in mine:
                    if values.key_filled[key] > 0.999 or dice.random() < values.key_filled[key]:
                        rows[key] |= bit
            else:
                for key in mine[1:]:
                    if dice.random() < agreement.part[key] * trust * values.key_filled[key]:
                        rows[key] |= bit
    return rows


def _caught(rule: Rule, rows: Sequence[int]) -> int:
    caught = rows[rule.keys[0]]
    for key in rule.keys[1:]:
        caught &= rows[key]
    return caught


def choose(rules: Sequence[Rule], agreement: Agreement, values: Values, budget: int) -> Blocking:
    """Rules that catch most for their pairs, one after the other, until hardly a match is missed or the budget is spent."""
    wary = _drawn(agreement, values, _TRUST)
    caught = {rule: _caught(rule, wary) for rule in rules}
    chosen = _by_identifier(rules, values)
    met, spent = 0, sum(rule.pairs for rule in chosen)
    for rule in chosen:
        met |= caught[rule]
    while met.bit_count() < DRAWN * (1 - ENOUGH):
        able = [rule for rule in rules if rule not in chosen and spent + rule.pairs <= budget]
        gains = [((caught[rule] & ~met).bit_count() / (rule.pairs + 0.02 * values.records + 1), n) for n, rule in enumerate(able)]
        best = able[max(gains)[1]] if gains else None
        gained = (caught[best] & ~met).bit_count() / DRAWN if best else 0.0
        if best is None or gained * values.records < best.pairs * _LEAST_YIELD:
            break
        chosen.append(best)
        met |= caught[best]
        spent += best.pairs
    return _described(chosen, _drawn(agreement, values, 1.0), values)


def _by_identifier(rules: Sequence[Rule], values: Values) -> list[Rule]:
    """Parts of a mistyped identifier cost few pairs and tell much, so they are always asked."""
    return [
        rule for rule in rules
        if len(rule.keys) == 1 and values.columns[values.keys[rule.keys[0]][0]].kind in IDENTIFIER_KINDS and rule.pairs <= values.records
    ]


def _described(chosen: Sequence[Rule], rows: Sequence[int], values: Values) -> Blocking:
    met, told = 0, []
    for rule in chosen:
        caught = _caught(rule, rows)
        met |= caught
        told.append(BlockingRule(tuple(key_name(values, key) for key in rule.keys), rule.pairs, caught.bit_count() / DRAWN))
    return Blocking(tuple(chosen), 1 - met.bit_count() / DRAWN, tuple(told))


def key_name(values: Values, key: int) -> str:
    """The column and the part of it that the key is made of."""
    column, name = values.keys[key]
    return f"{values.columns[column].label}{':' + name if name else ''}"


def missed_of_known(masks: Sequence[tuple[int, float]], rules: Sequence[Rule]) -> float:
    """Share of matches that identifiers tell of and no rule meets."""
    bits = [sum(1 << key for key in rule.keys) for rule in rules]
    return sum(count for mask, count in masks if not any(mask & bit == bit for bit in bits)) / max(1.0, sum(count for _mask, count in masks))


def missed_by_overlap(masks: Sequence[tuple[int, float]], rules: Sequence[Rule]) -> float:
    """Share of matches that no rule met, from how many were met by one rule alone and by two (Chao, 1987); a lower bound."""
    bits = [sum(1 << key for key in rule.keys) for rule in rules]
    once = twice = found = 0.0
    for mask, count in masks:
        times = sum(mask & bit == bit for bit in bits)
        found += count if times else 0
        once += count if times == 1 else 0
        twice += count if times == 2 else 0
    unseen = once * once / (2 * twice) if twice else once * (once - 1) / 2 if once > 1 else 0.0
    return unseen / (found + unseen) if found else 0.0


__all__ = [
    "Agreement", "Blocking", "Rule", "choose", "guessed", "key_name", "learnt", "missed_by_overlap", "missed_of_known", "rule_sql", "rules_met",
    "whole_sql",
]
