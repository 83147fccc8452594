"""`registers review`: bringing the open pairs of an own run of linking to the desk, and telling what waits there."""

from pathlib import Path
from typing import Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

app = typer.Typer(help="核对台 the review desk", no_args_is_help=True)
Register = Annotated[str, typer.Option("--register", help="基础库 people | entities …")]


@app.callback()
def _group() -> None:
    """核对台 the review desk."""


@app.command("import")
def import_pairs(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="lingnan govern link 写出的文件 file that lingnan govern link wrote")],
    register: Register = "people", home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """把一次关联中待复核的记录对送上核对台 bring the open pairs of a run of linking to the desk."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import import_links

    with open_hub(home, lang) as hub:
        pairs = import_links(hub, who_acts(hub, account), out, register)
    if as_json:
        answer({"register": register, "pairs": pairs})
        return
    say(f"已送上核对台：{pairs:,} 对。网址：/desk/{register}", f"Brought to the desk: {pairs:,} pairs. See /desk/{register}", language(lang))


@app.command("status")
def status(
    register: Register = "people", home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """各队列还有多少 how many pairs each queue has for who asks."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import review_counts

    with open_hub(home, lang) as hub:
        told = review_counts(hub, who_acts(hub, account), register)
    if as_json:
        answer({"register": register, **told})
        return
    show([(name, f"{count:,}") for name, count in told.items()])
