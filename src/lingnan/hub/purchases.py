"""What was bought: its terms as policy asks them, and who is told before a contract ends."""

from datetime import date
from typing import TYPE_CHECKING

from lingnan.base import CHINA, AlertRaised, Missing
from lingnan.collect import Feed
from lingnan.trust import Bought

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

AHEAD_DAYS = 30


def terms_of(feed: Feed) -> Bought | None:
    """The terms of a feed's purchase; None for what was not bought."""
    bought = feed.file.purchase
    if bought is None:
        return None
    units = bought.departments or (feed.file.department.id,)
    return Bought(_number(bought.begins), _number(bought.ends), units, bought.uses, public=bought.redistribution == "public")


def tell_of_ends(hub: "Hub") -> int:
    """Raise an alert for each contract that ends within thirty days, and for each that ended with rows to be deleted; each once. Gives how many."""
    today, told = hub.clock.now().astimezone(CHINA).date(), 0
    for feed in hub.feeds:
        bought = feed.file.purchase
        if bought is None or (bought.ends - today).days > AHEAD_DAYS:
            continue
        ended = bought.ends < today
        if not ended or (bought.deletion == "delete" and hub.lake.exists(feed.target)):
            hub.office.alerts.raise_alert(_alert(hub, feed, ended=ended), f"purchase:{feed.id}:{bought.ends}:{ended}")
            told += 1
    return told


def _alert(hub: "Hub", feed: Feed, *, ended: bool) -> AlertRaised:
    bought = feed.file.purchase
    assert bought is not None  # noqa: S101 — asked before
    title, en = feed.file.title.zh, feed.file.title.en or feed.id
    zh = f"采购数据“{title}”的合同（{bought.contract_number}）已于 {bought.ends} 到期，数据已停止使用，请按合同删除。" if ended else (
        f"采购数据“{title}”的合同（{bought.contract_number}）将于 {bought.ends} 到期，请续约或准备删除。"
    )
    said = f"The contract {bought.contract_number} of “{en}” ended on {bought.ends}; no row is shown. Delete the rows as it says." if ended else (
        f"The contract {bought.contract_number} of “{en}” ends on {bought.ends}. Renew it, or prepare to delete the data."
    )
    audience = {"roles": ["steward"], "organisations": _units(hub, feed)}
    return AlertRaised(
        "purchase-ended" if ended else "purchase-ends", "orange" if ended else "yellow", feed.id, zh, said, audience,
        {"feed": feed.id, "ends": bought.ends.isoformat()}, link="/purchases",
    )


def _units(hub: "Hub", feed: Feed) -> list[str]:
    try:
        return [hub.trust.organisations.unit(feed.file.department.id).id]
    except Missing:
        return []


def _number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day
