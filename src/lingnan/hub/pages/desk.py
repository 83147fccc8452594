"""What every page draws from: versions, decisions and rows; what belongs to a version cannot change, so it is kept at hand."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from lingnan.base import CHINA
from lingnan.hub.pages.titles import Titles
from lingnan.insight import Words
from lingnan.lake import Commit, View
from lingnan.trust import OrganisationUnit, Purpose, Subject

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

Kept = TypeVar("Kept")
MOST_KEPT = 4000


class Desk:
    """One hub as its pages see it; safe among threads."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self.titles = Titles(hub.feeds)
        self._kept: OrderedDict[Any, Any] = OrderedDict()
        self._guard = threading.Lock()

    def now(self) -> datetime:
        """The hub's time, in China's zone."""
        return self.hub.clock.now().astimezone(CHINA)

    def version(self, table: str) -> int | None:
        """The newest version of a table; None when there is no such table."""
        return self.hub.lake.newest(table)

    def present(self, tables: Iterable[str]) -> list[str]:
        """Those of the tables that exist, in their order."""
        return [table for table in dict.fromkeys(tables) if self.version(table) is not None]

    def rows(self, table: str) -> int:
        """How many rows a table has; none when it does not exist."""
        version = self.version(table)
        return 0 if version is None else self.keep(("rows", table, version), lambda: self.hub.lake.rows(table, version))

    def history(self, table: str) -> list[Commit]:
        """Every version of a table, newest first; empty when it does not exist."""
        version = self.version(table)
        return [] if version is None else self.keep(("history", table, version), lambda: self.hub.lake.history(table))

    def commit(self, table: str) -> Commit | None:
        """The newest version of a table with its reason."""
        return next(iter(self.history(table)), None)

    def views(
        self, subject: Subject, tables: Iterable[str], action: str = "read", items: Sequence[str] | None = None,
        about: Mapping[str, str] | None = None, purpose: Purpose | None = None,
    ) -> dict[str, View]:
        """Trust's views of the tables at their newest versions, under one entry of the log; Refused when any is refused.

        `about` are the facts of the one record that is looked at; without a purpose a program's is that of its token.
        """
        asked = {table: self.version(table) for table in tables}
        told = self.purpose(subject, purpose)
        found = self.hub.trust.decide_many(subject, action, dict.fromkeys(asked, items), told, asked, about) if asked else {}
        return {table: self._narrowed(view) for table, view in found.items()}

    def purpose(self, subject: Subject, given: Purpose | None = None) -> Purpose:
        """The purpose as stated, else the one the subject's token was made for."""
        return given or (self.hub.trust.tokens.purpose_of(subject) if subject.token else Purpose())

    def _narrowed(self, view: View) -> View:
        """The view without columns that its version does not have: a contract may be ahead of the table."""
        held = self.types(view.table)
        return view if view.columns is None else replace(view, columns=tuple(name for name in view.columns if name in held))

    def types(self, table: str) -> dict[str, str]:
        """The columns of a table's newest version with their types."""
        version = self.version(table)
        return self.keep(("types", table, version), lambda: {field.name: str(field.type) for field in self.hub.lake.schema(table, version)})

    def answer(self, sql: str, views: Mapping[str, View], params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows of a small select over decided views; the same select over the same versions seen the same way is not run again."""
        key = (sql, tuple(sorted((params or {}).items())), tuple((name, *_seen(view)) for name, view in sorted(views.items())))
        return self.keep(key, lambda: self.hub.engine.query(sql, views, params).to_pylist())

    def organisations(self) -> dict[str, tuple[str, Words]]:
        """Short name and title of every unit that accounts belong to, by its id."""
        with self.hub.storage.reading() as session:
            units = session.execute(select(OrganisationUnit.id, OrganisationUnit.key, OrganisationUnit.zh, OrganisationUnit.en))
            return {unit: (key, Words(zh=zh, en=en)) for unit, key, zh, en in units}

    def keep(self, key: Any, make: Callable[[], Kept]) -> Kept:
        """What `make` gives, made once while the key is remembered."""
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: Kept = self._kept[key]
                return found
        made = make()
        with self._guard:
            self._kept[key] = made
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return made


def _seen(view: View) -> tuple[Any, ...]:
    """All of a view that decides what is seen; not the decision's number, which every request has anew."""
    return view.table, view.version, view.columns, view.row_filter, tuple(sorted(view.masks.items())), repr(sorted(view.values.items()))


def percent(value: float | None) -> Decimal | None:
    """A percentage to two places; None stays None."""
    return None if value is None else Decimal(str(round(value, 2)))


def cell(value: Any) -> Any:
    """A value as a grid may hold it: lists and structures become text."""
    if value is None or isinstance(value, (str, int, float, Decimal, bool, date, datetime)):
        return value
    if isinstance(value, list):
        return "、".join(str(cell(each)) for each in value)
    if isinstance(value, dict):
        return "：".join(str(cell(each)) for each in value.values() if each is not None)
    return str(value)


def end_of(day: date) -> datetime:
    """The first moment after a day in China."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1)


def offset_of(cursor: str) -> int:
    """Where a page begins, from its cursor; the beginning when it cannot be read."""
    return int(cursor) if cursor.isdigit() and len(cursor) < 10 else 0
