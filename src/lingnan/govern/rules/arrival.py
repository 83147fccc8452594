"""Which rules of a contract a single row cannot be held to by itself: those that look at other tables or at earlier loads."""

from datetime import date

import pyarrow as pa

from lingnan.govern.rules.compiler import compile_contract
from lingnan.govern.rules.plan import Rule, TableRule
from lingnan.standards import Contract


def rules_on_arrival(contract: Contract) -> dict[str, tuple[str, str]]:
    """Rules of severity error that are checked only when rows come into the hub, by their id: their names in Chinese and English."""
    schema = pa.schema([(each.name, pa.string()) for each in contract.properties])
    plan = compile_contract(contract, "landing.any", schema, today=date.max.isoformat())
    asked: list[Rule | TableRule] = [*plan.rules, *plan.table_rules]
    return {rule.id: (rule.zh, rule.en) for rule in asked if rule.skipped and rule.severity == "error"}
