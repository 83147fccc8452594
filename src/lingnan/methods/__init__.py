"""Shared methods as pure functions: decision tables and rule sets, statistics, index numbers, forecasts and scorecards."""

from typing import TYPE_CHECKING

from lingnan.base import opened_later

if TYPE_CHECKING:
    from lingnan.methods.decisions.cover import TableFault, check_table
    from lingnan.methods.decisions.dmn import LiteralDecision, read_dmn
    from lingnan.methods.decisions.sql_form import decision_sql, hits_sql
    from lingnan.methods.decisions.tables import Decision, DecisionTable, Hit
    from lingnan.methods.decisions.yaml_form import read_decision
    from lingnan.methods.intervals import Interval, clopper_pearson, percentile, round_half_even, wilson, wilson_low_sql
    from lingnan.methods.paths import Plan, Step, critical_path
    from lingnan.methods.ranking import Judgement, ahp, entropy_weights, kendall_w, mean_ranks, rank_stability, ranks, topsis, trimmed_mean
    from lingnan.methods.rulesets import Finding, RuleSet, findings_sql, read_rules
    from lingnan.methods.trends import Trend, mann_kendall, spearman

__getattr__ = opened_later(__name__, {
    "decisions.tables": "Decision DecisionTable Hit",
    "decisions.yaml_form": "read_decision",
    "decisions.dmn": "LiteralDecision read_dmn",
    "decisions.sql_form": "decision_sql hits_sql",
    "decisions.cover": "TableFault check_table",
    "rulesets": "Finding RuleSet findings_sql read_rules",
    "intervals": "Interval clopper_pearson percentile round_half_even wilson wilson_low_sql",
    "ranking": "Judgement ahp entropy_weights kendall_w mean_ranks rank_stability ranks topsis trimmed_mean",
    "trends": "Trend mann_kendall spearman",
    "paths": "Plan Step critical_path",
})

__all__ = [
    "Decision",
    "DecisionTable",
    "Finding",
    "Hit",
    "Interval",
    "Judgement",
    "LiteralDecision",
    "Plan",
    "RuleSet",
    "Step",
    "TableFault",
    "Trend",
    "ahp",
    "check_table",
    "clopper_pearson",
    "critical_path",
    "decision_sql",
    "entropy_weights",
    "findings_sql",
    "hits_sql",
    "kendall_w",
    "mann_kendall",
    "mean_ranks",
    "percentile",
    "rank_stability",
    "ranks",
    "read_decision",
    "read_dmn",
    "read_rules",
    "round_half_even",
    "spearman",
    "topsis",
    "trimmed_mean",
    "wilson",
    "wilson_low_sql",
]
