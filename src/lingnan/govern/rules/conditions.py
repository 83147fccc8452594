"""Lingnan's own rules: what each asks of a row, as boolean SQL over the standardised columns where null passes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lingnan.base import BadInput
from lingnan.govern.rules.copies import digest_sql
from lingnan.govern.rules.custom import guarded_condition, guarded_rows
from lingnan.govern.rules.plan import Column, Copies, Join, Past, Plan, Prepared
from lingnan.govern.rules.quoting import quoted, quoted_table
from lingnan.govern.standardise import DIVISIONS, validity
from lingnan.standards import IDENTIFIERS, PLACE, citizen_born_sql, citizen_sexed_sql


@dataclass
class Draft:
    """What a rule may look at while it is compiled."""

    plan: Plan
    columns: Mapping[str, Column]
    tables: frozenset[str]
    today: str
    now: str = "now()"
    past: Past = field(default_factory=Past)
    table: str = ""

    def bind(self, value: Any, column: str = "") -> str:
        """A bound value, cast to the column's type where the type is not a number's."""
        physical = self.columns[column].physical if column in self.columns else "VARCHAR"
        if isinstance(value, bool | int | float | Decimal) and physical not in ("VARCHAR", "DATE", "TIMESTAMPTZ"):
            return self.plan.binder.bind(value)
        return f"cast({self.plan.binder.bind(str(value))} as {physical})"

    def join(self, alias: str, source: str, on: str) -> str:
        """Add a join beside the rows and give its alias."""
        if all(join.alias != alias for join in self.plan.joins):
            self.plan.joins.append(Join(alias, source, on))
        return alias


@dataclass(frozen=True)
class Condition:
    """What one rule comes to: `passes` as SQL, the columns it blames, and `skipped` when what it needs is not in the lake."""

    passes: str
    columns: tuple[str, ...]
    skipped: bool = False


Args = Mapping[str, Any]
Builder = Callable[[Draft, Args, str, str], Condition]


def condition(draft: Draft, kind: str, args: Args, column: str, rule_id: str) -> Condition:
    """The condition of a rule of that kind; BadInput for a kind or a column that is not there."""
    if kind not in BUILDERS:
        known = "、".join(BUILDERS)
        raise BadInput(f"没有规则“{kind}”。现有：{known}。", f"There is no rule “{kind}”. There are: {known}.", rule=kind)
    built = BUILDERS[kind](draft, args, column or str(args.get("of", "")), rule_id)
    unknown = [name for name in built.columns if name not in draft.columns]
    if unknown:
        raise BadInput(
            f"规则“{rule_id}”用到契约中没有的信息项：{'、'.join(unknown)}。请更正契约。",
            f"Rule “{rule_id}” names properties the contract does not have: {', '.join(unknown)}. Correct the contract.",
            rule=rule_id, columns=unknown,
        )
    return built


def _identifier(_draft: Draft, args: Args, column: str, _rule: str) -> Condition:
    return Condition(IDENTIFIERS[args["kind"]].sql(quoted(column), shared=True), (column,))


def _code_valid(draft: Draft, args: Args, column: str, _rule: str) -> Condition:
    codes, at = draft.plan.vocabulary.list_of(args["list"], args.get("edition")), args.get("at")
    table = f"list_{codes.id.replace('-', '_')}"
    draft.plan.arrow.setdefault(table, validity(codes))
    today = f"cast({draft.today} as date)"
    if not at and draft.columns[column].physical == "VARCHAR":
        # An edition of a standard stays readable after it was followed by the next; asked for by name, it holds.
        held = "" if args.get("edition") else f" where {_held('', today)}"
        return Condition(_among(column, f"select _code from {table}{held}"), (column,))
    # A code that standardising replaced is judged as it was delivered, for it is the delivered one that held at the row's date.
    old = draft.columns[column].keeps_old and at
    value = f"coalesce({quoted(draft.columns[column].old_name)}, {quoted(column)})" if old else quoted(column)
    alias = draft.join(f"codes_{len(draft.plan.joins)}", table, f"codes_{len(draft.plan.joins)}._code = {value}")
    held = "true" if args.get("edition") and not at else _held(f"{alias}.", quoted(at) if at else today)
    return Condition(f"case when {value} is null then null else {alias}._code is not null and ({held}) end", (column, *([at] if at else [])))


def _held(of: str, day: str) -> str:
    return f"({of}_from is null or {day} is null or {of}_from <= {day}) and ({of}_to is null or {day} is null or {day} < {of}_to)"


def _among(column: str, rows: str, *, asked: bool = True) -> str:
    """Whether the column's value, as text, is (or is not: `asked`) one of the `rows` of a select; a row without a value passes.

    Not a left join: the embedded engine would hand on every column of the row by reference, and all later work would be slower. A `case`,
    because Spark answers `not … in (select …)`, which a failed rule comes to, by holding every row against every code.
    """
    value = quoted(column)
    found = f"cast({value} as varchar) in ({rows})"
    return f"case when {value} is null or {found} then true else false end" if asked else f"case when {found} then false else true end"


def _division_ever_existed(draft: Draft, args: Args, column: str, _rule: str) -> Condition:
    return Condition(_among(column, f"select _code from {_divisions(draft, args)}"), (column,))


def _division_current(draft: Draft, args: Args, column: str, _rule: str) -> Condition:
    # After old codes were replaced, only those without a single successor are old still; that is no fault of the row.
    old = f"select _code from {_divisions(draft, args)} where _to <= cast({draft.today} as date)"
    return Condition(_among(column, old, asked=False), (column,))


def _divisions(draft: Draft, args: Args) -> str:
    codes = draft.plan.vocabulary.list_of(args.get("list", DIVISIONS))
    table = f"list_{codes.id}"
    draft.plan.arrow.setdefault(table, validity(codes))
    return table


def _birth(_draft: Draft, args: Args, _column: str, _rule: str) -> Condition:
    passes = citizen_born_sql(quoted(args["number"]), f"cast({quoted(args['birth'])} as date)", shared=True)
    return Condition(passes, (args["birth"], args["number"]))


def _sex(_draft: Draft, args: Args, _column: str, _rule: str) -> Condition:
    return Condition(citizen_sexed_sql(quoted(args["number"]), quoted(args["sex"])), (args["sex"], args["number"]))


def _in_range(draft: Draft, args: Args, column: str, _rule: str) -> Condition:
    return Condition(_between(quoted(column), args, lambda value: draft.bind(value, column)), (column,))


def _length(draft: Draft, args: Args, column: str, _rule: str) -> Condition:
    # length() counts characters on both engines; a one-character name of three bytes is one long.
    return Condition(_between(f"length(cast({quoted(column)} as varchar))", args, draft.plan.binder.bind), (column,))


_SIDES = (("min", ">="), ("max", "<="), ("above", ">"), ("below", "<"))


def _between(expression: str, args: Args, bind: Callable[[Any], str]) -> str:
    sides = [f"{expression} {sign} {bind(args[key])}" for key, sign in _SIDES if args.get(key) is not None]
    if args.get("multiple_of"):
        # A decimal step has no exact binary form: 0.3 is a multiple of 0.1 to nine places.
        quotient = f"({expression} / {bind(args['multiple_of'])})"
        sides.append(f"abs({quotient} - round({quotient})) <= 1e-9")
    return " and ".join(sides) or "true"


def _pattern(draft: Draft, args: Args, column: str, _rule: str) -> Condition:
    regex = args.get("regex", args.get("pattern"))
    return Condition(f"regexp_full_match(cast({quoted(column)} as varchar), {draft.plan.binder.bind(regex)})", (column,))


def _not_after(draft: Draft, args: Args, column: str, _rule: str) -> Condition:
    other = args["column"]
    limit = f"cast({draft.today} as date)" if other == "today" else quoted(other)
    return Condition(f"cast({quoted(column)} as date) <= cast({limit} as date)", (column, *([] if other == "today" else [other])))


def _before(_draft: Draft, args: Args, _column: str, _rule: str) -> Condition:
    first, second = args["first"], args["second"]
    return Condition(f"{quoted(first)} <= {quoted(second)}", (first, second))


def _duplicate_key(draft: Draft, args: Args, column: str, rule: str) -> Condition:
    columns = _names(args.get("columns", args.get("properties", column)))
    copies = next((known for known in draft.plan.copies if known.columns == columns), None)
    if copies is None:
        digest = digest_sql(columns, {name: each.physical for name, each in draft.columns.items()})
        copies = Copies(f"copies_{len(draft.plan.copies)}", columns, digest, rule)
        draft.plan.copies.append(copies)
    return Condition(copies.passes, columns)


def _never_falls(draft: Draft, args: Args, _column: str, rule: str) -> Condition:
    series, order, value = _names(args["series"]), args["order"], args["value"]
    listed = _listed((*series, order, value))
    rows = f"select _batch, _position, 1 as _load, {listed} from {{standardised}}"
    if args.get("since_last_load") and {*series, order, value} <= draft.past.columns:
        rows += f" union all select null, null, 0, {listed} from {draft.past.table}"
    sql = (
        f"select _batch, _position from (select _batch, _position, _load, {quoted(value)} as v, "
        f"max({quoted(value)}) over (partition by {_listed(series)} order by {quoted(order)}, _load "
        f"rows between unbounded preceding and 1 preceding) as before "
        f"from ({rows}) as loads where {quoted(value)} is not null and {quoted(order)} is not null) as ordered where v < before and _load = 1"
    )
    # The only window: a series has an order, and the relation it runs over holds the series' columns alone.
    return _prepared(draft, f"falls_{len(draft.plan.prepared)}", (value, *series, order), sql, rule)


def _readable(_draft: Draft, _args: Args, column: str, _rule: str) -> Condition:
    # U+FFFD and 锟斤拷 are what a wrong decoding leaves; private characters have no meaning outside the office that drew them.
    broken = r"[\x{FFFD}\x{E000}-\x{F8FF}\x{F0000}-\x{FFFFD}\x{100000}-\x{10FFFD}]|锟斤拷|ï¿½"
    return Condition(f"not regexp_matches(cast({quoted(column)} as varchar), '{broken}')", (column,))


def _retained(draft: Draft, args: Args, column: str, _rule: str) -> Condition:
    if "hours" in args:
        age = f"date_diff('second', cast({quoted(column)} as timestamptz), {draft.now})"
        return Condition(f"{age} <= {draft.plan.binder.bind(args['hours'])} * 3600", (column,))
    days = draft.plan.binder.bind(args["days"])
    return Condition(f"date_diff('day', cast({quoted(column)} as date), cast({draft.today} as date)) <= {days}", (column,))


def _holds(draft: Draft, args: Args, _column: str, rule: str) -> Condition:
    condition = guarded_condition(args["condition"], rule, draft.columns.keys())
    named = tuple(name for name in draft.columns if quoted(name) in condition)
    sql = f"select _batch, _position from {{standardised}} where not ({condition})"
    return _prepared(draft, f"unheld_{len(draft.plan.prepared)}", named, sql, rule)


def _failing_rows(draft: Draft, args: Args, _column: str, rule: str) -> Condition:
    query = guarded_rows(args["query"], rule, draft.table)
    sql = f"with {PLACE} as (select * from {{standardised}}) select distinct _batch, _position from ({query}) as asked"
    return _prepared(draft, f"listed_{len(draft.plan.prepared)}", (), sql, rule)


def _prepared(draft: Draft, name: str, columns: Sequence[str], sql: str, rule: str) -> Condition:
    draft.plan.prepared.append(Prepared(name, tuple(columns), sql, rule))
    return Condition(f"{name}._position is null", tuple(columns))


def repeated_keys_sql(columns: Sequence[str]) -> str:
    """How many keys stand more than once, which is the number that the standard's operators judge."""
    present = " and ".join(f"{quoted(name)} is not null" for name in columns)
    return (
        f"select count(*) as n from (select 1 as _one from {{standardised}} where {present} group by {_listed(columns)} having count(*) > 1) "
        "as repeated"
    )


def _references(draft: Draft, args: Args, column: str, rule: str) -> Condition:
    table, keys = args["table"], {column: str(args["column"]), **dict(args.get("with") or {})}
    if table not in draft.tables:
        return _skipped(draft, rule, table, tuple(keys))
    alias = f"referred_{len(draft.plan.joins)}"
    theirs = [quoted(name) for name in keys.values()]
    source = (
        f"(select distinct {', '.join(f'{name} as _k{n}' for n, name in enumerate(theirs))} from {quoted_table(table)} "
        f"where {' and '.join(f'{name} is not null' for name in theirs)})"
    )
    draft.join(alias, source, " and ".join(f"{alias}._k{n} = {quoted(name)}" for n, name in enumerate(keys)))
    empty = " or ".join(f"{quoted(name)} is null" for name in keys)
    return Condition(f"case when {empty} then null else {alias}._k0 is not null end", tuple(keys))


def _same_in(draft: Draft, args: Args, column: str, rule: str) -> Condition:
    """Args: table, key (own column or {own: theirs}), column (own), other (theirs, when named differently)."""
    table, own = args["table"], column or str(args["column"])
    key = args["key"]
    keys = dict(key) if isinstance(key, Mapping) else {name: name for name in _names(key)}
    if table not in draft.tables:
        return _skipped(draft, rule, table, (own,))
    theirs, alias = quoted(args.get("other", own)), f"other_{len(draft.plan.joins)}"
    # A key with two values there contradicts itself; agreeing with either is enough here, the other table has its own rules.
    source = (
        f"(select {', '.join(f'{quoted(name)} as _k{n}' for n, name in enumerate(keys.values()))}, min({theirs}) as _low, max({theirs}) as _high "
        f"from {quoted_table(table)} group by {', '.join(quoted(name) for name in keys.values())})"
    )
    draft.join(alias, source, " and ".join(f"{alias}._k{n} = {quoted(name)}" for n, name in enumerate(keys)))
    return Condition(f"({quoted(own)} = {alias}._low or {quoted(own)} = {alias}._high)", (own, *keys))


def _skipped(draft: Draft, rule: str, table: str, columns: tuple[str, ...]) -> Condition:
    draft.plan.notes.append(f"规则“{rule}”未检查：表 {table} 尚不存在。Rule “{rule}” was not asked: table {table} is not there yet.")
    return Condition("true", columns, skipped=True)


def _sum_of_parts(draft: Draft, args: Args, _column: str, _rule: str) -> Condition:
    whole, parts = args["whole"], _names(args["parts"])
    total = " + ".join(quoted(name) for name in parts)
    return Condition(f"abs({quoted(whole)} - ({total})) <= {_tolerance(draft, args, quoted(whole), (whole, *parts))}", (whole, *parts))


def _tolerance(draft: Draft, args: Args, whole: str, columns: Sequence[str]) -> str:
    """The larger of the absolute and the relative tolerance; binary fractions are compared to nine digits."""
    sides = [draft.plan.binder.bind(args.get("tolerance", 0))]
    if args.get("tolerance_percent"):
        sides.append(f"abs({whole}) * {draft.plan.binder.bind(args['tolerance_percent'])} / 100")
    if any(draft.columns[name].physical == "DOUBLE" for name in columns if name in draft.columns):
        sides.append(f"abs({whole}) * 1e-9")
    return f"greatest({', '.join(sides)})" if len(sides) > 1 else sides[0]


def _rows_add_up(draft: Draft, args: Args, _column: str, rule: str) -> Condition:
    """Args: value, by (what whole and parts share), part (names the part), whole (`part` in the whole's row), tolerance, parts_required."""
    value, by, part = args["value"], _names(args["by"]), args["part"]
    whole, v = args.get("whole"), quoted(value)
    is_whole = f"{quoted(part)} is null" if whole is None else f"coalesce({quoted(part)} = {draft.bind(whole, part)}, false)"
    present = " and ".join(f"{quoted(name)} is not null" for name in (*by, value))
    # A whole without a single part is a fault too, for the sum of nothing is 0; unless parts are not always told.
    join = "left join" if args.get("parts_required", True) else "join"
    sql = (
        f"select _batch, _position from (select _batch, _position, {_listed(by)}, {v} as _whole "
        f"from {{standardised}} where {present} and {is_whole}) as wholes "
        f"{join} (select {_listed(by)}, sum({v}) as _parts from {{standardised}} where {present} and not ({is_whole}) "
        f"group by {_listed(by)}) as parts using ({_listed(by)}) "
        f"where abs(_whole - coalesce(_parts, 0)) > {_tolerance(draft, args, '_whole', (value,))}"
    )
    return _prepared(draft, f"sums_{len(draft.plan.prepared)}", (value, *by, part), sql, rule)


def _names(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in columns)


BUILDERS: Mapping[str, Builder] = {
    "identifier": _identifier, "code_valid": _code_valid, "division_ever_existed": _division_ever_existed,
    "division_current": _division_current,
    "birth_matches_number": _birth, "sex_matches_number": _sex, "in_range": _in_range, "pattern": _pattern, "length": _length,
    "not_after": _not_after, "before": _before, "duplicate_key": _duplicate_key, "references": _references,
    "sum_of_parts": _sum_of_parts, "rows_add_up": _rows_add_up, "never_falls": _never_falls, "same_in": _same_in, "readable": _readable,
    "retained": _retained, "holds": _holds, "failing_rows": _failing_rows,
}
