"""`catalogue template` and `catalogue import`: the workbook that offices pass around, out and in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say

if TYPE_CHECKING:
    from lingnan.catalogue import Imported

SHOWN = 50
"""Faults told at the terminal; the marked copy tells them all."""


Departments = Annotated[list[str] | None, typer.Option("--department", help="只含此部门 only this department; may be repeated", show_default=False)]


def template(
    out: Annotated[Path, typer.Option("-o", "--out", help="写入的 .xlsx 文件 file to write")], department: Departments = None,
    empty: Annotated[bool, typer.Option("--empty", help="空表 a form without rows")] = False,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """导出部门、系统、资源、信息项清单为可填报的表格 write the inventory as a workbook to fill in."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import describes

    with open_hub(home, lang) as hub:
        who = who_acts(hub, account)
        hub.trust.allow(who, "catalogue.edit", "inventory")
        wanted = department or [each.key for each in hub.catalogue.departments()]
        own = [each for each in wanted if describes(hub.trust, hub.settings.office, who, each)]
        counts = hub.catalogue.inventory.write_template(out, [] if empty else own)
    if as_json:
        answer({"file": str(out), "rows": counts, "departments": [] if empty else own})
        return
    say(f"已写入 {out}：{sum(counts.values()):,} 行。", f"{out} written: {sum(counts.values()):,} rows.", language(lang))


def import_file(
    file: Annotated[Path, typer.Argument(help="填好的 .xlsx 文件 the filled-in workbook")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不保存 check and keep nothing")] = False,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """导入填好的清单，全部通过才保存；错误写入“-问题”文件 take a filled-in workbook, all of it or nothing."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import describes
    from lingnan.trust import writing

    with open_hub(home, lang) as hub:
        who = who_acts(hub, account)
        hub.trust.allow(who, "catalogue.edit", "inventory")
        with writing(hub.trust.audit, who, "catalogue.import", "inventory", facts={"dry_run": dry_run}) as told:
            done = hub.catalogue.inventory.import_template(
                file, who, allowed=lambda department: describes(hub.trust, hub.settings.office, who, department), dry_run=dry_run,
            )
            told.tell(added=sum(done.added.values()), changed=sum(done.changed.values()), removed=sum(done.removed.values()), faults=len(done.faults))
        hub.deliver()
    if as_json:
        answer(done.model_dump(mode="json"))
    _tell(done, language(lang))
    return 2 if done.faults else 0


def _tell(done: "Imported", lang: str) -> None:
    for fault in done.faults[:SHOWN]:
        say(f"{fault.sheet} {fault.cell} {fault.column}：{fault.zh}", f"{fault.sheet} {fault.cell} {fault.column}: {fault.en}", lang)
    if done.faults:
        say(
            f"共 {len(done.faults):,} 处错误，什么也没有保存。逐行说明见 {done.problems}。",
            f"{len(done.faults):,} faults; nothing was kept. See {done.problems} for each row.", lang,
        )
        return
    added, changed = sum(done.added.values()), sum(done.changed.values())
    zh, en = ("（仅检查，未保存）", " (checked only, nothing kept)") if done.dry_run else ("", "")
    removed = sum(done.removed.values())
    say(
        f"新增 {added:,} 行，修改 {changed:,} 行，删除 {removed:,} 行{zh}。", f"{added:,} rows added, {changed:,} changed, {removed:,} removed{en}.",
        lang,
    )
