"""Data contracts in the Open Data Contract Standard 3.1: shapes, the words they may use, reader and writer."""

from lingnan.standards.contracts.queries import PLACE, RefusedSql, read_condition, read_query
from lingnan.standards.contracts.read import contract_of, contract_values, read_contract
from lingnan.standards.contracts.rules import ARGUMENT_STEPS, METRICS, PLAIN_STEPS, RULES, RuleKind
from lingnan.standards.contracts.shapes import Contract, Property, Quality
from lingnan.standards.contracts.write import write_contract

__all__ = [
    "ARGUMENT_STEPS", "METRICS", "PLACE", "PLAIN_STEPS", "RULES", "Contract", "Property", "Quality", "RefusedSql", "RuleKind", "contract_of",
    "contract_values", "read_condition", "read_contract", "read_query", "write_contract",
]
