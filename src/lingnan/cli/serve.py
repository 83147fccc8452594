"""`serve`: pages and API of a hub, and while a made province stands, its departments' live interfaces."""

import contextlib
import gc
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import Home, Lang
from lingnan.cli.output import language, say

if TYPE_CHECKING:
    from lingnan.hub import Hub, HubPages

HANG_UP_S = 3
"""Seconds that requests under way have when the site stops; lines of moving figures would never end by themselves."""
WORKER_LOOK_S = 30.0
"""Seconds after which pages look again whether the hub has a worker."""


def serve(
    home: Home = None, lang: Lang = None,
    port: Annotated[int | None, typer.Option("--port", help="端口 port (LINGNAN_PORT, 8400)", show_default=False)] = None,
) -> None:
    """提供页面与接口 serve the pages and the API."""
    from lingnan.cli.opening import open_hub

    gc.disable()  # while libraries and caches are opened, which all stay
    with open_hub(home, lang) as hub, live_departments(hub.home, awaited=False):
        tell_set_up(hub, language(lang), port)
        serve_hub(hub, language(lang), port)


def tell_set_up(hub: "Hub", lang: str, port: int | None = None) -> None:
    """While there is no administrator, show a one-time address on which the first one is made; nothing otherwise."""
    if hub.trust.administration.has_administrator():
        return
    link = f"http://{hub.settings.host}:{port or hub.settings.port}/setup?code={hub.trust.administration.issue_set_up_code()}"
    say(
        f"尚无系统管理员。请打开此一次性地址建立（72 小时内有效）：{link}",
        f"There is no administrator yet. Make one on this one-time address (72 hours): {link}", lang,
    )


def serve_hub(hub: "Hub", lang: str, port: int | None = None) -> None:
    """Serve an open hub until it is told to stop."""
    import uvicorn

    from lingnan.hub import HubPages
    from lingnan.web import create_app

    hub.recover()
    at, pages, stop = port or hub.settings.port, HubPages(hub), threading.Event()
    site = create_app(pages, hub.settings)
    working = threading.Thread(target=_warm_and_work, args=(hub, pages, stop), name="worker")
    working.start()
    signal.signal(signal.SIGTERM, _end_in_order)
    say(f"正在提供服务：http://{hub.settings.host}:{at}  （Ctrl+C 停止）", f"Serving http://{hub.settings.host}:{at}  (Ctrl+C stops)", lang)
    try:
        uvicorn.run(
            site, host=hub.settings.host, port=at, log_level="warning", server_header=False,
            timeout_graceful_shutdown=HANG_UP_S,
        )
    finally:
        stop.set()
        working.join()


def _end_in_order(_number: int, _frame: object) -> None:
    """Once the site has hung up: end as a program does, so that the worker lets go of what it holds and the hub closes."""
    raise SystemExit(0)


def _warm_and_work(hub: "Hub", pages: "HubPages", stop: threading.Event) -> None:
    """Read ahead what first visits would wait for, then work; one after the other, because the first visitor is asking meanwhile."""
    try:
        pages.warm()
    finally:
        gc.freeze()  # what is open by now stays, so that nothing need search it for garbage
        gc.enable()
    work_beside(hub, stop)


def work_beside(hub: "Hub", stop: threading.Event) -> None:
    """Be the hub's worker beside its pages, so that one command is enough on one machine.

    It rests while a worker of its own lives, and while the database is away.
    """
    from lingnan.base import Conflict, DatabaseAway

    while not stop.is_set():
        try:
            hub.work(stop, beside=True)
        except (Conflict, DatabaseAway):
            stop.wait(WORKER_LOOK_S)


@contextlib.contextmanager
def live_departments(home: Path, *, awaited: bool = True) -> Iterator[None]:
    """The made departments' paged interfaces, answering in a process of their own; nothing where there is no made province.

    What follows may begin once they answer, or, where they need not be `awaited`, at once.
    """
    note, folder = home / "world" / "demo.json", home / "world" / "handover"
    if not note.is_file():
        yield
        return
    told = json.loads(note.read_text())
    command = [sys.executable, "-m", "lingnan.cli.departments", str(folder), str(told["api_port"]), str(told["api_place"])]
    # A group of its own: Ctrl-C is for the hub, which ends them.
    departments = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)  # noqa: S603  our own module
    answering = threading.Thread(target=_await_departments, args=(departments, told["api_port"]))
    answering.start()
    try:
        if awaited:
            answering.join()
        yield
    finally:
        departments.terminate()
        departments.wait()
        answering.join()


def _await_departments(departments: subprocess.Popen[bytes], port: int) -> None:
    """Until they answer; a line for the reader when they ended before, though nobody asked them to."""
    if departments.stdout is not None and not departments.stdout.readline() and departments.wait() != -signal.SIGTERM:
        say(
            f"端口 {port} 已被占用，演示部门的在线接口没有启动；在线数据源沿用上一批。请停止占用该端口的程序后重试。",
            f"Port {port} is taken, so the made departments' live interfaces did not start; their last batches stay. "
            "Stop what holds the port, then try again.", language(None),
        )
