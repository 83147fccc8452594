"""What is let go after its time: files of old table versions, and the log of old builds and deliveries."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, func, select

from lingnan.base import Clock
from lingnan.jobs.records import Build, EventDelivery, StepRun
from lingnan.lake import Lake
from lingnan.storage import OutboxEvent, Storage


def sweep_versions(lake: Lake, keep_days: int, *, pinned: Callable[[str], bool] = lambda table: False) -> dict[str, int]:
    """Remove files that only table versions older than `keep_days` days need; gives files removed per table.

    A table with a published or cited version is `pinned` and left whole.
    """
    swept = {table: lake.sweep(table, timedelta(days=keep_days)) for table in lake.tables() if not pinned(table)}
    return {table: files for table, files in swept.items() if files}


def sweep_log(storage: Storage, clock: Clock, keep_days: int) -> dict[str, int]:
    """Remove builds, step runs and deliveries older than `keep_days` days, but never a step's newest run, on which skipping rests."""
    before = clock.now() - timedelta(days=keep_days)
    newest = select(func.max(StepRun.number)).where(StepRun.state.not_in(("skipped", "waiting", "stopped"))).group_by(StepRun.step)
    with storage.session() as session:
        old_builds = select(Build.id).where(Build.started_at < before, Build.state != "running")
        gone = {
            "step_run": session.execute(delete(StepRun).where(StepRun.build_id.in_(old_builds), StepRun.number.not_in(newest))),
            "build": session.execute(delete(Build).where(Build.id.in_(old_builds), Build.id.not_in(select(StepRun.build_id)))),
            "event_delivery": session.execute(delete(EventDelivery).where(
                EventDelivery.event_id.in_(select(OutboxEvent.id).where(OutboxEvent.delivered_at < before))
            )),
        }
        return {table: int(getattr(result, "rowcount", 0)) for table, result in gone.items()}
