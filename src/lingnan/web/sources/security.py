"""What the pages about security ask for, and the public ones that follow from the log; `SecuritySource` holds the parts together."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from lingnan.insight import (
    AssessmentPage,
    AssessmentSheet,
    AuditPage,
    CheckpointPage,
    DownloadFile,
    EntrySheet,
    FindingPage,
    GrantChoices,
    GrantPage,
    GrantSheet,
    KeyLine,
    KeyPage,
    LogChecks,
    NegativePage,
    OverridePage,
    PolicyPage,
    PolicySetPage,
    PolicySetSheet,
    PublicStatistics,
    PurposePage,
    RecordPage,
    SecurityOverview,
    SettingsPage,
    SignatureAnswer,
    WhoCanAnswer,
)
from lingnan.trust import AssessmentForm, Candidate, EntryQuery, GrantForm, NegativeForm, Purpose, Subject


class LogSource(Protocol):
    """The audit log: entries, proofs, checkpoints, checks of the whole."""

    def entries(self, query: EntryQuery, subject: Subject) -> AuditPage:
        """A page of entries; BadInput when a person's number was typed."""
        ...

    def entry(self, number: int, subject: Subject) -> EntrySheet:
        """One entry with its pair and its proof."""
        ...

    def proof_file(self, number: int, subject: Subject) -> DownloadFile:
        """All that is needed to check an entry elsewhere."""
        ...

    def checkpoints(self, cursor: str, subject: Subject) -> CheckpointPage:
        """Checkpoints with their signatures, largest first."""
        ...

    def consistency(self, first: int, second: int, subject: Subject) -> DownloadFile:
        """The proof that the larger checkpoint continues the smaller."""
        ...

    def export(self, subject: Subject) -> DownloadFile:
        """A fresh checkpoint for a witness to co-sign."""
        ...

    def check(self, subject: Subject) -> None:
        """Check the whole log; returns soon, though the check may go on."""
        ...

    def checks(self, subject: Subject) -> LogChecks:
        """The checks so far, newest first."""
        ...


class PolicySource(Protocol):
    """The rules, their versions, the negative list, purposes."""

    def page(self, who: str, table: str, subject: Subject) -> PolicyPage:
        """The rules in force and, when both are named, what `who` may see of a table."""
        ...

    def who_can(self, who: str, table: str, subject: Subject) -> WhoCanAnswer:
        """What `who` may see of a table."""
        ...

    def sets(self, subject: Subject) -> PolicySetPage:
        """The versions of the set."""
        ...

    def set_sheet(self, version: str, subject: Subject) -> PolicySetSheet:
        """One version with what it would change now."""
        ...

    def propose(self, text: str, subject: Subject) -> Candidate:
        """A candidate, or its faults when it cannot be one."""
        ...

    def open_change(self, version: str, summary: str, basis: str, widens: str, subject: Subject) -> str:
        """Open the case in which a candidate is decided; gives the case's number."""
        ...

    def negative(self, subject: Subject) -> NegativePage:
        """The negative list as it stands."""
        ...

    def add_negative(self, form: NegativeForm, subject: Subject) -> None:
        """Add an entry."""
        ...

    def ask_end(self, key: str, subject: Subject) -> None:
        """Ask that an entry be ended."""
        ...

    def settle_end(self, key: str, agree: bool, subject: Subject) -> None:
        """Agree with the end that another asked for, or take it back."""
        ...

    def purposes(self, subject: Subject) -> PurposePage:
        """The coded list of purposes."""
        ...


class GrantSource(Protocol):
    """Grants and impact assessments."""

    def page(self, state: str, subject: Subject) -> GrantPage:
        """Grants, newest first; of one state when it is named."""
        ...

    def sheet(self, grant: str, subject: Subject) -> GrantSheet:
        """One grant."""
        ...

    def choices(self, table: str, subject: Subject) -> GrantChoices:
        """What a new grant may be made of."""
        ...

    def propose(self, form: GrantForm, subject: Subject) -> str:
        """Keep a grant that opens nothing yet; gives its id."""
        ...

    def approve(self, grant: str, subject: Subject) -> None:
        """Open a grant, as a second person."""
        ...

    def revoke(self, grant: str, reason: str, subject: Subject) -> None:
        """Close a grant at once."""
        ...

    def assessments(self, subject: Subject) -> AssessmentPage:
        """The impact assessments, newest first."""
        ...

    def assessment(self, assessment: str, subject: Subject) -> AssessmentSheet:
        """One impact assessment, an empty one when none is named."""
        ...

    def write(self, assessment: str, form: AssessmentForm, subject: Subject) -> str:
        """Keep an assessment, a new one when none is named; gives its id."""
        ...

    def conclude(self, assessment: str, favourable: bool, subject: Subject) -> None:
        """Close an assessment with its conclusion."""
        ...


class RiskSource(Protocol):
    """Abnormal access and emergency overrides."""

    def findings(self, on: date | None, rule: str, subject: Subject) -> FindingPage:
        """Findings of the last days, of one day or rule when chosen."""
        ...

    def overrides(self, subject: Subject, session: str = "") -> OverridePage:
        """The overrides that the reader may see."""
        ...

    def request(self, table: str, columns: tuple[str, ...], reason: str, purpose: Purpose, minutes: int, subject: Subject) -> str:
        """Ask for columns of a table in an emergency; gives the override's id."""
        ...

    def settle(self, override: str, agree: bool, subject: Subject, session: str) -> None:
        """Approve or refuse a request, as the second person; BadInput at the field `code` until they have just shown who they are."""
        ...

    def end(self, override: str, subject: Subject) -> None:
        """End an override before its time."""
        ...


class KeySource(Protocol):
    """The key ring."""

    def page(self, subject: Subject) -> KeyPage:
        """The key ring without secrets, the declared uses, the recognised issuers."""
        ...

    def rotate(self, purpose: str, expected: str, witness: str, note: str, subject: Subject, session: str) -> KeyLine:
        """Rotate a purpose's key before a second person; Refused (ConfirmFirst) until its owner has shown again who they are."""
        ...

    def recognise(self, form: Mapping[str, str], subject: Subject) -> None:
        """Recognise another issuer by the fields `name zh en certificate basis since until`, the last two days in China."""
        ...

    def revoke_certificate(self, issuer: str, serial: str, since: str, subject: Subject) -> None:
        """Enter one certificate of an issuer as revoked since a day."""
        ...

    def take_list(self, issuer: str, text: str, subject: Subject) -> None:
        """Take an issuer's own revocation list in PEM."""
        ...


class PublicSource(Protocol):
    """What anyone may ask, and what the person concerned may ask about themselves."""

    def look_up(self, code: str, source: str, subject: Subject) -> SignatureAnswer:
        """What the signature of a code is; Refused (TooManyTries) after many wrong ones."""
        ...

    def check_file(self, content: bytes, receipt: str, subject: Subject) -> SignatureAnswer:
        """Whether a receipt is the valid signature of a file."""
        ...

    def statistics(self, months: int, subject: Subject) -> PublicStatistics:
        """Counts by organisation and month, and of cases, for the last months."""
        ...

    def records(self, subject: Subject) -> RecordPage:
        """The page of looks at one's own record before anything was asked."""
        ...

    def sightings(self, identifier: str, subject: Subject) -> RecordPage:
        """Every look at the subject's own record; a person gives their number, for a firm it is not read."""
        ...


class SecuritySource(Protocol):
    """All that the pages of security draw from; every verb may raise Missing or Refused."""

    @property
    def log(self) -> LogSource:
        """The audit log."""
        ...

    @property
    def policy(self) -> PolicySource:
        """The policy."""
        ...

    @property
    def grants(self) -> GrantSource:
        """Grants and impact assessments."""
        ...

    @property
    def risk(self) -> RiskSource:
        """Abnormal access and emergency overrides."""
        ...

    @property
    def keys(self) -> KeySource:
        """The key ring."""
        ...

    @property
    def public(self) -> PublicSource:
        """The public pages."""
        ...

    def sections(self, subject: Subject) -> tuple[tuple[str, str], ...]:
        """The pages of security that are open to the subject, as key and address."""
        ...

    def overview(self, subject: Subject) -> SecurityOverview:
        """The state of log, keys, policy and risks."""
        ...

    def settings(self, subject: Subject) -> SettingsPage:
        """The dated tables of rules that security rests on."""
        ...
