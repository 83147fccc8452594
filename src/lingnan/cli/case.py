"""`case`: what waits, one case, a step of it, and the flows."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import UsageError, answer, language, say, show

if TYPE_CHECKING:
    from lingnan.casework import CaseSheet, Flows

app = typer.Typer(help="事项 cases", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="事项编号 number of the case")]


@app.callback()
def _group() -> None:
    """事项 cases."""


@app.command("list")
def list_(
    mine: Annotated[bool, typer.Option("--mine", help="我申请的 those I applied for")] = False,
    everything: Annotated[bool, typer.Option("--all", help="我可见的全部 all I may see")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="仅逾期 only overdue ones")] = False,
    flow: Annotated[str, typer.Option("--flow", help="只看此流程 only of this flow", show_default=False)] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="至多几件 at most so many")] = 50,
    cursor: Annotated[str, typer.Option("--cursor", help="接着上一页 go on after the page before", show_default=False)] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """列出事项：默认待我办理 list cases: by default those that wait for me, those due first at the top."""
    from lingnan.casework import CaseQuery
    from lingnan.cli.opening import open_hub, who_acts

    query = CaseQuery(
        scope="mine" if mine else "visible" if everything else "waiting", flow=flow, overdue=True if overdue else None, cursor=cursor, limit=limit
    )
    with open_hub(home, lang) as hub:
        page = hub.office.casework.inbox.of(who_acts(hub, account), query)
    if as_json:
        answer({"cases": [line.model_dump() for line in page.items], "total": page.total, "overdue": page.overdue, "cursor": page.cursor})
        return
    english = language(lang) == "en"
    show([
        (line.number, "\t".join((
            line.flow_en if english else line.flow_zh, line.state_en if english else line.state_zh, str(line.due_on or ""), "!" * line.overdue
        )))
        for line in page.items
    ])
    say(f"共 {page.total} 件，逾期 {page.overdue} 件。", f"{page.total} cases, {page.overdue} overdue.", language(lang))


@app.command("show")
def show_case(case: Number, home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> None:
    """查看一件事项 show one case: where it stands, what was done, what may be done now."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        sheet = hub.office.casework.cases.sheet(case, who_acts(hub, account), lang=language(lang))
    if as_json:
        answer(sheet.model_dump(exclude={"diagram"}))
    else:
        show(_rows(sheet, language(lang) == "en"))


@app.command("act")
def act(
    case: Number, transition: Annotated[str, typer.Argument(help="办理动作 transition")],
    form: Annotated[list[str] | None, typer.Option("--form", help="表单项 field=value，可重复 repeatable", show_default=False)] = None,
    note: Annotated[str, typer.Option("--note", help="理由或说明 reason or note", show_default=False)] = "",
    version: Annotated[int | None, typer.Option("--version", help="所见版本 version seen; refused when changed since", show_default=False)] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """办理一步 do one step of a case."""
    from lingnan.cli.opening import open_hub, who_acts

    filled = _filled(form or [])
    with open_hub(home, lang) as hub:
        moved = hub.office.casework.cases.act(case, transition, who_acts(hub, account), filled, note, version=version)
        hub.deliver()
    if as_json:
        answer({
            "case": moved.number, "state": moved.state, "version": moved.version, "moved": moved.moved, "approvals": moved.approvals,
            "approvals_needed": moved.approvals_needed,
        })
    say(f"{moved.number}：{moved.state}（第 {moved.version} 版）。", f"{moved.number}: {moved.state} (version {moved.version}).", language(lang))


@app.command("diagram")
def diagram(
    flow: Annotated[str, typer.Argument(help="流程编号 id of the flow")],
    form: Annotated[str, typer.Option("--format", help="svg | mermaid")] = "svg",
    out: Annotated[Path | None, typer.Option("--out", help="写入文件 write to this file", show_default=False)] = None,
    home: Home = None, lang: Lang = None,
) -> None:
    """画出流程 draw a flow, one of the home's own too."""
    from lingnan.casework import draw_mermaid, draw_svg

    drawings = {"svg": draw_svg, "mermaid": draw_mermaid}
    if form not in drawings:
        raise UsageError("--format: svg | mermaid")
    drawn = drawings[form](_flows(home).flow(flow), lang=language(lang))
    if out is None:
        typer.echo(drawn)
    else:
        out.write_text(drawn, encoding="utf-8")


@app.command("flows")
def flows(home: Home = None, lang: Lang = None, as_json: AsJson = False) -> None:
    """列出流程 list the flows, the home's own too."""
    found = sorted(_flows(home), key=lambda flow: flow.id)
    if as_json:
        answer({"flows": [
            {"id": flow.id, "version": flow.version, "zh": flow.zh, "en": flow.en, "basis": flow.basis, "states": len(flow.states),
             "transitions": len(flow.transitions)}
            for flow in found
        ]})
        return
    show([(flow.id, f"{flow.title(language(lang))}\t{flow.basis}") for flow in found])


def _flows(home: Path | None) -> "Flows":
    """The flows that come with the hub and those of the home; no hub is opened for them."""
    from lingnan.base import load_settings
    from lingnan.casework import Flows
    from lingnan.hub import FLOWS

    return Flows.read(load_settings(home).home / FLOWS)


def _filled(pairs: list[str]) -> dict[str, Any]:
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise UsageError(f"--form: {', '.join(wrong)} (field=value)")
    return {name.strip(): value for name, _, value in (pair.partition("=") for pair in pairs)}


def _rows(sheet: "CaseSheet", english: bool) -> list[tuple[str, str]]:
    def word(part: Any) -> str:
        return str(part.en if english else part.zh)

    line = sheet.line
    rows = [(line.number, f"{line.flow_en if english else line.flow_zh}\t{line.state_en if english else line.state_zh}")]
    rows += [(word(limit), f"{limit.due_on}\t{limit.state}\t{'' if limit.remaining is None else limit.remaining}") for limit in sheet.deadlines]
    rows += [(word(fact), str(fact.value)) for fact in sheet.facts]
    rows += [(f"{entry.at:%Y-%m-%d %H:%M}", f"{word(entry)}\t{entry.by}\t{entry.note}") for entry in sheet.timeline]
    rows += [(action.transition, f"→ {word(action)} ({', '.join(field.name for field in action.fields)})") for action in sheet.actions]
    return rows
