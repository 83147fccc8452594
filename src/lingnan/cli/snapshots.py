"""`registers snapshot`: a year's snapshot of a register, taken once and kept for good."""

from typing import Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, show


def take_snapshot(
    register: Annotated[str, typer.Argument(help="people | entities")],
    year: Annotated[int, typer.Option(help="年度 the year whose last day is kept")],
    again: Annotated[bool, typer.Option("--again", help="再出一版 take a further edition")] = False,
    reason: Annotated[str, typer.Option(help="再出一版的理由 why a further edition is taken")] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """生成年度快照 take a year's snapshot; one that was taken is never overwritten."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        taken = hub.snapshots.take(who_acts(hub, account), register, year, again=again, reason=reason)
    facts = {
        "register": taken.register, "table": taken.table, "year": taken.year, "edition": taken.edition, "as_of": taken.as_of,
        "known_at": taken.known_at, "version": taken.version, "entries": taken.entries, "digest": taken.digest,
    }
    if as_json:
        answer({**facts, "counts": taken.counts})
    else:
        show([(name, str(value)) for name, value in facts.items()])
