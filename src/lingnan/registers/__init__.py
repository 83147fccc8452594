"""The base registers: people, legal entities, places, economy; each fact with its source and its two times."""

from lingnan.registers.addresses.findings import AddressFindings, findings_in_force, findings_mark, known_names
from lingnan.registers.addresses.readings import build_address_library, known_addresses
from lingnan.registers.addresses.shapes import AddressSettled, Finding, FindingKind, address_sources
from lingnan.registers.changes import Change, Changes, changes, count_changes, last_known
from lingnan.registers.columns import ADDRESS_LIBRARY, PLACES, SERIES, RegisterColumn, TableSet, register_columns, register_inputs, register_outputs
from lingnan.registers.conflicts import Contradicted, compared, contradicted, find_conflicts
from lingnan.registers.decisions.events import LinkDecided
from lingnan.registers.decisions.service import Decisions, decisions_in_force, decisions_mark
from lingnan.registers.decisions.shapes import Judgement, PairDecision, entry_reference, read_reference, row_reference
from lingnan.registers.definitions import register_definition, register_definitions
from lingnan.registers.events import RegisterChanged
from lingnan.registers.history import Happening, Span, entry_happenings, entry_spans
from lingnan.registers.identities import successor_of
from lingnan.registers.lineage import ColumnName, Origins, Release, register_lineage, released, releases
from lingnan.registers.lookup import entry_of, find_entries, register_entry, register_sizes, without_birthday
from lingnan.registers.rulings import Rulings, read_rulings
from lingnan.registers.service import build_divisions, build_register, build_series
from lingnan.registers.shapes import Attribute, Entry, Fact, RegisterDefinition, Source
from lingnan.registers.snapshots import SnapshotEdition, Snapshots
from lingnan.registers.themes import ThemeColumn, ThemeDefinition, build_theme, missing_tables, theme_definitions
from lingnan.registers.unmerging import joined_rows, rows_to_part, unmerge

__all__ = [
    "ADDRESS_LIBRARY",
    "PLACES",
    "SERIES",
    "AddressFindings",
    "AddressSettled",
    "Attribute",
    "Change",
    "Changes",
    "ColumnName",
    "Contradicted",
    "Decisions",
    "Entry",
    "Fact",
    "Finding",
    "FindingKind",
    "Happening",
    "Judgement",
    "LinkDecided",
    "Origins",
    "PairDecision",
    "RegisterChanged",
    "RegisterColumn",
    "RegisterDefinition",
    "Release",
    "Rulings",
    "SnapshotEdition",
    "Snapshots",
    "Source",
    "Span",
    "TableSet",
    "ThemeColumn",
    "ThemeDefinition",
    "address_sources",
    "build_address_library",
    "build_divisions",
    "build_register",
    "build_series",
    "build_theme",
    "changes",
    "compared",
    "contradicted",
    "count_changes",
    "decisions_in_force",
    "decisions_mark",
    "entry_happenings",
    "entry_of",
    "entry_reference",
    "entry_spans",
    "find_conflicts",
    "find_entries",
    "findings_in_force",
    "findings_mark",
    "joined_rows",
    "known_addresses",
    "known_names",
    "last_known",
    "missing_tables",
    "read_reference",
    "read_rulings",
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
    "rows_to_part",
    "successor_of",
    "theme_definitions",
    "unmerge",
    "without_birthday",
]
