"""`storage move`: from SQLite to PostgreSQL and back."""

from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import TerminalProgress, answer, language, say

if TYPE_CHECKING:
    from lingnan.hub import Moved

app = typer.Typer(help="枢纽的数据库 the hub's database", no_args_is_help=True)


@app.callback()
def _storage() -> None:
    """枢纽的数据库 the hub's database."""


@app.command()
def move(
    url: Annotated[str, typer.Argument(help="postgresql://用户@主机/数据库，或 sqlite；or sqlite for the file in the home folder", metavar="URL")],
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """把枢纽所知的一切搬到另一数据库，逐表核验，原库不变 move what the hub knows to another database, checked table by table."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import move_storage

    with open_hub(home, lang) as hub, TerminalProgress(language(lang)) as progress:
        moved = move_storage(hub, who_acts(hub, account), url, progress)
    if as_json:
        tables = {table.name: {"rows": table.rows, "sha256": table.digest} for table in moved.tables}
        answer({"from": moved.source, "to": moved.target, "rows": moved.rows, "tasks": moved.tasks, "tables": tables,
                "settings_written": moved.written})
    tell_move(moved, language(lang))


def tell_move(moved: "Moved", lang: str) -> None:
    """What was moved, and what is left to do."""
    say(
        f"已搬移 {len(moved.tables)} 张表 {moved.rows} 行、{moved.tasks} 个任务到 {moved.target}，逐表哈希一致。原库 {moved.source} 未变；"
        "审计日志 audit.db 仍在文件夹中。",
        f"Moved {len(moved.tables)} tables with {moved.rows} rows and {moved.tasks} tasks to {moved.target}; every table's hash is equal. "
        f"The old database {moved.source} is unchanged; the log audit.db stays in the folder.", lang,
    )
    if moved.written:
        say("已改写 settings.env。请重新启动枢纽的各进程。", "settings.env is changed. Start the hub's processes anew.", lang)
    else:
        say(
            f"请设置 {moved.setting}（密码照原样填写），再启动枢纽的各进程。",
            f"Set {moved.setting} (with the password as you gave it), then start the hub's processes.", lang,
        )
    if moved.overridden:
        say(
            "环境变量 LINGNAN_STORAGE_URL 优先于文件，请一并更改。",
            "The environment variable LINGNAN_STORAGE_URL wins over the file: change it too.", lang,
        )
