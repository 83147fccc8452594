"""F12: whoever has the database of the log edits, removes, reorders or cuts off entries; `lingnan trust verify --json` ends with 1 and says where.

By every entry and with keys in wrong hands: tests/trust/test_audit.py, test_checkpoints.py.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from lingnan.base import load_settings
from lingnan.hub import Hub
from lingnan.trust import CheckpointFile
from tests.terminal import run


@pytest.fixture(scope="module")
def home(new_home: Callable[[str], Path]) -> Path:
    """A home whose log has some entries and a checkpoint."""
    folder = new_home("log")
    with Hub.open(load_settings(folder)) as hub:
        for number in range(30):
            hub.trust.record("test", "system", "test.act", f"thing:{number}", "done", facts={"n": number})
    return folder


def untouched(_log: sqlite3.Connection) -> None:
    pass


def edit(log: sqlite3.Connection) -> None:
    log.execute("update entry set outcome = 'refused' where number = 7")


def remove(log: sqlite3.Connection) -> None:
    log.execute("delete from entry where number = 7")


def reorder(log: sqlite3.Connection) -> None:
    for old, new in ((7, -7), (8, 7), (-7, 8)):
        log.execute("update entry set number = ? where number = ?", (new, old))


def cut_off(log: sqlite3.Connection) -> None:
    log.execute("delete from entry where number > 20")


def test_tampering_is_told(home: Path, tmp_path: Path) -> None:
    places = {}
    for tampered in (untouched, edit, remove, reorder, cut_off):
        copy = Path(shutil.copytree(home, tmp_path / tampered.__name__))
        with sqlite3.connect(copy / "audit.db") as log:
            for (trigger,) in log.execute("select name from sqlite_master where type = 'trigger'").fetchall():
                log.execute(f'drop trigger "{trigger}"')
            tampered(log)
        places[tampered.__name__] = copy
    ends = {}
    for name, place in places.items():
        done = run("trust", "verify", "--home", place, "--json")
        assert "Traceback" not in done.stderr, name
        ends[name] = (done.returncode, bool(json.loads(done.stdout)["damaged"]))
    assert ends == {"untouched": (0, False), **dict.fromkeys(("edit", "remove", "reorder", "cut_off"), (1, True))}


def test_a_split_view_shows_by_a_co_signature(home: Path, tmp_path: Path) -> None:
    """A copy of the hub goes on with another story; the file of the witness who saw the first one convicts the second."""
    first, second, witness = (tmp_path / name for name in ("first", "second", "witness"))
    shutil.copytree(home, first)
    shutil.copytree(home, second)
    for place, story in ((first, "told to the witness"), (second, "told to everybody else")):
        with Hub.open(load_settings(place)) as hub:
            hub.trust.record("test", "system", "test.act", story, "done")
    assert run("trust", "checkpoint", "export", "--home", first, "--out", tmp_path / "shown").returncode == 0
    key = CheckpointFile.from_text((tmp_path / "shown").read_text(encoding="utf-8")).keys[0].key
    signing = ("trust", "checkpoint", "cosign", tmp_path / "shown", "--home", witness, "--out", tmp_path / "seen")
    assert run(*signing).returncode == 3, "a key that nobody compared is not believed"
    assert run(*signing, "--accept", key).returncode == 0
    seen = CheckpointFile.from_text((tmp_path / "seen").read_text(encoding="utf-8")).keys[-1].key
    checking = ("trust", "checkpoint", "check", tmp_path / "seen", "--json", "--accept", seen)
    ends = [run(*checking, "--home", place).returncode for place in (first, second)]
    assert ends == [0, 1]
