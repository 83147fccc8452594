"""What crosses the door about a resource's life: versions, differences, batches of changes, reviews, freshness."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from lingnan.catalogue.shapes import FormFault, ResourceForm


class _Card(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class VersionCard(_Card):
    """A version of a resource: when it was in force, by what, and its form; `pending` for one that waits for its case."""

    resource: str
    number: int
    valid_from: datetime | None
    valid_until: datetime | None
    basis: str
    case: str
    digest: str
    pending: bool = False
    form: ResourceForm


class Difference(_Card):
    """One thing that differs between two versions: a field, or a field of an item (`items.<name>.<field>`)."""

    field: str
    zh: str
    en: str
    kind: Literal["added", "removed", "changed"]
    before: Any = None
    after: Any = None


class Comparison(_Card):
    """Two versions of a resource and everything in which they differ."""

    resource: str
    before: int
    after: int
    differences: tuple[Difference, ...]


class DraftCard(_Card):
    """A draft as its authors see it: of which resource, drawn from which version, and what still has to be mended."""

    resource: str
    code: str
    status: str
    base: int
    case: str
    form: ResourceForm
    faults: tuple[FormFault, ...]


class Submitted(_Card):
    """A case that now decides: its number, and the resources it is about."""

    case: str
    resources: tuple[str, ...]


class BulkChange(_Card):
    """What a bulk edit changes, resource by resource; `case` is empty for a dry run."""

    changes: dict[str, tuple[Difference, ...]]
    unchanged: tuple[str, ...]
    case: str = ""


class BulkReason(_Card):
    """Why a resource is left out of a bulk edit."""

    zh: str
    en: str


class BulkLine(_Card):
    """What a bulk edit does to one resource: everything that changes, or why it is refused."""

    key: str
    code: str
    zh: str
    en: str
    department: str
    outcome: Literal["changed", "unchanged", "refused"]
    differences: tuple[Difference, ...] = ()
    reasons: tuple[BulkReason, ...] = ()


class BulkCase(_Card):
    """The case that a bulk edit opened for one department, and of how many resources; or why it could not."""

    department: str
    count: int
    case: str = ""
    zh: str = ""
    en: str = ""


class BulkEditCard(_Card):
    """A planned bulk edit as its maker sees it; `done` of `total` were looked at while its state is checking."""

    id: str
    state: Literal["checking", "ready", "applying", "done", "failed"]
    total: int
    done: int
    changes: dict[str, Any]
    made_at: datetime
    moved_at: datetime
    lines: tuple[BulkLine, ...]
    cases: tuple[BulkCase, ...]
    zh: str = ""
    en: str = ""


class DueReview(_Card):
    """A resource whose yearly review is due."""

    resource: str
    zh: str
    en: str
    department: str
    due_on: date
    case: str = ""


Punctuality = Literal["fresh", "grace", "overdue", "not_measured"]


class Lateness(_Card):
    """How many resources of a department are later than tolerated, and the most days late among them."""

    department: str
    resources: int
    days_late: int


class Freshness(_Card):
    """How fresh a resource is against its declared cycle: last load, when the next was due, until when it is tolerated, days late."""

    resource: str
    code: str
    zh: str
    en: str
    department: str
    cycle: str
    state: Punctuality
    loaded_at: datetime | None
    due_on: date | None
    tolerated_until: date | None
    days_late: int = 0
    basis: str = ""
