"""Standardises and checks what departments deliver: accepted rows, quarantined rows with their reasons, counts per rule."""

from typing import TYPE_CHECKING

from lingnan.base import opened_later
from lingnan.govern.addresses import ADDRESSED, AddressReport, KnownName, door_sql, known_table, lay_addresses, parse_addresses
from lingnan.govern.addresses import REASONS as ADDRESS_REASONS
from lingnan.govern.checking import check
from lingnan.govern.lineage.declared import governed_columns
from lingnan.govern.lineage.graph import ColumnGraph
from lingnan.govern.linking import (
    GROUND,
    LEARNERS,
    LEFT,
    LINK_KINDS,
    RIGHT,
    Asked,
    Choices,
    Explanation,
    LearntModel,
    LinkPlan,
    LinkReport,
    agreeing_levels,
    comparable_sql,
    explain_pair,
    link,
    read_model,
    read_plan,
    tables_of_links,
    weigh_pairs,
    weigh_steps,
)
from lingnan.govern.profiles.profiling import Promised, profile
from lingnan.govern.profiles.shapes import Drift, ProfiledColumn, TableProfile
from lingnan.govern.rules.compiler import rule_words
from lingnan.govern.scores import CHARACTERISTICS, COUNTS_TOWARDS, characteristic_scores, total_score
from lingnan.govern.service import FeedTables, announce, govern_table, inputs_of, looks_back, observe_quality
from lingnan.govern.shapes import DIMENSIONS, CheckReport, GovernResult, RuleCount

if TYPE_CHECKING:
    from lingnan.govern.lineage.queries import column_lineage

# The parser of SQL takes half a second to load; few commands ask where a column comes from.
__getattr__ = opened_later(__name__, {"lineage.queries": "column_lineage"})

__all__ = [
    "ADDRESSED",
    "ADDRESS_REASONS",
    "CHARACTERISTICS",
    "COUNTS_TOWARDS",
    "DIMENSIONS",
    "GROUND",
    "LEARNERS",
    "LEFT",
    "LINK_KINDS",
    "RIGHT",
    "AddressReport",
    "Asked",
    "CheckReport",
    "Choices",
    "ColumnGraph",
    "Drift",
    "Explanation",
    "FeedTables",
    "GovernResult",
    "KnownName",
    "LearntModel",
    "LinkPlan",
    "LinkReport",
    "ProfiledColumn",
    "Promised",
    "RuleCount",
    "TableProfile",
    "agreeing_levels",
    "announce",
    "characteristic_scores",
    "check",
    "column_lineage",
    "comparable_sql",
    "door_sql",
    "explain_pair",
    "govern_table",
    "governed_columns",
    "inputs_of",
    "known_table",
    "lay_addresses",
    "link",
    "looks_back",
    "observe_quality",
    "parse_addresses",
    "profile",
    "read_model",
    "read_plan",
    "rule_words",
    "tables_of_links",
    "total_score",
    "weigh_pairs",
    "weigh_steps",
]
