"""`lingnan` as a person types it: every command a process of its own, with its exit code and what it says.

Reading the libraries takes two seconds, so a process reads them once and forks the commands; what a test watches, stops or kills is started afresh.
"""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LINGNAN = str(Path(sys.executable).parent / "lingnan")
PROGRAM = Path(__file__).with_name("forked_terminal.py")
LONGEST_S = 250
ONE_AT_A_TIME = threading.Lock()


def run(
    *words: object, environment: Mapping[str, str] = os.environ, memory: int = 0, timeout: float = LONGEST_S
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `memory` limits its address space in bytes, `timeout` its seconds."""
    command = [str(word) for word in words]
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err, socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(timeout)
        with ONE_AT_A_TIME:
            asking.connect(str(_door()))
        request = {
            "words": command, "environment": dict(environment), "folder": str(Path.cwd()), "out": out.name, "err": err.name, "memory": memory,
        }
        asking.sendall(json.dumps(request).encode() + b"\n")
        with asking.makefile("rb") as told:
            number = int(told.readline())
            try:
                code = int(told.readline())
            except TimeoutError:
                os.kill(number, signal.SIGKILL)
                raise subprocess.TimeoutExpired(["lingnan", *command], timeout) from None
        texts = [Path(file.name).read_text(encoding="utf-8", errors="replace") for file in (out, err)]
    return subprocess.CompletedProcess(["lingnan", *command], code, *texts)


@cache
def _door() -> Path:
    """Where the process that forks is asked; it ends with this one."""
    folder = Path(tempfile.mkdtemp(prefix="lingnan-terminal-"))
    # What the environment puts first stays first: a run on PostgreSQL reaches the commands by it.
    path = [*os.environ.get("PYTHONPATH", "").split(os.pathsep), *sys.path]
    # Threads of linear algebra would not come along into a fork.
    forking = subprocess.Popen(
        [sys.executable, str(PROGRAM), str(folder / "door")], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, path))},
    )
    assert forking.stdout is not None
    assert forking.stdout.readline() == "ready\n"

    def end() -> None:
        forking.kill()
        forking.wait()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return folder / "door"
