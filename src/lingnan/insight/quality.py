"""How good checked data is: scores by the characteristics of GB/T 36344-2018, and how they went over the checks."""

from datetime import datetime
from decimal import Decimal

from lingnan.insight.shapes import Card, Words


class TrendPoint(Card):
    """The score that one check found, in percent."""

    at: datetime
    score: Decimal


class Characteristic(Card):
    """One of the six characteristics: its score in percent, None where nothing asked about it, and its scores of the last checks."""

    key: str
    title: Words
    score: Decimal | None
    trend: tuple[TrendPoint, ...] = ()
