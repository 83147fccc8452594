"""What the hub holds: versioned tables, the engines that read and write them, and the views that policy allows."""

from lingnan.lake.binding import bound, keyed_hash
from lingnan.lake.engine import Capabilities, Engine, EngineSession
from lingnan.lake.fingerprint import content_hash
from lingnan.lake.profiling import ColumnProfile, profile_columns
from lingnan.lake.sandbox import Box, Sandbox, SandboxLimits, SandboxRows, ShapeLimits, Statement, TableUse
from lingnan.lake.shapes import Commit, CommitFacts, View
from lingnan.lake.tables import Lake

__all__ = [
    "Box",
    "Capabilities",
    "ColumnProfile",
    "Commit",
    "CommitFacts",
    "Engine",
    "EngineSession",
    "Lake",
    "Sandbox",
    "SandboxLimits",
    "SandboxRows",
    "ShapeLimits",
    "Statement",
    "TableUse",
    "View",
    "bound",
    "content_hash",
    "keyed_hash",
    "profile_columns",
]
