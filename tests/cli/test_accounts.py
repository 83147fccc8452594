"""Accounts at the terminal: the first administrator, then everything as an administrator."""

import json
from pathlib import Path

import pytest

from lingnan.cli import app
from lingnan.cli.output import end_with
from tests.back_ends import Furnish


class Terminal:
    """Commands in one process, over a hub of their own."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.capsys = str(home), capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        code = end_with(lambda: app(["trust", *words, "--home", self.home], standalone_mode=False))
        return code, *self.capsys.readouterr()


@pytest.fixture
def terminal(tmp_path: Path, furnish: Furnish, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A hub whose first administrator `chief` was made by the command itself."""
    for name in ("LINGNAN_TOKEN", "LINGNAN_HOME", "LINGNAN_LANG"):
        monkeypatch.delenv(name, raising=False)
    opened = Terminal(furnish(tmp_path / "home"), capsys)
    code, said, told = opened.run("first-administrator", "--name", "chief", "--zh", "陈总")
    assert (code, "/set-up?token=" in said, said.split("token=")[1].strip() in told) == (0, True, False)
    return opened


def test_there_is_no_second_first_administrator(terminal: Terminal) -> None:
    code, said, told = terminal.run("first-administrator", "--name", "again")
    assert (code, said, "已有系统管理员" in told) == (2, "", True)


def test_an_administrator_adds_lists_and_disables(terminal: Terminal) -> None:
    code, said, _told = terminal.run("account", "add", "steward", "--zh", "李明", "--roles", "steward,reviewer", "--as", "chief", "--json")
    made = json.loads(said)
    assert (code, made["account"]["roles"], len(made["set_up_token"]) >= 43) == (0, ["reviewer", "steward"], True)
    assert terminal.run("account", "role", "steward", "--roles", "analyst", "--as", "chief")[0] == 0
    assert terminal.run("account", "disable", "steward", "--as", "chief")[0] == 0
    listed = json.loads(terminal.run("account", "list", "--as", "chief", "--json")[1])["accounts"]
    shown = [(each["name"], each["roles"], each["disabled"]) for each in listed]
    assert shown == [("chief", ["administrator"], False), ("steward", ["analyst"], True)]
    assert terminal.run("account", "enable", "steward", "--as", "chief")[0] == 0


def test_nobody_else_adds_accounts(terminal: Terminal) -> None:
    assert terminal.run("account", "add", "x")[0] == 3
    assert terminal.run("account", "role", "chief", "--roles", "steward", "--as", "chief")[0] == 3
    assert terminal.run("account", "add", "x", "--roles", "security,auditor", "--as", "chief")[0] == 3
    assert terminal.run("account", "disable", "nobody", "--as", "chief")[0] == 2
    assert terminal.run("account", "reset", "chief")[0] == 0, "the machine's operator helps an administrator who lost all"
