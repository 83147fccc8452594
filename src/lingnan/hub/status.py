"""What a hub holds, in figures: the answer of `lingnan status`."""

from dataclasses import dataclass

from lingnan.govern import FeedTables
from lingnan.hub.service import Hub
from lingnan.jobs import BuildReport, WorkerState, last_build, workers
from lingnan.registers import register_sizes


@dataclass(frozen=True)
class HubStatus:
    """Sizes of the inventory, the tables, the registers, how the last build went (None before the first), and who works."""

    departments: int
    systems: int
    resources: int
    tables: int
    accepted: int
    quarantined: int
    registers: dict[str, int]
    build: BuildReport | None
    workers: list[WorkerState]

    def as_json(self) -> dict[str, object]:
        """The keys that scripts rely on."""
        build = self.build
        return {
            "departments": self.departments, "systems": self.systems, "resources": self.resources, "tables": self.tables,
            "rows": {"accepted": self.accepted, "quarantined": self.quarantined}, "registers": self.registers,
            "build": None if build is None else {
                "id": build.id, "state": build.state, "seconds": round(build.seconds, 3),
                "steps_run": build.steps_run, "steps_skipped": build.steps_skipped, "steps_failed": build.steps_failed,
            },
            "workers": [
                {"name": each.name, "host": each.host, "pid": each.pid, "beside_pages": each.beside, "task": each.task or None}
                for each in self.workers
            ],
        }


def hub_status(hub: Hub) -> HubStatus:
    """Count what the hub holds now; row counts come from the tables' logs."""
    summary, lake = hub.catalogue.summary(), hub.lake
    governed = [FeedTables.of(feed.id) for feed in hub.feeds]
    return HubStatus(
        summary.departments, summary.systems, summary.resources, len(lake.tables()),
        sum(lake.rows(tables.accepted) for tables in governed if lake.exists(tables.accepted)),
        sum(lake.rows(tables.quarantine) for tables in governed if lake.exists(tables.quarantine)),
        register_sizes(lake), last_build(hub.storage), workers(hub.storage, hub.settings),
    )
