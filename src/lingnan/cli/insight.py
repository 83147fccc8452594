"""`insight query`: one select over what the account may see."""

from typing import Annotated, Any

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say

app = typer.Typer(help="查询与指标 queries and figures", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """查询与指标 queries and figures."""


@app.command("query")
def query(
    sql: Annotated[str, typer.Argument(help="一条 SELECT，表名写作“区域.表名” one SELECT; tables as area.table")],
    limit: Annotated[int, typer.Option("--limit", min=0, help="至多返回的行数；0：设置所允许的 most rows; 0: what the settings allow")] = 0,
    purpose: Annotated[str, typer.Option("--purpose", help="目的代码 code of the purpose", show_default=False)] = "",
    article: Annotated[str, typer.Option("--article", help="法律依据条款 the legal article", show_default=False)] = "",
    matter: Annotated[str, typer.Option("--matter", help="事项编号 number of the matter", show_default=False)] = "",
    grant: Annotated[str, typer.Option("--grant", help="所凭的授权 the grant it rests on", show_default=False)] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """在隔离的进程中执行一条查询，只见账号有权查看的列和行 run one query in a process of its own, over what the account may see."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.trust import Purpose

    words = language(lang)
    with open_hub(home, lang) as hub:
        stated = Purpose(purpose, article, matter, grant) if purpose or article or matter or grant else ""
        found = hub.query(who_acts(hub, account), sql, stated, limit)
    if as_json:
        answer(found.payload())
    else:
        typer.echo("\t".join(column.name + ("*" if column.masked else "") for column in found.columns))
        for line in found.lines():
            typer.echo("\t".join(_cell(value) for value in line))
    cut_zh, cut_en = ("，已截断", ", cut off") if found.truncated else ("", "")
    say(f"{found.rows.num_rows:,} 行{cut_zh}，{found.seconds:.2f} 秒，审计编号 {found.decision}。",
        f"{found.rows.num_rows:,} rows{cut_en}, {found.seconds:.2f} s, audit number {found.decision}.", words)
    if found.notice:
        say(f"* {found.notice.zh}", f"* {found.notice.en}", words)


def _cell(value: Any) -> str:
    """A value on one line; empty for nothing, as tabs and line breaks would read as further cells."""
    return "" if value is None else str(value).replace("\t", " ").replace("\n", " ").replace("\r", " ")
