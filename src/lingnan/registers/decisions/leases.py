"""Who is deciding about what just now, so that two clerks are not given the same pair."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from lingnan.base import Conflict
from lingnan.registers.decisions.records import ReviewLease
from lingnan.storage import Storage


class Leases:
    """An item of a register's work list is one person's until the time is up, or until that person lets go of it."""

    def __init__(self, storage: Storage, minutes: int) -> None:
        self._storage, self._for = storage, timedelta(minutes=minutes)

    def take(self, register: str, item: str, holder: str) -> datetime:
        """Hold an item, or hold it longer; gives until when. Conflict while another holds it."""
        now = self._storage.clock.now()
        with self._storage.session() as session:
            held = session.get(ReviewLease, (register, item), with_for_update=True)
            if held is not None and held.holder != holder and held.until > now:
                raise Conflict(
                    "另一位人员正在判定这一项。请先处理下一项。", "Somebody else is deciding about this item. Take the next one.", item=item
                )
            if held is None:
                held = ReviewLease(register=register, item=item, holder=holder, until=now)
                session.add(held)
            held.holder, held.until = holder, now + self._for
            return held.until

    def let_go(self, register: str, item: str, holder: str) -> None:
        """Give an item back; one that is not held changes nothing. What ran out is swept with it."""
        mine = (ReviewLease.register == register) & (ReviewLease.item == item) & (ReviewLease.holder == holder)
        with self._storage.session() as session:
            session.execute(delete(ReviewLease).where(mine | (ReviewLease.until <= self._storage.clock.now())))

    def of_others(self, register: str, holder: str) -> frozenset[str]:
        """The items that others hold now."""
        now = self._storage.clock.now()
        held = select(ReviewLease.item).where(ReviewLease.register == register, ReviewLease.holder != holder, ReviewLease.until > now)
        with self._storage.reading() as session:
            return frozenset(session.scalars(held))
