"""Saved searches as their keeper sees them."""

from datetime import datetime

from lingnan.insight.shapes import Card


class SavedSearchLine(Card):
    """One saved search; `link` leads to what it finds now."""

    id: str
    title: str
    words: str
    link: str
    saved_at: datetime
    looked_at: datetime


class SavedSearchPage(Card):
    """One's saved searches, the youngest first."""

    items: tuple[SavedSearchLine, ...]
