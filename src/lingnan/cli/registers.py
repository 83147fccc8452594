"""`registers show`, `registers unmerge`: one entry as it was true on a day, by what was known on a day; and taking one apart again."""

from datetime import datetime, time
from typing import Annotated, Any

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import TerminalProgress, answer, language, say, show
from lingnan.cli.snapshots import take_snapshot

app = typer.Typer(help="基础库 the registers", no_args_is_help=True)
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], show_default=False)]


@app.callback()
def _group() -> None:
    """基础库 the registers."""


app.command("snapshot")(take_snapshot)


@app.command("show")
def show_entry(
    register: Annotated[str, typer.Argument(help="people | entities")],
    entry: Annotated[str, typer.Argument(help="编号 the entry's id, or its number")],
    as_of: Day = None, as_known_at: Day = None, home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """查一个条目 look one entry up; people are shown masked."""
    from lingnan.base import CHINA
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.registers import entry_of, register_definition, register_entry

    definition = register_definition(register)
    wanted = entry if entry.startswith(definition.prefix) and len(entry) == 21 else entry_of(register, entry)
    with open_hub(home, lang) as hub:
        subject = who_acts(hub, account)
        hub.trust.allow(subject, "register.look_up", register)
        typed = "" if wanted == entry else entry
        about = hub.trust.sightings.about(register, wanted, subject, typed=typed)
        view = hub.trust.decide(subject, "read", definition.observations, about=about)
        known = datetime.combine(as_known_at, time.max, CHINA) if as_known_at else hub.clock.now()
        day = (as_of or hub.clock.now().astimezone(CHINA)).date()
        found = register_entry(register, wanted, hub.engine, {definition.observations: view}, as_of=day, known_at=known)
        disputes = hub.office.casework.disputes.of(definition.table, found.id)
    values: dict[str, Any] = {key: value for key, value in found.values.items() if value is not None}
    disputed = [{"items": each.items, "since": each.since} for each in disputes]
    if as_json:
        facts = [vars(fact) for fact in found.facts]
        when = {"as_of": found.as_of, "known_at": found.known_at}
        answer({"register": register, "id": found.id, **when, "values": values, "facts": facts, "disputed": disputed})
        return
    show([(key, str(value)) for key, value in values.items()])
    if disputes:
        items = ", ".join(sorted({item for each in disputes for item in each.items}))
        say(f"此条目存在异议，尚未核定：{items or '全部'}。", f"This entry is disputed and not yet decided: {items or 'all of it'}.", language(lang))


@app.command("unmerge")
def unmerge_entry(
    entry: Annotated[str, typer.Argument(help="条目编号 the entry's id")],
    reason: Annotated[str, typer.Option("--reason", help="原因 why")] = "",
    row: Annotated[list[str] | None, typer.Option("--row", help="分出的记录 row:<表 table>:<主键 key>; 缺省为全部 all by default")] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """拆分误并的条目 part rows that were joined to an entry by a link or a decision, and build the register anew."""
    from lingnan.cli.hub import tell_build
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.hub import unmerge_entry as part

    with open_hub(home, lang) as hub, TerminalProgress(language(lang)) as progress:
        done = part(hub, who_acts(hub, account), entry, tuple(row or ()), reason, progress)
    if as_json:
        answer({"register": done.register, "entry": done.entry, "rows": list(done.rows), "build": done.build.id, "state": done.build.state})
    else:
        say(f"从条目 {done.entry} 分出 {len(done.rows)} 条记录。", f"{len(done.rows)} rows left entry {done.entry}.", language(lang))
    tell_build(done.build, language(lang))
    return done.build.exit_code
