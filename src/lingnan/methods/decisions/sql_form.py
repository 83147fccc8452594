"""A decision table over the rows of a table: one SELECT in portable SQL that answers as `DecisionTable.decide` does, row by row."""

from collections.abc import Iterable, Sequence

from lingnan.base import WrongUse
from lingnan.methods.decisions import tables
from lingnan.methods.decisions.expressions import Anything, Expression, Literal
from lingnan.methods.decisions.kinds import literal_sql, quoted
from lingnan.methods.decisions.tables import DecisionTable, Hit, Input, Rule


def decision_sql(table: DecisionTable, source: str, keep: Sequence[str]) -> str:
    """One row for each of `source` (a table's quoted name, or a SELECT in brackets), whose columns bear the names of the table's facts.

    Gives the columns of `keep`, the outputs, `decision_rules` (ids of hits, by blanks), `decision_fault` (null, `conflict`, `outside`) and
    `decision_version`. WrongUse for hit policies whose answer is a list: ask `hits_sql`.
    """
    if table.policy in tables.LISTS:
        raise WrongUse(
            f"决策表“{table.id}”的命中策略 {table.policy} 得出列表，不能一行一答；请用 hits_sql，一次命中一行。",
            f"Decision table “{table.id}” answers by a list ({table.policy}), so a row has no single answer; use hits_sql, a row for each hit.",
        )
    _apart(table, keep)
    columns = [quoted(name) for name in keep]
    outputs = [f"{answer} as {quoted(output.name)}" for output, answer in zip(table.outputs, _answers(table), strict=True)]
    rules = ", ".join(f"case when _hit_{number} then {literal_sql(rule.id)} end" for number, rule in enumerate(table.rules))
    fault = f"case when _outside then '{tables.OUTSIDE}' when {_conflict(table)} then '{tables.CONFLICT}' end"
    told = [f"concat_ws(' ', {rules}) as decision_rules", f"{fault} as decision_fault", f"{literal_sql(table.version)} as decision_version"]
    return f"with {_facts(table, source, keep)},\n{_hits(table)}\nselect {', '.join((*columns, *outputs, *told))}\nfrom hits"


def hits_sql(table: DecisionTable, source: str, keep: Sequence[str]) -> str:
    """One row for each hit: the columns of `keep`, `decision_rule`, `decision_order` (its place in the table from 1) and the outputs."""
    _apart(table, keep)
    columns = ", ".join(quoted(name) for name in keep)
    parts = []
    for number, rule in enumerate(table.rules):
        answers = ", ".join(f"{result.sql()} as {quoted(output.name)}" for output, result in zip(table.outputs, rule.results, strict=True))
        told = f"{literal_sql(rule.id)} as decision_rule, {number + 1} as decision_order"
        parts.append(f"select {columns}, {told}, {answers} from hits where _hit_{number}")
    return f"with {_facts(table, source, keep)},\n{_hits(table)}\n" + "\nunion all\n".join(parts)


def _apart(table: DecisionTable, keep: Sequence[str]) -> None:
    """Refuses a column to keep that bears the name of an answer: which one was meant could not be told afterwards."""
    if both := sorted({output.name for output in table.outputs} & set(keep)):
        raise WrongUse(
            f"要保留的列 {'、'.join(both)} 与决策表“{table.id}”的输出同名；请改名。",
            f"The columns {', '.join(both)} to be kept bear the name of an output of decision table “{table.id}”; rename them.",
        )


def _raw(column: Input) -> str:
    return quoted(column.name) if column.source is None else column.source.sql()


def _cell(table: DecisionTable, number: int) -> str:
    column = table.inputs[number]
    return quoted(column.name) if column.source is None else f"_cell_{number}"


def _facts(table: DecisionTable, source: str, keep: Sequence[str]) -> str:
    """What is kept and what is asked about, columns made of facts, and whether a value is outside what is allowed."""
    names = dict.fromkeys([*keep, *table.facts])
    made = [f"{each.source.sql()} as _cell_{number}" for number, each in enumerate(table.inputs) if each.source is not None]
    outside = [f"({_raw(each)} is not null and not {each.allowed.sql(_raw(each))})" for each in table.inputs if each.allowed is not None]
    return f"facts as (select {', '.join([*map(quoted, names), *made])}, {' or '.join(outside) or 'false'} as _outside from {source})"


def _hits(table: DecisionTable) -> str:
    found = [f"coalesce(not _outside and {_condition(table, rule)}, false) as _hit_{number}" for number, rule in enumerate(table.rules)]
    return f"hits as (select facts.*, {', '.join(found)} from facts)"


def _condition(table: DecisionTable, rule: Rule) -> str:
    tests = [test.sql(_cell(table, number)) for number, test in enumerate(rule.tests) if not isinstance(test, Anything)]
    return " and ".join(tests) or "true"


def _count(table: DecisionTable) -> str:
    return " + ".join(f"case when _hit_{number} then 1 else 0 end" for number in range(len(table.rules)))


def _order(table: DecisionTable) -> list[int]:
    """Rules in the order in which their answers count; by the priority of answers where the hit policy says so."""
    numbers = list(range(len(table.rules)))
    if table.policy != tables.PRIORITY:
        return numbers
    for output, results in zip(table.outputs, zip(*(rule.results for rule in table.rules), strict=True), strict=True):
        if output.values and not all(isinstance(result, Literal) for result in results):
            raise WrongUse(
                f"决策表“{table.id}”按优先次序取答案，输出“{output.name}”须是写明的值。",
                f"Decision table “{table.id}” answers by priority, so the answers of “{output.name}” must be written values.",
            )
    return sorted(numbers, key=lambda number: table.rank(_as_hit(table, number)))


def _as_hit(table: DecisionTable, number: int) -> Hit:
    rule = table.rules[number]
    values = [result.content if isinstance(result, Literal) else None for result in rule.results]
    return Hit(rule.id, dict(zip((output.name for output in table.outputs), values, strict=True)), "", {})


def _answers(table: DecisionTable) -> list[str]:
    """Each output as SQL: null under a fault, the default where no rule holds."""
    if table.policy in tables.AGGREGATES:
        return [_aggregate(table)]
    order, fault = _order(table), f"_outside or {_conflict(table)}"
    return [_chosen(table, at, order, fault) for at in range(len(table.outputs))]


def _chosen(table: DecisionTable, at: int, order: Iterable[int], fault: str) -> str:
    cases = " ".join(f"when _hit_{number} then {table.rules[number].results[at].sql()}" for number in order)
    default = table.outputs[at].default
    return f"case when {fault} then null {cases} else {default.sql() if default else 'null'} end"


def _conflict(table: DecisionTable) -> str:
    """Where hits contradict each other: any two under U, two with different answers under A."""
    if table.policy == tables.UNIQUE:
        return f"{_count(table)} > 1"
    if table.policy != tables.ANY:
        return "false"
    differing = []
    for later in range(len(table.rules)):
        for earlier in range(later):
            pairs = [
                f"{one.sql()} is distinct from {other.sql()}"
                for one, other in zip(table.rules[earlier].results, table.rules[later].results, strict=True) if one != other
            ]
            if pairs:
                differing.append(f"(_hit_{earlier} and _hit_{later} and ({' or '.join(pairs)}))")
    return f"({' or '.join(differing)})" if differing else "false"


def _aggregate(table: DecisionTable) -> str:
    results = [rule.results[0] for rule in table.rules]
    values = [f"case when _hit_{number} then {result.sql()} end" for number, result in enumerate(results)]
    whole = {
        tables.COUNT: _count(table),
        tables.SUM: " + ".join(f"coalesce({value}, 0)" for value in values),
        tables.LEAST: f"least({', '.join(values)})" if len(values) > 1 else values[0],
        tables.GREATEST: f"greatest({', '.join(values)})" if len(values) > 1 else values[0],
    }[table.policy]
    unknown = [f"(_hit_{number} and {result.sql()} is null)" for number, result in enumerate(results) if not _never_null(result)]
    missing = f"when {' or '.join(unknown)} then null " if unknown and table.policy != tables.COUNT else ""
    default = table.outputs[0].default
    return f"case when _outside then null when {_count(table)} = 0 then {default.sql() if default else 'null'} {missing}else {whole} end"


def _never_null(result: Expression) -> bool:
    return isinstance(result, Literal) and result.content is not None
