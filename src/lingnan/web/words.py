"""Every word of the pages, by key and language, from `words/<language>/*.yaml`; a key stands in one file only."""

from functools import cache
from pathlib import Path
from typing import Any

from lingnan.base import load_yaml

FOLDER = Path(__file__).parent / "words"


@cache
def words(lang: str) -> dict[str, str]:
    """All keys of one language, nested keys joined by a dot."""
    found: dict[str, str] = {}
    for file in sorted((FOLDER / lang).glob("*.yaml")):
        fresh = dict(_flat("", load_yaml(file.read_text("utf-8")) or {}))
        if twice := found.keys() & fresh.keys():
            raise ValueError(f"{file}: said already in another file: {sorted(twice)[:3]}")
        found |= fresh
    return found


def word(lang: str, key: str, **facts: Any) -> str:
    """One text with its facts filled in; a key that is missing is a fault of the page and raises KeyError."""
    text = words(lang)[key]
    return text.format(**facts) if facts else text


def _flat(prefix: str, node: dict[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in node.items():
        name = f"{prefix}{key}"
        pairs += _flat(f"{name}.", value) if isinstance(value, dict) else [(name, str(value))]
    return pairs
