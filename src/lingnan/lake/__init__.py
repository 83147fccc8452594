"""What the hub holds: versioned tables, the engines that read and write them, and the views that policy allows."""

from lingnan.lake.binding import bound, keyed_hash
from lingnan.lake.embedded import embedded_session
from lingnan.lake.engine import EMBEDDED, Capabilities, Engine, EngineSession, Unsupported, checked_engine
from lingnan.lake.fingerprint import content_hash
from lingnan.lake.portability import outside_portable, portable_digest
from lingnan.lake.profiling import SAMPLE_ROWS, ColumnProfile, candidate_keys, divergence, profile_columns, profile_rows, shares_between
from lingnan.lake.sandbox import (
    BUCKETS,
    CHECK,
    Box,
    Place,
    Refusals,
    Sandbox,
    SandboxLimits,
    SandboxRows,
    ShapeLimits,
    Sketch,
    Statement,
    Support,
    TableUse,
    rows_in,
)
from lingnan.lake.shapes import ColumnOrigin, Commit, CommitFacts, TableOrigins, View
from lingnan.lake.splink import SplinkComparison, SplinkModel, learn_with_splink
from lingnan.lake.tables import Lake

__all__ = [
    "BUCKETS",
    "CHECK",
    "EMBEDDED",
    "SAMPLE_ROWS",
    "Box",
    "Capabilities",
    "ColumnOrigin",
    "ColumnProfile",
    "Commit",
    "CommitFacts",
    "Engine",
    "EngineSession",
    "Lake",
    "Place",
    "Refusals",
    "Sandbox",
    "SandboxLimits",
    "SandboxRows",
    "ShapeLimits",
    "Sketch",
    "SplinkComparison",
    "SplinkModel",
    "Statement",
    "Support",
    "TableOrigins",
    "TableUse",
    "Unsupported",
    "View",
    "bound",
    "candidate_keys",
    "checked_engine",
    "content_hash",
    "divergence",
    "embedded_session",
    "keyed_hash",
    "learn_with_splink",
    "outside_portable",
    "portable_digest",
    "profile_columns",
    "profile_rows",
    "rows_in",
    "shares_between",
]
