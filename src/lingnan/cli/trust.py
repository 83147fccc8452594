"""`trust`: who may sign in, and whether the log is what was written."""

import typer

from lingnan.cli import accounts, policy
from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say

app = typer.Typer(help="信任：身份、策略、审计 identity, policy, audit", no_args_is_help=True)
app.add_typer(accounts.app, name="account")
app.command("first-administrator")(accounts.first_administrator)
app.command("who-can")(policy.who_can)


@app.callback()
def _group() -> None:
    """信任：身份、策略、审计 identity, policy, audit."""


@app.command("verify")
def verify(home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> int:
    """核验审计日志 check the audit log; exit code 1 when an entry was edited, removed, reordered or cut off."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "trust.verify")
        found = hub.trust.verify()
    damaged = [{"first": each.first, "last": each.last, "reason": each.reason, "zh": each.zh, "en": each.en} for each in found.damaged]
    if as_json:
        answer({"entries": found.entries, "damaged": damaged, "root": found.root})
    say(f"{found.entries} 条记录，{len(damaged)} 处损坏。", f"{found.entries} entries, {len(damaged)} damaged.", language(lang))
    return 0 if found.sound else 1
