"""The hub's list of reports: its own, and those of packs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lingnan.insight import Report, Words
from lingnan.insight.dashboards.own import HUB
from lingnan.insight.reports import own_reports

if TYPE_CHECKING:
    from lingnan.hub.service import Hub
    from lingnan.packkit import Pack

PART = "reports"


@dataclass(frozen=True)
class BoundReport:
    """A report with its key in the address, its owner's name, and the pack it belongs to (None: the hub's own)."""

    key: str
    report: Report
    owner: Words
    pack: "Pack | None" = None

    def board(self, board: str) -> str:
        """The key of a board that the report names."""
        return f"{self.pack.id}.{board}" if self.pack else board


def hub_reports(hub: "Hub") -> dict[str, BoundReport]:
    """Every report by its key in the address; those of packs bear the pack's name before their own."""
    own = [BoundReport(each.id, each, HUB) for each in own_reports()]
    of_packs = [
        BoundReport(f"{pack.id}.{report.id}", report, Words(zh=pack.manifest.title.zh, en=pack.manifest.title.en), pack)
        for pack in hub.packs for report in pack.parts.get(PART, {}).values()
    ]
    return {each.key: each for each in (*own, *of_packs)}
