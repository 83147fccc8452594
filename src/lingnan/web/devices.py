"""What a session's device is called in the list of sessions: browser and system, no more of what a browser tells."""

from fastapi import Request

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("MicroMessenger", "WeChat"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
"""In this order: most browsers also claim to be those behind them."""
SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_of(request: Request) -> str:
    """`Chrome · Windows`; the first word of a client that is no known browser."""
    said = request.headers.get("user-agent", "")
    browser = next((name for mark, name in BROWSERS if mark in said), said.split("/")[0].split(" ")[0][:40])
    system = next((name for mark, name in SYSTEMS if mark in said), "")
    return " · ".join(part for part in (browser, system) if part)
