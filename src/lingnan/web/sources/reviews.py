"""What the pages of the review desk ask for."""

from collections.abc import Iterable
from typing import Protocol

from lingnan.insight import AddressReviewPage, ReviewDesk, ReviewList, ReviewQuality, ReviewSheet
from lingnan.trust import Subject


class ReviewSource(Protocol):
    """The review desk: pairs and suspicious entries that wait for a person's decision. Every verb may raise Missing or Refused."""

    def desks(self, subject: Subject) -> ReviewDesk:
        """Every register's desk that the subject may work at."""
        ...

    def listing(self, register: str, queue: str, table: str, order: str, cursor: str, subject: Subject) -> ReviewList:
        """A page of one queue."""
        ...

    def following(self, register: str, queue: str, table: str, order: str, item: str, step: int, subject: Subject) -> str:
        """The item that comes after (or before) one in its queue; empty when nothing is left."""
        ...

    def sheet(self, register: str, item: str, subject: Subject) -> ReviewSheet:
        """A pair, or a suspicious entry, side by side; it is held for the subject while it is looked at."""
        ...

    def decide(self, register: str, item: str, verdict: str, reason: str, subject: Subject) -> str:
        """Decide about a pair; gives the decision's id. Conflict while another decides about it."""
        ...

    def split(self, register: str, item: str, apart: Iterable[str], reason: str, subject: Subject) -> int:
        """Say which rows do not belong to an entry; gives how many."""
        ...

    def take_back(self, register: str, decision: str, subject: Subject) -> str:
        """Undo an own decision, the last one when none is named; gives the item it was about."""
        ...

    def quality(self, register: str, subject: Subject) -> ReviewQuality:
        """How far blind second decisions agree."""
        ...


class AddressReviewSource(Protocol):
    """Addresses that are ambiguous or unresolved, and what review settled about them. Every verb may raise Missing or Refused."""

    def listing(self, reason: str, cursor: str, subject: Subject) -> AddressReviewPage:
        """A page of what waits."""
        ...

    def settle(self, item: str, about: str, division: str, reason: str, subject: Subject) -> str:
        """Settle one address, or one of its names for a whole city; gives the finding's id."""
        ...

    def take_back(self, finding: str, subject: Subject) -> str:
        """Undo a finding; gives its id."""
        ...
