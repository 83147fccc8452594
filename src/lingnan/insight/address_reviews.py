"""Addresses that wait for review, and what review has settled, as their page shows them."""

from datetime import datetime
from typing import Literal

from lingnan.insight.shapes import Card, Words

AddressAbout = Literal["text", "road", "estate", "place"]
"""What a finding is about: this one address, or the only road, estate or place of a name in a city."""


class AddressCandidate(Card):
    """A county the address may lie in."""

    code: str
    title: Words


class AddressChoice(Card):
    """Something a finding about the address may speak of; `scope` names the city in which a name stands once."""

    about: AddressAbout
    name: str
    scope: Words | None


class AddressDoubt(Card):
    """One address that is ambiguous or unresolved, once for all rows that write it so; `masked` when the reader sees it covered."""

    item: str
    address: str
    masked: bool
    reason: str
    says: Words
    uses: int
    tables: tuple[Words, ...]
    candidates: tuple[AddressCandidate, ...]
    choices: tuple[AddressChoice, ...]


class AddressSettlement(Card):
    """One finding of review; what it is about is covered for who may not see addresses."""

    id: str
    about: AddressAbout
    name: str
    scope: Words | None
    division: Words
    reason: str
    at: datetime
    taken_back: bool


class AddressReason(Card):
    """One reason and how many addresses wait for it."""

    key: str
    title: Words
    count: int


class AddressReviewPage(Card):
    """A page of what waits, the most written first, and the latest findings."""

    built: bool
    reason: str
    reasons: tuple[AddressReason, ...]
    total: int
    items: tuple[AddressDoubt, ...]
    settled: tuple[AddressSettlement, ...]
    library: int
    masked: bool
    decision: str | None
    next: str | None
