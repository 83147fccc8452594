"""What a pack may bring beside tables, one file each; a kind of part is found by its file, so no list of them is written."""

import importlib
import pkgutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lingnan.packkit.memory import Memory
from lingnan.packkit.shapes import Title


def _nothing(_part: Any) -> Collection[str]:
    return ()


@dataclass(frozen=True)
class Kind:
    """A kind of part: its folder and heading, how one of its files is read, what it is called, and what of the pack it rests on."""

    folder: str
    zh: str
    en: str
    read: Callable[[Path, Memory], Any]
    title: Callable[[Any], Title]
    tables: Callable[[Any], Collection[str]] = _nothing
    figures: Callable[[Any], Collection[str]] = _nothing
    needs: Callable[[Any], Collection[str]] = _nothing
    endings: tuple[str, ...] = (".yaml",)


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind, by its folder's name."""
    found = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return tuple(sorted((module.KIND for module in found), key=lambda kind: str(kind.folder)))
