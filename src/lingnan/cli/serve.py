"""`serve`: pages and API of a hub, and while a made province stands, its departments' live interfaces."""

import contextlib
import gc
import json
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

    with open_hub(home, lang) as hub, live_departments(hub.home):
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
    threading.Thread(target=_warm, args=(pages,), daemon=True).start()
    working = threading.Thread(target=work_beside, args=(hub, stop), name="worker")
    working.start()
    say(f"正在提供服务：http://{hub.settings.host}:{at}  （Ctrl+C 停止）", f"Serving http://{hub.settings.host}:{at}  (Ctrl+C stops)", lang)
    try:
        uvicorn.run(
            create_app(pages, hub.settings), host=hub.settings.host, port=at, log_level="warning", server_header=False,
            timeout_graceful_shutdown=HANG_UP_S,
        )
    finally:
        stop.set()
        working.join()


def _warm(pages: "HubPages") -> None:
    """Read ahead what first visits would wait for, and set all that is open by now aside from the search for garbage: it stays."""
    pages.warm()
    gc.collect()
    gc.freeze()


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
def live_departments(home: Path) -> Iterator[None]:
    """The made departments' paged interfaces, answering in a process of their own; nothing where there is no made province."""
    note, folder = home / "world" / "demo.json", home / "world" / "handover"
    if not note.is_file():
        yield
        return
    told = json.loads(note.read_text())
    command = [sys.executable, "-m", "lingnan.cli.departments", str(folder), str(told["api_port"]), str(told["api_place"])]
    departments = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  our own module, our own arguments
    try:
        if departments.stdout is not None and not departments.stdout.readline():
            say(
                f"端口 {told['api_port']} 已被占用，演示部门的在线接口没有启动；在线数据源沿用上一批。请停止占用该端口的程序后重试。",
                f"Port {told['api_port']} is taken, so the made departments' live interfaces did not start; their last batches stay. "
                "Stop what holds the port, then try again.", language(None),
            )
        yield
    finally:
        departments.terminate()
        departments.wait()

