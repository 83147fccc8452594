"""What the workers of one run make once and share: folders under a lock, and programs that end with the last who uses them."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.back_ends import EVERYWHERE


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder that every worker of this run sees, and no other run."""
    base = factory.getbasetemp()
    # Where hubs stand on PostgreSQL, each worker has a server of its own.
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") and not EVERYWHERE else base


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Alone among the workers, as far as this place is concerned."""
    with place.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def made_once(place: Path, make: Callable[[Path], object]) -> Path:
    """The folder at a place, made by the worker that asks first; what a worker left half done is made anew."""
    with locked(place):
        if not place.exists():
            making = place.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            make(making)
            making.rename(place)
    return place


@contextmanager
def running(place: Path, command: Sequence[str]) -> Iterator[None]:
    """A program that says a line when it is ready and ends with its standard input: begun by the first, ended when the last lets go."""
    with locked(place):
        holding = _held(place)
        begun = None if holding is not None else _begun(place, command)
    try:
        yield
    finally:
        os.close(holding if begun is None else begun[1])


def _held(place: Path) -> int | None:
    """The running program's standard input, opened once more; nothing when nobody reads it."""
    try:
        return os.open(place, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def _begun(place: Path, command: Sequence[str]) -> tuple[subprocess.Popen[bytes], int]:
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    reading = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
    writing = os.open(place, os.O_WRONLY)
    os.set_blocking(reading, True)
    begun = subprocess.Popen(command, stdin=reading, stdout=subprocess.PIPE)
    os.close(reading)
    assert begun.stdout is not None
    assert begun.stdout.readline(), command
    return begun, writing
