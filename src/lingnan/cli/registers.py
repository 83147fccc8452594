"""`registers show`, `registers unmerge`: one entry as it was true on a day, by what was known on a day; and taking one apart again."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import TerminalProgress, answer, language, say, show
from lingnan.cli.review import app as review
from lingnan.cli.snapshots import take_snapshot

if TYPE_CHECKING:
    from lingnan.hub import Hub
    from lingnan.registers import Entry, RegisterDefinition

app = typer.Typer(help="基础库 the registers", no_args_is_help=True)
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], show_default=False)]


@app.callback()
def _group() -> None:
    """基础库 the registers."""


app.add_typer(review, name="review")
app.command("snapshot")(take_snapshot)


@app.command("show")
def show_entry(
    register: Annotated[str, typer.Argument(help="people | entities | credit | components | licences | parcels")],
    entry: Annotated[str, typer.Argument(help="条目编号，或其完整标识 the entry's id (P and 20 of 0–9, a–f for people), or its whole identifier")],
    as_of: Day = None, as_known_at: Day = None, home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """查一个条目 look one entry up; people are shown masked. An id that was superseded leads to its successor, unless a day is named."""
    from lingnan.base import CHINA
    from lingnan.cli.opening import open_hub, who_acts
    from lingnan.registers import entry_of, register_definition, register_entry, without_birthday

    definition = register_definition(register)
    asked = entry if entry.startswith(definition.prefix) and len(entry) == 21 else entry_of(register, entry)
    with open_hub(home, lang) as hub:
        subject = who_acts(hub, account)
        hub.trust.allow(subject, "register.look_up", register)
        successor = _successor(hub, definition, asked)
        wanted = successor if as_of is None and as_known_at is None else asked
        about = hub.trust.sightings.about(register, wanted, subject, typed="" if asked == entry else entry)
        view = hub.trust.decide(subject, "read", definition.observations, about=about)
        known = datetime.combine(as_known_at, time.max, CHINA) if as_known_at else hub.clock.now()
        day = (as_of or hub.clock.now().astimezone(CHINA)).date()
        found = register_entry(register, wanted, hub.engine, {definition.observations: view}, as_of=day, known_at=known)
        found = without_birthday(found, view)
        disputes = hub.office.casework.disputes.of(definition.table, found.id)
    disputed = [{"items": each.items, "since": each.since} for each in disputes]
    if as_json:
        values = {key: value for key, value in found.values.items() if value is not None}
        told = {"as_of": found.as_of, "known_at": found.known_at, "values": values, "facts": [vars(fact) for fact in found.facts]}
        later = {"led_from": asked if wanted != asked else None, "superseded_by": successor if successor != wanted else None}
        answer({"register": register, "id": found.id, **later, **told, "disputed": disputed})
        return
    _tell_identity(asked, wanted, successor, language(lang))
    _tell_entry(found, language(lang))
    if disputes:
        items = ", ".join(sorted({item for each in disputes for item in each.items}))
        say(f"此条目存在异议，尚未核定：{items or '全部'}。", f"This entry is disputed and not yet decided: {items or 'all of it'}.", language(lang))


def _successor(hub: "Hub", definition: "RegisterDefinition", entry: str) -> str:
    """The entry that this one is part of now; only the id is read."""
    from lingnan.registers import successor_of

    newest = hub.lake.newest(definition.identities)
    if newest is None:
        return entry
    views = hub.trust.views_for_step("register-successor", {definition.identities: newest})
    return successor_of(definition.register_, entry, hub.engine, views)


def _tell_identity(asked: str, wanted: str, successor: str, lang: str) -> None:
    if wanted != asked:
        say(f"条目 {asked} 已并入 {wanted}，以下为后者。", f"Entry {asked} is part of {wanted} now, which is shown.", lang)
    elif successor != wanted:
        say(f"此条目后来并入 {successor}。", f"This entry later became part of {successor}.", lang)


def _tell_entry(found: "Entry", lang: str) -> None:
    """The values that survive, and every source's word with both times, those that survive marked."""
    from lingnan.base import CHINA

    known_at = f"{found.known_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    show([(key, str(value)) for key, value in found.values.items() if value is not None])
    say(
        f"截至 {found.as_of} 的事实，依据 {known_at} 前所知。来源记录（* 为采用；事实起止；获知起止；归入依据）：",
        f"True on {found.as_of}, known at {known_at}. Sources' words (* survives; true from and to; known from and to; joined by):", lang,
    )
    for fact in found.facts:
        since, until = (f"{at.astimezone(CHINA):%Y-%m-%d}" if at else "…" for at in (fact.known_from, fact.known_to))
        true, known = f"{fact.valid_from or '…'} – {fact.valid_to or '…'}", f"{since} – {until}"
        mark = "*" if fact.survives else " "
        show([(f"{mark} {fact.attribute}", f"{fact.value}\t{fact.source}\t{fact.source_key}\t{true}\t{known}\t{fact.joined_by}")])


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
