"""Standardises and checks what departments deliver: accepted rows, quarantined rows with their reasons, counts per rule."""

from lingnan.govern.checking import check
from lingnan.govern.rules.compiler import rule_words
from lingnan.govern.service import FeedTables, announce, govern_table, inputs_of, observe_quality
from lingnan.govern.shapes import DIMENSIONS, CheckReport, GovernResult, RuleCount

__all__ = [
    "DIMENSIONS", "CheckReport", "FeedTables", "GovernResult", "RuleCount", "announce", "check", "govern_table", "inputs_of", "observe_quality",
    "rule_words",
]
