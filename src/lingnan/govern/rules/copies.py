"""Keys that stand more than once: found by short digests, marked in the one pass, and compared whole only where a digest stands twice.

To gather the keys themselves would take most of a check's memory. Digests that are equal by chance are cleared from the marks afterwards.
"""

from collections.abc import Mapping, Sequence

from lingnan.govern.rules.plan import Copies, Plan
from lingnan.govern.rules.quoting import quoted
from lingnan.govern.standardise import conversion_of

DIGESTS = 1 << 31
"""How many digests there are: of five million keys one in four hundred shares its own by chance."""


def digest_sql(columns: Sequence[str], physical: Mapping[str, str]) -> str:
    """A key's digest, a whole number; a key that is one whole number by its `physical` type stands for itself."""
    if len(columns) == 1 and physical.get(columns[0]) in ("BIGINT", "INTEGER"):
        return quoted(columns[0])
    return f"cast(hash({', '.join(map(quoted, columns))}) % {DIGESTS} as integer)"


def repeated_sql(copies: Copies, standardised: str) -> str:
    """The digests that more than one row has, each once; numbering sorts them, which takes half the time and memory of grouping them."""
    present = " and ".join(f"{quoted(name)} is not null" for name in copies.columns)
    return (
        f"select _digest from (select _digest, row_number() over (partition by _digest) as _place from ("
        f"select {copies.digest} as _digest from ({standardised}) as rows_ where {present}) as digests) as placed where _place = 2"
    )


def keys_sql(plan: Plan) -> dict[str, str]:
    """Standardised key columns that a marked row must hold beside what was delivered, by the name they have there."""
    names = {name for copies in plan.copies for name in copies.columns}
    return {f"_y{column.number}": quoted(column.name) for column in plan.columns if column.name in names and not _as_delivered(plan, column.name)}


def single_sql(plan: Plan, copies: Copies) -> str:
    """Rows of the table `judged` whose key is no copy after all, or the one row of a key that is kept, which was received first."""
    mask, bit = plan.bit(plan.numbers_of(copies)[0])
    key = ", ".join(f"_d{plan.column(name).number}" if _as_delivered(plan, name) else f"_y{plan.column(name).number}" for name in copies.columns)
    natural = "regexp_extract(_position, '^(.*?)[0-9]*$', 1), try_cast(regexp_extract(_position, '([0-9]+)$', 1) as bigint), _position"
    order = f"row_number() over (partition by {key} order by _received_at, _batch, {natural})"
    place = f"count(*) over (partition by {key})" if plan.every_copy else order
    return (
        f"select _batch, _position from (select _batch, _position, {place} as _place from judged where (_m{mask} & {bit}) <> 0) as placed "
        f"where _place = 1"
    )


def cleared_sql(plan: Plan, masks: Sequence[str], carried: Sequence[str]) -> str:
    """The rows of `judged` without the marks of single keys; rows without any mark left are gone."""
    terms: dict[str, str] = {}
    joins = []
    for copies in plan.copies:
        single = f"{copies.name}_single"
        joins.append(f"left join {single} on {single}._batch = j._batch and {single}._position = j._position")
        for mask, bit in map(plan.bit, plan.numbers_of(copies)):
            terms[f"_m{mask}"] = terms.get(f"_m{mask}", "") + f" - case when {single}._position is not null then cast({bit} as bigint) else 0 end"
    shown = ", ".join(f"j.{name}{terms.get(name, '')} as {name}" for name in ("_batch", "_position", *masks, *carried))
    marks = " or ".join(f"{name} <> 0" for name in masks)
    return f"select * from (select {shown} from judged as j {' '.join(joins)}) as cleared where {marks}"


def _as_delivered(plan: Plan, name: str) -> bool:
    column = plan.column(name)
    return not column.stages and conversion_of(column) == column.text
