"""`collect inspect`, `load` and `discover`: look at a file before it is loaded, load it, know what is in a live database."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.base import load_yaml
from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import TerminalProgress, answer, language, say, show

if TYPE_CHECKING:
    from lingnan.collect import ReadOptions

app = typer.Typer(help="采集 collecting", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="文件 file: csv, xlsx, xls, json, xml, parquet, sqlite, zip, gz …")]
OptionsFile = Annotated[Path | None, typer.Option("--options", help="YAML：更正识别结果 corrections of what was understood", show_default=False)]


@app.callback()
def _group() -> None:
    """采集 collecting."""


@app.command("inspect")
def inspect_file(
    file: File, home: Home = None, lang: Lang = None, as_json: AsJson = False, options: OptionsFile = None,
    save: Annotated[bool, typer.Option("--save", help="把识别结果存于文件旁，供装载使用 keep what was understood beside the file")] = False,
) -> None:
    """说明对文件的理解：编码、表头、列、类型、提示 say what was understood of a file before anything is loaded."""
    from lingnan.collect import inspect, save_options

    found = inspect(file, _options(options))
    if save:
        save_options(file, found.options)
    if as_json:
        answer(found.model_dump(mode="json"))
        return
    zh = language(lang, home) == "zh"
    show([
        ("格式" if zh else "format", found.format), ("编码" if zh else "encoding", found.encoding), ("行数" if zh else "rows", f"{found.rows:,}"),
        ("标题行 / 表头行 / 页脚行" if zh else "title / header / footer rows", f"{found.title_rows} / {found.header_rows} / {found.footer_rows}"),
        *((column.name, f"{column.type}\t{column.unit}\t{column.suggested_element}\t{', '.join(column.examples[:3])}") for column in found.columns),
        *(("提示" if zh else "warning", warning.zh if zh else warning.en) for warning in found.warnings),
    ])


@app.command("load")
def load(
    file: File, as_table: Annotated[str, typer.Option("--as-table", help="目标表 table to land in, `area.table` or a bare name")],
    contract: Annotated[Path | None, typer.Option("--contract", help="数据契约 data contract (ODCS 3.1)", show_default=False)] = None,
    options: OptionsFile = None, home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """装载一个文件；同一文件再装载不产生新版本 load one file; the same file again changes nothing."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.collect import load_file
    from lingnan.standards import read_contract
    from lingnan.trust import writing

    with open_hub(home, lang) as hub, TerminalProgress(language(lang)) as progress:
        who = who_acts(hub, account)
        hub.trust.allow(who, "collect.load", as_table)
        promised = read_contract(contract) if contract else None
        with writing(hub.trust.audit, who, "collect.load", as_table) as told:
            done = load_file(
                file, as_table, promised, lake=hub.lake, engine=hub.engine, storage=hub.storage, clock=hub.clock, progress=progress,
                options=_options(options),
            )
            told.tell(batch=done.batch, rows=done.rows, rejected=done.rejected)
        hub.deliver()
    if as_json:
        alarms = [{"code": alarm.code, "zh": alarm.zh, "en": alarm.en} for alarm in done.alarms]
        answer({"batch": done.batch, "rows": done.rows, "rejected": done.rejected, "alarms": alarms, "table": done.table, "skipped": done.skipped})
    words = language(lang)
    say(f"{done.table}：{done.rows:,} 行，拒收 {done.rejected:,} 行。", f"{done.table}: {done.rows:,} rows, {done.rejected:,} rejected.", words)
    for alarm in done.alarms:
        say(f"  ⚠ {alarm.zh}", f"  ⚠ {alarm.en}", words)
    return 1 if done.rejected else 0


@app.command("listen")
def listen_to_stream(
    feed: Annotated[str, typer.Argument(help="消息流 stream, department.feed")],
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """接收消息流，直到收到停止信号 listen to a stream until SIGTERM or Ctrl-C; the open batch is committed first."""
    from dataclasses import asdict

    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.collect import stopped_by_signals
    from lingnan.hub import listen_to

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "collect.load", feed)
        words = language(lang)
        with stopped_by_signals() as stop:
            say(f"正在接收 {feed}（Ctrl+C 停止）", f"Listening to {feed} (Ctrl+C stops)", words)
            done = listen_to(hub, feed, stop)
        hub.deliver()
    if as_json:
        answer(asdict(done))
    say(
        f"{feed}：{done.rows:,} 行，迟到 {done.late:,}，拒收 {done.rejected:,}，重复 {done.duplicates:,}，{done.batches:,} 批。",
        f"{feed}: {done.rows:,} rows, {done.late:,} late, {done.rejected:,} rejected, {done.duplicates:,} repeats, {done.batches:,} batches.", words,
    )
    return 1 if done.rejected or done.late else 0


@app.command("form")
def make_form(
    contract: Annotated[Path, typer.Argument(help="数据契约 data contract (ODCS 3.1)")],
    department: Annotated[str, typer.Option("--department", help="填报数据所属部门的短名 short name of the department the entries belong to")],
    form: Annotated[str, typer.Option("--form", help="表单名 `部门.名称` name of the form, `department.name`", show_default=False)] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """由数据契约生成在线填报表单及其数据源 make a form, and the feed of its entries, out of a contract."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        made = hub.forms.make(who_acts(hub, account), contract, department, form)
    if as_json:
        answer({"form": made.id, "feed": made.id, "fields": list(made.fields), "address": f"/forms/{made.id}"})
    words = language(lang)
    say(f"表单 {made.id} 已生成，共 {len(made.fields)} 项；页面 /forms/{made.id}。",
        f"Form {made.id} with {len(made.fields)} fields; its page is /forms/{made.id}.", words)
    return 0


@app.command("discover")
def discover(
    url: Annotated[str, typer.Argument(help="SQLAlchemy 地址 address: postgresql://account@host:5432/name, sqlite:///path")],
    system: Annotated[str, typer.Option("--system", help="记入此信息系统（部门.系统） record in this system (department.system)")] = "",
    schema: Annotated[list[str] | None, typer.Option("--schema", help="只看此模式 only this schema; may be repeated", show_default=False)] = None,
    password_file: Annotated[Path | None, typer.Option("--password-file", help="密码文件 file that holds the password", show_default=False)] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """查看数据库的库表结构并给出数据元与分类建议，只读 look into a live database, read-only: structure, profile, suggestions."""
    from lingnan.cli.discovery import password_of, show_found
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.collect import discover_database
    from lingnan.hub import allow_describing
    from lingnan.trust import writing

    with open_hub(home, lang) as hub, TerminalProgress(language(lang)) as progress:
        who = who_acts(hub, account)
        hub.trust.allow(who, "collect.inspect", system)
        if system:
            hub.trust.allow(who, "catalogue.edit", system)
            allow_describing(hub.trust, hub.settings.office, who, system.partition(".")[0])
        found = discover_database(
            url, engine=hub.engine, progress=progress, password=password_of(password_file), allowed=hub.callable_places(),
            schemas=schema or (),
        )
        recorded = None
        if system:
            with writing(hub.trust.audit, who, "catalogue.discover", system) as told:
                recorded = hub.catalogue.inventory.record_discovery(system, found)
                told.tell(database=recorded.database, tables=len(found.tables), added=recorded.tables_added, gone=recorded.tables_gone)
    show_found(found, recorded, language(lang), as_json)
    return 1 if found.notices else 0


def _options(path: Path | None) -> "ReadOptions | None":
    import yaml

    from lingnan.base import BadInput
    from lingnan.collect import ReadOptions

    if path is None:
        return None
    try:
        return ReadOptions.model_validate(load_yaml(path.read_text(encoding="utf-8")) or {})
    except (ValueError, yaml.YAMLError, OSError) as error:
        raise BadInput(f"选项文件 {path} 无法使用：{error}", f"The options file {path} cannot be used: {error}", path=str(path)) from error
