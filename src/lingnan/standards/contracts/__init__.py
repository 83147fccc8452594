"""Data contracts in the Open Data Contract Standard 3.1: shapes, reader, writer, and what a contract asks of each column in the end."""

from lingnan.standards.contracts.effective import all_rules, standardise_steps
from lingnan.standards.contracts.read import read_contract
from lingnan.standards.contracts.rules import ARGUMENT_STEPS, METRICS, PLAIN_STEPS, RULES, RuleKind
from lingnan.standards.contracts.shapes import Contract, Property, Quality
from lingnan.standards.contracts.write import write_contract

__all__ = [
    "ARGUMENT_STEPS", "METRICS", "PLAIN_STEPS", "RULES", "Contract", "Property", "Quality", "RuleKind",
    "all_rules", "read_contract", "standardise_steps", "write_contract",
]
