"""Writes the table of a feed file's keys into docs/collect.md, between its two marks. Run: .venv/bin/python tools/feed_keys.py"""

import sys
from pathlib import Path

from lingnan.collect import feed_keys

PAGE = Path(__file__).parent.parent / "docs" / "collect.md"
BEGIN, END = "<!-- feed keys: begin -->", "<!-- feed keys: end -->"


def table() -> str:
    """The keys as a Markdown table."""
    rows = [f"| `{key}` | {needed} | {meaning.replace('|', chr(92) + '|')} |" for key, needed, meaning in feed_keys()]
    return "\n".join(["| 键 key | | 含义 meaning |", "| --- | --- | --- |", *rows])


def page(text: str) -> str:
    """The page with a fresh table."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
