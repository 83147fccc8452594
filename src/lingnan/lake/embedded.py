"""A session of the embedded engine that stands beside others: for rows that are few, or for one part of many on a cluster's machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lingnan.base import SystemClock
from lingnan.lake.engine import EngineSession

if TYPE_CHECKING:
    from lingnan.lake.tables import Lake


@contextmanager
def embedded_session(memory: str = "1GB") -> Iterator[EngineSession]:
    """A session that holds nothing but what it is given, on one thread; what it spills goes away with it."""
    with TemporaryDirectory(prefix="lingnan-beside-") as folder, _lake(folder).engine(threads=1, memory=memory).session({}) as session:
        yield session


def _lake(folder: str) -> "Lake":
    from lingnan.lake.tables import Lake  # tables know engines, so not the other way round when a module is read

    return Lake(Path(folder), SystemClock())
