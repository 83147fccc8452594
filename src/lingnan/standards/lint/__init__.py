"""Faults of names, definitions, formats, code lists, data sets, indicators and documents, each told with its rule."""

from lingnan.standards.lint.duplicates import Duplicate, find_duplicates
from lingnan.standards.lint.fault import RULES_OF_LINT, Fault
from lingnan.standards.lint.lists import lint_codes
from lingnan.standards.lint.whole import lint_elements, lint_file, lint_id, lint_standards

__all__ = ["RULES_OF_LINT", "Duplicate", "Fault", "find_duplicates", "lint_codes", "lint_elements", "lint_file", "lint_id", "lint_standards"]
