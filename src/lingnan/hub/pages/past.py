"""A desk that looks back: tables at the versions a past day left them in, and that day as the present one."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from lingnan.base import CHINA, WrongUse
from lingnan.hub.pages.desk import Desk, end_of
from lingnan.lake import Commit


class PastDesk(Desk):
    """The same hub at the end of a day in China. Who may see what is decided as of now; a table that was made later is not there."""

    def __init__(self, desk: Desk, day: date) -> None:
        super().__init__(desk.hub)
        self.titles, self._present, self._end = desk.titles, desk, min(end_of(day) - timedelta(microseconds=1), desk.now())

    def now(self) -> datetime:
        """The last moment looked at."""
        return self._end.astimezone(CHINA)

    def version(self, table: str) -> int | None:
        """The newest version made by then."""
        return next((commit.version for commit in self.history(table)), None)

    def history(self, table: str) -> list[Commit]:
        """The versions made by then, newest first."""
        return [commit for commit in self._present.history(table) if commit.at <= self._end]


def day_of(text: str) -> date | None:
    """The day that an address or an option names; None for none. WrongUse for what is no day."""
    if not text:
        return None
    with suppress(ValueError):
        return date.fromisoformat(text)
    raise WrongUse(f"“{text[:40]}”不是日期。请写成 2026-01-31。", f"“{text[:40]}” is no day. Write it as 2026-01-31.")


def desk_of(desk: Desk, day: date | None) -> Desk:
    """The desk of a day; the present one for none. WrongUse for a day that has not begun."""
    if day is None:
        return desk
    if day > desk.now().date():
        raise WrongUse(f"{day} 还没有到来。", f"{day} has not come yet.")
    return PastDesk(desk, day)
