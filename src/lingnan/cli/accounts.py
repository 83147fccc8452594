"""`trust first-administrator` and `trust account`: who may sign in."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

if TYPE_CHECKING:
    from lingnan.hub import Hub
    from lingnan.trust import AccountCard, MadeAccount

app = typer.Typer(help="账号 accounts", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="账号名称 name of the account", show_default=False)]
Roles = Annotated[str, typer.Option("--roles", help="角色，逗号分隔 roles with commas: steward,reviewer", show_default=False)]
Chinese = Annotated[str, typer.Option("--zh", help="中文名称 name in Chinese", show_default=False)]
English = Annotated[str, typer.Option("--en", help="英文名称 name in English", show_default=False)]


@app.callback()
def _group() -> None:
    """账号 accounts."""


def first_administrator(
    name: Annotated[str, typer.Option("--name", help="账号名称 name of the account", show_default=False)], zh: Chinese = "", en: English = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False,
) -> int:
    """建立首个系统管理员，仅在尚无管理员时 make the first administrator, only while there is none."""
    from lingnan.cli.opening import open_hub

    with open_hub(home, lang) as hub:
        return _tell_made(hub, hub.trust.first_administrator(name, zh, en), lang, as_json)


@app.command("add")
def add(
    name: Name, zh: Chinese = "", en: English = "", roles: Roles = "",
    kind: Annotated[str, typer.Option("--kind", help="official | citizen")] = "official",
    organisation: Annotated[str, typer.Option("--organisation", help="机构的键 key of the unit", show_default=False)] = "",
    post: Annotated[str, typer.Option("--post", help="岗位 post", show_default=False)] = "",
    division: Annotated[str, typer.Option("--division", help="六位区划 division of six digits", show_default=False)] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """添加账号，由系统管理员办理 add an account, as an administrator (--as)."""
    from lingnan.cli.opening import open_hub, who_acts

    wanted: Any = kind
    with open_hub(home, lang) as hub:
        made = hub.trust.administration.add_account(
            who_acts(hub, account), name, zh or name, en or name, kind=wanted, roles=_split(roles), organisation=organisation, post=post,
            division=division,
        )
        return _tell_made(hub, made, lang, as_json)


@app.command("list")
def listing(
    kind: Annotated[str, typer.Option("--kind", help="official | citizen")] = "official",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """列出账号，由系统管理员办理 list accounts, as an administrator (--as)."""
    from lingnan.cli.opening import open_hub, who_acts

    wanted: Any = kind
    with open_hub(home, lang) as hub:
        cards = hub.trust.administration.listing(who_acts(hub, account), wanted)
    if as_json:
        answer({"accounts": [_plain(card) for card in cards]})
    else:
        show([(card.name, " ".join([card.zh, *card.roles, *(["disabled"] if card.disabled else [])])) for card in cards])
    return 0


@app.command("disable")
def disable(name: Name, home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> int:
    """停用账号，其登录立即结束 close an account; its sessions end at once."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.administration.disable(who_acts(hub, account), name)
        return _tell(hub.trust.accounts.account(name), lang, as_json)


@app.command("enable")
def enable(name: Name, home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> int:
    """恢复账号 open a closed account again."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.administration.enable(who_acts(hub, account), name)
        return _tell(hub.trust.accounts.account(name), lang, as_json)


@app.command("role")
def role(name: Name, roles: Roles = "", home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> int:
    """设定账号的全部角色，不写即无角色 set all roles of an account; none when left out."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        return _tell(hub.trust.administration.set_roles(who_acts(hub, account), name, _split(roles)), lang, as_json)


@app.command("reset")
def reset(name: Name, home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> int:
    """清除密码与第二因素，重新发放启用链接 take password and second factor away and give a new set-up link."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        return _tell_made(hub, hub.trust.administration.reset(who_acts(hub, account), name), lang, as_json)


def _tell_made(hub: "Hub", made: "MadeAccount", lang: str | None, as_json: bool) -> int:
    link = f"http://{hub.settings.host}:{hub.settings.port}/sign-in/set-up?token={made.set_up_token}"
    if as_json:
        answer({"account": _plain(made.card), "set_up_token": made.set_up_token, "set_up_link": link})
    else:
        show([(made.card.name, link)])
    say(
        f"请将此一次性链接交给“{made.card.name}”，用于设置密码和第二因素。链接只显示这一次。",
        f"Give this one-time link to “{made.card.name}”, to set password and second factor. It is shown this once.", language(lang),
    )
    return 0


def _tell(card: "AccountCard", lang: str | None, as_json: bool) -> int:
    if as_json:
        answer({"account": _plain(card)})
    zh, en = ("已停用", "disabled") if card.disabled else ("、".join(card.roles) or "无角色", ", ".join(card.roles) or "no roles")
    say(f"{card.name}：{zh}。", f"{card.name}: {en}.", language(lang))
    return 0


def _plain(card: "AccountCard") -> dict[str, Any]:
    return {
        "id": card.id, "name": card.name, "zh": card.zh, "en": card.en, "kind": card.kind, "organisation": card.organisation,
        "roles": list(card.roles), "disabled": card.disabled,
    }


def _split(roles: str) -> list[str]:
    return [each.strip() for each in roles.split(",") if each.strip()]
