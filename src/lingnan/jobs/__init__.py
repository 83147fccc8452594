"""Durable work: the graph of a build and its runs, leases, schedules, progress, delivery of events."""

from lingnan.jobs.events import BuildEnded
from lingnan.jobs.graph import Graph, build_graph
from lingnan.jobs.leases import held
from lingnan.jobs.records import Build, StepRun
from lingnan.jobs.runner import run_build
from lingnan.jobs.shapes import BuildReport, Grant, Resources, Step, StepContext, StepOutcome, StepResult

__all__ = [
    "Build",
    "BuildEnded",
    "BuildReport",
    "Grant",
    "Graph",
    "Resources",
    "Step",
    "StepContext",
    "StepOutcome",
    "StepResult",
    "StepRun",
    "build_graph",
    "held",
    "run_build",
]
