"""`trust who-can`: what somebody would be shown of a table, and which rules say so; gives no row."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

if TYPE_CHECKING:
    from lingnan.trust import WhoCan

_WORDS = {"clear": ("原值", "clear"), "masked": ("脱敏", "masked"), "denied": ("拒绝", "denied")}


def who_can(
    subject: Annotated[str, typer.Argument(help="账号，或 an account, or: anonymous operator citizen enterprise role:steward", show_default=False)],
    resource: Annotated[str, typer.Argument(help="表 a table, such as gongan.resident", show_default=False)],
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """试算权限 what a subject would be shown of a table and why; logged as a question, not as access."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        acting = who_acts(hub, account)
        hub.trust.allow(acting, "trust.policy.view", resource)
        found = hub.trust.who_can(subject, resource, acting)
    if as_json:
        answer(asdict(found))
        return 0
    if not found.known:
        say(f"目录中没有表“{resource}”，任何人都不可见。", f"The catalogue knows no table “{resource}”; nobody is shown anything.", language(lang))
    show(_lines(found, language(lang) == "en"))
    return 0


def _lines(found: "WhoCan", english: bool) -> list[tuple[str, str]]:
    """One line per action and column, then the rules that said so, the grants, and what else the subject may do."""
    lines = [
        (f"{answer.action}\t{column.column}", "\t".join((_WORDS[column.answer][english], " ".join(column.rows), " ".join(column.reasons))))
        for answer in found.actions for column in answer.columns
    ]
    lines += [(each.id, f"{each.en if english else each.zh}\t{each.basis}") for each in found.reasons]
    return [*lines, *((each.id, _grant(each)) for each in found.grants), ("", " ".join(found.may))]


def _grant(card: Any) -> str:
    return f"{card.purpose.code}\t{card.valid_to.date()}\t{' '.join(name for name, _mask in card.columns)}"
