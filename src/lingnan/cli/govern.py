"""`govern check` and `govern address`: a table or any file against its contract, every failing row kept; addresses taken apart."""

from pathlib import Path
from typing import Annotated

import typer

from lingnan.cli.options import As, AsJson, At, Home, Lang
from lingnan.cli.output import answer, language, say, show
from lingnan.cli.profiles import profile_subject

app = typer.Typer(help="治理 governing", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """治理 governing."""


app.command("profile")(profile_subject)


@app.command("check")
def check_subject(
    subject: Annotated[str, typer.Argument(help="表名或文件 a table, or a Parquet or CSV file")],
    contract: Annotated[Path | None, typer.Option("--contract", help="数据契约 data contract; 缺省按内容建议 default: suggested from content",
                                                  show_default=False)] = None,
    out: Annotated[Path | None, typer.Option("--out", help="把全部不合格行写入此文件夹 folder for every failing row", show_default=False)] = None,
    last: Annotated[str | None, typer.Option("--last", help="上一批的表或文件，供对比 the load before, to compare with", show_default=False)] = None,
    engine: At = "", home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """检查并列出每条规则的结果；有不合格时退出码为 1 check, with counts per rule; exit code 1 when a rule fails."""
    from lingnan.base import CHINA
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.cli.subjects import file_or_table
    from lingnan.govern import check
    from lingnan.standards import read_contract

    with open_hub(home, lang) as hub:
        who, given = who_acts(hub, account), file_or_table(hub, subject)
        before = file_or_table(hub, last) if last else None
        views = {table: hub.seen(who, "query", table) for table in (given, before) if isinstance(table, str)}
        promised = read_contract(contract) if contract else None
        found = check(
            given, promised, out, engine=hub.engine_at(engine), views=views, today=hub.clock.now().astimezone(CHINA).date().isoformat(), last=before,
        )
    if as_json:
        answer(found.payload())
    else:
        show([(rule.rule, f"{rule.failed:,} / {rule.checked:,}\t{rule.en if language(lang) == 'en' else rule.zh}") for rule in found.rules])
    say(f"{found.rows:,} 行，{found.failed_rows:,} 行不合格。", f"{found.rows:,} rows, {found.failed_rows:,} fail.", language(lang))
    return 1 if found.failed else 0


@app.command("address")
def parse_column(
    file: Annotated[Path, typer.Argument(help="CSV 或 Parquet 文件 a CSV or Parquet file")],
    column: Annotated[str, typer.Option("--column", help="地址所在的列 column that holds the addresses")],
    out: Annotated[Path, typer.Option("--out", help="结果文件（.csv 或 .parquet）result file")],
    within: Annotated[str, typer.Option("--within", help="全部地址所在的省或市代码 code of the province or city they all lie in")] = "",
    engine: At = "", home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """解析地址：现行区划代码、各组成部分与理由 parse addresses: the division today, the parts, the reason."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.govern import parse_addresses

    with open_hub(home, lang) as hub:
        report = parse_addresses(file, column, out, engine=hub.engine_at(engine), within=within, known=hub.known_addresses(who_acts(hub, account)))
    if as_json:
        answer(report.payload())
    else:
        show([(reason, f"{count:,}") for reason, count in report.reasons.items()])
    say(
        f"{report.rows:,} 行：确定 {report.resolved:,}，有歧义 {report.ambiguous:,}，未能确定 {report.unresolved:,}。",
        f"{report.rows:,} rows: {report.resolved:,} resolved, {report.ambiguous:,} ambiguous, {report.unresolved:,} unresolved.", language(lang),
    )
    return 0
