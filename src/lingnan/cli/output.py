"""What the terminal shows: words and progress on standard error, answers on standard output."""

import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import typer

SCHEMA = 1
UsageError: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""typer carries its own click and does not export this class."""


def language(given: str | None, home: Path | None = None) -> str:
    """The reader's language: the option, else LINGNAN_LANG, else what the settings of a named hub say, else Chinese."""
    told = given or os.environ.get("LINGNAN_LANG")
    if told or home is None:
        return told or "zh"
    from lingnan.base import load_settings

    return load_settings(home).lang


def say(zh: str, en: str, lang: str) -> None:
    """A sentence for the person at the terminal."""
    typer.echo(en if lang == "en" else zh, err=True)


def answer(values: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    import orjson

    typer.echo(orjson.dumps({"schema": SCHEMA, **values}, option=orjson.OPT_INDENT_2, default=str).decode())


def show(rows: list[tuple[str, str]]) -> None:
    """Names and values, one line each, on standard output."""
    for name, value in rows:
        typer.echo(f"{name}\t{value}")


def end_with(run: Callable[[], Any]) -> int:
    """Run a command and give the exit code that scripts can trust."""
    try:
        result = run()
    except UsageError as error:
        error.show()
        return 2
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("已中断，可用同一命令继续。 Interrupted; the same command goes on.", err=True)
        return 4
    except Exception as error:
        from lingnan.base import LingnanError

        if not isinstance(error, LingnanError):
            raise
        typer.echo(error.text(_asked_language()), err=True)
        return error.exit_code
    return result if isinstance(result, int) else 0


def _asked_language() -> str:
    arguments = sys.argv[1:]
    return arguments[arguments.index("--lang") + 1] if "--lang" in arguments[:-1] else language(None)


class TerminalProgress:
    """Shows running tasks as bars on standard error; plain lines where there is no terminal."""

    def __init__(self, lang: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._lang, self._lock = lang, threading.Lock()
        self._console = Console(stderr=True)
        self._bars = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=28), TextColumn("{task.fields[note]}"), TimeElapsedColumn(),
            console=self._console, transient=True,
        )
        self._tasks: dict[str, Any] = {}
        self._titles: dict[str, str] = {}

    def __enter__(self) -> "TerminalProgress":
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(self, *_ended: object) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def begin(self, task: str, zh: str, en: str, total: float | None = None) -> None:
        """A bar for the task, or its total when it has one already."""
        title = en if self._lang == "en" else zh
        with self._lock:
            self._titles[task] = title
            if task in self._tasks:
                self._bars.update(self._tasks[task], total=total)
            else:
                self._tasks[task] = self._bars.add_task(title, total=total, note="")

    def advance(self, task: str, done: float) -> None:
        """Move the task's bar to `done`."""
        with self._lock:
            if task in self._tasks:
                self._bars.update(self._tasks[task], completed=done, note=f"{done:,.0f}")

    def finish(self, task: str, outcome: str = "done") -> None:
        """Take the bar away; leave a line unless the task had nothing to do."""
        with self._lock:
            bar = self._tasks.pop(task, None)
            if bar is None:
                return
            elapsed = self._bars.tasks[[each.id for each in self._bars.tasks].index(bar)].elapsed or 0.0
            self._bars.remove_task(bar)
        if outcome != "skipped":
            mark = "✗" if outcome == "failed" else "✓"
            self._console.print(f"{mark} {self._titles[task]}  {elapsed:.1f} s", highlight=False)
