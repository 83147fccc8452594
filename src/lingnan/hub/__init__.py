"""Composition only: opens a hub, collects every room's steps, handlers and classifications, and answers the pages."""

from typing import TYPE_CHECKING

from lingnan.base import opened_later

if TYPE_CHECKING:
    from lingnan.hub.column_lineage import ColumnLineage, lineage_of
    from lingnan.hub.decided_cases import decided_columns
    from lingnan.hub.demo import DemoGround, make_steward, prepare_demo, prepare_steward
    from lingnan.hub.demo_office import DemoPeople, furnish_office
    from lingnan.hub.doctor import Finding, examine, examine_hub
    from lingnan.hub.inventory import allow_describing, describes
    from lingnan.hub.lineage_events import build_events
    from lingnan.hub.lineage_sending import LineageSending, write_events
    from lingnan.hub.lineage_uses import ColumnUse, Impact, impact_of
    from lingnan.hub.moving import Moved, move_storage
    from lingnan.hub.office import FLOWS
    from lingnan.hub.pages import HubPages
    from lingnan.hub.profiles import keep_profile, profile_table
    from lingnan.hub.promised import promised_tables
    from lingnan.hub.review_imports import import_links
    from lingnan.hub.reviews import review_counts
    from lingnan.hub.service import Hub
    from lingnan.hub.status import HubStatus, hub_status
    from lingnan.hub.streams import listen_to
    from lingnan.hub.unmerging import Unmerged, unmerge_entry

# A command opens what it uses: a build needs neither pages nor the made province.
__getattr__ = opened_later(__name__, {
    "column_lineage": "ColumnLineage lineage_of",
    "decided_cases": "decided_columns",
    "promised": "promised_tables",
    "demo": "DemoGround make_steward prepare_demo prepare_steward",
    "demo_office": "DemoPeople furnish_office",
    "doctor": "Finding examine examine_hub",
    "inventory": "allow_describing describes",
    "lineage_events": "build_events",
    "lineage_sending": "LineageSending write_events",
    "lineage_uses": "ColumnUse Impact impact_of",
    "moving": "Moved move_storage",
    "office": "FLOWS",
    "pages": "HubPages",
    "profiles": "keep_profile profile_table",
    "review_imports": "import_links",
    "reviews": "review_counts",
    "service": "Hub",
    "status": "HubStatus hub_status",
    "streams": "listen_to",
    "unmerging": "Unmerged unmerge_entry",
})

__all__ = [
    "FLOWS", "ColumnLineage", "ColumnUse", "DemoGround", "DemoPeople", "Finding", "Hub", "HubPages", "HubStatus", "Impact", "LineageSending", "Moved",
    "Unmerged", "allow_describing", "build_events", "decided_columns", "describes", "examine", "examine_hub", "furnish_office", "hub_status",
    "impact_of", "import_links", "keep_profile", "lineage_of", "listen_to", "make_steward", "move_storage", "prepare_demo", "prepare_steward",
    "profile_table", "promised_tables", "review_counts", "unmerge_entry", "write_events",
]
