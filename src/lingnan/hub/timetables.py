"""When the hub's recurring work comes due, in China's time; a moment missed while no worker ran is made up once."""

from lingnan.base import Settings
from lingnan.insight.deliveries import DELIVERED_AT
from lingnan.jobs import Timetable

NIGHTLY = "30 3 * * *"
"""Half past three, when offices neither read nor deliver."""
DELIVERING = f"{DELIVERED_AT.minute} {DELIVERED_AT.hour} * * *"
"""The moment at which deliveries come due: what people subscribed to."""
MORNING = "0 8 * * *"
YEARLY = "55 23 31 12 *"
"""Five to midnight on the year's last day, as known then."""


def timetables(settings: Settings) -> list[Timetable]:
    """All of it; builds where the settings give them a schedule."""
    found = [
        Timetable("sweep", NIGHTLY, "sweep"), Timetable("deliveries", DELIVERING, "deliveries"), Timetable("catalogue", MORNING, "catalogue"),
        Timetable("snapshot", YEARLY, "snapshot"),
    ]
    return [*found, Timetable("build", settings.schedule, "build")] if settings.schedule else found
