"""`insight subscriptions`: what an account has sent to it on schedule: the list, what was delivered, making, changing and stopping."""

from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

if TYPE_CHECKING:
    from lingnan.insight import SubscriptionLine

app = typer.Typer(help="定时送达 what is sent on schedule", no_args_is_help=True)
Subscription = Annotated[str, typer.Argument(help="订阅编号 id of the subscription")]
Rhythm = Annotated[str, typer.Option("--rhythm", help="频次 workday | daily | weekly | monthly")]


@app.callback()
def _group() -> None:
    """定时送达 what is sent on schedule."""


@app.command("list")
def list_(home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> None:
    """列出账号的订阅与最近一次送达 list what is sent to the account, each with its newest delivery."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import HubPages

    with open_hub(home, lang) as hub:
        page = HubPages(hub).subscriptions.listing(who_acts(hub, account))
    if as_json:
        answer({"subscriptions": [line.model_dump(mode="json") for line in page.items]})
        return
    show([_row(line, language(lang)) for line in page.items])
    say(f"共 {len(page.items)} 项。", f"{len(page.items)} subscriptions.", language(lang))


@app.command("show")
def show_subscription(subscription: Subscription, home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> None:
    """列出一项订阅送达过什么 tell what was delivered for one subscription."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import HubPages

    with open_hub(home, lang) as hub:
        sheet = HubPages(hub).subscriptions.subscription(who_acts(hub, account), subscription)
    if as_json:
        answer(sheet.model_dump(mode="json"))
        return
    words = language(lang)
    show([_row(sheet.line, words), *((f"{each.due_at:%Y-%m-%d}", f"{each.state}\t{each.said.text(words)}\t{each.link}") for each in sheet.items)])


@app.command("make")
def make(
    kind: Annotated[str, typer.Argument(help="question | board | report")],
    target: Annotated[str, typer.Argument(help="问题编号，或看板、报告名称 id of the question, or name of the board or report")],
    rhythm: Rhythm = "weekly",
    chosen: Annotated[list[str] | None, typer.Option("--filter", help="参数 name=value a parameter", show_default=False)] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """订阅一个问题、看板或报告 have a question, board or report sent; the same again changes how often."""
    from lingnan.cli.insight import pairs
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import HubPages

    with open_hub(home, lang) as hub:
        line = HubPages(hub).subscriptions.subscribe(who_acts(hub, account), kind, target, pairs(chosen or []), rhythm)
    _tell(line, as_json, language(lang))


@app.command("change")
def change(
    subscription: Subscription, rhythm: Rhythm = "weekly", home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """改变频次 have it sent in another rhythm."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import HubPages

    with open_hub(home, lang) as hub:
        line = HubPages(hub).subscriptions.change(who_acts(hub, account), subscription, rhythm)
    _tell(line, as_json, language(lang))


@app.command("stop")
def stop(subscription: Subscription, home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> None:
    """退订 end a subscription."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import HubPages

    with open_hub(home, lang) as hub:
        HubPages(hub).subscriptions.remove(who_acts(hub, account), subscription)
    if as_json:
        answer({"stopped": subscription})
    say(f"已退订 {subscription}。", f"{subscription} is ended.", language(lang))


def _tell(line: "SubscriptionLine", as_json: bool, lang: str) -> None:
    if as_json:
        answer(line.model_dump(mode="json"))
    else:
        show([_row(line, lang)])


def _row(line: "SubscriptionLine", lang: str) -> tuple[str, str]:
    newest = f"{line.last.made_at:%Y-%m-%d}\t{line.last.state}\t{line.last.said.text(lang)}" if line.last else ""
    return line.id, "\t".join((line.kind, line.title, line.rhythm, newest))
