"""What WCAG 2.1 AA forbids on a page, as axe finds it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


def violations(page: Any) -> list[tuple[str, list[Any]]]:
    """Each rule that is broken with the elements that break it; none on a page that holds to level AA."""
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in Axe().run(page, options=WCAG).response["violations"]]
