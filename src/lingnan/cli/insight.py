"""`insight query`: one select over what the account may see; `insight report`: a report from its template."""

from pathlib import Path
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


@app.command("report")
def report(
    name: Annotated[str, typer.Argument(help="报告名称，数据包的写作“包.名称” name of the report; that of a pack as pack.name")],
    out: Annotated[Path, typer.Option("--out", help="写入的文件，.pdf 或 .html the file to write, .pdf or .html")],
    as_of: Annotated[str, typer.Option("--as-of", help="取某日的各表版本 tables as a day left them, as 2026-01-31", show_default=False)] = "",
    chosen: Annotated[list[str] | None, typer.Option("--filter", help="报告参数 name=value a parameter of the report", show_default=False)] = None,
    purpose: Annotated[str, typer.Option("--purpose", help="目的代码 code of the purpose", show_default=False)] = "",
    article: Annotated[str, typer.Option("--article", help="法律依据条款 the legal article", show_default=False)] = "",
    matter: Annotated[str, typer.Option("--matter", help="事项编号 number of the matter", show_default=False)] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """按模板生成一份报告，只含账号有权查看的内容 make a report from its template, of what the account may see."""
    from lingnan.base import BadInput, WrongUse
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import HubPages
    from lingnan.trust import Purpose
    from lingnan.web import report_file, report_pdf

    if out.suffix not in (".pdf", ".html"):
        raise WrongUse(f"--out {out.name} 应以 .pdf 或 .html 结尾。", f"--out {out.name} must end in .pdf or .html.")
    with open_hub(home, lang) as hub:
        stated = Purpose(purpose, article, matter) if purpose or article or matter else None
        sheet = HubPages(hub).reports.report(name, pairs(chosen or []), who_acts(hub, account), as_of, stated)
        if sheet.faulty is not None:
            raise BadInput(sheet.faulty.zh, sheet.faulty.en, code="Parameter")
        words = language(lang, hub.home)
        made = report_pdf(sheet, words, hub.home) if out.suffix == ".pdf" else report_file(sheet, words, hub.home).encode()
    out.write_bytes(made)
    if as_json:
        versions = {each.table: each.version for each in sheet.sources}
        answer({"report": sheet.key, "file": str(out), "bytes": len(made), "versions": versions, "unproofed": list(sheet.unproofed)})
    say(f"已写入 {out}，{len(made):,} 字节。", f"Written to {out}, {len(made):,} bytes.", language(lang))


def pairs(told: list[str]) -> dict[str, str]:
    """Parameters that were given as name=value; WrongUse for what was written otherwise."""
    from lingnan.base import WrongUse

    if faulty := next((each for each in told if "=" not in each), ""):
        raise WrongUse(f"--filter {faulty} 应写成 名称=值。", f"Write --filter {faulty} as name=value.")
    return {name: value for name, _, value in (each.partition("=") for each in told)}


@app.command("models")
def models(home: Home = None, lang: Lang = None, as_json: AsJson = False) -> None:
    """列出学习模型的版本、状态、由谁作答与基线对比 versions of models that learn: state, what answers and why, numbers beside their baseline."""
    from lingnan.cli.opening import open_hub
    from lingnan.insight import ANSWERING, STATES
    from lingnan.packkit import ModelRegister

    words = language(lang)
    with open_hub(home, lang) as hub:
        found = ModelRegister(hub.storage, hub.clock).listing()
    if as_json:
        answer({"models": [
            {
                "pack": each.pack, "name": each.name, "version": each.digest, "state": each.state, "answering": each.answering,
                "libraries": dict(each.libraries),
                "case": each.case_number, "decided_by": each.decided_by, **_fit(each.fit),
            }
            for each in found
        ]})
        return
    for each in found:
        fit = _fit(each.fit)
        typer.echo("\t".join(map(str, (
            f"{each.pack}.{each.name}", each.digest, STATES[each.state].text(words), ANSWERING[each.answering].text(words), fit.get("error"),
            fit.get("baseline_error"),
        ))))
    if not found:
        say("还没有学习模型；构建带模型的数据包后即有。", "No model has learnt yet; build a pack that brings one.", words)


def _fit(fit: Any) -> dict[str, Any]:
    """The newest fit as the answer tells it; nothing before the first."""
    names = ("learnt_at", "data", "rows", "folds", "error", "baseline_error", "beats", "used", "drift", "measures", "read", "lacking")
    return {} if fit is None else {name: fit[name].isoformat() if name == "learnt_at" else fit[name] for name in names}


def _cell(value: Any) -> str:
    """A value on one line; empty for nothing, as tabs and line breaks would read as further cells."""
    return "" if value is None else str(value).replace("\t", " ").replace("\n", " ").replace("\r", " ")
