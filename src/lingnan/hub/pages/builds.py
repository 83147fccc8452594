"""Builds and their steps as the log of builds tells them."""

from decimal import Decimal
from typing import cast

from sqlalchemy import select

from lingnan.base import Missing
from lingnan.hub.pages.desk import Desk, offset_of
from lingnan.insight import BuildLine, BuildPage, BuildSheet, LastBuild, StepLine, Words
from lingnan.insight.rooms import BuildState, StepState
from lingnan.jobs import BuildReport, StepRun, build_report, last_build, recent_builds

PAGE = 20
ENDED = ("done", "skipped", "kept", "failed", "stopped")


def last_line(desk: Desk) -> LastBuild | None:
    """How the last build went; None before the first."""
    report = last_build(desk.hub.storage)
    if report is None or report.started_at is None:
        return None
    line = _line(report)
    return LastBuild(
        id=line.id, state=line.state, started_at=line.started_at, seconds=line.seconds, steps_run=line.steps_run, steps_skipped=line.steps_skipped
    )


def builds(desk: Desk, cursor: str) -> BuildPage:
    """A page of builds, newest first."""
    start = offset_of(cursor)
    found = recent_builds(desk.hub.storage, start + PAGE + 1)[start:]
    return BuildPage(items=tuple(_line(report) for report in found[:PAGE]), next=str(start + PAGE) if len(found) > PAGE else None)


def build(desk: Desk, build_id: str) -> BuildSheet:
    """One build with its steps, those that began first; Missing when it is not known (any more)."""
    report = build_report(desk.hub.storage, build_id)
    if report is None:
        raise Missing(f"没有编号为 {build_id} 的构建。请从构建列表选择。", f"There is no build {build_id}. Choose one from the list of builds.")
    line = _line(report)
    with desk.hub.storage.reading() as session:
        runs = session.scalars(select(StepRun).where(StepRun.build_id == build_id).order_by(StepRun.number)).all()
        steps = [_step(run, line) for run in runs]
    ended = sum(step.state in ENDED for step in steps)
    steps.sort(key=lambda step: (step.begun_s is None, step.begun_s or 0))
    share = Decimal(ended) / len(steps) if steps else Decimal(1)
    return BuildSheet(line=line, steps=tuple(steps), done_share=round(share, 4))


def _line(report: BuildReport) -> BuildLine:
    seconds = None if report.state == "running" else _seconds(report.seconds)
    if report.started_at is None:
        raise Missing(f"构建 {report.id} 没有开始时间。", f"Build {report.id} has no beginning.")
    return BuildLine(
        id=report.id, state=cast("BuildState", report.state), started_at=report.started_at, seconds=seconds, steps_run=report.steps_run,
        steps_skipped=report.steps_skipped, steps_failed=report.steps_failed, rows=sum(report.rows.values()),
    )


def _step(run: StepRun, line: BuildLine) -> StepLine:
    begun = None if run.started_at is None else max((run.started_at - line.started_at).total_seconds(), 0.0)
    note = Words(zh=run.error_zh, en=run.error_en) if run.error_zh else Words(zh=" ".join(run.notes)) if run.notes else None
    ended = run.state in (*ENDED, "interrupted")
    return StepLine(
        name=run.step, title=Words(zh=run.zh or run.step, en=run.en or run.step), room=run.room, state=cast("StepState", run.state),
        begun_s=None if begun is None else _seconds(begun), seconds=_seconds(run.seconds) if ended and begun is not None else None,
        rows=sum(run.rows.values()) if run.rows else None, outputs=tuple(run.outputs), note=note,
    )


def _seconds(value: float) -> Decimal:
    return Decimal(str(round(value, 3)))
