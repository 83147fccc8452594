"""What a token may spend in any minute and any 24 hours, wherever they begin; counted so that processes together never spend more than one may."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lingnan.base import Clock, Refused
from lingnan.storage import Storage
from lingnan.trust.identity.credential_records import ApiToken, TokenSpending, TokenUse

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Window:
    """A span of time in which so much may be spent; kept in slots, each of which counts in full until its last spending is out of the span."""

    name: str
    length: timedelta
    slot: timedelta

    def slot_of(self, moment: datetime) -> int:
        """The number of the slot a moment falls in."""
        return (moment - _EPOCH) // self.slot


MINUTE = Window("minute", timedelta(minutes=1), timedelta(seconds=1))
DAY = Window("day", timedelta(days=1), timedelta(minutes=5))


@dataclass(frozen=True)
class _Demand:
    """So many calls or rows more, at most so many within the window."""

    window: Window
    unit: Literal["calls", "rows"]
    amount: int
    most: int
    zh: str
    en: str


class Quota:
    """Counts calls by the minute and the day, rows by the day.

    Windows slide: no interval as long as the window ever holds more than the quota. What was spent becomes free when its slot's last
    spending is a window old, so at most one slot late (a second, five minutes).
    """

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def spend_calls(self, token: ApiToken, calls: int = 1) -> Refused | None:
        """Count a call, or several that come as one request, or say why not; what is refused is not counted."""
        minute = _Demand(MINUTE, "calls", calls, token.calls_a_minute, f"每分钟 {token.calls_a_minute} 次", f"{token.calls_a_minute} calls a minute")
        day = _Demand(DAY, "calls", calls, token.calls_a_day, f"24 小时 {token.calls_a_day} 次", f"{token.calls_a_day} calls in 24 hours")
        return self._spend(token, minute, day)

    def spend_rows(self, token: ApiToken, rows: int) -> Refused | None:
        """Count rows, or say why not; refused rows are not counted."""
        most = token.rows_a_day
        return self._spend(token, _Demand(DAY, "rows", rows, most, f"24 小时 {most} 行", f"{most} rows in 24 hours"))

    def _spend(self, token: ApiToken, *demands: _Demand) -> Refused | None:
        now = self._clock.now()
        with self._storage.session() as session:
            # The row is the lock: who holds it sees all that was spent and spends before the next one looks.
            held = session.get_one(TokenUse, token.id, with_for_update=True)
            waits = [(wait, demand) for demand in demands if (wait := _wait(session, token.id, demand, now))]
            if waits:
                return _used_up(*max(waits, key=lambda each: each[0]))
            for demand in (each for each in demands if each.amount):
                _count(session, token.id, demand, now)
            held.last_used_at = now
        return None


def _wait(session: Session, token: str, demand: _Demand, now: datetime) -> timedelta | None:
    """How long until the demand fits; None when it fits now. What never fits waits for an empty window."""
    spent = getattr(TokenSpending, demand.unit)
    mine = (TokenSpending.token_id == token) & (TokenSpending.window == demand.window.name) & (spent > 0)
    # No upper end: what a process whose clock is ahead has spent counts too.
    within = select(TokenSpending.last_at, spent).where(mine, TokenSpending.last_at > now - demand.window.length).order_by(TokenSpending.last_at)
    slots = session.execute(within).all()
    missing = sum(amount for _at, amount in slots) + demand.amount - demand.most
    if missing <= 0:
        return None
    free = now
    for at, amount in slots:
        free, missing = at + demand.window.length, missing - amount
        if missing <= 0:
            break
    return max(free - now, timedelta(seconds=1))


def _count(session: Session, token: str, demand: _Demand, now: datetime) -> None:
    key = {"token_id": token, "window": demand.window.name, "slot": demand.window.slot_of(now)}
    slot = session.get(TokenSpending, key)
    if slot is None:
        slot = TokenSpending(**key, calls=0, rows=0, last_at=now)
        session.add(slot)
        # One window more is kept for a process whose clock is behind.
        old = TokenSpending.last_at <= now - 2 * demand.window.length
        session.execute(delete(TokenSpending).where(TokenSpending.token_id == token, TokenSpending.window == demand.window.name, old))
    setattr(slot, demand.unit, getattr(slot, demand.unit) + demand.amount)
    slot.last_at = max(slot.last_at, now)
    session.flush()


def _used_up(wait: timedelta, demand: _Demand) -> Refused:
    seconds = math.ceil(wait.total_seconds())
    fewer_zh, fewer_en = ("或减少一次所提的问题。", " Or ask fewer questions at once.") if demand.unit == "calls" and demand.amount > 1 else ("", "")
    return Refused(
        f"令牌配额（{demand.zh}）已用完。请在 {seconds} 秒后重试。{fewer_zh}",
        f"The token's quota ({demand.en}) is used up. Try again in {seconds} seconds.{fewer_en}",
        code="quota", retry_after=seconds,
    )
