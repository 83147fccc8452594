"""What the page of purchases asks for."""

from typing import Protocol

from lingnan.insight import PurchasePage
from lingnan.trust import Subject


class PurchaseSource(Protocol):
    """What was bought."""

    def listing(self, subject: Subject) -> PurchasePage:
        """Every purchase; Refused for who tends no data."""
        ...
