"""What pages and the command line ask about builds."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.jobs.records import Build, StepRun
from lingnan.jobs.shapes import BuildReport, StepOutcome
from lingnan.storage import Storage


def last_build(storage: Storage) -> BuildReport | None:
    """The newest build with its steps, also while it goes on; None when there was none."""
    with storage.reading() as session:
        build = session.scalar(select(Build).order_by(Build.number.desc()).limit(1))
        return _report(session, build) if build else None


def build_report(storage: Storage, build_id: str) -> BuildReport | None:
    """One build by its id; None when it is not known (any more)."""
    with storage.reading() as session:
        build = session.scalar(select(Build).where(Build.id == build_id))
        return _report(session, build) if build else None


def recent_builds(storage: Storage, limit: int = 20) -> list[BuildReport]:
    """The newest builds first."""
    with storage.reading() as session:
        return [_report(session, build) for build in session.scalars(select(Build).order_by(Build.number.desc()).limit(limit)).all()]


def _report(session: Session, build: Build) -> BuildReport:
    runs = session.scalars(select(StepRun).where(StepRun.build_id == build.id).order_by(StepRun.number)).all()
    count = {state: sum(run.state == state for run in runs) for state in ("done", "skipped", "failed", "kept", "stopped")}
    return BuildReport(
        id=build.id, state=build.state, seconds=build.seconds, steps_run=count["done"] + count["kept"] + count["failed"],
        steps_skipped=count["skipped"], steps_failed=count["failed"], steps_kept=count["kept"], steps_stopped=count["stopped"],
        rows={table: rows for run in runs for table, rows in run.rows.items()}, findings=sum(run.findings for run in runs),
        started_at=build.started_at, outcomes=tuple(_outcome(run) for run in runs),
    )


def _outcome(run: StepRun) -> StepOutcome:
    return StepOutcome(
        step=run.step, state=run.state, room=run.room, zh=run.zh, en=run.en, seconds=run.seconds, rows=run.rows, notes=tuple(run.notes),
        findings=run.findings, error_zh=run.error_zh, error_en=run.error_en, done=run.done, total=run.total,
    )
