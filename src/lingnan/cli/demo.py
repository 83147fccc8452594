"""`demo`: from nothing to a province on screen."""

from typing import Annotated

import typer

from lingnan.cli.hub import tell_build
from lingnan.cli.options import Home, Lang
from lingnan.cli.output import TerminalProgress, language, say
from lingnan.cli.serve import live_departments, serve_hub


def demo(
    home: Home = None, lang: Lang = None,
    scale: Annotated[float, typer.Option("--scale", help="规模，1 为千分之一个广东 1 is one thousandth of Guangdong")] = 1.0,
    seed: Annotated[int, typer.Option("--seed", help="随机种子 seed; the same seed makes the same province")] = 44,
    port: Annotated[int | None, typer.Option("--port", help="端口 port (8400)", show_default=False)] = None,
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="建好后提供页面 serve the pages when built")] = True,
) -> int:
    """造一个演示省，采集、治理、建库，然后提供页面 make a province, collect, govern, build the registers, serve."""
    from lingnan.base import load_settings
    from lingnan.hub import Hub, furnish_office, make_steward, prepare_demo, prepare_steward

    settings, words = load_settings(home, lang), language(lang)
    with TerminalProgress(words) as progress:
        prepare_demo(settings.home, scale, seed, progress)
    with Hub.open(settings) as hub, live_departments(settings.home):
        with TerminalProgress(words) as progress:
            report = hub.build(progress=progress)
        tell_build(report, words)
        hub.measure_conformance()
        hub.profile_tables("gongan.resident")
        prepare_steward(hub)
        hub.deliver()
        if not serving:
            return report.exit_code
        at = f"http://{settings.host}:{port or settings.port}"
        say("演示数据均为虚构人物和企业。", "All people and firms of the demo are made.", words)
        link = f"{at}/sign-in?token={make_steward(hub)}"
        others = furnish_office(hub)
        say(f"数据管理员一次性登录链接（15 分钟内有效）：{link}", f"One-time sign-in link of the made steward (15 minutes): {link}", words)
        say(
            f"其他演示账号：{'、'.join(others.names)}。启用：lingnan trust account reset 账号 --as administrator --home {settings.home}",
            f"Other made accounts: {', '.join(others.names)}. To use one: lingnan trust account reset NAME --as administrator --home {settings.home}",
            words,
        )
        serve_hub(hub, words, port)
        return report.exit_code
