"""The base registers: people, legal entities, places, economy; each fact with its source and its two times."""

from lingnan.registers.changes import Change, Changes, changes, count_changes, last_known
from lingnan.registers.columns import PLACES, SERIES, RegisterColumn, TableSet, register_columns, register_inputs, register_outputs
from lingnan.registers.decisions.events import LinkDecided
from lingnan.registers.decisions.service import Decisions, decisions_in_force, decisions_mark
from lingnan.registers.decisions.shapes import Judgement, PairDecision, entry_reference, read_reference, row_reference
from lingnan.registers.definitions import register_definition, register_definitions
from lingnan.registers.lineage import ColumnName, Origins, Release, register_lineage, released, releases
from lingnan.registers.lookup import entry_of, find_entries, register_entry, register_sizes
from lingnan.registers.service import build_divisions, build_register, build_series
from lingnan.registers.shapes import Attribute, Entry, Fact, RegisterDefinition, Source

__all__ = [
    "PLACES",
    "SERIES",
    "Attribute",
    "Change",
    "Changes",
    "ColumnName",
    "Decisions",
    "Entry",
    "Fact",
    "Judgement",
    "LinkDecided",
    "Origins",
    "PairDecision",
    "RegisterColumn",
    "RegisterDefinition",
    "Release",
    "Source",
    "TableSet",
    "build_divisions",
    "build_register",
    "build_series",
    "changes",
    "count_changes",
    "decisions_in_force",
    "decisions_mark",
    "entry_of",
    "entry_reference",
    "find_entries",
    "last_known",
    "read_reference",
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
    "row_reference",
]
