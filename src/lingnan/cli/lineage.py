"""`lineage show`: where a column comes from, and what is made of it."""

from pathlib import Path
from typing import Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

app = typer.Typer(help="血缘 lineage", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """血缘 lineage."""


@app.command("show")
def show_lineage(
    column: Annotated[str, typer.Argument(help="表.列 table.column")],
    sql: Annotated[Path | None, typer.Option("--sql", help="生成该表的查询 the query that makes the table", show_default=False)] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """一列的来源和去向 where a column comes from and what is made of it."""
    from lingnan.base import BadInput
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import lineage_of

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "page.govern", "lineage")
        try:
            text = sql.read_text(encoding="utf-8") if sql else ""
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"文件 {sql} 无法读取。", f"The file {sql} cannot be read.", path=str(sql)) from error
        found = lineage_of(hub, column, text)
    if as_json:
        answer(found.payload())
        return
    words = language(lang)
    say("来源：", "Comes from:", words)
    show([(name, " ".join(made_of)) for name, made_of in found.upstream])
    say(f"去向：{len(found.downstream)} 列", f"Made of it: {len(found.downstream)} columns", words)
    show([(name, " ".join(made_of)) for name, made_of in found.downstream])
