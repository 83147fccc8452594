"""Parts of the pages that are opened when they are first asked for: a site is there sooner for its first visitor."""

import threading
from collections.abc import Iterable
from importlib import import_module
from typing import Any

_GUARD = threading.RLock()


class Part:
    """One part of a hub's pages: the class in a file of this folder, made with the pages' desk once."""

    def __init__(self, file: str, name: str) -> None:
        self._file, self._class, self._attribute = file, name, ""

    def __set_name__(self, owner: type, attribute: str) -> None:
        self._attribute = attribute

    def __get__(self, pages: Any, owner: type) -> Any:
        if pages is None:
            return self
        with _GUARD:  # of two who ask at once the second is given what the first made: parts keep things
            if self._attribute not in vars(pages):
                vars(pages)[self._attribute] = getattr(import_module(f"{__package__}.{self._file}"), self._class)(pages._desk)
            return vars(pages)[self._attribute]


def opened(file: str, name: str) -> Any:
    """A part, declared with the type it will be."""
    return Part(file, name)


def parts_of(owner: type) -> Iterable[str]:
    """The names of all parts of a class."""
    return [name for name, value in vars(owner).items() if isinstance(value, Part)]
