"""Answers the pages about what leaves the hub: places that may be called, webhooks, and messages on their way."""

from datetime import timedelta
from typing import Literal

from lingnan.base import Refused
from lingnan.casework.mail_queue import MailCard
from lingnan.casework.sources import SourceCard
from lingnan.casework.webhooks import DeliveryCard, EndpointCard
from lingnan.collect import StreamState, stream_states
from lingnan.hub.pages.case_lists import unit_title
from lingnan.hub.pages.desk import Desk
from lingnan.insight import DeliveryLine, DeliveryList, PlaceLine, PlaceList, StreamLine, WebhookLine, WebhookList, Words
from lingnan.jobs import note_in
from lingnan.trust import Subject

GONE = timedelta(seconds=60)
"""A listener says every ten seconds that it lives; one not heard for this long is gone."""


class OutgoingPages:
    """One hub's answers about its outgoing side; who proposed something cannot approve it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def places(self, subject: Subject, state: str) -> PlaceList:
        """The list of places that may be called, newest first."""
        found = self._desk.hub.sources.listing(subject, state=state)
        return PlaceList(
            items=tuple(_place(card, subject) for card in found), streams=self._streams(), may_propose=self._may(subject, "source.propose"),
            may_approve=self._may(subject, "source.approve"), may_revoke=self._may(subject, "source.revoke"),
        )

    def _streams(self) -> tuple[StreamLine, ...]:
        now = self._desk.hub.clock.now()
        return tuple(
            StreamLine(
                feed=each.feed, title=self._desk.titles.table(each.feed), state=_stream_state(each, gone=now - each.heard_at > GONE),
                rate=each.rate, lag_s=each.lag_s, last_message_at=each.last_message_at, rows=each.rows, late=each.late, rejected=each.rejected,
                duplicates=each.duplicates, error=Words(zh=note_in(each.error, "zh"), en=note_in(each.error, "en")) if each.error else None,
            )
            for each in stream_states(self._desk.hub.storage).values()
        )

    def propose_place(self, subject: Subject, place: str, purpose: str, reason: str) -> None:
        """Ask that a place may be called; BadInput for what is none, Conflict when it is on the list."""
        self._desk.hub.sources.propose(subject, place.strip(), purpose.strip(), reason.strip())

    def approve_place(self, subject: Subject, place: str) -> None:
        """Let a place be called; Refused to who proposed it."""
        self._desk.hub.sources.approve(subject, place)

    def revoke_place(self, subject: Subject, place: str) -> None:
        """Strike a place off."""
        self._desk.hub.sources.revoke(subject, place)

    def webhooks(self, subject: Subject) -> WebhookList:
        """Every webhook and what one may do with it."""
        webhooks, organisations = self._desk.hub.office.webhooks, self._desk.organisations()
        return WebhookList(
            items=tuple(_webhook(card, subject).model_copy(update={"organisation": unit_title(card.organisation, organisations)})
                        for card in webhooks.endpoints(subject)),
            events=webhooks.events, may_propose=self._may(subject, "webhook.propose"), may_approve=self._may(subject, "webhook.approve"),
            may_rotate=self._may(subject, "webhook.rotate"), may_revoke=self._may(subject, "webhook.revoke"),
        )

    def propose_webhook(self, subject: Subject, url: str, events: tuple[str, ...], signature: str) -> None:
        """Ask that an address be told of events of the subject's own organisation; of all, when the subject belongs to none."""
        self._desk.hub.office.webhooks.propose(subject, url.strip(), events, subject.organisation, signature)

    def approve_webhook(self, subject: Subject, webhook: str) -> str:
        """Tell it from now on; the receiver's secret, told this once."""
        return self._desk.hub.office.webhooks.approve(subject, webhook)

    def rotate_webhook(self, subject: Subject, webhook: str) -> str:
        """A new secret, told this once; for the overlap both sign."""
        return self._desk.hub.office.webhooks.rotate(subject, webhook)

    def revoke_webhook(self, subject: Subject, webhook: str, reason: str) -> None:
        """Tell it no more."""
        self._desk.hub.office.webhooks.revoke(subject, webhook, reason)

    def deliveries(self, subject: Subject, state: str) -> DeliveryList:
        """Messages to webhooks and mails, newest first; neither texts nor addresses of persons."""
        office = self._desk.hub.office
        urls = self._urls(subject)
        return DeliveryList(
            webhooks=tuple(_delivery(card, urls.get(card.endpoint, card.endpoint)) for card in office.webhooks.deliveries(subject, state=state)),
            mails=tuple(_mail(card) for card in office.notices.mails(subject, state=state)), may_resend=self._may(subject, "delivery.resend"),
        )

    def resend(self, subject: Subject, kind: str, message: str) -> None:
        """Try a failed message anew; Conflict for one that has not failed."""
        office = self._desk.hub.office
        if kind == "mail":
            office.notices.resend(subject, message)
        else:
            office.webhooks.resend(subject, message)

    def _urls(self, subject: Subject) -> dict[str, str]:
        """Where messages go, for who may see webhooks; the operator sees deliveries alone."""
        try:
            return {card.id: card.url for card in self._desk.hub.office.webhooks.endpoints(subject)}
        except Refused:
            return {}

    def _may(self, subject: Subject, action: str) -> bool:
        return self._desk.hub.trust.point.permits(subject, action)[0]


def _stream_state(state: StreamState, *, gone: bool) -> Literal["listening", "silent", "away", "gone", "stopped", "failed"]:
    """What to say of a listener: one that was listening and is no longer heard is gone, one without messages silent."""
    if gone and state.state in ("listening", "away"):
        return "gone"
    return "silent" if state.state == "listening" and state.silent else state.state


def _place(card: SourceCard, subject: Subject) -> PlaceLine:
    return PlaceLine(
        id=card.id, place=card.place, purpose=card.purpose, reason=card.reason, state=card.state, proposed_at=card.proposed_at,
        approved_at=card.approved_at, revoked_at=card.revoked_at, own=card.proposed_by == subject.reference,
    )


def _webhook(card: EndpointCard, subject: Subject) -> WebhookLine:
    return WebhookLine.model_validate({
        **{name: getattr(card, name) for name in ("id", "url", "events", "signature", "state", "generation", "overlap_until", "disabled_because")},
        "organisation": {"zh": card.organisation}, "own": card.proposed_by == subject.reference,
    })


def _delivery(card: DeliveryCard, to: str) -> DeliveryLine:
    return DeliveryLine(
        id=card.id, to=to, state=card.state, attempts=card.attempts, status=card.status, error=card.error, made_at=card.made_at,
        due_at=card.due_at, sent_at=card.sent_at,
    )


def _mail(card: MailCard) -> DeliveryLine:
    return DeliveryLine(
        id=card.id, to="", state=card.state, attempts=card.attempts, status=0, error=card.error, made_at=card.made_at, due_at=card.due_at,
        sent_at=card.sent_at,
    )
