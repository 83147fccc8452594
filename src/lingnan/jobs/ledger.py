"""The durable log of one build: what each step read and made, how far it is, and what an earlier build already did."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Update, func, select, update

from lingnan.base import Clock, TableCommitted
from lingnan.jobs.events import BuildEnded
from lingnan.jobs.graph import Graph
from lingnan.jobs.processes import ProcessMark
from lingnan.jobs.records import Build, StepRun
from lingnan.jobs.shapes import BuildReport, Step, StepOutcome
from lingnan.storage import Storage

RAN = ("running", "done", "kept", "failed", "interrupted")
"""States of a run that touched its outputs: the last such run of a step decides whether it may be skipped."""


@dataclass(frozen=True)
class Reading:
    """All that a step's result depends on: versions of its inputs, its code, its inputs outside the lake."""

    inputs: Mapping[str, int]
    code: str
    fingerprint: str


@dataclass(frozen=True)
class LastRun:
    """What a step read and which versions it made when it last ended well."""

    reading: Reading
    outputs: Mapping[str, int] = field(default_factory=dict)


Began = Callable[[str, str], object]
"""Told the build and the step when a step has begun; it neither waits nor raises."""


class Ledger:
    """Writes one build's log; a step's begin is durable before it runs, its end together with the events it causes."""

    def __init__(self, storage: Storage, clock: Clock, build_id: str, began: Began | None = None) -> None:
        self.storage = storage
        self.clock = clock
        self.build_id = build_id
        self._began = began
        self._skipped: list[StepOutcome] = []
        self._far: dict[str, tuple[float, float | None]] = {}
        self._guard = threading.Lock()

    def begin(self, graph: Graph, only: list[str] | None) -> None:
        """Keep the plan; what an earlier build left running is interrupted, for the lease says its process is dead."""
        own = ProcessMark.own()
        with self.storage.session() as session:
            session.execute(update(StepRun).where(StepRun.state == "running").values(state="interrupted"))
            session.execute(update(StepRun).where(StepRun.state == "waiting").values(state="stopped"))
            session.execute(update(Build).where(Build.state == "running").values(state="interrupted"))
            session.add(Build(id=self.build_id, state="running", host=own.host, pid=own.pid, only=only, started_at=self.clock.now()))
            session.add_all(
                StepRun(build_id=self.build_id, step=step.name, room=step.room, zh=step.zh, en=step.en, state="waiting", code=step.code)
                for step in (graph.steps[name] for name in graph.order())
            )

    def last_runs(self) -> dict[str, LastRun]:
        """For each step whose newest run ended well, what it read and made."""
        newest = select(func.max(StepRun.number)).where(StepRun.state.in_(RAN)).group_by(StepRun.step)
        with self.storage.reading() as session:
            runs = session.scalars(select(StepRun).where(StepRun.number.in_(newest), StepRun.state == "done"))
            return {run.step: LastRun(Reading(run.inputs, run.code, run.fingerprint), run.outputs) for run in runs}

    def usual_seconds(self) -> dict[str, float]:
        """How long each step took when it last ended well, so that the longest path can start first."""
        newest = select(func.max(StepRun.number)).where(StepRun.state == "done").group_by(StepRun.step)
        with self.storage.reading() as session:
            found = session.execute(select(StepRun.step, StepRun.seconds).where(StepRun.number.in_(newest)))
            return {str(step): float(seconds) for step, seconds in found}

    def begin_step(self, step: Step, reading: Reading) -> None:
        """Mark the step as running, with what it reads, before it touches anything."""
        with self.storage.session() as session:
            session.execute(self._of(step.name).values(
                state="running", started_at=self.clock.now(), inputs=dict(reading.inputs), fingerprint=reading.fingerprint,
            ))
        if self._began:
            self._began(self.build_id, step.name)

    def end_step(self, outcome: StepOutcome, committed: Mapping[str, tuple[int, int]], outputs: Mapping[str, int]) -> None:
        """Keep how a step ended; `committed` holds version and rows of each table it gave a new version, announced with it."""
        with self._guard:
            done, total = self._far.pop(outcome.step, (0.0, None))
        with self.storage.session() as session:
            session.execute(self._of(outcome.step).values(
                state=outcome.state, finished_at=self.clock.now(), seconds=outcome.seconds, outputs=dict(outputs), rows=dict(outcome.rows),
                notes=list(outcome.notes), findings=outcome.findings, done=done, total=total,
                error_zh=outcome.error_zh, error_en=outcome.error_en,
            ))
            for table, (version, rows) in committed.items():
                self.storage.announce(session, TableCommitted(table=table, version=version, rows=rows, job=outcome.step), subject=table)

    def pass_by(self, outcome: StepOutcome) -> None:
        """Remember a step that did not run; written with the next tick, for nothing depends on it."""
        with self._guard:
            self._skipped.append(outcome)

    def advance(self, step: str, done: float, total: float | None) -> None:
        """Remember how far a step is; written with the next tick."""
        with self._guard:
            self._far[step] = (done, total)

    def tick(self) -> None:
        """Write what was remembered since the last tick, in one transaction."""
        with self._guard:
            skipped, self._skipped = self._skipped, []
            far = dict(self._far)
        if not skipped and not far:
            return
        with self.storage.session() as session:
            for outcome in skipped:
                session.execute(self._of(outcome.step).values(
                    state=outcome.state, error_zh=outcome.error_zh, error_en=outcome.error_en, finished_at=self.clock.now(),
                ))
            for step, (done, total) in far.items():
                session.execute(self._of(step).where(StepRun.state == "running").values(done=done, total=total))

    def close(self, report: BuildReport) -> None:
        """Keep how the build ended and announce it when it did anything."""
        self.tick()
        with self.storage.session() as session:
            session.execute(update(Build).where(Build.id == self.build_id).values(
                state=report.state, finished_at=self.clock.now(), seconds=report.seconds,
            ))
            if report.steps_run or report.state != "done":
                failed = [outcome.step for outcome in report.outcomes if outcome.state == "failed"]
                news = BuildEnded(build=report.id, state=report.state, steps_run=report.steps_run, failed=failed)
                self.storage.announce(session, news, subject=report.id)

    def _of(self, step: str) -> Update:
        return update(StepRun).where(StepRun.build_id == self.build_id, StepRun.step == step)
