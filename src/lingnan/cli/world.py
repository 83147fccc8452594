"""`world make`: a made province for demos, tests and benchmarks."""

from typing import Annotated

import typer

from lingnan.cli.options import AsJson, Home, Lang
from lingnan.cli.output import TerminalProgress, answer, language, say

app = typer.Typer(help="演示省 the made province", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """演示省 the made province."""


@app.command("make")
def make(
    home: Home = None, lang: Lang = None, as_json: AsJson = False,
    scale: Annotated[float, typer.Option("--scale", help="1 为千分之一个广东 1 is one thousandth of Guangdong")] = 1.0,
    seed: Annotated[int, typer.Option("--seed", help="随机种子 seed")] = 44,
) -> None:
    """造省：各部门交付的文件、数据源说明和真值 make what departments hand over, its descriptions and the truth."""
    from lingnan.base import load_settings
    from lingnan.hub import prepare_demo

    settings = load_settings(home, lang)
    with TerminalProgress(language(lang)) as progress:
        ground = prepare_demo(settings.home, scale, seed, progress)
    if as_json:
        answer({"home": str(settings.home), "scale": scale, "seed": seed, "made": ground.made})
    where = settings.home / "world" / "handover"
    say(f"演示省在 {where}。" + ("" if ground.made else "（已有，未重造）"), f"The province is in {where}." + ("" if ground.made else " (it stood)"),
        language(lang))
