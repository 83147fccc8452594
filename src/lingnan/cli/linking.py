"""`govern link`: which records are one person, firm or address; `govern explain`: why two of them are."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

if TYPE_CHECKING:
    from lingnan.govern import LinkReport


def link_records(
    plan: Annotated[Path | None, typer.Argument(help="计划文件 plan (YAML)", show_default=False)] = None,
    left: Annotated[str, typer.Option("--left", help="文件或表 a Parquet or CSV file, or a table", show_default=False)] = "",
    right: Annotated[str, typer.Option("--right", help="另一文件或表；缺省为在一份数据内查重 the other side; without it, duplicates within one",
                                       show_default=False)] = "",
    key: Annotated[str, typer.Option("--id", help="记录编号列 column that names a record; never compared", show_default=False)] = "",
    truth: Annotated[str, typer.Option("--truth", help="已知实体列，只用于评价 column of the known entity, to evaluate only",
                                       show_default=False)] = "",
    out: Annotated[Path | None, typer.Option("--out", help="结果文件 file for clusters and weights (.parquet or .csv)", show_default=False)] = None,
    threshold: Annotated[float | None, typer.Option("--threshold", help="权重阈值（比特），缺省由数据定 bits; default: found from the data",
                                                    show_default=False)] = None,
    one_to_one: Annotated[bool | None, typer.Option("--one-to-one/--many", help="一对一；缺省由数据定 default: found from the data",
                                                    show_default=False)] = None,
    budget: Annotated[int | None, typer.Option("--budget", help="至多比对的对数 most pairs to compare", show_default=False)] = None,
    given: Annotated[Path | None, typer.Option("--model", help="用此前学得的模型 weigh by a model learnt before", show_default=False)] = None,
    save: Annotated[Path | None, typer.Option("--save-model", help="把模型存于此文件 file for the model (JSON)", show_default=False)] = None,
    place: Annotated[str, typer.Option("--engine", help="在何处计算 where: duckdb, spark, spark://host:port; 由谁学习 who learns: lingnan, splink",
                                       show_default=False)] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """找出同一人、单位或地址的记录 find the records of one entity, by identifier first, then by the weight of all evidence."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.cli.subjects import table_of
    from lingnan.govern import LEARNERS, Choices, LinkPlan, link, read_model, read_plan

    asked = read_plan(plan) if plan else LinkPlan.of(left, right, key, truth, out, Choices(threshold, one_to_one, budget))
    learner = place if place in LEARNERS else asked.choices.engine
    choices = replace(asked.choices, engine=learner, save=save, model=read_model(given) if given else None)
    with open_hub(home, lang) as hub:
        who = who_acts(hub, account)
        views = {table: hub.trust.decide(who, "query", table_of(hub, table)) for table in asked.tables}
        engine = hub.engine_at("" if place in LEARNERS else place)
        found = link(asked.asked, asked.out, engine=engine, views=views, choices=choices)
        if asked.out:
            _remember(hub.home, asked.out)
    if as_json:
        answer(found.payload())
    else:
        _show(found, language(lang))


def _show(found: "LinkReport", lang: str) -> None:
    from lingnan.govern import LINK_KINDS

    english = lang == "en"
    show([(each.label, LINK_KINDS[each.kind][1 if english else 0]) for each in found.columns])
    show([(" + ".join(rule.keys), f"{rule.pairs:,}\t{rule.caught:.1%}") for rule in found.rules])
    if found.quality:
        q = found.quality
        show([("P / R / F1", f"{q.precision:.4f} / {q.recall:.4f} / {q.f1:.4f}"), ("B³", f"{q.b3:.4f}")])
    say(
        f"{found.records:,} 条记录，{found.clusters:,} 个实体，{found.pairs:,} 对（其中按号码 {found.by_identifier:,} 对）；"
        f"比对 {found.compared:,} 对，估计漏比 {max(found.missed, found.missed_by_overlap):.2%}；"
        f"阈值 {found.threshold} 比特（{found.chosen_by}）；待复核 {found.review:,} 对。",
        f"{found.records:,} records, {found.clusters:,} entities, {found.pairs:,} pairs ({found.by_identifier:,} by identifier); {found.compared:,} "
        f"compared, {max(found.missed, found.missed_by_overlap):.2%} of matches estimated missed; threshold {found.threshold} bits "
        f"({found.chosen_by}); {found.review:,} pairs to review.", lang,
    )


def explain(
    first: Annotated[str, typer.Argument(metavar="A", help="一条记录的编号 id of one record")],
    second: Annotated[str, typer.Argument(metavar="B", help="另一条记录的编号 id of the other record")],
    links: Annotated[Path | None, typer.Option("--links", help="link 写出的文件，缺省为最近一次 file that link wrote; default: the latest",
                                               show_default=False)] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """逐栏说明两条记录为何是或不是同一实体 the evidence for and against, column by column."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.govern import explain_pair, tables_of_links

    with open_hub(home, lang) as hub:
        written = links or _latest(hub.home)
        who = who_acts(hub, account)
        views = {table: hub.trust.decide(who, "query", table) for table in tables_of_links(written)}
        told = explain_pair(written, first, second, engine=hub.engine, views=views)
    if as_json:
        answer(told.payload())
    else:
        for line in told.lines(language(lang)):
            typer.echo(line)


def _remember(home: Path, out: Path) -> None:
    (home / "linking").mkdir(parents=True, exist_ok=True)
    (home / "linking" / "latest").write_text(str(out.resolve()), encoding="utf-8")


def _latest(home: Path) -> Path:
    from lingnan.base import Missing

    kept = home / "linking" / "latest"
    if not kept.exists():
        raise Missing(
            "本枢纽还没有写出过链接结果。请先运行 lingnan govern link … --out FILE，或给出 --links。",
            "This hub has not written links yet. Run lingnan govern link … --out FILE first, or give --links.",
        )
    return Path(kept.read_text(encoding="utf-8"))
