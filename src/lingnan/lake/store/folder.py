"""Tables in a folder: `area.table` lies in `folder/area/table`."""

import os
import shutil
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path

from lingnan.lake import names
from lingnan.lake.staging import sweep_staging


class Folder:
    """The files of all tables under one folder of this machine, or of a file system that it shares."""

    place = None
    options = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = str(folder)

    def path(self, table: str) -> Path:
        """The folder of a table."""
        area, name = names.checked(table).split(".")
        return self._folder / area / name

    def address(self, table: str) -> str:
        """The folder of a table, as text."""
        return str(self.path(table))

    def prepare(self, table: str) -> str:
        """Make the folder of a table when it is not there."""
        path = self.path(table)
        path.mkdir(parents=True, exist_ok=True)
        return str(path)

    def newest(self, table: str) -> int | None:
        """The newest version's number from the names in its log."""
        # A page asks this of every table it names, so no path is made of parts and nothing is asked of the file system twice.
        log = f"{self._root}/{names.checked(table).replace('.', '/')}/_delta_log"
        try:
            found = [name for name in os.listdir(log) if name.endswith(".json") and name[:20].isdigit()]
        except (FileNotFoundError, NotADirectoryError):
            return None
        return int(max(found)[:20]) if found else None

    def tables(self) -> list[str]:
        """Names of all tables, sorted."""
        found = self._folder.glob("*/*/_delta_log")
        return sorted(f"{log.parent.parent.name}.{log.parent.name}" for log in found if any(log.glob("*.json")))

    def holds(self, file: str) -> bool:
        """Whether a data file is still there."""
        return Path(file).exists()

    def drop(self, table: str) -> None:
        """Remove the table's folder."""
        shutil.rmtree(self.path(table), ignore_errors=False)

    def sweep(self, table: str, keep: timedelta) -> int:
        """Remove half-written files and folders of executors that died."""
        # delta-rs does not see half-written `part-….parquet#1` files of a killed writer (measured), so they are ours to sweep.
        oldest = time.time() - max(keep, timedelta(days=1)).total_seconds()
        leftovers = [file for file in self.path(table).glob("*.parquet#*") if file.stat().st_mtime < oldest]
        for file in leftovers:
            file.unlink()
        return len(leftovers) + sweep_staging(self.path(table), keep)

    def near(self, files: Sequence[str], into: Path) -> list[str]:
        """They are near as they are."""
        return list(files)

    def puts_once(self) -> bool:
        """File systems link a name once."""
        return True

    def asked(self) -> AbstractContextManager[None]:
        """A folder answers, or its error says why not."""
        return nullcontext()
