"""Search as one part: find resources and items, suggest words, and hold index, words and columns against the records."""

from functools import cached_property

from lingnan.catalogue.search import checking, mending
from lingnan.catalogue.search.facets import Filters
from lingnan.catalogue.search.finding import search_resources
from lingnan.catalogue.search.items import search_items
from lingnan.catalogue.search.saved import SavedSearches
from lingnan.catalogue.search.shelf import Shelf
from lingnan.catalogue.search.suggesting import suggest
from lingnan.catalogue.search.turns import Turns
from lingnan.catalogue.shapes import CatalogueCheck, ItemResult, SearchResult, Suggestion
from lingnan.storage import Storage

AT_ONCE = 1
"""Searches of resources at one time in a process: a second one would take the interpreter from the first, and both would be later."""
ITEMS_AT_ONCE = 2
"""Searches of items at one time: theirs is work over millions of places, which leaves the interpreter to others."""


class Search:
    """The search of one hub: its index in the database, its columns in this process."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self._shelf = storage, Shelf(storage)
        self._turns, self._item_turns = Turns(AT_ONCE), Turns(ITEMS_AT_ONCE)

    @cached_property
    def saved(self) -> SavedSearches:
        """The searches that people keep."""
        return SavedSearches(self._storage, self._shelf)

    def resources(self, words: str, filters: Filters, page: int, page_size: int) -> SearchResult:
        """Resources that hold all words, with facets."""
        with self._turns.one(), self._shelf.reading() as (session, columns):
            return search_resources(session, columns, words, filters, page, page_size)

    def items(self, words: str, filters: Filters, page: int, page_size: int) -> ItemResult:
        """Information items that hold all words, at least one in their own names."""
        with self._item_turns.one(), self._shelf.reading() as (session, columns):
            return search_items(session, columns, words, filters, page, page_size)

    def suggest(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """Names that the text may grow into."""
        with self._turns.one(), self._shelf.reading() as (_session, columns):
            return suggest(columns, text, limit)

    def inspect(self) -> CatalogueCheck:
        """Compare index with words, words with records, and this process's columns with fresh ones."""
        with self._storage.session() as session:
            sound = checking.index_is_sound(session)
        with self._shelf.reading() as (session, columns):
            return checking.inspect(session, columns, sound)

    def check(self) -> list[str]:
        """Keys of resources that index, words or columns have otherwise than the records; Damaged for a broken index."""
        checked = self.inspect()
        checking.refuse_broken(checked)
        return sorted({*checked.differing, *checked.columns_differing})

    def mend(self) -> int:
        """Write all words and terms anew; gives how many resources stand in the index."""
        with self._storage.session() as session:
            return mending.write_anew(session)
