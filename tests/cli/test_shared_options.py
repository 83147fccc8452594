"""What every command takes alike, found by walking all of them, and what their help says of registers."""

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from lingnan.cli import app
from lingnan.registers import register_definitions
from tests.access.test_commands import commands


def options(command: Any) -> set[str]:
    return {name for each in command.params for name in each.opts}


def test_every_command_takes_a_home_and_a_language() -> None:
    lacking = {name: missing for name, command in commands().items() if (missing := {"--home", "--lang"} - options(command))}
    assert lacking == {}


@pytest.mark.parametrize("words", [["standards", "search", "人口"], ["trust", "keys", "inventory"], ["standards", "list", "documents"]])
def test_a_home_decides_the_language_where_nothing_else_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    monkeypatch.delenv("LINGNAN_LANG", raising=False)
    (tmp_path / "settings.env").write_text("LINGNAN_LANG=en\n", encoding="utf-8")

    def said(*more: str) -> str:
        done = CliRunner().invoke(app, [*words, *more])
        assert done.exit_code == 0, done.output
        return done.output

    english = said("--home", str(tmp_path))
    assert english == said("--lang", "en")
    assert english != said() == said("--home", str(tmp_path), "--lang", "zh")


def test_showing_an_entry_names_every_register() -> None:
    shown = next(each for each in commands()["registers show"].params if isinstance(each, typer.core.TyperArgument) and each.name == "register")
    assert set(str(shown.help).split(" | ")) == {each.register_ for each in register_definitions()}
