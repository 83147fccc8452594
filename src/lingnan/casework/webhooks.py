"""Webhooks 回调: addresses approved by a second person that are told of events, signed, tried again until they answer or are given up."""

import base64
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Conflict, LingnanError, Missing, OutgoingClient, Refused, SystemClock, new_id, read_web_address
from lingnan.casework.intents import intended
from lingnan.casework.notice_records import WebhookDelivery, WebhookEndpoint
from lingnan.casework.notice_rules import NoticeRule, NoticeRules
from lingnan.casework.shapes import Authority
from lingnan.casework.sources import move_once, refuse_same_person
from lingnan.casework.webhook_signature import ID, MOMENT, SIGNATURE, hmac_signature, shown_secret, signed_content
from lingnan.jobs import Announced, held
from lingnan.storage import OutboxEvent, Storage
from lingnan.trust import Signature, Subject, holds_personal_value

logger = logging.getLogger(__name__)

LEASE = "webhooks"
WIDE = "security"
"""The role that may let out what concerns every organisation."""
GONE = 410
ROUND, SIDE_BY_SIDE = 200, 4
ERROR_LENGTH = 300
ANSWER_BYTES = 64 * 1024

Seal = Callable[[str, bytes], bytes]
"""A keyed hash for one use; hub gives `HubKey.seal`."""
Sign = Callable[[bytes], Signature]
"""Signs with the hub's active key of purpose `webhook`; hub gives `KeyRing.sign`."""
Client = Callable[[str], OutgoingClient]
"""A client for one approved place."""


@dataclass(frozen=True)
class EndpointCard:
    """An endpoint as stewards see it."""

    id: str
    url: str
    organisation: str
    events: tuple[str, ...]
    signature: str
    state: str
    proposed_by: str
    approved_by: str
    generation: int
    overlap_until: datetime | None
    disabled_because: str


@dataclass(frozen=True)
class DeliveryCard:
    """One event on its way to an endpoint."""

    id: str
    endpoint: str
    state: str
    attempts: int
    status: int
    error: str
    made_at: datetime
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class DeliveryTick:
    """What one round did; `busy` when another process was at it."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    busy: bool = False


class Webhooks:
    """Keeps endpoints and their deliveries. Secrets are derived from the hub's key, so that none is stored."""

    def __init__(
        self, storage: Storage, trust: Authority, seal: Seal, *, sign: Sign | None = None, rules: NoticeRules | None = None,
        client: Client | None = None,
    ) -> None:
        self._storage, self._trust, self._seal, self._sign = storage, trust, seal, sign
        self.rules, self._client = rules or NoticeRules.read(), client or _client

    @property
    def events(self) -> tuple[str, ...]:
        """Names of the events that an endpoint may ask for."""
        return tuple(rule.event for rule in self.rules.notices if rule.webhook)

    def propose(self, subject: Subject, url: str, events: tuple[str, ...], organisation: str = "", signature: str = "hmac") -> str:
        """Ask that an address be told of these events (of one organisation's cases when given); gives the endpoint's id."""
        place = read_web_address(url).place
        if not events or not set(events) <= set(self.events) or signature not in ("hmac", "key"):
            raise BadInput(
                f"事件须取自：{'、'.join(self.events)}；签名方式为 hmac 或 key。",
                f"Events must be among: {', '.join(self.events)}; the signature is hmac or key.", events=list(events),
            )
        if not _concerns(subject, organisation):
            raise Missing("没有该机构，或它不是您的机构。", "There is no such organisation, or it is not yours.", organisation=organisation)
        with intended(self._trust, subject, "webhook.propose", f"webhook:{place}"), self._storage.session() as session:
            endpoint = WebhookEndpoint(
                url=url, organisation=organisation, events=sorted(set(events)), signature=signature, state="proposed",
                proposed_by=subject.reference, generation=1,
            )
            session.add(endpoint)
            session.flush()
            return endpoint.id

    def approve(self, subject: Subject, endpoint: str) -> str:
        """Tell it from now on; gives the secret for the receiver (empty for key signatures). Refused to who proposed it."""
        card = self._card(endpoint, subject)
        with intended(self._trust, subject, "webhook.approve", f"webhook:{endpoint}"):
            refuse_same_person(subject, card.proposed_by)
            _refuse_too_wide(subject, card.organisation)
            values = {"state": "active", "approved_by": subject.reference, "approved_at": self._storage.clock.now()}
            with self._storage.session() as session:
                move_once(session, WebhookEndpoint, endpoint, "proposed", values)
        return shown_secret(self._secret(endpoint, card.generation)) if card.signature == "hmac" else ""

    def rotate(self, subject: Subject, endpoint: str) -> str:
        """A new secret; for the overlap both sign, so that the receiver can change over without losing a message."""
        card = self._card(endpoint, subject)
        overlap = self._storage.clock.now() + timedelta(hours=self.rules.webhook.overlap_hours)
        with intended(self._trust, subject, "webhook.rotate", f"webhook:{endpoint}"), self._storage.session() as session:
            standing = (WebhookEndpoint.id == endpoint) & (WebhookEndpoint.generation == card.generation) & (WebhookEndpoint.state == "active")
            moved = update(WebhookEndpoint).where(standing).values(generation=card.generation + 1, overlap_until=overlap)
            if session.scalar(moved.returning(WebhookEndpoint.id).execution_options(synchronize_session=False)) is None:
                raise Conflict("回调未启用，或刚被他人轮换。", "The webhook is not active, or somebody has just rotated it.", endpoint=endpoint)
        return shown_secret(self._secret(endpoint, card.generation + 1))

    def revoke(self, subject: Subject, endpoint: str, reason: str) -> None:
        """Tell it no more; what waits is dropped."""
        self._card(endpoint, subject)
        with intended(self._trust, subject, "webhook.revoke", f"webhook:{endpoint}"), self._storage.session() as session:
            self._disable(session, endpoint, reason)

    def endpoints(self, subject: Subject) -> tuple[EndpointCard, ...]:
        """All endpoints, oldest first."""
        self._trust.allow(subject, "webhook.view", "webhooks")
        with self._storage.reading() as session:
            listed = session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id))
            return tuple(_endpoint(each) for each in listed if _concerns(subject, each.organisation))

    def deliveries(self, subject: Subject, endpoint: str = "", state: str = "", limit: int = 50) -> tuple[DeliveryCard, ...]:
        """Deliveries, newest first, of one endpoint or state when given."""
        self._trust.allow(subject, "delivery.view", "webhooks")
        wanted = select(WebhookDelivery).order_by(WebhookDelivery.made_at.desc(), WebhookDelivery.id.desc()).limit(max(1, min(limit, 200)))
        if endpoint:
            wanted = wanted.where(WebhookDelivery.endpoint_id == endpoint)
        if state:
            wanted = wanted.where(WebhookDelivery.state == state)
        with self._storage.reading() as session:
            strange = [each.id for each in session.scalars(select(WebhookEndpoint)) if not _concerns(subject, each.organisation)]
            return tuple(_delivery(each) for each in session.scalars(wanted.where(WebhookDelivery.endpoint_id.not_in(strange))))

    def given_up(self) -> int:
        """How many will not be tried again by themselves."""
        with self._storage.reading() as session:
            return session.scalar(select(func.count()).where(WebhookDelivery.state == "failed")) or 0

    def resend(self, subject: Subject, delivery: str) -> None:
        """Try a failed delivery anew; Conflict for one that has not failed."""
        with self._storage.reading() as session:
            found = session.get(WebhookDelivery, delivery)
            endpoint = found.endpoint_id if found else ""
        if endpoint:
            self._card(endpoint, subject)
        with intended(self._trust, subject, "delivery.resend", f"delivery:{delivery}"), self._storage.session() as session:
            now = self._storage.clock.now()
            move_once(session, WebhookDelivery, delivery, "failed", {"state": "waiting", "attempts": 0, "made_at": now, "due_at": now})

    def take(self, session: Session, event: Announced) -> None:
        """Put the event on its way to every endpoint that asked for it; the same event again changes nothing."""
        rule = self.rules.of_event(event.name)
        if rule is None or not rule.webhook:
            return
        body, now = _body(rule, event), self._storage.clock.now()
        place = session.scalar(select(OutboxEvent.sequence).where(OutboxEvent.id == event.id)) or 0
        known = set(session.scalars(select(WebhookDelivery.endpoint_id).where(WebhookDelivery.event_id == event.id)))
        for endpoint in session.scalars(select(WebhookEndpoint).where(WebhookEndpoint.state == "active")).all():
            about = str(event.payload.get("organisation") or "")
            mine = not endpoint.organisation or endpoint.organisation == about
            if event.name in endpoint.events and mine and endpoint.id not in known:
                session.add(WebhookDelivery(
                    endpoint_id=endpoint.id, event_id=event.id, event_sequence=place, body=body, state="waiting", attempts=0, made_at=now,
                    due_at=now, status=0,
                ))

    def tick(self, now: datetime | None = None) -> DeliveryTick:
        """Send what is due: endpoints side by side, each one's messages in order, so that a slow one keeps no other waiting."""
        at = now or self._storage.clock.now()
        due = select(WebhookDelivery.endpoint_id, WebhookDelivery.id).where(WebhookDelivery.state == "waiting", WebhookDelivery.due_at <= at)
        with self._storage.reading() as session:
            waiting = session.execute(due.order_by(WebhookDelivery.event_sequence).limit(ROUND)).all()
        if not waiting:
            return DeliveryTick()
        by_endpoint: dict[str, list[str]] = {}
        for endpoint, delivery in waiting:
            by_endpoint.setdefault(endpoint, []).append(delivery)
        try:
            with held(self._storage, LEASE, new_id(self._storage.node, SystemClock())), ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
                groups = pool.map(lambda endpoint: self._send_all(endpoint, by_endpoint[endpoint], at), by_endpoint)
                ended = [state for group in groups for state in group]
        except Conflict:
            return DeliveryTick(busy=True)
        return DeliveryTick(ended.count("sent"), ended.count("waiting"), ended.count("failed"))

    def _send_all(self, endpoint: str, deliveries: list[str], at: datetime) -> list[str]:
        """Send until one fails: the others would fail alike, and would overtake it."""
        ended: list[str] = []
        for delivery in deliveries:
            ended.append(self._send(endpoint, delivery, at))
            if ended[-1] != "sent":
                break
        return ended

    def _send(self, endpoint_id: str, delivery_id: str, at: datetime) -> str:
        with self._storage.reading() as session:
            endpoint, delivery = session.get_one(WebhookEndpoint, endpoint_id), session.get_one(WebhookDelivery, delivery_id)
            session.expunge_all()
        if endpoint.state != "active" or delivery.state != "waiting":
            return delivery.state
        status, wait, error = self._call(endpoint, delivery, at)
        with self._storage.session() as session:
            return self._note(session, session.get_one(WebhookDelivery, delivery_id), status, wait, error, at)

    def _call(self, endpoint: WebhookEndpoint, delivery: WebhookDelivery, at: datetime) -> tuple[int, int, str]:
        """Status, seconds the receiver asks to wait, and what went wrong."""
        body = delivery.body.encode()
        try:
            client = self._client(read_web_address(endpoint.url).place)
            answer = client.post(endpoint.url, body, self._headers(endpoint, delivery.id, body, at))
        except LingnanError as error:
            return 0, 0, error.en
        wait = answer.headers.get("retry-after", "")
        told = "" if 200 <= answer.status < 300 else f"answered {answer.status}"
        return answer.status, int(wait) if wait.isdecimal() and len(wait) < 6 else 0, told

    def _headers(self, endpoint: WebhookEndpoint, message: str, body: bytes, at: datetime) -> dict[str, str]:
        content = signed_content(message, at, body)
        if endpoint.signature == "key" and self._sign is not None:
            signature = self._sign(content)
            # v1a is Ed25519 in the standard; other algorithms carry their own name.
            name = "v1a" if signature.algorithm == "Ed25519" else signature.algorithm.lower()
            signed = [f"{name},{base64.b64encode(signature.value).decode()}"]
        else:
            generations = [endpoint.generation]
            if endpoint.overlap_until is not None and at < endpoint.overlap_until:
                generations.append(endpoint.generation - 1)
            signed = [hmac_signature(self._secret(endpoint.id, generation), content) for generation in generations]
        names = {ID: message, MOMENT: str(int(at.timestamp())), SIGNATURE: " ".join(signed)}
        return {"Content-Type": "application/json", **{name.title(): value for name, value in names.items()}}

    def _note(self, session: Session, delivery: WebhookDelivery, status: int, wait: int, error: str, at: datetime) -> str:
        delivery.attempts += 1
        delivery.status, delivery.error = status, error[:ERROR_LENGTH]
        if not error:
            delivery.state, delivery.sent_at = "sent", at
        elif status == GONE:
            self._disable(session, delivery.endpoint_id, "410 Gone")
            delivery.state = "failed"
        else:
            due = self.rules.webhook.next_at(delivery.attempts, delivery.made_at, at)
            delivery.state = "waiting" if due else "failed"
            delivery.due_at = max(due or at, at + timedelta(seconds=wait))
            logger.warning("webhook %s, delivery %s, attempt %d: %s", delivery.endpoint_id, delivery.id, delivery.attempts, error)
        return delivery.state

    def _disable(self, session: Session, endpoint: str, reason: str) -> None:
        found = session.get_one(WebhookEndpoint, endpoint)
        found.state, found.disabled_at, found.disabled_because = "disabled", self._storage.clock.now(), reason[:ERROR_LENGTH]
        waiting = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint, WebhookDelivery.state == "waiting")
        for delivery in session.scalars(waiting).all():
            delivery.state = "dropped"

    def _secret(self, endpoint: str, generation: int) -> bytes:
        return self._seal(f"webhook:{endpoint}:{generation}", b"secret")

    def _card(self, endpoint: str, subject: Subject) -> EndpointCard:
        with self._storage.reading() as session:
            found = session.get(WebhookEndpoint, endpoint)
            if found is None or not _concerns(subject, found.organisation):
                raise Missing(f"没有回调“{endpoint}”。", f"There is no webhook “{endpoint}”.", endpoint=endpoint)
            return _endpoint(found)


def _concerns(subject: Subject, organisation: str) -> bool:
    """Whether an endpoint is a subject's to know of: those of one organisation are its own people's and the security officers'."""
    return not organisation or not subject.organisation or organisation == subject.organisation or WIDE in subject.roles


def _refuse_too_wide(subject: Subject, organisation: str) -> None:
    """What is told of every organisation's cases is not let out by one organisation alone."""
    if not organisation and subject.organisation and WIDE not in subject.roles:
        raise Refused(
            "接收全部机构事件的回调须由安全管理员批准。请交由安全管理员办理，或改为只接收本机构的事件。",
            "A webhook that is told of every organisation's events is approved by a security officer. Ask one, or name your own organisation.",
        )


def _client(place: str) -> OutgoingClient:
    return OutgoingClient([place], timeout_s=10.0, total_s=20.0, maximum_bytes=ANSWER_BYTES)


def _body(rule: NoticeRule, event: Announced) -> str:
    """The message: only the fields that the rule names, none that holds a person's identifier."""
    data: Mapping[str, Any] = {name: event.payload.get(name) for name in rule.webhook if not holds_personal_value(str(event.payload.get(name)))}
    message = {"type": event.name, "timestamp": event.at.isoformat(), "id": event.id, "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _endpoint(record: WebhookEndpoint) -> EndpointCard:
    return EndpointCard(
        record.id, record.url, record.organisation, tuple(record.events), record.signature, record.state, record.proposed_by,
        record.approved_by, record.generation, record.overlap_until, record.disabled_because,
    )


def _delivery(record: WebhookDelivery) -> DeliveryCard:
    return DeliveryCard(
        record.id, record.endpoint_id, record.state, record.attempts, record.status, record.error, record.made_at, record.due_at, record.sent_at
    )
