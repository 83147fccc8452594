"""Answers the page of purchases and the terms on the page of a resource that was bought."""

from datetime import date

from lingnan.collect import Feed
from lingnan.hub.pages.desk import Desk
from lingnan.hub.purchases import AHEAD_DAYS, terms_of
from lingnan.insight import PurchaseLine, PurchasePage, Words
from lingnan.trust import Subject, purpose_codes


class PurchasePages:
    """The purchases of one hub."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listing(self, subject: Subject) -> PurchasePage:
        """Every purchase with its price, for officials who tend data."""
        self._desk.hub.trust.allow(subject, "page.govern", "purchases")
        lines = [line for feed in self._desk.hub.feeds if (line := purchase_line(self._desk, feed, priced=True)) is not None]
        return PurchasePage(items=tuple(sorted(lines, key=lambda line: (line.ends, line.feed))))


def purchase_line(desk: Desk, feed: Feed, *, priced: bool = False) -> PurchaseLine | None:
    """The terms of a feed's purchase in words; None for what was not bought."""
    bought, terms = feed.file.purchase, terms_of(feed)
    if bought is None or terms is None:
        return None
    units = dict(desk.organisations().values())
    codes = purpose_codes()
    return PurchaseLine(
        feed=feed.id, title=Words(zh=feed.file.title.zh, en=feed.file.title.en),
        department=Words(zh=feed.file.department.zh, en=feed.file.department.en), seller=bought.seller, contract_number=bought.contract_number,
        price=bought.price if priced else None, currency=bought.currency, begins=bought.begins, ends=bought.ends,
        state=_state(bought.begins, bought.ends, desk.now().date()),
        uses=tuple(Words(zh=codes[code].zh, en=codes[code].en) if code in codes else Words(zh=code) for code in bought.uses),
        units=tuple(units.get(key, Words(zh=key)) for key in terms.units), redistribution=bought.redistribution, deletion=bought.deletion,
        href=f"/catalogue/{feed.target}",
    )


def terms_inherited(desk: Desk, table: str) -> tuple[PurchaseLine, ...]:
    """The terms of purchases that bind a table because it is made of what was bought; none for the bought table itself."""
    known = desk.hub.classify(table)
    feeds = known.bought.feeds if known and known.bought and known.origin == "derived" else ()
    return tuple(line for feed in desk.hub.feeds if feed.id in feeds and (line := purchase_line(desk, feed)) is not None)


def _state(begins: date, ends: date, today: date) -> str:
    if today < begins:
        return "coming"
    if today > ends:
        return "ended"
    return "ending" if (ends - today).days <= AHEAD_DAYS else "running"
