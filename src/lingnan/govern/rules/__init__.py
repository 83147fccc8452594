"""From a contract to one statement: columns, rules, masks, and the tables they fill."""

from lingnan.govern.rules.compiler import compile_contract, referred_tables
from lingnan.govern.rules.plan import Plan, Rule
from lingnan.govern.rules.statement import landing_sql, standardised_sql

__all__ = ["Plan", "Rule", "compile_contract", "landing_sql", "referred_tables", "standardised_sql"]
