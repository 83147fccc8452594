"""Writes docs/codes.md anew from the code lists."""

from pathlib import Path

from lingnan.standards.codes import codes_page

(Path(__file__).parent.parent / "docs" / "codes.md").write_text(codes_page(), encoding="utf-8")
