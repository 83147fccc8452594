"""Matches and links: identifiers first, then the weight of all evidence; blocking, threshold and clusters found from the data."""

from lingnan.govern.linking.explanation import Explanation, explain_pair, tables_of_links
from lingnan.govern.linking.kinds import KINDS as LINK_KINDS
from lingnan.govern.linking.learnt import LearntModel, read_model
from lingnan.govern.linking.plan import LinkPlan, read_plan
from lingnan.govern.linking.service import LEARNERS, Choices, link
from lingnan.govern.linking.shapes import LinkReport
from lingnan.govern.linking.sources import Asked
from lingnan.govern.linking.weighing import GROUND, LEFT, RIGHT, agreeing_levels, comparable_sql, weigh_pairs, weigh_steps

__all__ = [
    "GROUND", "LEARNERS", "LEFT", "LINK_KINDS", "RIGHT", "Asked", "Choices", "Explanation", "LearntModel", "LinkPlan", "LinkReport",
    "agreeing_levels", "comparable_sql", "explain_pair", "link", "read_model", "read_plan", "tables_of_links", "weigh_pairs", "weigh_steps",
]
