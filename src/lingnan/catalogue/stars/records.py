"""What is kept of a rating: the facts it was made from, so that it can be made again."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, UtcDateTime


class KeptRating(Record):
    """The last rating of a resource; `facts` by the names of `facts.FACTS`."""

    __tablename__ = "star_rating"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    edition: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    stars: Mapped[int] = mapped_column(Integer, index=True)
    given: Mapped[float] = mapped_column(Float)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
