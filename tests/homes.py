"""Homes that tests lay out."""

from pathlib import Path


def without_packs(home: Path) -> Path:
    """Let a hub in that home use no packs: a table or two feed none, and making their dozens of empty ones would be most of the test."""
    with (home / "settings.env").open("a", encoding="utf-8") as settings:
        settings.write("LINGNAN_PACKS=\n")
    return home
