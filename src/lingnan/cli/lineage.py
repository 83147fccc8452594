"""`lineage show`, `impact`, `export`: where a column comes from, what is made of it, what is touched when it stops."""

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
    forward: Annotated[bool, typer.Option("--forward", help="只看去向 only what is made of it")] = False,
    back: Annotated[bool, typer.Option("--back", help="只看来源 only where it comes from")] = False,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """一列的来源和去向 where a column comes from and what is made of it."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import lineage_of

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "page.govern", "lineage")
        found = lineage_of(hub, column, _text(sql) if sql else "", back=back or not forward, forward=forward or not back)
    if as_json:
        answer(found.payload())
        return
    words = language(lang)
    if back or not forward:
        say("来源：", "Comes from:", words)
        show([(name, " ".join(made_of)) for name, made_of in found.upstream])
    if forward or not back:
        say(f"去向：{len(found.downstream)} 列", f"Made of it: {len(found.downstream)} columns", words)
        show([(name, " ".join(made_of)) for name, made_of in found.downstream])


@app.command("impact")
def show_impact(
    column: Annotated[str, typer.Argument(help="表.列 table.column")], home: Home = None, lang: Lang = None, as_json: AsJson = False,
    account: As = None,
) -> None:
    """一列变更或停供时触及什么 what is touched when a column changes or stops."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import impact_of

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "page.govern", "lineage")
        found = impact_of(hub, column)
    if as_json:
        answer(found.payload())
        return
    words = language(lang)
    say(f"触及 {len(found.columns) - 1} 列、{len(found.jobs)} 个作业：", f"Touches {len(found.columns) - 1} columns, {len(found.jobs)} jobs:", words)
    show([(name, str(steps)) for name, steps in found.columns.items() if steps])
    say(f"用途 {len(found.uses)} 项：", f"{len(found.uses)} uses:", words)
    show([(use.column, f"{use.en if words == 'en' else use.zh} {use.href}") for use in found.uses])


@app.command("export")
def export_events(
    openlineage: Annotated[Path, typer.Option("--openlineage", help="写入的文件，每行一个事件 file to write, one event a line")],
    build: Annotated[str, typer.Option("--build", help="只写此次构建 only this build", show_default=False)] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """按 OpenLineage 格式导出构建事件 builds as OpenLineage run events."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import build_events, write_events

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "page.govern", "lineage")
        count = write_events(build_events(hub, build), openlineage)
    if as_json:
        answer({"file": str(openlineage), "events": count})
        return
    say(f"已写入 {count} 个事件：{openlineage}", f"Wrote {count} events: {openlineage}", language(lang))


def _text(sql: Path) -> str:
    from lingnan.base import BadInput

    try:
        return sql.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"文件 {sql} 无法读取。", f"The file {sql} cannot be read.", path=str(sql)) from error
