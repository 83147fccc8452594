"""`build`, `status`, `worker`, `doctor`."""

from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import TerminalProgress, answer, language, say, show

if TYPE_CHECKING:
    from lingnan.jobs import BuildReport


def build(
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
    only: Annotated[list[str] | None, typer.Option("--only", help="只做这些步骤或表及其所需 only these steps or tables, and their needs")] = None,
    parallel: Annotated[int, typer.Option("--parallel", min=1, help="同时进行的步骤数 steps at once")] = 2,
    engine: Annotated[str, typer.Option("--engine", help="大步骤所用引擎 where large steps run: duckdb, spark, spark://host:port")] = "",
) -> int:
    """把所有表更新到最新：没有变化的跳过，被中断的继续 bring every table up to date; skips what has not changed, resumes."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub, TerminalProgress(language(lang)) as progress:
        hub.trust.allow(who_acts(hub, account), "build.run")
        report = hub.build(only=only, progress=progress, parallel=parallel, engine=engine)
    if as_json:
        answer({"build": report.id, "state": report.state, "seconds": round(report.seconds, 3), "steps_run": report.steps_run,
                "steps_skipped": report.steps_skipped, "steps_failed": report.steps_failed, "findings": report.findings})
    tell_build(report, language(lang))
    return report.exit_code


def tell_build(report: "BuildReport", lang: str) -> None:
    """The build in one line, then every reason something was left undone."""
    from lingnan.jobs import note_in

    zh = "完成" if report.state == "done" else "未完成"
    say(
        f"构建{zh}：{report.seconds:.1f} 秒，执行 {report.steps_run} 步，跳过 {report.steps_skipped} 步。",
        f"Build {report.state}: {report.seconds:.1f} s, {report.steps_run} steps run, {report.steps_skipped} skipped.", lang,
    )
    for outcome in report.outcomes:
        for note in outcome.notes:
            say(f"  {outcome.zh}：{note_in(note, 'zh')}", f"  {outcome.en}: {note_in(note, 'en')}", lang)
        if outcome.state == "failed":
            say(f"  ✗ {outcome.zh}：{outcome.error_zh}", f"  ✗ {outcome.en}: {outcome.error_en}", lang)


def status(home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> None:
    """枢纽里有什么 what the hub holds."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import hub_status
    from lingnan.jobs import outgrown

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "page.view")
        found = hub_status(hub)
        gaining = outgrown(hub.steps(), hub.lake, hub.settings) if as_json else []
    if as_json:
        answer({**found.as_json(), "gaining": [each.as_json() for each in gaining]})
        return
    zh = language(lang) == "zh"
    show([
        ("部门" if zh else "departments", f"{found.departments}"), ("系统" if zh else "systems", f"{found.systems}"),
        ("资源" if zh else "resources", f"{found.resources}"), ("数据表" if zh else "tables", f"{found.tables}"),
        ("接受的行" if zh else "rows accepted", f"{found.accepted:,}"), ("隔离的行" if zh else "rows quarantined", f"{found.quarantined:,}"),
        *((f"{'基础库' if zh else 'register'} {name}", f"{size:,}") for name, size in found.registers.items()),
        ("上次构建" if zh else "last build", f"{found.build.state} {found.build.seconds:.1f} s" if found.build else "—"),
        *(("执行器" if zh else "worker", f"{each.name} · {each.task or ('空闲' if zh else 'idle')}") for each in found.workers),
    ])


def worker(home: Home = None, lang: Lang = None) -> None:
    """作为执行器：按日程构建、派发事件，可同时运行多个 be one of the hub's workers; stops on SIGTERM."""
    from lingnan.cli.opening import open_hub

    with open_hub(home, lang) as hub:
        say(f"日程：{hub.settings.schedule or '无'}。", f"Schedule: {hub.settings.schedule or 'none'}.", language(lang))
        hub.work(told=lambda name, task, outcome: _tell_work(name, task, outcome, language(lang)))


WORDS_OF_WORK = {"begins": "已启动", "ends": "已停止", "was given up": "曾长时间没有心跳，任务已由其他执行器接管"}
"""What becomes of a worker; of its tasks the outcome's own sentence is told."""


def _tell_work(name: str, task: str, outcome: str, lang: str) -> None:
    if not task:
        say(f"执行器 {name} {WORDS_OF_WORK[outcome]}。", f"Worker {name} {outcome}.", lang)
    elif outcome:
        say(f"{name}：{task} → {outcome}", f"{name}: {task} → {outcome}", lang)
    else:
        say(f"{name}：开始 {task}", f"{name}: begins {task}", lang)


def doctor(
    home: Home = None, lang: Lang = None, as_json: AsJson = False,
    whole: Annotated[bool, typer.Option("--whole", help="核验全部审计日志 check all of the log, not only what is new since it was sound")] = False,
) -> int:
    """这台机器还缺什么，枢纽有何异常 what this machine lacks, and what is amiss in the hub."""
    from lingnan.base import load_settings
    from lingnan.cli.opening import open_hub
    from lingnan.hub import examine, examine_hub

    settings = load_settings(home, lang)
    findings = examine(settings)
    # Where no hub was begun, looking at one would begin it.
    if (settings.home / "audit.db").is_file():
        with open_hub(home, lang) as hub:
            findings += examine_hub(hub, whole)
    if as_json:
        answer({"findings": [{"part": each.part, "present": each.present, "zh": each.zh, "en": each.en} for each in findings]})
    else:
        for each in findings:
            typer.echo(f"{'✓' if each.present else '✗'} {each.part}\t{each.en if language(lang) == 'en' else each.zh}")
    return 1 if any(each.needed and not each.present for each in findings) else 0
