"""What searches announce."""

from dataclasses import dataclass, field
from typing import ClassVar

from lingnan.base import Event


@dataclass(frozen=True)
class SavedSearchFound(Event):
    """A saved search found resources that were not published when it was last looked at; `names` are the first of them."""

    name: ClassVar[str] = "catalogue.saved_search_found"
    account: str
    title: str
    count: int
    names: str
    link: str
    resources: list[str] = field(default_factory=list)
