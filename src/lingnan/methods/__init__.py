"""Shared methods as pure functions: decision tables and rule sets, statistics, index numbers, forecasts and scorecards."""

from typing import TYPE_CHECKING

from lingnan.base import opened_later

if TYPE_CHECKING:
    from lingnan.methods.decisions.cover import TableFault, check_table
    from lingnan.methods.decisions.dmn import LiteralDecision, read_dmn
    from lingnan.methods.decisions.sql_form import decision_sql, hits_sql
    from lingnan.methods.decisions.tables import Decision, DecisionTable, Hit
    from lingnan.methods.decisions.yaml_form import read_decision
    from lingnan.methods.rulesets import Finding, RuleSet, findings_sql, read_rules

__getattr__ = opened_later(__name__, {
    "decisions.tables": "Decision DecisionTable Hit",
    "decisions.yaml_form": "read_decision",
    "decisions.dmn": "LiteralDecision read_dmn",
    "decisions.sql_form": "decision_sql hits_sql",
    "decisions.cover": "TableFault check_table",
    "rulesets": "Finding RuleSet findings_sql read_rules",
})

__all__ = [
    "Decision",
    "DecisionTable",
    "Finding",
    "Hit",
    "LiteralDecision",
    "RuleSet",
    "TableFault",
    "check_table",
    "decision_sql",
    "findings_sql",
    "hits_sql",
    "read_decision",
    "read_dmn",
    "read_rules",
]
