"""Runs SQL written by people: one select, over decided views alone, in a process of its own with limits of time, memory, disk and rows."""

from lingnan.lake.sandbox.service import Box, Sandbox
from lingnan.lake.sandbox.shapes import SandboxLimits, SandboxRows, ShapeLimits, Statement, TableUse

__all__ = ["Box", "Sandbox", "SandboxLimits", "SandboxRows", "ShapeLimits", "Statement", "TableUse"]
