"""What the registry announces; nothing in it is a personal value."""

from dataclasses import dataclass
from typing import ClassVar

from lingnan.base import Event


@dataclass(frozen=True)
class ConformanceLow(Event):
    """Fewer values of a resource fit their data elements than the rule of the day asks; shares are percent with one decimal."""

    name: ClassVar[str] = "catalogue.conformance_low"
    department: str
    organisation: str
    resource: str
    zh: str
    en: str
    share: float
    least: float
    worst: str
    day: str


@dataclass(frozen=True)
class StandardReviewDue(Event):
    """A standard in force must be reviewed by a day that is near, or past."""

    name: ClassVar[str] = "catalogue.standard_review_due"
    organisation: str
    key: str
    number: str
    zh: str
    en: str
    review_by: str
