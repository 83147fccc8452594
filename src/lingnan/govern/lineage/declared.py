"""What the columns of a feed's three governed tables are made of, and how, read off the compiled contract."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from lingnan.govern.rules.compiler import TECHNICAL, compile_contract
from lingnan.govern.rules.plan import Column, Plan
from lingnan.govern.rules.quoting import quoted
from lingnan.govern.service import CHECKS_SCHEMA, FeedTables
from lingnan.govern.standardise import steps_of
from lingnan.lake import ColumnOrigin, TableOrigins
from lingnan.standards import Contract, Property

_COUNTED = ("checked", "failed", "repaired", "observed")


def governed_columns(feed: str, contract: Contract) -> dict[str, TableOrigins]:
    """By table that governing the feed makes, by column; as if every column were delivered as text."""
    tables = FeedTables.of(feed)
    schema = pa.schema([(each.name, pa.string()) for each in contract.properties])
    plan = compile_contract(contract, tables.landing, schema, today=date.max.isoformat())
    carried = {name: ColumnOrigin((f"{tables.landing}.{name}",), expression=name) for name in TECHNICAL}
    whole = tuple(f"{tables.landing}.{column.name}" for column in plan.columns)
    repaired, rules, reasons = (ColumnOrigin(worked_out=whole, expression=told) for told in ("repaired columns", "failed rules", "their values"))
    as_text = {
        each.name: ColumnOrigin((f"{tables.landing}.{each.name}",), expression=f"cast({quoted(each.name)} as VARCHAR)") for each in plan.columns
    }
    return {
        tables.accepted: {**_accepted(tables, plan, contract), **carried, "_repaired": repaired},
        tables.quarantine: {**as_text, **carried, "_rules": rules, "_reasons": reasons},
        tables.checks: {
            name: ColumnOrigin(worked_out=whole if name in _COUNTED else (), expression=f"{name} by rule") for name in CHECKS_SCHEMA.names
        },
    }


def _accepted(tables: FeedTables, plan: Plan, contract: Contract) -> dict[str, ColumnOrigin]:
    found = {}
    for column, each in zip(plan.columns, contract.properties, strict=True):
        landed = (f"{tables.landing}.{column.name}",)
        found[column.name] = ColumnOrigin(landed, expression=_words(column, each, plan))
        if column.keeps_old:
            found[column.old_name] = ColumnOrigin(landed, expression="the code before its replacement")
    return found


def _words(column: Column, each: Property, plan: Plan) -> str:
    """The way from the delivered text to the value in the contract's words, step by step; their SQL is pages long and each engine's own."""
    steps = [_step(step) for step in steps_of(each, plan.vocabulary)]
    return " → ".join([quoted(column.name), *steps, f"cast as {column.physical}"])


def _step(step: str | Mapping[str, Any]) -> str:
    if isinstance(step, str):
        return step
    name, args = next(iter(step.items()))
    return f"{name}({', '.join(f'{key}: {value}' for key, value in args.items())})" if args else name
