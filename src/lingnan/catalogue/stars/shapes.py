"""A rating as it is shown: stars, points, and why."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class _Card(BaseModel):
    model_config = ConfigDict(frozen=True)


class StarPoint(_Card):
    """One rule's outcome: what it may give, what it gave, the fact it was judged by (None: never measured), where to mend it."""

    rule: str
    dimension: str
    zh: str
    en: str
    points: int
    given: float
    fact: str
    value: float | None
    mend: str


class DimensionPoints(_Card):
    """The points of one dimension."""

    id: str
    zh: str
    en: str
    points: int
    given: float


class StarRating(_Card):
    """The rating of one resource by one edition of the rules; 0 stars: not rated yet."""

    resource: str
    edition: str
    at: datetime | None
    stars: int
    given: float
    dimensions: tuple[DimensionPoints, ...]
    points: tuple[StarPoint, ...]
