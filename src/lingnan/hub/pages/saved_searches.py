"""Answers the page of saved searches: one's own, and nobody else's."""

from collections.abc import Mapping

from lingnan.hub.pages.desk import Desk
from lingnan.insight import SavedSearchLine, SavedSearchPage
from lingnan.trust import Subject, writing


class SavedSearchPages:
    """The saved searches of the account that asks; it must be signed in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listing(self, subject: Subject) -> SavedSearchPage:
        """One's searches, the youngest first."""
        self._allow(subject)
        return SavedSearchPage(
            items=tuple(
                SavedSearchLine(id=card.id, title=card.title, words=card.words, link=card.link, saved_at=card.saved_at, looked_at=card.looked_at)
                for card in self._desk.hub.catalogue.saved_searches.listed(subject.account)
            )
        )

    def save(self, subject: Subject, title: str, words: str, filters: Mapping[str, tuple[str, ...]]) -> None:
        """Keep a search; WrongUse for an empty one, Conflict for too many."""
        self._allow(subject)
        with writing(self._desk.hub.trust.audit, subject, "search.save", "saved_search") as told:
            card = self._desk.hub.catalogue.saved_searches.save(subject.account, title, words, dict(filters))
            told.tell(search=card.id)

    def remove(self, subject: Subject, search: str) -> None:
        """Forget a search; Missing for one that is not one's own."""
        self._allow(subject)
        with writing(self._desk.hub.trust.audit, subject, "search.remove", "saved_search", facts={"search": search}):
            self._desk.hub.catalogue.saved_searches.remove(subject.account, search)

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "notice.own", "saved_search")
