"""Searches that people keep: each morning their keepers are told what was published since."""

from datetime import datetime
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Conflict, Missing, WrongUse, new_id
from lingnan.catalogue.records import Resource, ResourceWords, listed
from lingnan.catalogue.resources.records import ResourceVersion
from lingnan.catalogue.search import facets
from lingnan.catalogue.search.columns import Columns
from lingnan.catalogue.search.events import SavedSearchFound
from lingnan.catalogue.search.facets import Filters, checked_filters
from lingnan.catalogue.search.matching import matching_slots
from lingnan.catalogue.search.records import SavedSearch
from lingnan.catalogue.search.shelf import Shelf
from lingnan.catalogue.search.words import runs
from lingnan.storage import Storage

MOST = 50
"""So many searches one account may keep; each is looked at every morning."""
TITLE_LENGTH, NAMED = 100, 5


class SavedSearchCard(BaseModel):
    """A saved search as its keeper sees it; `link` leads to what it finds now."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    words: str
    filters: dict[str, tuple[str, ...]]
    link: str
    saved_at: datetime
    looked_at: datetime


class SavedSearches:
    """The saved searches of one hub; whose they are is asked of trust by whoever calls."""

    def __init__(self, storage: Storage, shelf: Shelf) -> None:
        self._storage, self._shelf = storage, shelf

    def save(self, account: str, title: str, words: str = "", filters: Filters | None = None) -> SavedSearchCard:
        """Keep a search; WrongUse for one without words and filters, Conflict for more than may be kept."""
        chosen = {field: sorted(values) for field, values in checked_filters(filters or {}).items()}
        if not runs(words) and not chosen:
            raise WrongUse("没有检索词也没有筛选条件，无可保存。请先检索。", "There are neither words nor filters to save. Search first.")
        with self._storage.session() as session:
            held = list(session.scalars(select(SavedSearch).where(SavedSearch.account == account)))
            same = next((each for each in held if (each.words, each.filters) == (words.strip(), chosen)), None)
            if same is None and len(held) >= MOST:
                raise Conflict(f"最多保存 {MOST} 个检索。请先删去不用的。", f"At most {MOST} searches are kept. Remove one first.", most=MOST)
            now = self._storage.clock.now()
            kept = same or SavedSearch(id=new_id(self._storage.node, self._storage.clock), account=account, saved_at=now, looked_at=now)
            kept.title, kept.words, kept.filters = (title.strip() or words.strip())[:TITLE_LENGTH], words.strip(), chosen
            session.add(kept)
            session.flush()
            return _card(kept)

    def listed(self, account: str) -> list[SavedSearchCard]:
        """An account's searches, the youngest first."""
        with self._storage.reading() as session:
            wanted = select(SavedSearch).where(SavedSearch.account == account).order_by(SavedSearch.saved_at.desc(), SavedSearch.id)
            return [_card(each) for each in session.scalars(wanted)]

    def remove(self, account: str, search: str) -> None:
        """Forget a search; Missing when the account has no such one."""
        with self._storage.session() as session:
            kept = session.get(SavedSearch, search)
            if kept is None or kept.account != account:
                raise Missing("没有这个已保存的检索。", "There is no such saved search.", search=search)
            session.delete(kept)

    def look(self) -> int:
        """Look what was published since each search was last looked at, and announce it; gives how many searches found something."""
        now, found = self._storage.clock.now(), 0
        with self._storage.reading() as session:
            waiting = [(each.id, each.looked_at) for each in session.scalars(select(SavedSearch).order_by(SavedSearch.id))]
        for search, since in waiting:
            with self._shelf.reading() as (session, columns):
                fresh = self._fresh(session, columns, session.get_one(SavedSearch, search), since)
            found += self._tell(search, fresh, now)
        return found

    def _fresh(self, session: Session, columns: Columns, search: SavedSearch, since: datetime) -> list[tuple[str, str]]:
        """Keys and names of what the search finds among resources first published after a moment."""
        first = select(ResourceVersion.resource_id).where(ResourceVersion.number == 1, ResourceVersion.valid_from > since)
        published = select(ResourceWords.number, Resource.key, Resource.zh).join(Resource, Resource.id == ResourceWords.resource_id)
        fresh = {number: (key, zh) for number, key, zh in session.execute(published.where(Resource.id.in_(first), listed()).order_by(Resource.code))}
        if not fresh:
            return []
        chosen = checked_filters(search.filters)
        matched = matching_slots(session, columns, runs(search.words)).slots
        under = facets.under(matched, {field: facets.passing(columns.column(field), values) for field, values in chosen.items()})
        numbers = columns.column("number").filter(under)
        hits = numbers.filter(pc.is_in(numbers, value_set=pa.array(list(fresh), numbers.type))).to_pylist()
        return [fresh[number] for number in fresh if number in set(hits)]

    def _tell(self, search: str, fresh: list[tuple[str, str]], now: datetime) -> bool:
        with self._storage.session() as session:
            kept = session.get(SavedSearch, search)
            if kept is None:
                return False
            kept.looked_at = now
            if fresh:
                names = "、".join(zh for _key, zh in fresh[:NAMED])
                event = SavedSearchFound(kept.account, kept.title, len(fresh), names, _card(kept).link, [key for key, _zh in fresh])
                self._storage.announce(session, event, f"{search}:{now.isoformat()}")
        return bool(fresh)


def _card(kept: SavedSearch) -> SavedSearchCard:
    asked = [("q", kept.words)] if kept.words else []
    asked += [(field, value) for field, values in sorted(kept.filters.items()) for value in values]
    return SavedSearchCard(
        id=kept.id, title=kept.title, words=kept.words, filters={field: tuple(values) for field, values in kept.filters.items()},
        link=f"/catalogue?{urlencode(asked)}", saved_at=kept.saved_at, looked_at=kept.looked_at,
    )
