"""A throw-away PostgreSQL on a loopback port, which may be stopped and started while others use it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql")
"""Where Debian keeps the server's programs, one folder per major version."""


class PostgresServer:
    """One server with a folder of its own; the server's own account owns it when we are root."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._data, port = programs, folder / "data", _free_port()
        self._drop = _as_server_account(folder)
        self._options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=400"
        self._log, self.url = folder / "log", f"postgresql://postgres@127.0.0.1:{port}/postgres"
        self._run(programs / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")

    def start(self) -> None:
        """Take connections."""
        self._run(self._programs / "pg_ctl", "-D", self._data, "-l", self._log, "-w", "-o", self._options, "start")

    def stop(self) -> None:
        """Cut every connection at once, as a crash would."""
        self._run(self._programs / "pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    def _run(self, *command: str | Path) -> None:
        """Run without a pipe, which the server would keep open, and apart from the terminal: Ctrl-C is for those who use the server."""
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [*self._drop, *map(str, command)], stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd="/", check=False, timeout=60,
                start_new_session=True,
            )
            if done.returncode:
                said.seek(0)
                raise RuntimeError(f"{command} ended with {done.returncode}: {said.read().decode(errors='replace')}")


def programs() -> Path | None:
    """The newest server that is installed; None without one."""
    return max((path.parent for path in PROGRAMS.glob("*/bin/initdb")), key=lambda path: int(path.parts[-2]), default=None)


@contextmanager
def running(found: Path) -> Iterator[PostgresServer]:
    """A server that runs while the block does."""
    folder = Path(tempfile.mkdtemp(prefix="lingnan-pg-"))
    try:
        server = PostgresServer(found, folder)
        server.start()
        try:
            yield server
        finally:
            with suppress(RuntimeError):  # it is not running any more
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_server_account(folder: Path) -> list[str]:
    """The words that run a command as the account `postgres`, which the server insists on under root; none otherwise."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
