"""What a pack's SQL was found to say, kept by digest beside the hub's data, so that the parser is opened only for what is new."""

import json
import os
import tempfile
from collections.abc import Callable
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lingnan.base import content_digest

FOLDER = ".packs"
"""Below the home: one file for each pack. What lies there is made anew when it is gone."""
MOST = 400


class Memory:
    """What was found of one pack; without a file nothing is kept."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def keep(self, what: str, told_by: str, make: Callable[[], Any], *of: str) -> Any:
        """What `make` gives (as JSON holds it), made once for the same texts and the same reader of them, `told_by`."""
        key = content_digest(what, told_by, *of)
        if key not in self._held:
            self._held[key] = make()
            self._write()
        return self._held[key]

    @cached_property
    def _held(self) -> dict[str, Any]:
        try:
            held = json.loads(self._file.read_text(encoding="utf-8")) if self._file else {}
        except (OSError, ValueError):
            return {}
        return held if isinstance(held, dict) else {}

    def _write(self) -> None:
        """Whole or not at all; a home that cannot be written is read anew each time."""
        if self._file is None:
            return
        kept = dict(list(self._held.items())[-MOST:])
        try:
            self._file.parent.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=".")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(kept, file, ensure_ascii=False)
            Path(name).replace(self._file)
        except OSError:
            return


def of_pack(home: Path | None, name: str) -> Memory:
    """The memory of the pack of that name in this home."""
    return Memory(home / FOLDER / f"{name}.json" if home and home.is_dir() else None)


@cache
def reader_of(file: str) -> str:
    """Who read: the code of a file of this hub and the edition of the parser under it."""
    return content_digest(Path(file).read_text(encoding="utf-8"), version("sqlglot"))
