"""Writes docs/elements.md anew from the data elements, data sets, indicators and documents."""

from pathlib import Path

from lingnan.standards.elements_page import page

TARGET = Path(__file__).parent.parent / "docs" / "elements.md"

if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
