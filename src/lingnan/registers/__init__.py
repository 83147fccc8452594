"""The base registers: people, legal entities, places, economy; each fact with its source and its two times."""

from lingnan.registers.columns import PLACES, SERIES, RegisterColumn, TableSet, register_columns, register_inputs, register_outputs
from lingnan.registers.definitions import register_definition, register_definitions
from lingnan.registers.lineage import ColumnName, Origins, Release, register_lineage, released, releases
from lingnan.registers.lookup import entry_of, find_entries, register_entry, register_sizes
from lingnan.registers.service import build_divisions, build_register, build_series
from lingnan.registers.shapes import Attribute, Entry, Fact, RegisterDefinition, Source

__all__ = [
    "PLACES",
    "SERIES",
    "Attribute",
    "ColumnName",
    "Entry",
    "Fact",
    "Origins",
    "RegisterColumn",
    "RegisterDefinition",
    "Release",
    "Source",
    "TableSet",
    "build_divisions",
    "build_register",
    "build_series",
    "entry_of",
    "find_entries",
    "register_columns",
    "register_definition",
    "register_definitions",
    "register_entry",
    "register_inputs",
    "register_lineage",
    "register_outputs",
    "register_sizes",
    "released",
    "releases",
]
