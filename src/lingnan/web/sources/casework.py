"""What the pages about cases, alerts, notices and outgoing places ask for."""

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from lingnan.casework import CaseQuery, Download, Moved
from lingnan.insight import (
    AlertList,
    AlertSheet,
    CaseFigureSheet,
    CaseList,
    CaseOpened,
    CaseRow,
    CaseView,
    Choice,
    DeliveryList,
    Filled,
    FlowCard,
    FlowList,
    NoticeList,
    NoticeWish,
    PlaceList,
    RectificationSheet,
    TraceLine,
    TraceList,
    Upload,
    WebhookList,
)
from lingnan.trust import Subject


class CaseSource(Protocol):
    """Cases; one of another organisation is Missing. `lang` is the language of pictures, `session` the session cookie's token."""

    def waiting(self, subject: Subject) -> dict[str, int]:
        """How many cases, unread notices and open alerts wait, by the key of the menu's entry; a few milliseconds."""
        ...

    def listing(self, subject: Subject, query: CaseQuery) -> CaseList:
        """A page of cases: those that wait for the subject, those it applied for, or all it may see."""
        ...

    def export(self, subject: Subject, query: CaseQuery) -> Iterator[CaseRow]:
        """Every case the query means, for the export."""
        ...

    def rectification(self, subject: Subject, since: date | None, until: date | None) -> RectificationSheet:
        """How departments rectify what was sent back to them; the last ninety days when no period is given."""
        ...

    def figures(self, subject: Subject, since: date | None, until: date | None, flow: str, scope: str = "") -> CaseFigureSheet:
        """Figures over the cases of a period; the last ninety days when none is given."""
        ...

    def flows(self, subject: Subject, lang: str) -> FlowList:
        """What the subject may apply for."""
        ...

    def flow(self, subject: Subject, flow: str, lang: str) -> FlowCard:
        """One flow with its form."""
        ...

    def choices(self, subject: Subject, kind: str, words: str) -> tuple[Choice, ...]:
        """Organisations or tables to choose from."""
        ...

    def open(self, subject: Subject, flow: str, filled: Filled, once: str) -> CaseOpened:
        """Begin a case; the same `once` gives the same case and no second trace code."""
        ...

    def case(self, subject: Subject, number: str, lang: str, session: str = "") -> CaseView:
        """One case whole."""
        ...

    def act(self, subject: Subject, number: str, transition: str, filled: Filled, session: str = "") -> Moved:
        """Do a transition of a case."""
        ...

    def claim(self, subject: Subject, number: str) -> None:
        """Take a case that waits for one's role."""
        ...

    def release(self, subject: Subject, number: str) -> None:
        """Let a claimed case go back to its role."""
        ...

    def reassign(self, subject: Subject, number: str, reason: str, role: str, organisation: str, account: str) -> None:
        """Give a case to another role, organisation or account."""
        ...

    def remark(self, subject: Subject, number: str, text: str, internal: bool) -> None:
        """Add a remark."""
        ...

    def declare_interest(self, subject: Subject, number: str, note: str) -> None:
        """Stand back from deciding a case."""
        ...

    def attach(self, subject: Subject, number: str, file: Upload) -> None:
        """Add a file to a case."""
        ...

    def download(self, subject: Subject, number: str, attachment: str) -> Download:
        """A file of a case with the headers a browser must get."""
        ...

    def trace(self, subject: Subject, number: str, code: str) -> TraceLine:
        """How a case stands, for who has its trace code; Missing for a wrong number and a wrong code alike."""
        ...

    def traces(self, subject: Subject, cursor: str) -> TraceList:
        """Cases whose flow is open to everybody, newest first."""
        ...


class AlertSource(Protocol):
    """Alerts and notices; an alert that does not concern the reader is Missing."""

    def listing(self, subject: Subject, state: str, level: str, rule: str, cursor: str) -> AlertList:
        """A page of alerts, newest first, with counts of all that concern the subject and the last thirty days by level."""
        ...

    def alert(self, subject: Subject, alert: str) -> AlertSheet:
        """One alert with its history."""
        ...

    def cap(self, subject: Subject, alert: str) -> bytes:
        """One alert as a message of the Common Alerting Protocol 1.2."""
        ...

    def acknowledge(self, subject: Subject, alert: str, note: str) -> None:
        """Say that one looks after it; Conflict when somebody does already."""
        ...

    def resolve(self, subject: Subject, alert: str, note: str) -> None:
        """Say that it is over; Conflict when it was already."""
        ...

    def notices(self, subject: Subject, unread: bool, kind: str, cursor: str) -> NoticeList:
        """A page of one's own notices, newest first."""
        ...

    def read(self, subject: Subject, notices: tuple[str, ...] | None) -> int:
        """Mark these notices as read, or all; gives how many were unread."""
        ...

    def wish(self, subject: Subject) -> NoticeWish:
        """How one wants to be told."""
        ...

    def prefer(self, subject: Subject, wish: NoticeWish) -> None:
        """Keep how one wants to be told; BadInput for what cannot be."""
        ...


class OutgoingSource(Protocol):
    """The outgoing side; who proposed something cannot approve it."""

    def places(self, subject: Subject, state: str) -> PlaceList:
        """The list of places that may be called, newest first."""
        ...

    def propose_place(self, subject: Subject, place: str, purpose: str, reason: str) -> None:
        """Ask that a place may be called; BadInput for what is none, Conflict when it is on the list."""
        ...

    def approve_place(self, subject: Subject, place: str) -> None:
        """Let a place be called; Refused to who proposed it."""
        ...

    def revoke_place(self, subject: Subject, place: str) -> None:
        """Strike a place off."""
        ...

    def webhooks(self, subject: Subject) -> WebhookList:
        """Every webhook and what one may do with it."""
        ...

    def propose_webhook(self, subject: Subject, url: str, events: tuple[str, ...], signature: str) -> None:
        """Ask that an address be told of events."""
        ...

    def approve_webhook(self, subject: Subject, webhook: str) -> str:
        """Tell it from now on; the receiver's secret, told this once."""
        ...

    def rotate_webhook(self, subject: Subject, webhook: str) -> str:
        """A new secret, told this once; for the overlap both sign."""
        ...

    def revoke_webhook(self, subject: Subject, webhook: str, reason: str) -> None:
        """Tell it no more."""
        ...

    def deliveries(self, subject: Subject, state: str) -> DeliveryList:
        """Messages to webhooks and mails, newest first; neither texts nor addresses of persons."""
        ...

    def resend(self, subject: Subject, kind: str, message: str) -> None:
        """Try a failed message anew; Conflict for one that has not failed."""
        ...
