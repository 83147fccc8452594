"""A process that has read all libraries and forks one for every command it is asked for; `tests/terminal.py` starts and asks it."""

import gc
import importlib
import json
import os
import pkgutil
import random
import resource
import socket
import sys
from contextlib import suppress
from typing import Any

import lingnan

APART = ("lingnan.cli.departments", "lingnan.storage.migrations")
"""Programs by themselves."""
THREADED = ("duckdb",)
"""Begins a thread when it is read, which a fork would leave behind; commands read it themselves."""


def read_libraries() -> None:
    """Import every module of the hub that does without a thread."""
    sys.modules.update(dict.fromkeys(THREADED))  # type: ignore[arg-type]
    for module in pkgutil.walk_packages(lingnan.__path__, "lingnan.", onerror=lambda _name: None):
        if not module.name.startswith(APART) and not module.name.endswith("__main__"):
            with suppress(ModuleNotFoundError):
                importlib.import_module(module.name)
    for name in THREADED:
        del sys.modules[name]
    # What is read stays as it is; looking through it again would copy its memory into every command.
    gc.collect()
    gc.freeze()


def asked(door: socket.socket) -> dict[str, Any]:
    """What a command is asked for, in the process that is to be this command; all others stay inside."""
    while True:
        connection, _ = door.accept()
        if os.fork() == 0:
            door.close()
            request: dict[str, Any] = json.loads(connection.makefile("rb").readline())
            command = os.fork()
            if command == 0:
                connection.close()
                return request
            connection.sendall(f"{command}\n".encode())
            _, status = os.waitpid(command, 0)
            connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            os._exit(0)
        connection.close()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass


def become(request: dict[str, Any]) -> None:
    """Take over words, environment, places and limits of the command."""
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    for number, path, mode in ((0, os.devnull, os.O_RDONLY), (1, request["out"], os.O_WRONLY), (2, request["err"], os.O_WRONLY)):
        opened = os.open(path, mode)
        os.dup2(opened, number)
        os.close(opened)
    if request["memory"]:
        resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
    random.seed()
    sys.argv = ["lingnan", *request["words"]]


if __name__ == "__main__":
    read_libraries()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(sys.argv[1])
        listening.listen()
        print("ready", flush=True)
        become(asked(listening))
    from lingnan.cli import main

    main()
