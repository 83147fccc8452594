"""`casework alerts`, `acknowledge` and `sources`: what needs attention, and which places may be called."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

if TYPE_CHECKING:
    from lingnan.casework import AlertCard

app = typer.Typer(help="办件、告警、外联 casework, alerts, places to call", no_args_is_help=True)

State = Annotated[str, typer.Option("--state", help="open | acknowledged | resolved；空：全部 empty: all")]
Level = Annotated[str, typer.Option("--level", help="blue | yellow | orange | red", show_default=False)]
Limit = Annotated[int, typer.Option("--limit", help="条数 how many", min=1, max=100)]
Cursor = Annotated[str, typer.Option("--cursor", help="上一页的 next; `next` of the page before", show_default=False)]
Purpose = Annotated[str, typer.Option("--purpose", help="用途 purpose: collect, exchange, …", show_default=False)]


@app.callback()
def _group() -> None:
    """办件、告警、外联 casework, alerts, places to call."""


@app.command("alerts")
def alerts(
    state: State = "open", level: Level = "", limit: Limit = 20, cursor: Cursor = "", home: Home = None, lang: Lang = None,
    as_json: AsJson = False, account: As = None,
) -> None:
    """列出与己有关的告警，新的在前 list the alerts that concern you, newest first."""
    from lingnan.casework import AlertQuery
    from lingnan.cli.opening import open_hub, who_acts

    if state not in ("", "open", "acknowledged", "resolved") or level not in ("", "blue", "yellow", "orange", "red"):
        raise typer.BadParameter("state: open, acknowledged, resolved; level: blue, yellow, orange, red")
    query = AlertQuery.model_validate({"state": state or None, "level": level or None, "limit": limit, "cursor": cursor})
    with open_hub(home, lang) as hub:
        found = hub.office.alerts.alerts(who_acts(hub, account), query)
    if as_json:
        answer({"total": found.total, "next": found.next, "items": [_told(each) for each in found.items]})
        return
    zh = language(lang) == "zh"
    show([(each.id, f"{each.level_zh if zh else each.level_en}\t×{each.count}\t{each.zh if zh else each.en}") for each in found.items])
    say(f"共 {found.total} 条。", f"{found.total} in all.", language(lang))


@app.command("acknowledge")
def acknowledge(
    alert: Annotated[str, typer.Argument(help="告警的编号 id of the alert")],
    note: Annotated[str, typer.Option("--note", help="说明 note", show_default=False)] = "", home: Home = None, lang: Lang = None,
    as_json: AsJson = False, account: As = None,
) -> None:
    """确认告警：表明已有人处理 acknowledge an alert: somebody looks after it."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        found = hub.office.alerts.acknowledge(who_acts(hub, account), alert, note)
    if as_json:
        answer(_told(found))
    say(f"已确认：{found.zh}", f"Acknowledged: {found.en}", language(lang))


@app.command("sources")
def sources(
    propose: Annotated[str, typer.Option("--propose", help="提请登记“主机:端口” propose “host:port”", show_default=False)] = "",
    approve: Annotated[str, typer.Option("--approve", help="批准他人的提请（编号） approve another's proposal (id)", show_default=False)] = "",
    revoke: Annotated[str, typer.Option("--revoke", help="撤销（编号） revoke (id)", show_default=False)] = "",
    purpose: Purpose = "", reason: Annotated[str, typer.Option("--reason", help="事由 reason", show_default=False)] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """列出、提请、批准、撤销允许外呼的地址 list, propose, approve or revoke the places that may be called."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        who, kept = who_acts(hub, account), hub.sources
        if propose:
            kept.propose(who, propose, purpose or "collect", reason)
        if approve:
            kept.approve(who, approve)
        if revoke:
            kept.revoke(who, revoke)
        found = kept.listing(who, purpose)
    if as_json:
        answer({"total": len(found), "items": [{name: getattr(each, name) for name in _SOURCE} for each in found]})
        return
    show([(each.id, f"{each.place}\t{each.purpose}\t{each.state}\t{each.reason}") for each in found])


_SOURCE = ("id", "place", "purpose", "reason", "state", "proposed_by", "proposed_at", "approved_by", "approved_at", "revoked_by", "revoked_at")
_ALERT = ("id", "rule", "level", "severity", "state", "zh", "en", "link", "raised_at", "last_at", "count", "stage", "acknowledge_by", "case_number")


def _told(alert: "AlertCard") -> dict[str, Any]:
    return {name: getattr(alert, name) for name in _ALERT}
