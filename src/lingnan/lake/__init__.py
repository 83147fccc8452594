"""What the hub holds: versioned tables, the engines that read and write them, and the views that policy allows."""

from lingnan.lake.binding import bound, keyed_hash
from lingnan.lake.engine import Capabilities, Engine, EngineSession
from lingnan.lake.fingerprint import content_hash
from lingnan.lake.profiling import ColumnProfile, profile_columns, profile_rows
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
from lingnan.lake.shapes import Commit, CommitFacts, View
from lingnan.lake.tables import Lake

__all__ = [
    "BUCKETS",
    "CHECK",
    "Box",
    "Capabilities",
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
    "Statement",
    "Support",
    "TableUse",
    "View",
    "bound",
    "content_hash",
    "keyed_hash",
    "profile_columns",
    "profile_rows",
    "rows_in",
]
