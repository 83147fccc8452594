"""`pack list|new|check|test|sample|build`: the applications of line departments."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import TerminalProgress, answer, language, say, show

if TYPE_CHECKING:
    from lingnan.packkit import Finding, Standing

ROUNDS = 4
app = typer.Typer(help="数据包 packs", no_args_is_help=True)
Names = Annotated[list[str] | None, typer.Argument(help="包名，缺省为全部 packs by name, all when none is named", show_default=False)]


@app.callback()
def _group() -> None:
    """数据包 packs."""


@app.command("list")
def list_packs(home: Home = None, lang: Lang = None, as_json: AsJson = False) -> None:
    """列出数据包及其阶段和所答规划条目 packs, their stage and the rows of the plan they answer."""
    from lingnan.base import load_settings
    from lingnan.packkit import readings

    found = [reading.pack for reading in readings(load_settings(home, lang).home) if reading.pack is not None]
    if as_json:
        answer({"packs": [
            {
                "id": each.id, "zh": each.manifest.title.zh, "en": each.manifest.title.en, "stage": each.manifest.stage,
                "plan": list(each.manifest.plan), "needs": list(each.manifest.needs),
                "gives": [each.table(name) for name in each.manifest.gives], "origin": each.origin,
            }
            for each in found
        ]})
        return
    words = language(lang)
    show([(each.id, f"{each.manifest.stage} {' '.join(each.manifest.plan)} {getattr(each.manifest.title, words)}") for each in found])
    if not found:
        say(
            "还没有数据包。用 lingnan pack new 名称 --plan 条目 写一个。", "There is no pack yet. Write one with: lingnan pack new NAME --plan ROW.",
            words,
        )


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="包名 its name")],
    plan: Annotated[str, typer.Option("--plan", help="所答的规划条目，如 C12 the row of the plan it answers, such as C12")],
    folder: Annotated[Path | None, typer.Option("--in", help="写入的文件夹，缺省为 HOME/packs folder to write into", show_default=False)] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False,
) -> None:
    """写一个一开始就全部通过的数据包 write a pack that is green at once."""
    from lingnan.packkit import new_pack

    root = _home(home, lang)
    written = new_pack(name, plan, folder or root / "packs", root).place.folder
    if as_json:
        answer({"id": name, "folder": str(written)})
        return
    say(f"已写入 {written}。下一步：lingnan pack test {name}", f"Written to {written}. Next: lingnan pack test {name}", language(lang))


@app.command("check")
def check(
    names: Names = None, write: Annotated[bool, typer.Option("--write", help="能由机器改正的就改正 put right what a machine can")] = False,
    ahead: Annotated[bool, typer.Option("--ahead", help="也列出更高阶段的要求 also what higher stages ask")] = False,
    home: Home = None, lang: Lang = None, as_json: AsJson = False,
) -> int:
    """按所有规则检查数据包；有问题时退出码为 1 hold packs to every rule; exit code 1 when something is found."""
    from lingnan.packkit import mend

    standings = _standings(names, home, lang)
    # What one repair lays is what the next stands on: a contract needed, one given, the README.
    for _round in range(ROUNDS if write else 0):
        if not mend(standings):
            break
        standings = _standings(names, home, lang)
    found = [each for standing in standings for each in standing.findings]
    later = [each for standing in standings for each in standing.ahead] if ahead else []
    if as_json:
        answer({
            "packs": [{"id": each.pack, "stage": each.stage, "earned": each.earned} for each in standings],
            "findings": [each.told() for each in found], "ahead": [each.told() for each in later],
        })
    else:
        _tell(found, later, len(standings), language(lang))
    return 1 if found else 0


@app.command("test")
def try_cases(names: Names = None, home: Home = None, lang: Lang = None, as_json: AsJson = False) -> int:
    """只运行数据包的用例；不成立时退出码为 1 run the cases alone; exit code 1 when one does not hold."""
    from lingnan.packkit import bench, failures, named, readings, troubles

    root = _home(home, lang)
    found = [named(name, root) for name in names] if names else readings(root)
    faulty = {reading.place.folder.name: held for reading in found if (held := troubles(reading))}
    wanted = [reading.pack for reading in found if reading.pack is not None and reading.place.folder.name not in faulty]
    told = [{"pack": name, "case": each.file, "zh": each.zh, "en": each.en} for name, held in faulty.items() for each in held]
    with bench() as engine:
        told += [
            {"pack": pack.id, "case": case.name, "zh": zh, "en": en}
            for pack in wanted for cases in pack.cases.values() for case in cases for zh, en in failures(engine, pack, case)
        ]
    count = sum(len(cases) for pack in wanted for cases in pack.cases.values())
    words = language(lang)
    if as_json:
        answer({"cases": count, "failures": told})
    else:
        show([(f"{each['pack']} “{each['case']}”", each[words]) for each in told])
        say(f"{count} 个用例，{len(told)} 处不符。", f"{count} cases, {len(told)} differences.", words)
    return 1 if told else 0


@app.command("sample")
def sample(
    name: Annotated[str, typer.Argument(help="包名 the pack")],
    seed: Annotated[int, typer.Option("--seed", help="种子 seed")] = 7, size: Annotated[int, typer.Option("--size", help="规模 size", min=1)] = 100,
    home: Home = None, lang: Lang = None, as_json: AsJson = False,
) -> None:
    """用包的样例计算各表并给出行数 make the pack's tables out of its sample and tell their rows."""
    from datetime import date

    from lingnan.base import WrongUse
    from lingnan.packkit import bench, named, sample_rows, troubles, try_pack

    reading = named(name, _home(home, lang))
    if reading.pack is None or troubles(reading):
        raise WrongUse(
            f"数据包 {name} 无法读取；先运行 lingnan pack check {name}。", f"The pack {name} cannot be read; run: lingnan pack check {name}.",
        )
    rows = sample_rows(reading.pack, seed, size)
    with bench() as engine:
        made = try_pack(engine, reading.pack, rows, date.today())
    given = {table: len(held) for table, held in rows.items()}
    kept = {reading.pack.table(each): table.num_rows for each, table in made.items()}
    if as_json:
        answer({"pack": name, "given": given, "made": kept})
        return
    show([(table, str(count)) for table, count in {**given, **kept}.items()])


@app.command("build")
def build(
    names: Names = None, home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """只构建数据包及其所需的表 build packs and what they need."""
    from lingnan.cli.hub import tell_build
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.packkit import named

    with open_hub(home, lang) as hub, TerminalProgress(language(lang)) as progress:
        hub.trust.allow(who_acts(hub, account), "build.run")
        wanted = [named(name, hub.home).place.folder.name for name in names or [pack.id for pack in hub.packs]]
        report = hub.build(only=[f"pack:{name}" for name in wanted], progress=progress)
    if as_json:
        answer({"build": report.id, "state": report.state, "seconds": round(report.seconds, 3), "steps_run": report.steps_run,
                "steps_skipped": report.steps_skipped, "steps_failed": report.steps_failed})
    tell_build(report, language(lang))
    return report.exit_code


def _standings(names: list[str] | None, home: Path | None, lang: str | None) -> "list[Standing]":
    from lingnan.hub import decided_columns, promised_tables
    from lingnan.packkit import check_packs, named, readings
    from lingnan.registers import register_columns

    root = _home(home, lang)
    for name in names or ():
        named(name, root)
    tables = {table: {column.name: column.type for column in columns} for table, columns in register_columns().items()}
    return check_packs(readings(root), {**tables, **decided_columns()}, names or (), lambda: promised_tables(root))


def _home(home: Path | None, lang: str | None) -> Path:
    from lingnan.base import load_settings

    return load_settings(home, lang).home


def _tell(found: "list[Finding]", later: "list[Finding]", count: int, words: str) -> None:
    show([(f"{each.pack}/{each.file} [{each.rule}]", each.zh if words == "zh" else each.en) for each in (*found, *later)])
    say(f"{count} 个数据包，{len(found)} 处问题。", f"{count} packs, {len(found)} findings.", words)
