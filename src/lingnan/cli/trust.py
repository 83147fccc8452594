"""`trust`: who may sign in, and whether the log is what was written."""

import typer

from lingnan.cli import accounts, audit, overrides, policy

app = typer.Typer(help="信任：身份、策略、审计 identity, policy, audit", no_args_is_help=True)
app.add_typer(accounts.app, name="account")
app.command("first-administrator")(accounts.first_administrator)
app.command("who-can")(policy.who_can)
app.command("verify")(audit.verify)
app.add_typer(audit.app, name="checkpoint")
app.add_typer(overrides.app, name="override")


@app.callback()
def _group() -> None:
    """信任：身份、策略、审计 identity, policy, audit."""
