"""Children that wait for a statement: one is started ahead, each serves once, all end with their hub."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from lingnan.lake.sandbox import wire
from lingnan.lake.sandbox.shapes import EMPTY, SPILL


class Child:
    """One process with an empty folder to stand in, a folder to spill into, and an environment without anything of the hub's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / f"query-{uuid4().hex}"
        for name in (SPILL, EMPTY):
            (self.folder / name).mkdir(parents=True, mode=0o700)
        empty = self.folder / EMPTY
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", "lingnan.lake.sandbox"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=empty, env={"HOME": str(empty), "LANG": "C.UTF-8", "TZ": "Asia/Shanghai"}, start_new_session=True, bufsize=0,
        )

    @property
    def number(self) -> int:
        """The process's number."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], seconds: float, most_bytes: int) -> tuple[dict[str, Any], bytes]:
        """Its answer and the rows before it; wire.Late when time is over, wire.Broken when it died or sent too much."""
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        if pipe_in is None or pipe_out is None:
            raise wire.Broken
        deadline = time.monotonic() + seconds
        try:
            wire.write_all(pipe_in.fileno(), wire.pack_json(request))
        except OSError as error:
            raise wire.Broken from error
        return wire.answer(wire.Reader(pipe_out.fileno(), deadline, most_bytes))

    def begun(self, seconds: float) -> None:
        """Wait until it is ready to be asked; raises as `ask` does."""
        if self._process.stdout is None:
            raise wire.Broken
        wire.answer(wire.Reader(self._process.stdout.fileno(), time.monotonic() + seconds))

    def kill(self) -> None:
        """Kill it with whatever it began."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it, and remove its folders."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Pool:
    """Keeps one child started ahead; safe among threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._spare: Child | None = None
        self._closed = False

    def warm(self) -> None:
        """Start the spare child when there is none."""
        with self._guard:
            if self._closed or (self._spare is not None and self._spare.alive()):
                return
            dead, self._spare = self._spare, Child(self._folder)
        if dead is not None:
            dead.end()

    @contextmanager
    def child(self) -> Iterator[Child]:
        """A child for one statement, gone afterwards; the next is started then."""
        with self._guard:
            taken, self._spare = self._spare, None
        if taken is not None and not taken.alive():
            taken.end()
            taken = None
        child = taken or Child(self._folder)
        try:
            yield child
        finally:
            child.kill()
            threading.Thread(target=self._follow, args=(child,)).start()

    def _follow(self, child: Child) -> None:
        """Clear away behind a child and start the next; the caller has its answer and need not wait for either."""
        child.end()
        self.warm()

    def close(self) -> None:
        """End the spare child and start no more."""
        with self._guard:
            self._closed, spare, self._spare = True, self._spare, None
        if spare is not None:
            spare.end()
