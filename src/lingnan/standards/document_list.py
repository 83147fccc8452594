"""Standards, laws and formats that the hub refers to: number, title, kind, state, since when, what they replace."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lingnan.base import load_yaml

DOCUMENTS = Path(__file__).parent / "data" / "documents.yaml"
KINDS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "national": ("国家标准", "national standard"), "industry": ("行业标准", "industry standard"), "local": ("地方标准", "local standard"),
    "law": ("法律", "law"), "regulation": ("行政法规", "administrative regulation"), "policy": ("规范性文件", "normative document"),
    "international": ("国际标准与规范", "international standard or specification"),
})
STATES: Mapping[str, tuple[str, str]] = MappingProxyType({
    "in_force": ("现行", "in force"), "replaced": ("被代替", "replaced"), "repealed": ("废止", "repealed"), "draft": ("草案", "draft"),
})


@dataclass(frozen=True)
class Document:
    """One document; `in_force` is the day from which it holds, None where nobody is sure."""

    number: str
    zh: str
    en: str
    kind: str
    state: str
    in_force: date | None = None
    replaces: tuple[str, ...] = ()
    proofed: bool = True


@cache
def documents() -> tuple[Document, ...]:
    """Every document, in the order of its file."""
    return read_documents(DOCUMENTS)


def read_documents(path: Path) -> tuple[Document, ...]:
    """The documents of a file."""
    return tuple(_document(facts) for facts in load_yaml(path.read_text(encoding="utf-8")))


def _document(facts: Mapping[str, Any]) -> Document:
    return Document(
        facts.get("number", ""), facts.get("zh", ""), facts.get("en", ""), facts.get("kind", ""), facts.get("state", ""), facts.get("in_force"),
        tuple(facts.get("replaces", ())), facts.get("proofed", True),
    )
