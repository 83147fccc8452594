"""Every command of the terminal for every kind of account: done, or refused with exit code 3. A command without a line is a failure."""

import contextlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from lingnan.cli import app, opening
from lingnan.cli.output import end_with
from tests.access.ground import CANARY, ROLES, Ground

ACTING = ("operator", "citizen", *ROLES)
REFUSED, WRONG_USE = 3, 2


def commands() -> dict[str, Any]:
    """Every command by its words."""
    found: dict[str, Any] = {}

    def walk(command: Any, words: tuple[str, ...]) -> None:
        below = getattr(command, "commands", None)
        if below is None:
            found[" ".join(words)] = command
        for name, each in (below or {}).items():
            walk(each, (*words, name))

    walk(tree(), ())
    return found


@cache
def tree() -> Any:
    """All commands, as the terminal makes them of the functions; made once, for it takes as long as most of them."""
    return typer.main.get_command(app)


@pytest.fixture
def open_once(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the ground's own hub, which is open already."""

    @contextlib.contextmanager
    def opened(_home: Path | None, _lang: str | None) -> Iterator[Any]:
        yield ground.hub

    monkeypatch.setattr(opening, "open_hub", opened)


def run(arguments: list[str]) -> tuple[int, str]:
    """Exit code and all that was said."""
    with CliRunner().isolation() as (said, complained, _both):
        code = end_with(lambda: tree()(arguments, standalone_mode=False))
        return code, said.getvalue().decode() + complained.getvalue().decode()


def test_every_command_has_a_line_and_every_line_a_command(access: dict[str, Any]) -> None:
    lines = [line["command"] for line in access["commands"]]
    assert len(lines) == len(set(lines)), "one line a command"
    missing, gone = sorted(set(commands()) - set(lines)), sorted(set(lines) - set(commands()))
    told = "\n".join(f"  - {{command: {name}, may: […], arguments: […]}}" for name in missing)
    assert not missing, f"tests/access/access.yaml says nothing of these commands; add a line each and say who may:\n{told}"
    assert not gone, f"tests/access/access.yaml speaks of commands that are gone; take their lines out: {gone}"


def test_what_asks_nobody_has_a_reason_and_takes_no_account(access: dict[str, Any]) -> None:
    for line in access["commands"]:
        takes_account = any("--as" in each.opts for each in commands()[line["command"]].params)
        assert takes_account != bool(line.get("machine")), line
        assert bool(line.get("machine")) != ("may" in line), line


@pytest.mark.parametrize("who", ACTING)
@pytest.mark.usefixtures("open_once")
def test_everyone_does_just_what_they_may(ground: Ground, access: dict[str, Any], tmp_path: Path, who: str) -> None:
    ground.objects["tmp"] = str(tmp_path)
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "note.txt").write_text("note", encoding="utf-8")
    wrong = []
    for line in access["commands"]:
        if line.get("machine"):
            continue
        arguments = [*line["command"].split(), *ground.fill(line.get("arguments", []))]
        acting = [] if who == "operator" else ["--as", ground.hub.trust.accounts.account(ground.accounts[who]).name]
        code, said = run([*arguments, *acting])
        wrong += [f"{line['command']}: {fault}" for fault in faults(line, code, said, who in line["may"])]
    assert not wrong, f"as {who}:\n" + "\n".join(wrong)


def faults(line: dict[str, Any], code: int, said: str, permitted: bool) -> list[str]:
    """What is wrong with how a command ended."""
    gives = line.get("gives", [0])
    found = []
    if permitted and code not in gives:
        found.append(f"ended with {code} though permitted: {said[-200:]}")
    if not permitted and code not in (REFUSED, *line.get("refuses", ())):
        found.append(f"ended with {code} though not permitted: {said[-200:]}")
    if not permitted and CANARY in said:
        found.append("a refusal tells of the object")
    return found
