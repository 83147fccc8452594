"""What was bought, as pages show it."""

from datetime import date
from decimal import Decimal

from lingnan.insight.shapes import Card, Words


class PurchaseLine(Card):
    """One purchase with its terms; `state` is coming, running, ending (within thirty days) or ended; no price for who is no official."""

    feed: str
    title: Words
    department: Words
    seller: str
    contract_number: str
    price: Decimal | None
    currency: str
    begins: date
    ends: date
    state: str
    uses: tuple[Words, ...]
    units: tuple[Words, ...]
    redistribution: str
    deletion: str
    href: str


class PurchasePage(Card):
    """All purchases, the one that ends first at the top."""

    items: tuple[PurchaseLine, ...]
