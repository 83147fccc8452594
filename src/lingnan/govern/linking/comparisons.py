"""How two records are compared: one comparison a column, its levels as SQL, and the pairs of a join with all their levels."""

import re
from collections.abc import Sequence
from functools import partial

from lingnan.govern.linking.shapes import Comparison, Level, LinkColumn, Rarity
from lingnan.govern.linking.traits import IDENTIFIER_KINDS, TRAITS, Trait
from lingnan.govern.linking.values import Values
from lingnan.lake import EngineSession

FORMER = Level("与曾用名相同", "equals a former name")
SWAPPED = Level("两栏互换", "swapped with the other column")
_SWAPPING = ("name", "address")
_DISTINCT_LIMIT = 0.7
"""Columns more different than this tell all by being equal; a value's own frequency says nothing more."""


def comparisons_of(values: Values, rarity: Rarity | None = None) -> tuple[Comparison, ...]:
    """The comparisons of the columns, in order; `rarity` corrects how rare values are."""
    twins = _twins(values.columns)
    made = []
    for number, column in enumerate(values.columns):
        made.append(_comparison(number, column, values, twins, rarity or {}))
    return tuple(made)


def _twins(columns: Sequence[LinkColumn]) -> dict[int, int]:
    """Neighbouring columns of one kind, such as given name and surname, whose values offices enter the wrong way round."""
    found: dict[int, int] = {}
    for kind in _SWAPPING:
        of_kind = [n for n, each in enumerate(columns) if each.kind == kind and not each.former]
        for first, second in zip(of_kind[::2], of_kind[1::2], strict=False):
            found[first], found[second] = second, first
    return found


def _comparison(number: int, column: LinkColumn, values: Values, twins: dict[int, int], rarity: Rarity) -> Comparison:
    trait = TRAITS[column.kind]
    measures = {f"{name}{number}": _qualified(sql, number, trait) for name, sql in trait.measures.items()}
    conditions = [_flat(sql, number, trait) for sql in trait.cases]
    levels = list(trait.levels)
    former = values.formers.get(number)
    if former is not None:
        measures[f"former{number}"] = f"coalesce(l.v{number} = r.v{former}, false) or coalesce(r.v{number} = l.v{former}, false)"
        conditions.insert(1, f"former{number}")
        levels.insert(2, FORMER)
    twin = twins.get(number)
    missing = f"lv{number} is null or rv{number} is null"
    if twin is not None:
        first, second = min(number, twin), max(number, twin)
        swapped = f"swapped{first}"
        if number == first:
            measures[swapped] = f"coalesce(l.v{first} = r.v{second} and l.v{second} = r.v{first} and l.v{first} <> r.v{first}, false)"
            conditions.insert(1, swapped)
            levels.insert(2, SWAPPED)
        else:
            missing = f"{swapped} or {missing}"
    if trait.unknown:
        missing += f" or ({_flat(trait.unknown, number, trait)})"
    if column.kind in IDENTIFIER_KINDS:
        # Two valid numbers are no evidence here: equal ones are linked before, different ones never are.
        missing += " or (l_ident is not null and r_ident is not null)"
    by_frequency = trait.by_frequency and column.distinct < _DISTINCT_LIMIT
    return Comparison(
        number, column, tuple(levels), measures, missing, tuple(conditions), by_frequency,
        _frequency_sql(number, column, levels, rarity) if by_frequency else "",
    )


def _frequency_sql(number: int, column: LinkColumn, levels: Sequence[Level], rarity: Rarity) -> str:
    """Bits by which this value's coincidence is rarer than chance: of the value when equal, of what is common to both at levels of their own."""
    parts = f"when g{number} = 1 then -{_rarity_sql(f'lbits{number}', f'bits{number}', rarity)}"
    rare = TRAITS[column.kind].rare
    for place, level in enumerate(levels):
        if level.en in rare:
            bits = f"{rare[level.en]}bits{number}"
            parts += f" when g{number} = {place} then -coalesce({_rarity_sql(f'greatest(l{bits}, r{bits})', bits, rarity)}, 0)"
    return f"case {parts} else 0 end"


def _rarity_sql(sql: str, bits: str, rarity: Rarity) -> str:
    if bits not in rarity:
        return sql
    less, least = rarity[bits]
    return f"log2(greatest(pow(2.0, {sql}) - {less:.12g}, {least:.12g}))"


def weighed_apart(comparisons: Sequence[Comparison]) -> dict[int, tuple[int, ...]]:
    """Comparison → its levels, but for equality, that are weighed by how rare their values are."""
    return {
        each.number: tuple(place for place, level in enumerate(each.levels) if level.en in TRAITS[each.column.kind].rare)
        for each in comparisons if each.by_frequency and TRAITS[each.column.kind].rare
    }


_OWN = r"first|given|fore|full|birth|\bdob\b|\bage\b|^name$|姓名|出生|生日|年龄"
_SHARED = r"last|surname|family|middle|city|town|suburb|曾用"


def strangers_sql(comparisons: Sequence[Comparison]) -> str:
    """The condition that a pair differs in all that is a person's or firm's own (name, birth) and is there; empty when nothing is.

    People of one household share surname, address and telephone and would else be learnt as one entity, being more than the true matches.
    """
    own = [(each.gamma, _differs_from(each)) for each in comparisons if _is_own(each.column)]
    if not own:
        return ""
    differing = " + ".join(f"cast({g} >= {least} as integer)" for g, least in own)
    return f"({' and '.join(f'({g} = 0 or {g} >= {least})' for g, least in own)}) and {differing} >= 1"


def _is_own(column: LinkColumn) -> bool:
    header = f"{column.name.removeprefix('c_')} {column.title}".lower().replace("_", " ")
    if column.kind in ("han_name", "firm", "han_firm"):
        return True
    said = any(re.search(_OWN, part) for part in (header, column.title.lower()))
    return column.kind in ("name", "date", "number", "text") and said and not re.search(_SHARED, header)


def _differs_from(comparison: Comparison) -> int:
    """The first level that tells of two persons: a number is easily one off by chance, a surname is shared."""
    return {"number": 2, "han_name": comparison.last - 1}.get(comparison.column.kind, comparison.last)


def _names(trait: Trait) -> str:
    return "|".join(["v", "sound", *trait.extras])


def _qualified(sql: str, number: int, trait: Trait) -> str:
    return re.sub(rf"\b([lr])\.({_names(trait)})\b", rf"\1.\g<2>{number}", sql)


def _flat(sql: str, number: int, trait: Trait) -> str:
    measures = "|".join(trait.measures)
    if measures:
        sql = re.sub(rf"(?<![\w'.])({measures})(?![\w('.])", rf"\g<1>{number}", sql)
    return re.sub(rf"\b([lr])\.({_names(trait)})\b", rf"\g<1>\g<2>{number}", sql)


def compared_sql(comparisons: Sequence[Comparison], joined: str, shown: Sequence[str] = (), parts: Sequence[str] = ()) -> str:
    """Pairs (`a`, `b`) with the level of every comparison and `rarity`, the bits of rarity of their equal values.

    `joined` says where `l` and `r` come from; `shown` are further expressions over both, kept as they are named; `parts` are expressions over
    the levels.
    """
    return levels_sql(comparisons, f"({paired_sql(comparisons, joined, shown)})", _named(shown), parts)


def lay_compared(
    session: EngineSession, into: str, comparisons: Sequence[Comparison], joined: str, shown: Sequence[str] = (), parts: Sequence[str] = ()
) -> None:
    """Lay the compared pairs under a name: the engine joins them, and each pair is judged by itself."""
    judged = partial(_judged, comparisons=tuple(comparisons), kept=_named(shown), parts=tuple(parts))
    session.beside(into, paired_sql(comparisons, joined, shown), judged)


def _judged(_session: EngineSession, paired: str, comparisons: Sequence[Comparison], kept: Sequence[str], parts: Sequence[str]) -> str:
    return levels_sql(comparisons, paired, kept, parts)


def _named(shown: Sequence[str]) -> tuple[str, ...]:
    return tuple(each.rsplit(" as ", 1)[1] for each in shown)


def paired_sql(comparisons: Sequence[Comparison], joined: str, shown: Sequence[str] = ()) -> str:
    """The pairs with the values of both that are compared, `lv0` and `rv0` for `v0`."""
    sides = "".join(f", l.{name} as l{name}, r.{name} as r{name}" for name in _wanted(comparisons))
    more = "".join(f", {each}" for each in shown)
    return f"select l.rid as a, r.rid as b, l.ident as l_ident, r.ident as r_ident{more}{sides} {joined}"


def levels_sql(comparisons: Sequence[Comparison], paired: str, kept: Sequence[str] = (), parts: Sequence[str] = ()) -> str:
    """The pairs of a table of both's values, judged; `kept` columns stay."""
    names = "".join(f", {name}" for name in kept)
    measures = "".join(f", {_beside(sql)} as {name}" for each in comparisons for name, sql in each.measures.items())
    levels = ", ".join(f"cast({each.level_sql} as utinyint) as {each.gamma}" for each in comparisons)
    levelled = f"select a, b{names}{wanted_bits(comparisons)}, {levels} from (select *{measures} from {paired} as paired) as measured"
    gammas = ", ".join(each.gamma for each in comparisons)
    rarity = " + ".join(each.frequency_sql for each in comparisons if each.by_frequency) or "0"
    return f"select a, b{names}, {gammas}, cast({rarity} as float) as rarity{''.join(f', {each}' for each in parts)} from ({levelled}) as levelled"


def _beside(sql: str) -> str:
    return re.sub(r"\b([lr])\.(\w+)", r"\1\2", sql)


def _wanted(comparisons: Sequence[Comparison]) -> list[str]:
    names: list[str] = []
    for each in comparisons:
        said = " ".join([each.level_sql, each.frequency_sql])
        names += re.findall(r"\b[lr]((?:v|core|sound|(?:sound|core|w)?bits|w|n|q|o)\d+)\b", said)
        names += [name for sql in each.measures.values() for name in re.findall(r"\b[lr]\.(\w+)", sql)]
    return list(dict.fromkeys(names))


def wanted_bits(comparisons: Sequence[Comparison]) -> str:
    """The columns of rarity that the frequencies read."""
    found = dict.fromkeys(name for each in comparisons for name in re.findall(r"\b([lr](?:sound|core|w)?bits\d+)\b", each.frequency_sql))
    return "".join(f", {name}" for name in found)
