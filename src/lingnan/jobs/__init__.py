"""Durable work: the graph of a build and its runs, leases, schedules, the queue of tasks, progress, delivery of events."""

from lingnan.jobs.code import code_digest
from lingnan.jobs.events import BuildEnded
from lingnan.jobs.graph import Graph, build_graph
from lingnan.jobs.leases import ensure_at_rest, held
from lingnan.jobs.ledger import Began
from lingnan.jobs.moving import copy_tasks, task_file
from lingnan.jobs.outbox import Announced, DeliveryReport, Handler, Handlers, OutsideHandler, anything_to_deliver, deliver, retry_poisoned
from lingnan.jobs.planning import StepSize, outgrown
from lingnan.jobs.processes import ProcessMark
from lingnan.jobs.queue import Duty, TaskState, ask, forget_tasks, tasks
from lingnan.jobs.records import Build, StepRun
from lingnan.jobs.retention import sweep_log, sweep_versions
from lingnan.jobs.runner import run_build
from lingnan.jobs.schedule import Timetable, latest_due
from lingnan.jobs.service import build_report, last_build, recent_builds
from lingnan.jobs.shapes import BuildReport, Grant, Resources, Step, StepContext, StepOutcome, StepResult, WorkerState, in_both, note_in
from lingnan.jobs.worker import Pace, Work, run_worker
from lingnan.jobs.workers import workers

__all__ = [
    "Announced",
    "Began",
    "Build",
    "BuildEnded",
    "BuildReport",
    "DeliveryReport",
    "Duty",
    "Grant",
    "Graph",
    "Handler",
    "Handlers",
    "OutsideHandler",
    "Pace",
    "ProcessMark",
    "Resources",
    "Step",
    "StepContext",
    "StepOutcome",
    "StepResult",
    "StepRun",
    "StepSize",
    "TaskState",
    "Timetable",
    "Work",
    "WorkerState",
    "anything_to_deliver",
    "ask",
    "build_graph",
    "build_report",
    "code_digest",
    "copy_tasks",
    "deliver",
    "ensure_at_rest",
    "forget_tasks",
    "held",
    "in_both",
    "last_build",
    "latest_due",
    "note_in",
    "outgrown",
    "recent_builds",
    "retry_poisoned",
    "run_build",
    "run_worker",
    "sweep_log",
    "sweep_versions",
    "task_file",
    "tasks",
    "workers",
]
