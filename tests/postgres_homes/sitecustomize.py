"""In a run of all tests on PostgreSQL: a hub's home that names no database gets one of its own on the suite's server, in whatever process opens it.

Python imports this module by itself in a child whose `PYTHONPATH` names this folder; the suite's own process calls `install`.
`LINGNAN_TEST_POOL` is a folder with the server's address and a file for every database, free or in use. What stands in place of a home's `hub.db`
is a file with the name of its database, so that who copies a home copies its database.
"""

import fcntl
import hashlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

TEMPLATE = "template"
BEGUN = os.environ.get("LINGNAN_TEST_POOL", "")
"""What a forked command goes on with when it is given few variables."""
PATCHED = ("lingnan.base.settings", "lingnan.storage.service", "lingnan.jobs.queue")


def pool() -> Path:
    """The folder of this suite's databases."""
    return Path(os.environ.get("LINGNAN_TEST_POOL", BEGUN))


def named(home: Path) -> str:
    """The name of the database of a home."""
    return "h" + hashlib.sha1(str(home.resolve()).encode(), usedforsecurity=False).hexdigest()


def address(name: str) -> str:
    """The URL of a database of the suite's server, as settings write it."""
    return f"postgresql+psycopg://{(pool() / 'server').read_text()}/{name}"


def claim(home: Path, url: str) -> None:
    """Make sure that the database of a home is there, empty at the newest migration, or a copy where the home is one."""
    name = named(home)
    if url != address(name):
        return
    home.mkdir(parents=True, exist_ok=True)
    mark = home / "hub.db"
    told = mark.read_text() if mark.is_file() and mark.stat().st_size < 100 else ""
    with locked():
        used = pool() / "used" / name
        if used.exists() and told == name:
            return
        if used.exists():
            drop(name)
        copied = told and (pool() / "used" / told).exists()
        _clone(told, name) if copied else _take(name)
        used.write_text(str(home.resolve()))
        mark.write_text(name)


def drop(name: str) -> None:
    """Forget a database whose home is gone and begun anew."""
    (pool() / "used" / name).unlink()
    with connected() as server:
        server.execute(f'drop database "{name}" with (force)')


@contextmanager
def locked() -> Iterator[None]:
    """Only one process changes the pool at a time."""
    with (pool() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def connected(name: str = "postgres") -> Any:
    """A connection to the suite's server."""
    import psycopg

    return psycopg.connect(address(name).replace("+psycopg", ""), autocommit=True)


def _take(name: str) -> None:
    free = next((pool() / "free").iterdir(), None)
    with connected() as server:
        if free is None:
            server.execute(f'create database "{name}" template {TEMPLATE}')
        else:
            server.execute(f'alter database "{free.name}" rename to "{name}"')
            free.unlink()


def _clone(source: str, name: str) -> None:
    with connected() as server:
        _alone(server, source)
        server.execute(f'create database "{name}" template "{source}"')


def _alone(server: Any, name: str) -> None:
    server.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", (name,))


def patch(module: ModuleType) -> None:
    """Let a module of the hub find its homes' databases on the server."""
    if module.__name__ == "lingnan.base.settings":
        _patch_settings(module.Settings)
    elif module.__name__ == "lingnan.storage.service":
        opened = module.Storage.open.__func__
        module.Storage.open = classmethod(lambda kind, settings: (claim(settings.home, settings.storage_url), opened(kind, settings))[1])
    elif module.__name__ == "lingnan.jobs.queue":
        asked = module.queue_url
        module.queue_url = lambda settings: (claim(settings.home, settings.storage_url), asked(settings))[1]


def _patch_settings(settings: Any) -> None:
    begin = settings.__init__

    def begun(self: Any, *given: Any, **values: Any) -> None:
        begin(self, *given, **values)
        if not self.storage_url:
            self.__dict__["storage_url"] = address(named(self.home))

    settings.__init__ = begun


class Finder(importlib.abc.MetaPathFinder):
    """Patches the modules when they are first imported."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        """The ordinary place, with a word after it is run."""
        if name not in PATCHED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        run = spec.loader.exec_module
        spec.loader.exec_module = lambda module: (run(module), patch(module))[0]  # type: ignore[method-assign]
        return spec


def install() -> None:
    """Patch what is imported, and what will be."""
    for name in PATCHED:
        if name in sys.modules:
            patch(sys.modules[name])
    sys.meta_path.insert(0, Finder())


if "LINGNAN_TEST_POOL" in os.environ and __name__ == "sitecustomize":
    install()
