"""What was bought: its terms as policy asks them, and who is told before a contract ends."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from lingnan.base import CHINA, AlertRaised, Missing
from lingnan.collect import Feed
from lingnan.trust import Bought

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

AHEAD_DAYS = 30
NO_USE = "-"
"""Stands for no purpose at all, where two contracts permit none in common."""


def terms_of(feed: Feed) -> Bought | None:
    """The terms of a feed's purchase; None for what was not bought."""
    bought = feed.file.purchase
    if bought is None:
        return None
    units = bought.departments or (feed.file.department.id,)
    return Bought(_number(bought.begins), _number(bought.ends), units, bought.uses, public=bought.redistribution == "public", feeds=(feed.id,))


def terms_together(terms: Iterable[Bought | None]) -> Bought | None:
    """What binds a table made of several: the days, units and uses that all of them permit; None where none was bought."""
    found = list(dict.fromkeys(each for each in terms if each is not None))
    if len(found) < 2:
        return found[0] if found else None
    return Bought(
        max(each.begins for each in found), min(each.ends for each in found), _all_permit(each.units for each in found if not each.public),
        _all_permit(each.uses for each in found if each.uses) or ((NO_USE,) if any(each.uses for each in found) else ()),
        public=all(each.public for each in found), feeds=tuple(sorted({feed for each in found for feed in each.feeds})),
    )


def _all_permit(named: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    each = [dict.fromkeys(one) for one in named]
    return tuple(name for name in each[0] if all(name in others for others in each)) if each else ()


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
