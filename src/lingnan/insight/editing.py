"""What officials do with a resource: one version of it to cite, its withdrawal, and changes of many at once."""

from datetime import datetime
from typing import Literal

from lingnan.insight.catalogue import DifferenceLine, ExtensionInput, GoneSheet, RunningCase
from lingnan.insight.shapes import Card, ShareType, Words
from lingnan.insight.sheets import CatalogueQuery, Field


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


class BulkPick(Card):
    """A resource that a bulk edit may take."""

    key: str
    code: str
    title: Words
    department: Words
    share_type: ShareType
    open_type: ShareType
    update_cycle: str


class BulkField(Card):
    """A field that may be changed for many at once; one with choices is chosen, the others are written."""

    name: str
    title: Words
    kind: Literal["text", "long", "choice"]
    choices: tuple[tuple[str, Words], ...] = ()


class BulkStart(Card):
    """What a bulk edit begins with: the resources that a search found, the first of them to tick, and what may be changed."""

    query: CatalogueQuery
    total: int
    most: int
    items: tuple[BulkPick, ...]
    fields: tuple[BulkField, ...]
    extension: tuple[ExtensionInput, ...]


class BulkLineView(Card):
    """What a bulk edit does to one resource, or why not."""

    code: str
    title: Words
    department: Words
    outcome: Literal["changed", "unchanged", "refused"]
    differences: tuple[DifferenceLine, ...]
    reasons: tuple[Words, ...]


class BulkCaseView(Card):
    """The case of one department; or why none could be opened."""

    department: Words
    count: int
    case: str
    reason: Words | None


class BulkSheet(Card):
    """A bulk edit as its maker sees it; `items` is a page of its lines, the refused ones first."""

    id: str
    state: Literal["checking", "ready", "applying", "done", "failed"]
    total: int
    done: int
    made_at: datetime
    changes: tuple[tuple[Words, Words | None], ...]
    changed: int
    unchanged: int
    refused: int
    items: tuple[BulkLineView, ...]
    next: str | None
    cases: tuple[BulkCaseView, ...]
    reason: Words | None
