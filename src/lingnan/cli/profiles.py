"""`govern profile`: what a table or any file holds, and the contract that follows from it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import As, AsJson, At, Home, Lang
from lingnan.cli.output import answer, language, say, show

if TYPE_CHECKING:
    from lingnan.govern import ProfiledColumn, TableProfile


def profile_subject(
    subject: Annotated[str, typer.Argument(help="表名或文件 a table, or a Parquet or CSV file")],
    contract: Annotated[Path | None, typer.Option("--contract", help="把建议的数据契约存于此文件 file for the suggested contract (ODCS 3.1)",
                                                  show_default=False)] = None,
    keep: Annotated[bool, typer.Option("--keep", help="存为该表最近的剖析，供下次比较 keep it as the table's last profile")] = False,
    engine: At = "", home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """剖析列的类型、形式、范围、候选键、代码表、数据元、个人信息及变化；有明显变化时退出码为 1 profile; exit code 1 when a marked drift is found."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.cli.subjects import file_or_table
    from lingnan.govern import profile
    from lingnan.hub import keep_profile, profile_table
    from lingnan.trust import writing

    with open_hub(home, lang) as hub:
        who, given = who_acts(hub, account), file_or_table(hub, subject)
        if isinstance(given, Path):
            found = profile(given, engine=hub.engine_at(engine), views={}, at=hub.clock.now())
        elif keep:
            hub.trust.allow(who, "catalogue.edit", subject)
            with writing(hub.trust.audit, who, "govern.profile", subject):
                found = keep_profile(hub, subject, engine)
        else:
            found = profile_table(hub, subject, hub.seen(who, "query", subject), engine)
    if contract is not None:
        contract.write_text(found.contract, encoding="utf-8")
    if as_json:
        answer(found.payload())
    else:
        _show(found, language(lang))
    return 1 if any(each.marked for each in found.drift) else 0


def _show(found: "TableProfile", lang: str) -> None:
    english = lang == "en"
    say(
        f"{found.subject}：{found.rows:,} 行，查看 {found.looked_at:,} 行，{len(found.columns)} 列。",
        f"{found.subject}: {found.rows:,} rows, {found.looked_at:,} looked at, {len(found.columns)} columns.", lang,
    )
    show([(each.name, _line(each, english)) for each in found.columns])
    show([("键" if not english else "key", " + ".join(each)) for each in found.keys[:5]])
    moved = [f"{each.column}\t{each.en if english else each.zh}\t{each.before} → {each.after}" for each in found.drift]
    show([("drift" if english else "变化", each) for each in moved])


def _line(each: "ProfiledColumn", english: bool) -> str:
    counts = each.counts
    filled = f"{counts.filled / counts.rows:.1%}" if counts.rows else "—"
    guess = each.elements[0].element if each.elements else ""
    finds = "、".join(f"{find.en if english else find.zh} {find.share:.1%}" for find in each.personal)
    shape = counts.patterns[0][0] if counts.patterns else ""
    return f"{counts.kind}\t{filled}\t{counts.distinct:,}\t{shape}\t{guess}\t{each.classification}\t{finds}"
