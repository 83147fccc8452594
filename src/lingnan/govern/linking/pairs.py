"""Makes the pairs that rules meet, with their levels, and counts what all possible pairs show."""

from collections.abc import Sequence

from lingnan.govern.linking.blocking import Rule, rule_sql, whole_sql
from lingnan.govern.linking.comparisons import compared_sql, lay_compared, strangers_sql
from lingnan.govern.linking.em import PATTERNS, Ground
from lingnan.govern.linking.shapes import Comparison
from lingnan.govern.linking.traits import IDENTIFIER_KINDS
from lingnan.govern.linking.values import RECORDS, Values
from lingnan.lake import EngineSession

PAIRS, SAME, KNOWN, MET = "pairs", "same_pairs", "known_pairs", "met_pairs"
SAME_PAIRS, DIFFERENT_PAIRS = 100_000, 300_000
"""Pairs that identifiers have settled and that are learnt from, of either sort."""

DRAWN_RECORDS, DRAWN_TURNS = 10_000, 10
"""Records drawn for chance pairs, and how many others each is compared with."""


def possible_pairs(values: Values, linking: bool) -> float:
    """All pairs there are."""
    left, right = values.sides
    return float(left) * right if linking else left * (left - 1) / 2.0


def ground(session: EngineSession, values: Values, comparisons: Sequence[Comparison], linking: bool) -> Ground:
    """How often each level stands among all pairs: equality counted, the other levels from pairs drawn at random."""
    drawn = _drawn_levels(session, comparisons, linking)
    settled = settled_pairs(session, linking)
    levels = []
    for comparison, counts in zip(comparisons, drawn, strict=True):
        if comparison.column.kind in IDENTIFIER_KINDS:
            # Two valid numbers are never compared, so what they share is no chance agreement.
            equal = _equal(session, [comparison.number], linking, " and ident is null")[0]
            filled = max(1.0, _equal(session, [comparison.number], linking)[1] - settled)
        else:
            equal, filled = _equal(session, [comparison.number], linking)
        others = sum(counts[2:]) or 1.0
        share = min(0.999, equal / filled) if filled else 0.5
        levels.append((0.0, max(share, 1e-12), *((1 - share) * count / others for count in counts[2:])))
    tied = [each for each in comparisons if each.column.kind not in IDENTIFIER_KINDS]
    shared = {(a.number, b.number): _equal(session, [a.number, b.number], linking)[0] for n, a in enumerate(tied) for b in tied[n + 1 :]}
    pairs = possible_pairs(values, linking)
    fixed, barred = tuple(each.by_frequency for each in comparisons), tuple(each.barred for each in comparisons)
    return Ground(pairs, pairs - settled, tuple(levels), fixed, shared, barred)


def settled_pairs(session: EngineSession, linking: bool, equal: bool = False) -> float:
    """Pairs of which both have a valid identifier; with `equal` those of the same one."""
    counts = "cast(count(*) filter (where side = 0) as double) as l, cast(count(*) filter (where side = 1) as double) as r"
    each = "l * r" if linking else "l * (l - 1) / 2"
    row = session.query(
        f"select coalesce(sum({each}), 0) as n from (select {counts} from {RECORDS} where ident is not null "
        f"{'group by ident' if equal else ''}) as counted"
    ).to_pylist()[0]
    return float(row["n"])


def _drawn_levels(session: EngineSession, comparisons: Sequence[Comparison], linking: bool) -> list[list[float]]:
    for side, kept in (("l", "where side = 0" if linking else ""), ("r", "where side = 1" if linking else "")):
        session.execute(
            f"create or replace temp table drawn_{side} as select *, row_number() over () - 1 as place "
            f"from (select * from {RECORDS} {kept} using sample {DRAWN_RECORDS} rows (reservoir, {3 if side == 'l' else 5}))"
        )
    session.execute(
        f"create or replace temp table drawn_ids as select place as of_l, (place + 1 + turn) % greatest(1, {count(session, 'drawn_r')}) as of_r "
        f"from drawn_l, range({DRAWN_TURNS}) as turns(turn)"
    )
    joined = "from drawn_ids join drawn_l as l on l.place = of_l join drawn_r as r on r.place = of_r where l.rid <> r.rid"
    lay_compared(session, "drawn", comparisons, joined)
    shown = [f"count(*) filter (where {each.gamma} = {level}) as {each.gamma}_{level}" for each in comparisons for level in range(each.last + 1)]
    row = session.query(f"select {', '.join(shown)} from drawn").to_pylist()[0]
    session.execute("drop table drawn")
    return [[float(row[f"{each.gamma}_{level}"]) + 0.5 for level in range(each.last + 1)] for each in comparisons]


def _equal(session: EngineSession, numbers: Sequence[int], linking: bool, condition: str = "") -> tuple[float, float]:
    """Pairs of all possible ones that are equal in these columns, and that have a value in each."""
    values = ", ".join(f"v{n}" for n in numbers)
    filled = " and ".join(f"v{n} is not null" for n in numbers)
    each = "l * r" if linking else "l * (l - 1) / 2"
    all_filled = "sum(l) * sum(r)" if linking else "sum(l) * (sum(l) - 1) / 2"
    row = session.query(
        f"with counted as (select cast(count(*) filter (where side = 0) as double) as l, cast(count(*) filter (where side = 1) as double) as r "
        f"from {RECORDS} where {filled}{condition} group by {values}) "
        f"select coalesce(sum({each}), 0) as equal, coalesce({all_filled}, 0) as filled from counted"
    ).to_pylist()[0]
    return float(row["equal"]), float(row["filled"])


def make_pairs(session: EngineSession, rules: Sequence[Rule], comparisons: Sequence[Comparison], values: Values, linking: bool) -> int:
    """Every pair that a rule meets and identifiers leave open, once, in the session's table `pairs`; gives how many.

    Names that equal a former name of the other record meet besides, where they are not too many.
    """
    for number in range(len(rules)):
        sql = " union all ".join(_met_sql(rules, number, each, f"{number} as rule") for each in _open(linking))
        session.execute(f"{'insert into' if number else 'create or replace temp table'} {MET} {'' if number else 'as '}{sql}")
    for name, former in values.formers.items():
        _add_formers(session, name, former, values, linking)
    lay_compared(session, PAIRS, comparisons, _joined(MET), ("m.rule as rule",))
    session.execute(f"drop table {MET}")
    return count(session, PAIRS)


def _add_formers(session: EngineSession, name: int, former: int, values: Values, linking: bool) -> None:
    counts = f"select v{name} as v, count(*) as n from {RECORDS} group by 1"
    met = session.query(f"select coalesce(sum(n), 0) as n from ({counts}) as c join {RECORDS} as r on c.v = r.v{former}").column(0)[0].as_py()
    if int(met) > values.records:
        return
    both = " union ".join(
        f"select least(l.rid, r.rid) as a, greatest(l.rid, r.rid) as b, -1 as rule from {RECORDS} as l join {RECORDS} as r on l.v{one} = r.v{other} "
        f"where {condition}" for one, other in ((name, former), (former, name)) for condition in _open(linking)
    )
    new = f"not exists (select 1 from {MET} as m where m.a = found.a and m.b = found.b)"
    session.execute(f"insert into {MET} select * from ({both}) as found where {new}")


def _open(linking: bool) -> tuple[str, ...]:
    """Conditions of the pairs that identifiers leave open; most records have one, so the join begins with those that have none."""
    if linking:
        across = "l.side = 0 and r.side = 1"
        return f"{across} and l.ident is null", f"{across} and l.ident is not null and r.ident is null"
    return ("l.ident is null and (r.ident is not null or l.rid < r.rid)",)


def _met_sql(rules: Sequence[Rule], number: int, condition: str, shown: str) -> str:
    """Numbers of the pairs that a rule meets and none before it does, the lesser number first."""
    earlier = "".join(f" and not coalesce({rule_sql(rule)}, false)" for rule in rules[:number])
    return (
        f"select least(l.rid, r.rid) as a, greatest(l.rid, r.rid) as b, {shown} from {RECORDS} as l join {RECORDS} as r on {rule_sql(rules[number])} "
        f"where {condition}{earlier}"
    )


def _joined(table: str) -> str:
    """Pairs by number, with their records."""
    return f"from {table} as m join {RECORDS} as l on l.rid = m.a join {RECORDS} as r on r.rid = m.b"


def make_same_pairs(session: EngineSession, comparisons: Sequence[Comparison], values: Values, linking: bool) -> int:
    """Pairs of one valid identifier, a sample when there are many, in `known_pairs` with `known` 1; gives how many."""
    if values.identified < 2:
        return 0
    share = min(1.0, SAME_PAIRS / max(1.0, settled_pairs(session, linking, equal=True)))
    kept = f"% 1000000 < {int(share * 1_000_000)}"
    session.execute(
        f"create or replace temp table {MET} as select l.rid as a, r.rid as b from {RECORDS} as l join {RECORDS} as r on l.ident = r.ident "
        f"where {whole_sql(linking)} and hash(l.ident) {kept} and hash(r.ident) {kept}"
    )
    lay_compared(session, SAME, comparisons, _joined(MET), ("1 as known",))
    return count(session, SAME)


def add_different_pairs(session: EngineSession, rules: Sequence[Rule], comparisons: Sequence[Comparison], linking: bool) -> None:
    """Those pairs, and pairs that the rules meet though their valid identifiers differ, with `known` 0, drawn from every rule alike.

    `stratum` is the first rule that meets the pair (-1: none), `times` how many pairs one drawn stands for.
    """
    sampled = count(session, SAME)
    times = settled_pairs(session, linking, equal=True) / sampled if sampled else 1.0
    met = " ".join(f"when {rule_sql(rule)} then {number}" for number, rule in enumerate(rules))
    stratum = f"case {met} else -1 end" if rules else "-1"
    session.execute(
        f"create or replace temp table {KNOWN} as select m.*, {stratum} as stratum, cast({times:.6f} as double) as times {_joined(SAME)}"
    )
    for number, rule in enumerate(rules):
        share = min(1.0, DIFFERENT_PAIRS / len(rules) / max(1.0, rule.settled))
        kept = max(1, int(share * 1_000_000))
        condition = f"l.ident <> r.ident and {whole_sql(linking)} and hash(l.rid) % 1000000 < {kept}"
        sql = _met_sql(rules, number, condition, f"{number} as stratum, cast({1_000_000 / kept:.6f} as double) as times")
        session.execute(f"{'insert into' if number else 'create or replace temp table'} {MET} {'' if number else 'as '}{sql}")
    shown = ("0 as known", "m.stratum as stratum", "m.times as times")
    if rules:
        session.execute(f"insert into {KNOWN} by name {compared_sql(comparisons, _joined(MET), shown)}")


def lay_patterns(session: EngineSession, comparisons: Sequence[Comparison], known: bool) -> int:
    """Pairs of one pattern counted together, their rarity to the nearest bit; gives the number of patterns.

    Settled pairs are a sample and count for all that are settled. Pairs that differ in all that is a person's own are no matches to learn from.
    """
    gammas = ", ".join(each.gamma for each in comparisons)
    rarity = "round(rarity) as rarity"
    strangers = strangers_sql(comparisons)
    told = f"case when {strangers} then 0 end" if strangers else "null"
    sources = [f"select {gammas}, {rarity}, cast({told} as integer) as known, 1.0 as times from {PAIRS}"]
    if known:
        sources.append(f"select {gammas}, {rarity}, known, times from {KNOWN}")
    session.execute(
        f"create or replace temp table {PATTERNS} as select {gammas}, rarity, known, cast(sum(times) as double) as n from "
        f"({' union all '.join(sources)}) as met group by {gammas}, rarity, known"
    )
    return count(session, PATTERNS)


def count(session: EngineSession, table: str) -> int:
    """The rows of a table of the session."""
    return int(session.query(f"select count(*) as n from {table}").column(0)[0].as_py())


__all__ = ["KNOWN", "PAIRS", "SAME", "add_different_pairs", "count", "ground", "lay_patterns", "make_pairs", "make_same_pairs", "possible_pairs"]
