"""Where executors write before their files are committed: a folder beside the table's files, swept when its writer died."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

_NAMED = ".staging-"
_DAY_S = 86_400


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A new folder in a table's folder; gone afterwards with all that was not moved out of it."""
    staging = folder / f"{_NAMED}{os.getpid()}-{uuid4().hex}"
    staging.mkdir(parents=True)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def sweep_staging(folder: Path, keep: timedelta) -> int:
    """Remove folders of writers that died, older than `keep`; one that may be written from another machine stays for a day. Gives the files."""
    now, files = time.time(), 0
    for staging in folder.glob(f"{_NAMED}*-*"):
        age = now - staging.stat().st_mtime
        if age >= keep.total_seconds() and (age > _DAY_S or not _runs(staging.name)):
            files += sum(each.is_file() for each in staging.rglob("*"))
            shutil.rmtree(staging, ignore_errors=True)
    return files


def _runs(name: str) -> bool:
    """Whether the process that made the folder still runs here."""
    try:
        os.kill(int(name.removeprefix(_NAMED).split("-")[0]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
