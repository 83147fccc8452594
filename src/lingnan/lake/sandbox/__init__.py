"""Runs SQL written by people: one select, over decided views alone, in a process of its own with limits of time, memory, disk and rows."""

from lingnan.lake.sandbox.service import Box, Sandbox
from lingnan.lake.sandbox.shapes import (
    BUCKETS,
    CHECK,
    Place,
    Refusals,
    SandboxLimits,
    SandboxRows,
    ShapeLimits,
    Sketch,
    Statement,
    Support,
    TableUse,
    rows_in,
)

__all__ = [
    "BUCKETS",
    "CHECK",
    "Box",
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
    "rows_in",
]
