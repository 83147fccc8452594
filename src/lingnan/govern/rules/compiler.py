"""Compiles a contract: its types, keys, elements and quality section become one plan of columns and rules."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa

from lingnan.govern.rules.conditions import Condition, Draft, condition, repeated_keys_sql
from lingnan.govern.rules.custom import guarded
from lingnan.govern.rules.implied import by_agreement, by_options, default_rule
from lingnan.govern.rules.loads import MEASURES, measure
from lingnan.govern.rules.metrics import limit_of, metric_condition
from lingnan.govern.rules.plan import Limit, Past, Plan, Rule, TableRule
from lingnan.govern.rules.quoting import quoted
from lingnan.govern.rules.sentences import sentence
from lingnan.govern.standardise import DIVISIONS, column_of, steps_of
from lingnan.standards import Contract, Property, Quality, Vocabulary

TECHNICAL = ("_batch", "_position", "_received_at")
_NONE = Limit("mustBe", 0)


def compile_contract(
    contract: Contract, landing: str, schema: pa.Schema, *, today: str, tables: Collection[str] = (), batches: Sequence[str] | None = None,
    now: str = "", past: Past | None = None, every_copy: bool = False,
) -> Plan:
    """The plan for a table delivered under `landing` with that schema.

    `today` is an ISO day and `now` a moment of it, else its end; `tables` are those that references may ask, `past` tells of earlier loads;
    with `every_copy` all rows of a repeated key fail, else those received after the first.
    """
    plan = Plan(
        landing=landing, columns=(), batches=None if batches is None else tuple(batches), vocabulary=contract.vocabulary,
        every_copy=every_copy,
    )
    day = plan.binder.bind(today)
    plan.columns = tuple(
        column_of(each, number, schema.field(each.name).type if each.name in schema.names else None, plan, day)
        for number, each in enumerate(contract.properties)
    )
    plan.missing = frozenset(column.name for column in plan.columns if column.name not in schema.names)
    _note_missing(plan, schema, contract)
    moment = f"cast({plan.binder.bind(now or f'{today}T23:59:59+08:00')} as timestamptz)"
    columns = {column.name: column for column in plan.columns}
    draft = Draft(plan, columns, frozenset(tables), day, moment, past or Past(), contract.table)
    found = [rule for quality in _asked(contract, plan) for rule in _rule(draft, contract, *quality)]
    plan.rules = _named_once([*_implicit(draft, contract), *(rule for rule in found if isinstance(rule, Rule))])
    plan.table_rules = tuple(rule for rule in found if isinstance(rule, TableRule))
    return plan


def referred_tables(contract: Contract) -> tuple[str, ...]:
    """Other tables whose rows a contract's rules look at; a build step declares them as inputs."""
    asked = [quality for _column, quality in _written(contract) if quality.kind == "custom" and quality.engine == "lingnan"]
    return tuple(sorted({str(quality.args["table"]) for quality in asked if "table" in quality.args}))


def looks_back(contract: Contract) -> bool:
    """Whether a rule of the contract compares a load with those before it."""
    return any(quality.rule in ("volume", "drift") or quality.args.get("since_last_load") for _column, quality in _written(contract))


def rule_words(contract: Contract) -> dict[str, tuple[str, str]]:
    """What each rule of a contract is called, by its id, in Chinese and English; as if every column were delivered as text."""
    schema = pa.schema([(each.name, pa.string()) for each in contract.properties])
    plan = compile_contract(contract, "landing.any", schema, today=date.max.isoformat())
    return {rule.id: (rule.zh, rule.en) for rule in plan.rules} | {rule.id: (rule.zh, rule.en) for rule in plan.table_rules}


def _note_missing(plan: Plan, schema: pa.Schema, contract: Contract) -> None:
    for name in sorted(plan.missing):
        plan.notes.append(f"交付数据中没有信息项“{name}”，按空值处理。The delivery has no column “{name}”; it counts as null.")
    extra = [name for name in schema.names if not name.startswith("_") and contract.named(name) is None]
    if extra:
        plan.notes.append(f"契约外的列未采用：{'、'.join(extra)}。Columns outside the contract were left out: {', '.join(extra)}.")


def _implicit(draft: Draft, contract: Contract) -> Iterator[Rule]:
    """What types, keys and `required` ask by themselves."""
    for each in contract.properties:
        column = draft.columns[each.name]
        present = f"coalesce({column.text} <> '', false)" if column.delivered_type == "text" else f"{column.text} is not null"
        # A value that is there but cannot be converted fails `type`, and has not also gone missing.
        if each.required or each.name in contract.key:
            yield _made(each, "required", "completeness", present)
        if not column.as_delivered:
            yield _made(each, "type", "conformity", f"{quoted(each.name)} is not null or not {present}", physical=column.physical)


def _made(each: Property, kind: str, dimension: str, passes: str, **args: str) -> Rule:
    zh, en = sentence(kind, args)
    return Rule(f"{each.name}_{kind}", kind, each.name, dimension, "error", f"{each.zh}：{zh}", f"{each.en}: {en}", passes, (each.name,))


def _asked(contract: Contract, plan: Plan) -> Iterator[tuple[str, Quality]]:
    """Every quality rule: those the contract writes, then what keys and data elements bring and nobody wrote more exactly."""
    written = list(_written(contract))
    yield from written
    yield from by_agreement(contract)
    # A metric that tolerates some says less than the contract's own word; only an unconditional one says the same again.
    told = {
        (column or str(quality.args.get("of", "")), quality.rule) for column, quality in written
        if quality.kind != "library" or limit_of(quality.args) is None
    }
    for each in contract.properties:
        for quality in (*_by_element(each, plan.vocabulary), *by_options(each)):
            if (each.name, quality.rule) not in told or quality.id.endswith("_option"):
                yield each.name, quality
        if each.unique and contract.key != (each.name,) and (each.name, "duplicateValues") not in told:
            yield "", default_rule("duplicate_key", {"columns": [each.name]}, "uniqueness", f"{each.name}_unique")
    keys = [tuple(quality.args.get("columns", ())) for _column, quality in written if quality.rule == "duplicate_key"]
    if contract.key and contract.key not in keys:
        yield "", default_rule("duplicate_key", {"columns": list(contract.key)}, "uniqueness", f"{contract.table}_duplicate_key")


def _written(contract: Contract) -> Iterator[tuple[str, Quality]]:
    for each in contract.properties:
        yield from ((each.name, quality) for quality in each.quality)
    yield from (("", quality) for quality in contract.quality)


def _by_element(each: Property, vocabulary: Vocabulary) -> Iterator[Quality]:
    element = vocabulary.elements.get(each.element or "")
    severity = element.severity if element else "error"
    rules = element.rules if element and element.rules else ({"rule": "code_valid"},) if each.code_list else ()
    for written in rules:
        kind, args = str(written["rule"]), {key: value for key, value in written.items() if key != "rule"}
        if kind == "code_valid":
            args = {"list": each.code_list, **({"edition": each.code_list_edition} if each.code_list_edition else {})}
        if kind == "division_ever_existed" or (each.code_list == DIVISIONS and _replaces_divisions(each, vocabulary)):
            yield default_rule("division_ever_existed", {}, "conformity", f"{each.name}_division_ever_existed", severity)
            yield default_rule("division_current", {}, "timeliness", f"{each.name}_division_current", "warning")
        else:
            yield default_rule(kind, args, "consistency" if kind == "not_after" else "conformity", f"{each.name}_{kind}", severity)


def _replaces_divisions(each: Property, vocabulary: Vocabulary) -> bool:
    return any(isinstance(step, dict) and "division" in step for step in steps_of(each, vocabulary))


def _rule(draft: Draft, contract: Contract, column: str, quality: Quality) -> Iterator[Rule | TableRule]:
    if quality.kind == "library" and quality.rule == "rowCount":
        zh, en = quality.zh or "行数", quality.en or "row count"
        yield TableRule(quality.id, "rowCount", quality.dimension, quality.severity, zh, en, limit_of(quality.args) or _NONE)
    elif quality.kind == "library":
        built, limit = metric_condition(draft, quality.rule, quality.args, column, quality.id), limit_of(quality.args)
        made = _of(contract, quality, built, limit)
        yield replace(made, observed=repeated_keys_sql(built.columns)) if limit and quality.rule == "duplicateValues" else made
    elif quality.kind == "custom" and quality.engine == "lingnan" and quality.rule in MEASURES:
        taken = measure(draft, quality.rule, quality.args, column, quality.id)
        zh, en = _about(contract, taken.column, quality)
        yield TableRule(
            quality.id, quality.rule, quality.dimension, quality.severity, zh, en, taken.limit, taken.sql, taken.column, taken.skipped,
            taken.null_skips,
        )
    elif quality.kind == "custom" and quality.engine == "lingnan":
        yield _of(contract, quality, condition(draft, quality.rule, quality.args, column, quality.id), None)
    elif quality.kind == "sql":
        sql = guarded(str(quality.args.get("query", "")), quality.id, contract.table, column or None)
        yield TableRule(
            quality.id, "sql", quality.dimension, quality.severity, quality.zh, quality.en, limit_of(quality.args) or _NONE, sql, column,
        )
    else:
        draft.plan.notes.append(f"规则“{quality.id}”只作说明，未检查。Rule “{quality.id}” is text or for another engine; it was not asked.")


def _of(contract: Contract, quality: Quality, built: Condition, limit: Limit | None) -> Rule:
    zh, en = _about(contract, built.columns[0] if built.columns else "", quality)
    return Rule(
        quality.id, quality.rule, built.columns[0] if built.columns else "", quality.dimension, quality.severity, zh, en, built.passes,
        built.columns, limit, built.skipped,
    )


def _about(contract: Contract, column: str, quality: Quality) -> tuple[str, str]:
    blamed = contract.named(column)
    return (f"{blamed.zh}：{quality.zh}", f"{blamed.en}: {quality.en}") if blamed else (quality.zh, quality.en)


def _named_once(rules: list[Rule]) -> tuple[Rule, ...]:
    taken: dict[str, int] = {}
    named = []
    for rule in rules:
        taken[rule.id] = taken.get(rule.id, 0) + 1
        named.append(rule if taken[rule.id] == 1 else replace(rule, id=f"{rule.id}_{taken[rule.id]}"))
    return tuple(named)
