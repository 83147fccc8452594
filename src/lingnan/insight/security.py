"""The objects of the pages about the log, risks, keys and settings, and of the public pages that follow from the log."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from lingnan.insight.cockpit import Chart
from lingnan.insight.shapes import Card, Words
from lingnan.trust import CryptoUse, IssuerCard, KeyState, OverrideCard


class GuardFigure(Card):
    """One figure of the security overview; `href` is empty where the reader may not look further, `state` tells good from bad."""

    key: str
    value: int | str
    href: str = ""
    note: Words = Words(zh="")
    state: Literal["plain", "good", "warn", "bad"] = "plain"


class SecurityOverview(Card):
    """The state of log, keys, policy and risks, and the refusals of the last days."""

    as_of: datetime
    figures: tuple[GuardFigure, ...]
    refusals: Chart


class EntryLine(Card):
    """One entry of the audit log."""

    number: int
    at: datetime
    kind: str
    subject: str
    action: str
    resource: str
    outcome: str
    purpose: str
    intent: int
    facts: Mapping[str, Any]


class AuditPage(Card):
    """A page of entries, newest first; `next` is the cursor of the page after, `down_to` the last number looked at, `size` the whole log."""

    items: tuple[EntryLine, ...]
    next: str
    down_to: int
    size: int
    kinds: tuple[str, ...]
    outcomes: tuple[str, ...]


class Cosignature(Card):
    """A witness that signed a checkpoint too, and when it says it did."""

    witness: str
    at: datetime


class CheckpointLine(Card):
    """A checkpoint: the root over the first `size` entries, the key that signed it, who signed it too."""

    size: int
    at: datetime
    root: str
    algorithm: str
    key: str
    suite: str
    cosigned: tuple[Cosignature, ...]


class CheckpointPage(Card):
    """Checkpoints, largest first."""

    items: tuple[CheckpointLine, ...]
    next: str
    origin: str


class ProofStep(Card):
    """One step upwards: on which side the other half stands, its hash, the hash over both; in hexadecimal."""

    side: Literal["left", "right"]
    other: str
    result: str


class EntryProof(Card):
    """That an entry is in the log: from its leaf step by step to the root of a signed checkpoint; `holds` when they meet."""

    leaf: str
    steps: tuple[ProofStep, ...]
    checkpoint: CheckpointLine
    holds: bool


class EntrySheet(Card):
    """An entry with its leaf as kept, the other half of its pair, and its proof; `open` for an intent that has not ended."""

    entry: EntryLine
    leaf: str
    begun: EntryLine | None
    ended: EntryLine | None
    open: bool
    proof: EntryProof | None


class DownloadFile(Card):
    """A file to hand over: its name and its text."""

    name: str
    text: str


class DamageLine(Card):
    """What a check found wrong, from entry to entry."""

    first: int
    last: int
    reason: str
    text: Words


class LogCheck(Card):
    """A check of the whole log; `checked` of `total` entries while it runs, `damaged` what it found."""

    number: int
    state: Literal["running", "sound", "damaged", "broken_off"]
    subject: str
    began_at: datetime
    ended_at: datetime | None
    checked: int
    total: int
    root: str
    damaged: tuple[DamageLine, ...]


class LogChecks(Card):
    """The checks of the log, newest first."""

    items: tuple[LogCheck, ...]

    @property
    def running(self) -> LogCheck | None:
        """The one that goes on now."""
        return next((each for each in self.items if each.state == "running"), None)


class FindingLine(Card):
    """What an account did in a window that a rule calls abnormal; `state` is that of its alert, empty while none is raised."""

    id: str
    rule: str
    title: Words
    subject: str
    begins_at: datetime
    ends_at: datetime
    level: str
    counted: int
    allowed: int
    evidence: tuple[int, ...]
    state: str
    alert: str
    case: str


class FindingPage(Card):
    """Findings since a day, newest first; all there are `on` one day when one is chosen, and the picture of all."""

    since: date
    on: date | None
    rule: str
    items: tuple[FindingLine, ...]
    picture: Chart
    rules: tuple[tuple[str, Words], ...]


class OverrideLine(Card):
    """An emergency override and what the reader may do with it."""

    card: OverrideCard
    organisation: Words
    own: bool
    may_settle: bool
    may_end: bool
    active: bool
    case: str = ""


class OverridePage(Card):
    """Overrides the reader may see, newest first, and whether they may ask for one; `confirmed` while an approval may be signed at once,
    `passkey` when its reader may show one to sign."""

    items: tuple[OverrideLine, ...]
    may_request: bool
    most_minutes: int
    purposes: tuple[tuple[str, Words], ...]
    tables: tuple[tuple[str, Words], ...]
    confirmed: bool = False
    passkey: bool = False


class KeyLine(Card):
    """A key without its secret; `due` when it should be rotated within a month or should have been."""

    id: str
    purpose: str
    suite: str
    algorithm: str
    state: KeyState
    place: str
    active_from: datetime | None
    due_at: datetime | None
    verifies_until: datetime | None
    compromised_from: datetime | None
    due: bool


class KeyPage(Card):
    """The key ring, the declared uses of cryptography, the recognised issuers."""

    suite: str
    keys: tuple[KeyLine, ...]
    uses: tuple[CryptoUse, ...]
    issuers: tuple[IssuerCard, ...]
    may_rotate: bool


class SettingLine(Card):
    """A value in force; `own` when the hub's own file or environment says it, `title` where the table itself says what it is."""

    name: str
    value: str
    own: bool = False
    title: Words | None = None


class RuleTable(Card):
    """A dated table of rules as it is in force; `proofed` None where the table needs no proof against a law."""

    key: str
    file: str
    basis: str
    valid_from: date | None
    proofed: bool | None
    lines: tuple[SettingLine, ...]


class WorkerLine(Card):
    """A worker of the hub; `task` is what it is at, None when it waits."""

    name: str
    beside: bool
    since: datetime
    task: Words | None
    task_since: datetime | None


class SettingsPage(Card):
    """Every table of rules that security rests on, and the workers that live."""

    tables: tuple[RuleTable, ...]
    workers: tuple[WorkerLine, ...] = ()


class SignatureAnswer(Card):
    """What anyone may learn of a signature: whether it holds, who answers for it, since when; no account."""

    verdict: Literal["valid", "altered", "unknown", "withdrawn", "doubtful"]
    text: Words
    code: str = ""
    kind: str = ""
    title: str = ""
    organisation: Words = Words(zh="")
    content_digest: str = ""
    at: datetime | None = None


class PublicLine(Card):
    """Counts of one organisation and month; None where the number is too small to be told."""

    month: str
    organisation: Words
    requests: int | None
    refusals: int | None
    overrides: int | None
    corrections: int | None


class OfficeLine(Card):
    """Cases of one organisation in the period; None where the number is too small to be told."""

    organisation: Words
    opened: int | None
    closed: int | None
    on_time: int | None
    overdue: int | None
    median_days: float | None


class PublicStatistics(Card):
    """What the hub tells the public about the use of data; numbers from 1 up to `below` are left out, and no sums are given."""

    since: date
    until: date
    months: int
    below: int
    items: tuple[PublicLine, ...]
    cases: tuple[OfficeLine, ...]
    picture: Chart


class SightingLine(Card):
    """One look at one's own record: when, which organisation, why; never which official."""

    at: datetime
    organisation: Words
    action: str
    purpose: Words
    article: str
    matter: str
    number: int


class RecordPage(Card):
    """Whose looks are shown (`person` or `firm`), and the looks once they were asked for."""

    whose: Literal["person", "firm"]
    items: tuple[SightingLine, ...] | None = None
