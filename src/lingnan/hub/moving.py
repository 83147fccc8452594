"""Moves what a hub knows from one database to another, whole or not at all; tables of data and the log stay where they are."""

import os
import tempfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING

import lingnan
from lingnan.base import Progress, SilentProgress, WrongUse
from lingnan.jobs import copy_tasks, ensure_at_rest, task_file
from lingnan.storage import Place, TableContent, database_url, held_still, shown
from lingnan.trust import Subject, writing

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

SETTING = "LINGNAN_STORAGE_URL"
SETTINGS_FILE = "settings.env"
FILE = "sqlite"
"""Written for an address: the file in the home folder."""


@dataclass(frozen=True)
class Moved:
    """What a move did: every table with its rows and the hash that is equal on both sides, tasks of the queue, and what became of the setting."""

    source: str
    target: str
    tables: tuple[TableContent, ...]
    tasks: int
    setting: str
    written: bool
    overridden: bool

    @property
    def rows(self) -> int:
        """Rows in all."""
        return sum(table.rows for table in self.tables)


def move_storage(hub: "Hub", subject: Subject, url: str, progress: Progress | None = None) -> Moved:
    """Copy all that the hub's database holds to another one, PostgreSQL or `sqlite`, and change the home's settings file if there is one.

    Conflict when the target is not empty or a process works on this hub, Unavailable when the server does not answer. Nothing is kept of a
    move that fails; the old database is only read.
    """
    hub.trust.allow(subject, "storage.move")
    know_every_record()
    before, after = database_url(hub.settings), f"sqlite:///{hub.home.resolve() / 'hub.db'}" if url == FILE else url
    place = Place(after)
    if place.url.startswith("sqlite") and before.startswith("sqlite"):
        raise WrongUse(
            "源和目标都是 SQLite 文件，无需搬移：停止枢纽后复制整个文件夹即可。",
            "Source and target are both SQLite files, so there is nothing to move: stop the hub and copy its folder.",
        )
    facts = {"from": shown(before), "to": shown(place.url)}
    with writing(hub.trust.audit, subject, "storage.move", "hub", facts=facts) as told:
        with place.begun(task_file(hub.settings)) as tasks_url, held_still(hub.storage) as source:
            ensure_at_rest(source)
            tasks = copy_tasks(hub.settings, tasks_url)
            tables = tuple(place.fill(source, progress or SilentProgress()))
        told.tell(tables=len(tables), rows=sum(table.rows for table in tables), tasks=tasks)
    setting = "" if url == FILE else place.url
    return Moved(
        shown(before), shown(place.url), tables, tasks, setting=f"{SETTING}={shown(setting) if setting else ''}",
        written=_written(hub.home / SETTINGS_FILE, setting), overridden=SETTING in os.environ,
    )


def know_every_record() -> None:
    """Rooms open late; a table that no record describes yet would be left behind."""
    for module in walk_packages(lingnan.__path__, "lingnan."):
        if module.name.endswith("records") and not module.name.startswith("lingnan.web."):
            import_module(module.name)


def _written(file: Path, url: str) -> bool:
    """Put the address into a settings file that is there, whole or not at all; it may hold a password, so only its owner reads it."""
    if not file.is_file():
        return False
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.strip().removeprefix("export ").startswith(f"{SETTING}=")]
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as made:
        made.write("".join(f"{line}\n" for line in [*kept, f"{SETTING}={url}"]))
    os.replace(beside, file)
    return True
