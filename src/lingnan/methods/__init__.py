"""Shared methods as pure functions: decision tables and rule sets, statistics, index numbers, forecasts and scorecards."""

from typing import TYPE_CHECKING

from lingnan.base import opened_later

if TYPE_CHECKING:
    from lingnan.methods.aberration import Signal, ears_c1, ears_c2, ears_c3, ewma, poisson_exceedance, robust_z
    from lingnan.methods.decisions.cover import TableFault, check_table
    from lingnan.methods.decisions.dmn import LiteralDecision, read_dmn
    from lingnan.methods.decisions.sql_form import decision_sql, hits_sql
    from lingnan.methods.decisions.tables import Decision, DecisionTable, Hit
    from lingnan.methods.decisions.yaml_form import read_decision
    from lingnan.methods.forecasting.back_test import HorizonScores, ModelCard, back_test
    from lingnan.methods.forecasting.baselines import climatology, persistence, seasonal_naive
    from lingnan.methods.forecasting.boosting import DirectModel, Forecast, Setup, fit_forecast
    from lingnan.methods.forecasting.scores import Events, coverage, events, mae, mase, pinball, rmse, skill
    from lingnan.methods.forecasting.series import Panel, leaks
    from lingnan.methods.indices import Resale, chain, fisher, jevons, laspeyres, paasche, repeat_sales
    from lingnan.methods.intervals import Interval, clopper_pearson, percentile, round_half_even, wilson, wilson_low_sql
    from lingnan.methods.learning import BarredBy, watched_learning, without_learning
    from lingnan.methods.linear import inverse, solve
    from lingnan.methods.list_differences import Difference, differences, differences_sql
    from lingnan.methods.outbreaks import FarringtonSetup, Outbreak, count_bound, farrington, outbreak_weights, upper_bound
    from lingnan.methods.paths import Plan, Step, critical_path
    from lingnan.methods.ranking import (
        Judgement,
        ahp,
        entropy_weights,
        kendall_w,
        mean_ranks,
        rank_stability,
        ranks,
        topsis,
        topsis_sql,
        trimmed_mean,
    )
    from lingnan.methods.receptors import Balance, Contribution, mass_balance
    from lingnan.methods.rulesets import Finding, RuleSet, findings_sql, read_rules
    from lingnan.methods.scorecards.binning import bin_column
    from lingnan.methods.scorecards.card import Attribute, Bin, Scale, Score, Scorecard, read_card, scorecard_sql
    from lingnan.methods.scorecards.fitting import CardScores, CardSetup, fit_scorecard, judge, score_rows
    from lingnan.methods.scorecards.measures import Calibration, auc, brier, calibration, gini, ks, psi
    from lingnan.methods.sequences import Hits, NextItems, fit_next, judge_next, popularity
    from lingnan.methods.spatial import Cluster, Gathering, Spot, discoveries, grid_hot_spots, hot_spots, likelihood_ratio, moran, scan, two_sided
    from lingnan.methods.trends import Trend, mann_kendall, spearman

__getattr__ = opened_later(__name__, {
    "decisions.tables": "Decision DecisionTable Hit",
    "decisions.yaml_form": "read_decision",
    "decisions.dmn": "LiteralDecision read_dmn",
    "decisions.sql_form": "decision_sql hits_sql",
    "decisions.cover": "TableFault check_table",
    "rulesets": "Finding RuleSet findings_sql read_rules",
    "intervals": "Interval clopper_pearson percentile round_half_even wilson wilson_low_sql",
    "ranking": "Judgement ahp entropy_weights kendall_w mean_ranks rank_stability ranks topsis topsis_sql trimmed_mean",
    "trends": "Trend mann_kendall spearman",
    "paths": "Plan Step critical_path",
    "forecasting.series": "Panel leaks",
    "forecasting.baselines": "climatology persistence seasonal_naive",
    "forecasting.scores": "Events coverage events mae mase pinball rmse skill",
    "forecasting.boosting": "DirectModel Forecast Setup fit_forecast",
    "forecasting.back_test": "HorizonScores ModelCard back_test",
    "scorecards.card": "Attribute Bin Scale Score Scorecard read_card scorecard_sql",
    "scorecards.binning": "bin_column",
    "scorecards.fitting": "CardScores CardSetup fit_scorecard judge score_rows",
    "scorecards.measures": "Calibration auc brier calibration gini ks psi",
    "learning": "BarredBy watched_learning without_learning",
    "indices": "Resale chain fisher jevons laspeyres paasche repeat_sales",
    "aberration": "Signal ears_c1 ears_c2 ears_c3 ewma poisson_exceedance robust_z",
    "outbreaks": "FarringtonSetup Outbreak count_bound farrington outbreak_weights upper_bound",
    "sequences": "Hits NextItems fit_next judge_next popularity",
    "spatial": "Cluster Gathering Spot discoveries grid_hot_spots hot_spots likelihood_ratio moran scan two_sided",
    "receptors": "Balance Contribution mass_balance",
    "linear": "inverse solve",
    "list_differences": "Difference differences differences_sql",
})

__all__ = [
    "Attribute",
    "Balance",
    "BarredBy",
    "Bin",
    "Calibration",
    "CardScores",
    "CardSetup",
    "Cluster",
    "Contribution",
    "Decision",
    "DecisionTable",
    "Difference",
    "DirectModel",
    "Events",
    "FarringtonSetup",
    "Finding",
    "Forecast",
    "Gathering",
    "Hit",
    "Hits",
    "HorizonScores",
    "Interval",
    "Judgement",
    "LiteralDecision",
    "ModelCard",
    "NextItems",
    "Outbreak",
    "Panel",
    "Plan",
    "Resale",
    "RuleSet",
    "Scale",
    "Score",
    "Scorecard",
    "Setup",
    "Signal",
    "Spot",
    "Step",
    "TableFault",
    "Trend",
    "ahp",
    "auc",
    "back_test",
    "bin_column",
    "brier",
    "calibration",
    "chain",
    "check_table",
    "climatology",
    "clopper_pearson",
    "count_bound",
    "coverage",
    "critical_path",
    "decision_sql",
    "differences",
    "differences_sql",
    "discoveries",
    "ears_c1",
    "ears_c2",
    "ears_c3",
    "entropy_weights",
    "events",
    "ewma",
    "farrington",
    "findings_sql",
    "fisher",
    "fit_forecast",
    "fit_next",
    "fit_scorecard",
    "gini",
    "grid_hot_spots",
    "hits_sql",
    "hot_spots",
    "inverse",
    "jevons",
    "judge",
    "judge_next",
    "kendall_w",
    "ks",
    "laspeyres",
    "leaks",
    "likelihood_ratio",
    "mae",
    "mann_kendall",
    "mase",
    "mass_balance",
    "mean_ranks",
    "moran",
    "outbreak_weights",
    "paasche",
    "percentile",
    "persistence",
    "pinball",
    "poisson_exceedance",
    "popularity",
    "psi",
    "rank_stability",
    "ranks",
    "read_card",
    "read_decision",
    "read_dmn",
    "read_rules",
    "repeat_sales",
    "rmse",
    "robust_z",
    "round_half_even",
    "scan",
    "score_rows",
    "scorecard_sql",
    "seasonal_naive",
    "skill",
    "solve",
    "spearman",
    "topsis",
    "topsis_sql",
    "trimmed_mean",
    "two_sided",
    "upper_bound",
    "watched_learning",
    "wilson",
    "wilson_low_sql",
    "without_learning",
]
