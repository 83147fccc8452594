"""What the pages of saved searches and of subscriptions ask for."""

from collections.abc import Mapping
from typing import Protocol

from lingnan.insight import SavedSearchPage, SubscriptionLine, SubscriptionPage, SubscriptionSheet
from lingnan.trust import Subject


class SavedSearchSource(Protocol):
    """One's own saved searches."""

    def listing(self, subject: Subject) -> SavedSearchPage:
        """One's searches, the youngest first."""
        ...

    def save(self, subject: Subject, title: str, words: str, filters: Mapping[str, tuple[str, ...]]) -> None:
        """Keep a search."""
        ...

    def remove(self, subject: Subject, search: str) -> None:
        """Forget one of one's searches."""
        ...


class SubscriptionSource(Protocol):
    """One's own subscriptions; Refused for who is no official."""

    def listing(self, subject: Subject) -> SubscriptionPage:
        """One's subscriptions, the youngest first."""
        ...

    def subscription(self, subject: Subject, subscription: str) -> SubscriptionSheet:
        """One of one's subscriptions with what was delivered for it."""
        ...

    def subscribe(self, subject: Subject, kind: str, target: str, asked: Mapping[str, str], rhythm: str) -> SubscriptionLine:
        """Have a question, board or report sent."""
        ...

    def change(self, subject: Subject, subscription: str, rhythm: str) -> SubscriptionLine:
        """Have one of one's subscriptions sent in another rhythm."""
        ...

    def remove(self, subject: Subject, subscription: str) -> None:
        """End one of one's subscriptions."""
        ...
