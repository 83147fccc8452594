"""Writes a plan as SQL: standardised rows, rows marked with their failed rules and repairs, accepted rows, quarantined rows, counts.

Plain constructs only, so that another engine's dialect can be made of them: masks are sums of CASE over BIGINT, lists come from
`string_split(concat_ws(…))` and list concatenation, no lambdas. What is DuckDB's own: `regexp_full_match`, `hash`, `try_cast`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from lingnan.govern.rules import copies
from lingnan.govern.rules.compiler import TECHNICAL
from lingnan.govern.rules.hoisting import hoisted
from lingnan.govern.rules.plan import BITS, Column, Plan, Rule
from lingnan.govern.rules.quoting import literal, quoted, quoted_table
from lingnan.govern.standardise import conversion_of

_NO_NAMES = "cast([] as varchar[])"
_NO_REASONS = 'cast([] as struct("rule" varchar, "column" varchar, "value" varchar)[])'


def landing_sql(plan: Plan) -> str:
    """The delivered rows that are governed: all of the landing table, or its current batches."""
    if plan.batches is None:
        return quoted_table(plan.landing)
    named = ", ".join(plan.binder.bind(batch) for batch in plan.batches) or "null"
    return f"(select * from {quoted_table(plan.landing)} where _batch in ({named}))"


def shared_places_sql(plan: Plan) -> str:
    """How many places (`_batch`, `_position`) more than one row came from, as a turned table's cells do; hashes keep the aggregate small."""
    return (
        f"select count(*) as n from (select digest from (select hash(_batch, _position) as digest from {landing_sql(plan)} as landing) as digests "
        f"group by digest having count(*) > 1) as shared"
    )


def numbered_places_sql(plan: Plan) -> str:
    """The delivered rows with `#1`, `#2` … after a place that several share, so that each row can be told from the others."""
    known = [*(quoted(column.name) for column in plan.columns if column.name not in plan.missing), "_batch", "_received_at"]
    order = ", ".join(quoted(column.name) for column in plan.columns if column.name not in plan.missing) or "_batch"
    place = "case when _shared > 1 then concat(_position, '#', cast(_place as varchar)) else _position end as _position"
    return (
        f"select {', '.join(known)}, {place} from (select *, row_number() over (partition by _batch, _position order by {order}) as _place, "
        f"count(*) over (partition by _batch, _position) as _shared from {landing_sql(plan)} as landing) as numbered"
    )


def standardised_sql(plan: Plan, named: Collection[str] | None = None) -> str:
    """One select: technical columns, `_d#` as delivered, `_t#` standardised text, each column typed under its name, replaced codes.

    All columns, or those `named`: an engine that needs few should not read through the text of all.
    """
    if named is not None:
        plan = replace(plan, columns=tuple(column for column in plan.columns if column.name in named))
    layers = [f"select {', '.join([*TECHNICAL, *_delivered(plan)])} from {landing_sql(plan)} as landing"]
    for number in range(max((len(column.stages) for column in plan.columns), default=0)):
        layers.append(_stage_sql(plan, number))
    typed = [f"{conversion_of(column)} as {quoted(column.name)}" for column in plan.columns]
    kept = [column for column in plan.columns if column.keeps_old]
    old = [f"case when {column.text} <> {column.old} then {column.old} end as {quoted(column.old_name)}" for column in kept]
    layers.append(f"select {', '.join(['*', *typed, *old])} from {{below}} as below")
    return _nested(layers)


def _delivered(plan: Plan) -> Iterator[str]:
    for column in plan.columns:
        source = "cast(null as varchar)" if column.name in plan.missing else quoted(column.name)
        yield f"{source} as {column.delivered}"
        yield f"{source} as {column.text}"


def _stage_sql(plan: Plan, number: int) -> str:
    steps = [(column, column.stages[number]) for column in plan.columns if number < len(column.stages)]
    changed = {column.text for column, _stage in steps}
    kept = [f"below.{name}" for name in _names_below(plan, number) if name not in changed]
    made = [f"{stage.expression(f'below.{column.text}')} as {column.text}" for column, stage in steps]
    old = [f"below.{column.text} as {column.old}" for column, stage in steps if stage.keeps_old]
    joins = [stage.join(f"below.{column.text}").sql() for column, stage in steps if stage.join]
    return f"select {', '.join([*kept, *made, *old])} from {{below}} as below {' '.join(joins)}"


def _names_below(plan: Plan, number: int) -> Iterator[str]:
    yield from TECHNICAL
    for column in plan.columns:
        yield column.delivered
        yield column.text
        if any(stage.keeps_old for stage in column.stages[:number]):
            yield column.old


def _nested(layers: Iterable[str]) -> str:
    sql = ""
    for layer in layers:
        sql = layer.replace("{below}", f"({sql})") if sql else layer
    return sql


def marked_sql(plan: Plan, standardised: str) -> str:
    """The rows that failed a rule or were repaired: `_batch`, `_position`, one mask per 62 rules (`_m0` …), one per 62 columns (`_r0` …).

    Of rows that failed, the values as delivered are kept (`_d#`), so that telling what failed reads nothing a second time.
    """
    joins = " ".join([*(join.sql() for join in plan.joins), *(_prepared_join(each.name) for each in plan.prepared)])
    numbers = [number for number, rule in enumerate(plan.rules) if not rule.skipped]
    conditions, shared = hoisted([plan.rules[number].passes for number in numbers])
    asked = [f"({condition}) as _k{number}" for number, condition in zip(numbers, conditions, strict=True)]
    rows = f"({standardised})"
    for layer in shared:
        rows = f"(select *, {', '.join(f'{sql} as {name}' for name, sql in layer.items())} from {rows} as rows_)"
    fixed = [
        f"({column.repaired(column.delivered, column.text, quoted(column.name))}) as _f{column.number}" for column in plan.columns if column.repaired
    ]
    keys = copies.keys_sql(plan)
    carried = carried_names(plan)
    read = [f"s.{keys.get(name, name)} as {name}" for name in carried]
    judged = f"select s._batch, s._position, {', '.join([*read, *asked, *fixed])} from {rows} as s {joins}"
    masks = [*_masks("_m", [(n, f"not _k{n}") for n, rule in enumerate(plan.rules) if not rule.skipped], len(plan.rules))]
    masks += _masks("_r", [(column.number, f"_f{column.number}") for column in plan.columns if column.repaired], len(plan.columns))
    failed = " or ".join(f"{name} <> 0" for name, _sql in masks if name[1] == "m")
    sums = ", ".join(f"{sql} as {name}" for name, sql in masks)
    kept = ", ".join(["_batch", "_position", *(name for name, _sql in masks), *(f"case when {failed} then {name} end as {name}" for name in carried)])
    some = _some([f"_k{number}" for number in numbers], [f"_f{column.number}" for column in plan.columns if column.repaired])
    return f"select {kept} from (select _batch, _position, {', '.join(carried)}, {sums} from ({judged}) as judged where {some}) as summed"


def _some(passed: Sequence[str], repaired: Sequence[str]) -> str:
    """Whether a row failed or was repaired, asked before masks are made, for few rows need any; least and greatest go past nulls."""
    least = f"least({', '.join(passed)})" if len(passed) > 1 else "".join(passed)
    greatest = f"greatest({', '.join(repaired)})" if len(repaired) > 1 else "".join(repaired)
    return " or ".join([*([f"not {least}"] if passed else []), *([greatest] if repaired else [])]) or "false"


def carried_names(plan: Plan) -> list[str]:
    """What a marked row holds beside its place and its masks: when it was received, values as delivered, keys as compared."""
    return ["_received_at", *(column.delivered for column in plan.kept), *copies.keys_sql(plan)]


def mask_names(plan: Plan) -> list[str]:
    """The masks of a marked row: of failed rules, of repaired columns."""
    return [f"{letter}{n}" for letter, bits in (("_m", plan.rules), ("_r", plan.columns)) for n in range(max(1, -(-len(bits) // BITS)))]


def _prepared_join(name: str) -> str:
    return f"left join {name} on {name}._batch = s._batch and {name}._position = s._position"


def _masks(letter: str, conditions: list[tuple[int, str]], bits: int) -> Iterator[tuple[str, str]]:
    for mask in range(max(1, -(-bits // BITS))):
        terms = [f"case when {sql} then cast({1 << (n % BITS)} as bigint) else 0 end" for n, sql in conditions if n // BITS == mask]
        yield f"{letter}{mask}", " + ".join(terms) or "cast(0 as bigint)"


def rejected_condition(plan: Plan, broken: frozenset[str]) -> str:
    """The condition over masks for quarantine: a rule of severity error failed, and it judges rows or its limit is `broken`."""
    return _any_bit(plan, lambda rule: rejects(rule, broken))


def any_failure(plan: Plan, broken: frozenset[str]) -> str:
    """The condition over masks for rows that failed any rule, warnings included; a count that keeps to its limit is no failure of its rows."""
    return _any_bit(plan, lambda rule: not rule.skipped and (rule.limit is None or rule.id in broken))


def _any_bit(plan: Plan, wanted: Callable[[Rule], bool]) -> str:
    bits: dict[int, int] = {}
    for number, rule in enumerate(plan.rules):
        if wanted(rule):
            mask, bit = plan.bit(number)
            bits[mask] = bits.get(mask, 0) | bit
    return " or ".join(f"(_m{mask} & {value}) <> 0" for mask, value in bits.items()) or "false"


def rejects(rule: Rule, broken: frozenset[str]) -> bool:
    """Whether a row that fails this rule goes to quarantine."""
    return rule.severity == "error" and not rule.skipped and (rule.limit is None or rule.id in broken)


def counts_sql(plan: Plan, broken: frozenset[str]) -> str:
    """One row: failures per rule (`k#`), repairs per column (`f#`), rows for quarantine, rows that fail anything."""
    parts = [f"{_count(f'(_m{plan.bit(n)[0]} & {plan.bit(n)[1]}) <> 0')} as k{n}" for n in range(len(plan.rules))]
    parts += [f"{_count(_fixed(column))} as f{column.number}" for column in plan.columns if column.repaired]
    parts += [f"{_count(rejected_condition(plan, broken))} as quarantined", f"{_count(any_failure(plan, broken))} as failing"]
    return f"select {', '.join(parts)} from marked"


def _count(condition: str) -> str:
    return f"cast(coalesce(sum(case when {condition} then 1 else 0 end), 0) as bigint)"


def _fixed(column: Column) -> str:
    return f"(_r{column.number // BITS} & {1 << (column.number % BITS)}) <> 0"


def accepted_sql(plan: Plan, standardised: str, rejected: str) -> str:
    """The accepted rows: typed columns, replaced codes, where they came from, and the list of repaired columns."""
    columns = [f"s.{quoted(column.name)}" for column in plan.columns]
    old = [f"s.{quoted(column.old_name)}" for column in plan.columns if column.keeps_old]
    words = ", ".join(f"case when {_fixed(column)} then {literal(column.name)} end" for column in plan.columns if column.repaired)
    masks = " + ".join(f"_r{mask}" for mask in range(-(-len(plan.columns) // BITS)))
    listed = f"case when coalesce({masks}, 0) = 0 then {_NO_NAMES} else string_split(concat_ws(',', {words}), ',') end"
    repaired = listed if words else _NO_NAMES
    return (
        f"select {', '.join([*columns, *old])}, {', '.join(f's.{name}' for name in TECHNICAL)}, {repaired} as _repaired "
        f"from ({standardised}) as s left join marked on marked._batch = s._batch and marked._position = s._position "
        f"where coalesce(not ({rejected}), true)"
    )


def quarantine_sql(plan: Plan, rejected: str) -> str:
    """The quarantined rows as delivered, in text, with every rule they failed and the value each rule saw."""
    # Warnings that a rejected row also raised are told as well: the department corrects them in one go.
    columns = [f"{column.delivered_text} as {quoted(column.name)}" for column in plan.columns]
    failed = [(rule, f"(_m{plan.bit(n)[0]} & {plan.bit(n)[1]}) <> 0") for n, rule in enumerate(plan.rules) if not rule.skipped]
    names = " || ".join([_NO_NAMES, *(f"case when {condition} then [{literal(rule.id)}] else [] end" for rule, condition in failed)])
    reasons = " || ".join([_NO_REASONS, *(f"case when {condition} then [{_reason(plan, rule)}] else [] end" for rule, condition in failed)])
    return (
        f"select {', '.join(columns)}, {', '.join(TECHNICAL)}, {names} as _rules, {reasons} as _reasons from marked where {rejected}"
    )


def failures_sql(plan: Plan, broken: frozenset[str], key: Sequence[str]) -> str:
    """One row for each rule that a row failed: the key as delivered, the rule, the value it saw, the row's place."""
    shown = "concat_ws('|', " + ", ".join(plan.column(name).delivered_text for name in key) + ")" if key else "cast(null as varchar)"
    parts = []
    for number, rule in enumerate(plan.rules):
        # A count that keeps to its limit is no failure of its rows.
        if not rule.skipped and (rule.limit is None or rule.id in broken):
            mask, bit = plan.bit(number)
            named, severity = f'{literal(rule.id)} as rule, {literal(rule.column)} as "column"', f"{literal(rule.severity)} as severity"
            told = f"{shown} as key, {named}, {_value(plan, rule)} as value, {severity}, _batch as batch, _position as position"
            parts.append(f"select {told} from marked where (_m{mask} & {bit}) <> 0")
    nothing = "cast(null as varchar)"
    none = f'select {nothing} as key, {nothing} as rule, {nothing} as "column", {nothing} as value, {nothing} as severity, _batch as batch'
    return " union all ".join(parts) or f"{none}, _position as position from marked where false"


def _reason(plan: Plan, rule: Rule) -> str:
    return f"{{'rule': {literal(rule.id)}, 'column': {literal(rule.column)}, 'value': {_value(plan, rule)}}}"


def _value(plan: Plan, rule: Rule) -> str:
    shown = [plan.column(name).delivered_text for name in rule.columns]
    return shown[0] if len(shown) == 1 else f"concat_ws(' / ', {', '.join(shown)})" if shown else "cast(null as varchar)"
