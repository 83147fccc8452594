"""What reading a pack's files gave, kept by digest beside the hub's data, so that parsers of SQL and YAML are opened only for what is new."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from lingnan.base import content_digest, load_yaml
from lingnan.packkit import plain_values
from lingnan.packkit.plain_values import as_plain, from_plain

FOLDER = ".packs"
"""Below the home: one file for each pack. What lies there is made anew when it is gone."""
MOST = 2000


class Memory:
    """What was found of one pack; without a file nothing is kept."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._gathers = self._changed = False

    @classmethod
    def nothing(cls) -> "Memory":
        """One that keeps nothing beyond itself."""
        return cls(None)

    def keep(self, what: str, told_by: str, make: Callable[[], Any], *of: str) -> Any:
        """What `make` gives (as JSON holds it), made once for the same texts and the same reader of them, `told_by`."""
        key = content_digest(what, told_by, *of)
        if key not in self._held:
            self._held[key] = make()
            self._changed = True
            self._write()
        return self._held[key]

    def yaml(self, text: str) -> Any:
        """What a YAML text says, parsed once; `yaml.YAMLError` for one that cannot be read, every time."""
        kept = self.keep("yaml", yaml_reader(), lambda: as_plain(load_yaml(text)), text)
        return load_yaml(text) if kept is None else from_plain(kept)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Written once at the end, for many finds in a row."""
        self._gathers = True
        try:
            yield
        finally:
            self._gathers = False
            self._write()

    @cached_property
    def _held(self) -> dict[str, Any]:
        try:
            held = orjson.loads(self._file.read_bytes()) if self._file else {}
        except (OSError, ValueError):
            return {}
        return held if isinstance(held, dict) else {}

    def _write(self) -> None:
        """Whole or not at all; a home that cannot be written is read anew each time."""
        if self._file is None or self._gathers or not self._changed:
            return
        kept = dict(list(self._held.items())[-MOST:])
        try:
            self._file.parent.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(orjson.dumps(kept))
            Path(name).replace(self._file)
        except (OSError, TypeError):
            return
        self._changed = False


def of_pack(home: Path | None, name: str) -> Memory:
    """The memory of the pack of that name in this home."""
    return Memory(home / FOLDER / f"{name}.json" if home and home.is_dir() else None)


@cache
def reader_of(file: str) -> str:
    """Who read: the code of a file of this hub and the edition of the parser under it."""
    return content_digest(Path(file).read_text(encoding="utf-8"), version("sqlglot"))


@cache
def yaml_reader() -> str:
    """Who reads YAML, and the form in which values are kept."""
    return content_digest(Path(plain_values.__file__).read_text(encoding="utf-8"), version("pyyaml"))
