"""What officials do with a resource: one version of it to cite, its withdrawal, and changes of many at once."""

from datetime import datetime

from lingnan.insight.catalogue import GoneSheet, RunningCase
from lingnan.insight.shapes import Card, Words
from lingnan.insight.sheets import Field


class VersionFact(Card):
    """One field of a version as it stood; None where nothing was said."""

    field: str
    title: Words
    value: Words | None


class ResourceVersionSheet(Card):
    """One version of a resource whole, for good: every field and item as they stood, the address to cite it by, and where it stands among the others.

    `current` is the number of the version in force, 0 when the resource was withdrawn; `previous` and `next` are 0 where there is none.
    """

    code: str
    key: str
    title: Words
    department: Words
    number: int
    current: int
    previous: int
    next: int
    valid_from: datetime | None
    valid_until: datetime | None
    contract: str
    case: str
    digest: str
    address: str
    gone: GoneSheet | None
    facts: tuple[VersionFact, ...]
    items: tuple[Field, ...]


class WithdrawalSheet(Card):
    """What is asked of who wants a resource withdrawn; `running` when that was asked already."""

    code: str
    key: str
    title: Words
    version: int
    running: RunningCase | None
