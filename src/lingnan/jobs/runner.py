"""Runs a build: in order, side by side where nothing forbids it, only what changed, and on from where a kill left it."""

import heapq
import threading
import time
from collections.abc import Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from graphlib import TopologicalSorter

from sqlalchemy.exc import SQLAlchemyError

from lingnan.base import DatabaseAway, Progress, SilentProgress, new_id
from lingnan.jobs.graph import Graph, build_graph
from lingnan.jobs.leases import Hold, held
from lingnan.jobs.ledger import Began, Ledger
from lingnan.jobs.shapes import BuildReport, Resources, Step, StepOutcome
from lingnan.jobs.turn import Turn, stopped

BUILD_LEASE = "build"


def run_build(
    steps: Iterable[Step], resources: Resources, *, only: Collection[str] | None = None, parallel: int = 2,
    progress: Progress | None = None, stop: threading.Event | None = None, began: Began | None = None,
) -> BuildReport:
    """Bring every table (or those `only` names, with all they need) up to date; the report says what ran and what is left.

    A failed step stops only what depends on it (state incomplete, exit code 4; the same command resumes). Conflict when
    another process builds this hub; graph errors are raised before anything runs. When `stop` is set, running steps end
    and no new one begins. `began` hears of each step that begins to run.
    """
    graph = build_graph(steps, resources.lake.exists).chosen(only)
    build_id = new_id(resources.storage.node, resources.clock)
    ledger = Ledger(resources.storage, resources.clock, build_id, began)
    with held(resources.storage, BUILD_LEASE, build_id, each_tick=ledger.tick) as hold:
        ledger.begin(graph, None if only is None else sorted(only))
        build = _Build(graph, resources, ledger, hold, progress or SilentProgress(), stop or threading.Event())
        return build.go(max(1, parallel))


class _Build:
    """One build while it goes on."""

    def __init__(
        self, graph: Graph, resources: Resources, ledger: Ledger, hold: Hold, progress: Progress, stop: threading.Event
    ) -> None:
        self.graph = graph
        self.resources = resources
        self.ledger = ledger
        self.hold = hold
        self.progress = progress
        self.stop = stop
        self.outcomes: dict[str, StepOutcome] = {}
        self.started_at = resources.clock.now()
        self.started = time.perf_counter()

    def go(self, parallel: int) -> BuildReport:
        """Run everything; whatever cuts it short is on record before it is raised on."""
        try:
            self._run_all(parallel)
        except BaseException:
            with suppress(SQLAlchemyError, DatabaseAway):
                self.ledger.close(self._report("interrupted"))
            raise
        ended_well = all(outcome.state in ("done", "skipped", "kept") for outcome in self.outcomes.values())
        report = self._report("done" if ended_well else "incomplete")
        self.ledger.close(report)
        return report

    def _run_all(self, parallel: int) -> None:
        sorter: TopologicalSorter[str] = TopologicalSorter(self.graph.before)
        sorter.prepare()
        last, urgency = self.ledger.last_runs(), _urgency(self.graph, self.ledger.usual_seconds())
        turn = Turn(self.resources, self.ledger, self.progress, last)
        ready: list[tuple[float, str]] = []
        running: dict[Future[StepOutcome], str] = {}
        with ThreadPoolExecutor(parallel, thread_name_prefix="step") as pool:
            while sorter.is_active():
                for name in sorter.get_ready():
                    heapq.heappush(ready, (-urgency[name], name))
                while ready and len(running) < parallel:
                    self._start(heapq.heappop(ready)[1], pool, turn, running, sorter)
                self._collect(running, sorter)

    def _start(
        self, name: str, pool: ThreadPoolExecutor, turn: Turn, running: dict[Future[StepOutcome], str], sorter: "TopologicalSorter[str]"
    ) -> None:
        step = self.graph.steps[name]
        self.hold.ensure()
        obstacle = sorted(need for need in self.graph.before[name] if self.outcomes[need].state in ("failed", "stopped"))
        if obstacle or self.stop.is_set():
            self.outcomes[name] = stopped(step, obstacle)
            self.ledger.pass_by(self.outcomes[name])
            sorter.done(name)
            return
        running[pool.submit(turn.take, step)] = name

    def _collect(self, running: dict[Future[StepOutcome], str], sorter: "TopologicalSorter[str]") -> None:
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            name = running.pop(future)
            self.outcomes[name] = future.result()
            sorter.done(name)

    def _report(self, state: str) -> BuildReport:
        outcomes = tuple(self.outcomes[name] for name in self.graph.order() if name in self.outcomes)
        count = {s: sum(o.state == s for o in outcomes) for s in ("done", "skipped", "failed", "kept", "stopped")}
        return BuildReport(
            id=self.ledger.build_id, state=state, seconds=round(time.perf_counter() - self.started, 3),
            steps_run=count["done"] + count["kept"] + count["failed"], steps_skipped=count["skipped"], steps_failed=count["failed"],
            steps_kept=count["kept"], steps_stopped=count["stopped"], findings=sum(o.findings for o in outcomes),
            rows={table: rows for o in outcomes for table, rows in o.rows.items()}, started_at=self.started_at, outcomes=outcomes,
        )


def _urgency(graph: Graph, usual: dict[str, float]) -> dict[str, float]:
    """For each step, the seconds of the longest path that begins with it; those start first so that none is left alone at the end."""
    urgency: dict[str, float] = {}
    for name in reversed(graph.order()):
        own = usual.get(name, 0.1)
        urgency[name] = urgency.get(name, 0.0) + own
        for need in graph.before[name]:
            urgency[need] = max(urgency.get(need, 0.0), urgency[name])
    return urgency
