"""`trust override`: ask for masked columns in an emergency; a second person approves it on the page, with a signature."""

from typing import Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say

app = typer.Typer(help="应急越权 emergency override", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """应急越权 emergency override."""


@app.command("request")
def request(
    table: Annotated[str, typer.Argument(help="表 a table, such as gongan.resident", show_default=False)],
    purpose: Annotated[str, typer.Option("--purpose", help="目的代码 purpose code", show_default=False)],
    article: Annotated[str, typer.Option("--article", help="法律依据条款 legal article", show_default=False)],
    matter: Annotated[str, typer.Option("--matter", help="事项编号 number of the matter", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="理由 what happened, and why a grant cannot be waited for", show_default=False)],
    minutes: Annotated[int, typer.Option("--minutes", help="分钟数 for how many minutes", show_default=False)],
    column: Annotated[list[str] | None, typer.Option("--column", help="列，可重复 repeatable; none: all", show_default=False)] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """申请应急越权，由另一人签名批准 ask for an emergency override; a second person approves it."""
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.trust import Purpose

    with open_hub(home, lang) as hub:
        acting = who_acts(hub, account)
        hub.trust.allow(acting, "override.request", table[:200])
        card = hub.trust.overrides.request(acting, table, column or [], reason, Purpose(purpose, article, matter), minutes)
    if as_json:
        answer({"override": card.id, "state": card.state, "table": card.table, "columns": list(card.columns), "minutes": card.minutes})
        return
    en = f"Asked for, number {card.id}; a second person has to approve it on the page, signed."
    say(f"已申请，编号 {card.id}；须由另一人在网页上签名批准。", en, language(lang))
