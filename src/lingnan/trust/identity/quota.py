"""What a token may spend: one statement looks and counts, so that two processes together never spend more than one may."""

import math
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from lingnan.base import CHINA, Clock, Refused
from lingnan.storage import Storage
from lingnan.trust.identity.credential_records import ApiToken, TokenUse

_EPOCH = datetime(1970, 1, 1, tzinfo=CHINA)


class Quota:
    """Counts calls by minute and by China's day, rows by day; windows are fixed, so around midnight two days' share can follow closely."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def spend_call(self, token: ApiToken) -> Refused | None:
        """Count one call, or say why not; a refused call is not counted."""
        now, minute, day = self._windows()
        fits = and_(
            or_(TokenUse.minute < minute, TokenUse.minute_calls < token.calls_a_minute),
            or_(TokenUse.day < day, TokenUse.day_calls < token.calls_a_day),
        )
        values = {
            "minute": _later(TokenUse.minute, minute), "minute_calls": _count(TokenUse.minute, minute, TokenUse.minute_calls, 1),
            **_day_values(day, calls=1, rows=0), "last_used_at": now,
        }
        return None if self._spend(token, fits, values) else self._refusal(token, now)

    def spend_rows(self, token: ApiToken, rows: int) -> Refused | None:
        """Count rows, or say why not; refused rows are not counted."""
        now, _minute, day = self._windows()
        fits = or_(TokenUse.day < day, TokenUse.day_rows + rows <= token.rows_a_day)
        if rows <= token.rows_a_day and self._spend(token, fits, _day_values(day, calls=0, rows=rows)):
            return None
        return _used_up(_until_tomorrow(now), f"每日 {token.rows_a_day} 行", f"{token.rows_a_day} rows a day")

    def _spend(self, token: ApiToken, fits: ColumnElement[bool], values: dict[str, Any]) -> bool:
        statement = update(TokenUse).where(TokenUse.token_id == token.id, fits).values(**values).returning(TokenUse.token_id)
        with self._storage.session() as session:
            return session.scalar(statement.execution_options(synchronize_session=False)) is not None

    def _refusal(self, token: ApiToken, now: datetime) -> Refused:
        with self._storage.reading() as session:
            today = session.execute(select(TokenUse.day, TokenUse.day_calls).where(TokenUse.token_id == token.id)).one()
        if today.day >= _day(now) and today.day_calls >= token.calls_a_day:
            return _used_up(_until_tomorrow(now), f"每日 {token.calls_a_day} 次", f"{token.calls_a_day} calls a day")
        return _used_up(60 - now.timestamp() % 60, f"每分钟 {token.calls_a_minute} 次", f"{token.calls_a_minute} calls a minute")

    def _windows(self) -> tuple[datetime, int, int]:
        now = self._clock.now()
        return now, int(now.timestamp()) // 60, _day(now)


def _day_values(day: int, calls: int, rows: int) -> dict[str, Any]:
    return {
        "day": _later(TokenUse.day, day), "day_calls": _count(TokenUse.day, day, TokenUse.day_calls, calls),
        "day_rows": _count(TokenUse.day, day, TokenUse.day_rows, rows),
    }


def _later(window: Any, present: int) -> Any:
    # Never back: another process whose clock is a second ahead has begun the next window already.
    return case((window < present, present), else_=window)


def _count(window: Any, present: int, counted: Any, more: int) -> Any:
    return case((window < present, more), else_=counted + more)


def _day(now: datetime) -> int:
    return (now - _EPOCH).days


def _until_tomorrow(now: datetime) -> float:
    return (_EPOCH + timedelta(days=_day(now) + 1) - now).total_seconds()


def _used_up(seconds: float, zh: str, en: str) -> Refused:
    wait = max(1, math.ceil(seconds))
    return Refused(
        f"令牌配额（{zh}）已用完。请在 {wait} 秒后重试。", f"The token's quota ({en}) is used up. Try again in {wait} seconds.",
        code="quota", retry_after=wait,
    )
