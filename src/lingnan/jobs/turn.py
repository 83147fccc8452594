"""One step's turn in a build: may it be skipped, else run it, and say how it ended."""

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lingnan.base import Incomplete, LingnanError, Missing, Progress, Unavailable
from lingnan.jobs.ledger import LastRun, Ledger, Reading
from lingnan.jobs.planning import engine_for, hint
from lingnan.jobs.shapes import Resources, Step, StepContext, StepOutcome, StepResult, in_both
from lingnan.lake import Unsupported

logger = logging.getLogger(__name__)


class Turn:
    """Takes steps one by one, several threads at once; never raises for a step's own error."""

    def __init__(self, resources: Resources, ledger: Ledger, progress: Progress, last: Mapping[str, LastRun]) -> None:
        self.resources = resources
        self.ledger = ledger
        self.progress = progress
        self.last = last

    def take(self, step: Step) -> StepOutcome:
        """Skip the step when nothing it depends on changed, else run it."""
        started = time.perf_counter()
        try:
            reading = self._reading(step)
        except Exception as error:
            return self._fail_early(step, error, started)
        if self._unchanged(step, reading):
            outcome = _outcome(step, "skipped")
            self.ledger.pass_by(outcome)
            self.progress.begin(step.name, step.zh, step.en)
            self.progress.finish(step.name, "skipped")
            return outcome
        return self._run(step, reading, started)

    def _reading(self, step: Step) -> Reading:
        versions = {table: self._version(table) for table in step.inputs}
        absent = sorted(table for table, version in versions.items() if version is None)
        if absent:
            raise Missing(
                f"步骤“{step.name}”的输入表还不存在：{'、'.join(absent)}。请先运行产出它们的步骤。",
                f"Input tables of step “{step.name}” do not exist yet: {', '.join(absent)}. Run the steps that make them first.",
                step=step.name, tables=absent,
            )
        present = {table: version for table, version in versions.items() if version is not None}
        return Reading(present, step.code, step.fingerprint() if step.fingerprint else "")

    def _unchanged(self, step: Step, reading: Reading) -> bool:
        last = self.last.get(step.name)
        if last is None or last.reading != reading:
            return False
        now = self._outputs(step)
        # A lower version than the one made then means the table was dropped or brought back from an older copy.
        return len(now) == len(step.outputs) and all(version >= last.outputs.get(table, 0) for table, version in now.items())

    def _run(self, step: Step, reading: Reading, started: float) -> StepOutcome:
        self.progress.begin(step.name, step.zh, step.en)
        before = self._outputs(step)
        self.ledger.begin_step(step, reading)
        shown = _StepProgress(step, self.progress, self.ledger)
        context = StepContext(step=step, build_id=self.ledger.build_id, resources=self.resources, inputs=reading.inputs, progress=shown)
        result, error = StepResult(), None
        try:
            result = self._ran(context)
            self._refuse_lost_outputs(step)
        except Exception as raised:
            error = raised
        after = self._outputs(step)
        outcome = self._judge(step, result, error, len(after) == len(step.outputs), time.perf_counter() - started)
        self.ledger.end_step(outcome, self._committed(result, before, after), after)
        self.progress.finish(step.name, "failed" if outcome.state == "failed" else "done")
        return outcome

    def _ran(self, context: StepContext) -> StepResult:
        """Run the step on the engine its size asks for; one that the cluster cannot follow is run again on the embedded engine."""
        engine, notes = engine_for(context.step, context.inputs, self.resources)
        if engine is self.resources.engine:
            started = time.perf_counter()
            result = context.step.run(context)
            notes = hint(context.step, context.inputs, self.resources, time.perf_counter() - started)
            return replace(result, notes=(*notes, *result.notes)) if notes else result
        try:
            result = context.step.run(replace(context, chosen=engine))
        except Unsupported as gap:
            logger.warning("step %s runs on the embedded engine: %s", context.step.name, gap.en)
            result = context.step.run(context)
            notes = (in_both(f"集群引擎无法执行，改用内嵌引擎：{gap.zh}", f"The cluster could not follow; ran on the embedded engine: {gap.en}"),)
        return replace(result, notes=(*notes, *result.notes))

    def _judge(self, step: Step, result: StepResult, error: Exception | None, complete: bool, seconds: float) -> StepOutcome:
        """A source that is away does not stop the build while its last delivery is there; every other error does."""
        told: dict[str, Any] = {
            "seconds": round(seconds, 3), "rows": dict(result.rows), "notes": tuple(result.notes), "findings": result.findings,
        }
        if error is None:
            return _outcome(step, "done", **told)
        zh, en = _sentences(step, error)
        if isinstance(error, Unavailable) and complete and step.outputs:
            return _outcome(step, "kept", **told, error_zh=zh, error_en=en)
        return _outcome(step, "failed", **told, error_zh=zh, error_en=en)

    def _fail_early(self, step: Step, error: Exception, started: float) -> StepOutcome:
        """The step could not even be looked at; a source away counts here as it does in a run."""
        outputs = self._outputs(step)
        outcome = self._judge(step, StepResult(), error, len(outputs) == len(step.outputs), time.perf_counter() - started)
        self.ledger.end_step(outcome, {}, outputs)
        self.progress.begin(step.name, step.zh, step.en)
        self.progress.finish(step.name, "failed" if outcome.state == "failed" else "done")
        return outcome

    def _refuse_lost_outputs(self, step: Step) -> None:
        lost = sorted(set(step.outputs) - set(self._outputs(step)))
        if lost:
            raise Incomplete(
                f"步骤“{step.name}”声明产出 {'、'.join(lost)}，但运行后表不存在。没有数据时也应写出空表。",
                f"Step “{step.name}” declares {', '.join(lost)} but did not make it. With no rows it should write an empty table.",
                step=step.name, tables=lost,
            )

    def _committed(self, result: StepResult, before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, tuple[int, int]]:
        fresh = {table: version for table, version in after.items() if before.get(table) != version}
        lake = self.resources.lake
        return {table: (version, result.rows[table] if table in result.rows else lake.rows(table)) for table, version in fresh.items()}

    def _outputs(self, step: Step) -> dict[str, int]:
        return {table: version for table in step.outputs if (version := self._version(table)) is not None}

    def _version(self, table: str) -> int | None:
        return self.resources.lake.newest(table)


class _StepProgress:
    """Passes a step's progress on and keeps it for the pages; whatever a step calls its task, it is the step's."""

    def __init__(self, step: Step, shown: Progress, ledger: Ledger) -> None:
        self.step = step
        self.shown = shown
        self.ledger = ledger
        self.total: float | None = None

    def begin(self, task: str, zh: str, en: str, total: float | None = None) -> None:
        """Tell how much there is to do."""
        self.total = total
        self.ledger.advance(self.step.name, 0.0, total)
        self.shown.begin(self.step.name, zh, en, total)

    def advance(self, task: str, done: float) -> None:
        """Tell how much is done."""
        self.ledger.advance(self.step.name, done, self.total)
        self.shown.advance(self.step.name, done)

    def finish(self, task: str, outcome: str = "done") -> None:
        """The step itself ends when it returns."""


def stopped(step: Step, obstacle: list[str]) -> StepOutcome:
    """The outcome of a step that did not run, because of what it needs or because the build was asked to stop."""
    zh = f"所依赖的步骤未完成：{'、'.join(obstacle)}。" if obstacle else "构建被要求停止。"
    en = f"Steps it needs are not done: {', '.join(obstacle)}." if obstacle else "The build was asked to stop."
    return _outcome(step, "stopped", error_zh=zh, error_en=en)


def _outcome(step: Step, state: str, **told: Any) -> StepOutcome:
    return StepOutcome(step=step.name, state=state, room=step.room, zh=step.zh, en=step.en, **told)


def _sentences(step: Step, error: Exception) -> tuple[str, str]:
    if isinstance(error, LingnanError):
        return error.zh, error.en
    logger.error("step %s failed", step.name, exc_info=error)
    what = f"{type(error).__name__}: {error}"
    return f"步骤“{step.name}”出现意外错误（{what}）。请查看日志。", f"Step “{step.name}” failed unexpectedly ({what}). See the log."
