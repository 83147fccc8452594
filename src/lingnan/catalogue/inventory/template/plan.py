"""What an import of the template would do."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from lingnan.catalogue.inventory.template.held import Key, Row
from lingnan.catalogue.inventory.template.reading import SheetRead
from lingnan.catalogue.inventory.template.shapes import Fault


@dataclass
class Change:
    """A row to take: its number in the file, all its texts, which of them differ, and what the hub holds; `held` None for a new one.

    `removed` is one that is marked to go.
    """

    number: int
    key: Key
    texts: Row
    changed: tuple[str, ...]
    held: Row | None
    removed: bool = False


@dataclass
class Plan:
    """Changes by sheet, faults, counts of rows left alone, and of rows that were exported and are not in the file."""

    changes: dict[str, list[Change]] = field(default_factory=lambda: defaultdict(list))
    faults: list[Fault] = field(default_factory=list)
    unchanged: Counter[str] = field(default_factory=Counter)
    missing: int = 0


def fault_at(read: SheetRead, number: int, name: str, zh: str, en: str) -> Fault:
    """A fault at a field's cell of a row."""
    return Fault(sheet=read.title, row=number, column=read.headers[read.places[name]], cell=read.cell(number, name), zh=zh, en=en)
