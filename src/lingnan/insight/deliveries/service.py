"""Keeps subscriptions and what was delivered for them: a moment that came due is served once, however often it is tried."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from lingnan.base import Conflict, Missing, WrongUse, new_id
from lingnan.insight.deliveries.events import DeliveryFailed, DeliveryMade, SubscriptionEnded
from lingnan.insight.deliveries.figures import Figure, told_figures
from lingnan.insight.deliveries.records import Subscription, SubscriptionDelivery
from lingnan.insight.deliveries.rhythm import RHYTHMS, Rhythm, last_due
from lingnan.insight.shapes import Words
from lingnan.storage import Storage

MOST, TITLE_LENGTH, LINK_LENGTH, KEPT = 50, 200, 300, 30
"""Subscriptions of one account, letters of a title and of a notice's link, and deliveries kept of each subscription."""
Target = Literal["question", "board", "report"]


class DeliveryCard(BaseModel):
    """One delivery as it is kept."""

    model_config = ConfigDict(frozen=True)

    due_at: datetime
    made_at: datetime
    state: Literal["made", "failed"]
    said: Words
    link: str


class SubscriptionCard(BaseModel):
    """A subscription with its newest delivery."""

    model_config = ConfigDict(frozen=True)

    id: str
    account: str
    kind: Target
    target: str
    asked: dict[str, str]
    title: str
    rhythm: Rhythm
    made_at: datetime
    told_until: datetime
    assurance: int
    scope: frozenset[str] = frozenset()
    last: DeliveryCard | None = None


@dataclass(frozen=True)
class Made:
    """What was made for a subscription: its figures and where it is read."""

    figures: tuple[Figure, ...]
    link: str


class Subscriptions:
    """The subscriptions of one hub; whose they are, and what may be seen, is asked of trust by whoever calls."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def add(
        self, account: str, kind: Target, target: str, asked: Mapping[str, str], title: str, rhythm: str, assurance: int, scope: Iterable[str] = (),
    ) -> SubscriptionCard:
        """Subscribe, with the assurance and scope of who asks; the same thing again in the same scope changes rhythm and assurance.

        WrongUse for an unknown rhythm, Conflict for more than may be kept.
        """
        _check(rhythm)
        with self._storage.session() as session:
            held = list(session.scalars(select(Subscription).where(Subscription.account == account)))
            wanted = (kind, target, dict(asked), sorted(scope))
            same = next((each for each in held if (each.kind, each.target, each.asked, each.scope) == wanted), None)
            if same is None and len(held) >= MOST:
                raise Conflict(f"最多订阅 {MOST} 项。请先退订不用的。", f"At most {MOST} subscriptions are kept. End one first.", most=MOST)
            now = self._storage.clock.now()
            kept = same or Subscription(id=new_id(self._storage.node, self._storage.clock), account=account, made_at=now, told_until=now)
            kept.kind, kept.target, kept.asked, kept.title, kept.rhythm = kind, target, dict(asked), title[:TITLE_LENGTH], rhythm
            kept.assurance, kept.scope = assurance, sorted(scope)
            session.add(kept)
            session.flush()
            return _card(kept, None)

    def listed(self, account: str) -> list[SubscriptionCard]:
        """An account's subscriptions, the youngest first."""
        return self._cards(select(Subscription).where(Subscription.account == account).order_by(Subscription.made_at.desc(), Subscription.id))

    def subscription(self, account: str, subscription: str) -> SubscriptionCard:
        """One's own; Missing for another's."""
        with self._storage.reading() as session:
            return _card(_own(session, account, subscription), _last(session, subscription))

    def deliveries(self, account: str, subscription: str) -> tuple[DeliveryCard, ...]:
        """What was delivered for one's own, the newest first; Missing for another's."""
        with self._storage.reading() as session:
            _own(session, account, subscription)
            return tuple(_told(each) for each in session.scalars(_newest(subscription)))

    def change(self, account: str, subscription: str, rhythm: str) -> None:
        """Have one's own sent in another rhythm; Missing for another's, WrongUse for an unknown rhythm."""
        _check(rhythm)
        with self._storage.session() as session:
            _own(session, account, subscription).rhythm = rhythm

    def remove(self, account: str, subscription: str) -> None:
        """End one's own; Missing for another's."""
        with self._storage.session() as session:
            _forget(session, _own(session, account, subscription))

    def due(self, now: datetime) -> list[tuple[SubscriptionCard, datetime]]:
        """What came due since it was last served, each with the newest moment alone: of several missed ones one is made up."""
        every = self._cards(select(Subscription).order_by(Subscription.made_at, Subscription.id))
        return [(card, due) for card in every if (due := last_due(card.rhythm, now)) is not None and due > card.told_until]

    def before(self, subscription: str) -> tuple[Figure, ...]:
        """The figures of the last delivery that was made."""
        made = select(SubscriptionDelivery.figures).where(
            SubscriptionDelivery.subscription_id == subscription, SubscriptionDelivery.state == "made",
        ).order_by(SubscriptionDelivery.due_at.desc()).limit(1)
        with self._storage.reading() as session:
            return tuple(Figure(**each) for each in session.scalar(made) or ())

    def deliver(self, card: SubscriptionCard, due: datetime, made: Made | Words) -> bool:
        """Keep what was made, or the words why nothing was, and announce it in one transaction; False when that moment was served already."""
        now = self._storage.clock.now()
        said = made if isinstance(made, Words) else told_figures(made.figures, self.before(card.id))
        with self._storage.session() as session:
            kept = session.get(Subscription, card.id, with_for_update=True)
            if kept is None or kept.told_until >= due:
                return False
            kept.told_until = due
            session.add(SubscriptionDelivery(
                id=new_id(self._storage.node, self._storage.clock), subscription_id=card.id, due_at=due, made_at=now,
                state="failed" if isinstance(made, Words) else "made",
                figures=[] if isinstance(made, Words) else [each.kept() for each in made.figures],
                said_zh=said.zh, said_en=said.text("en"), link="" if isinstance(made, Words) else made.link,
            ))
            self._announce(session, card, due, made, said)
            _thin(session, card.id)
        return True

    def end(self, card: SubscriptionCard, reason: Words) -> None:
        """End a subscription whose object is there no more, and tell its holder."""
        with self._storage.session() as session:
            kept = session.get(Subscription, card.id)
            if kept is not None:
                _forget(session, kept)
                ended = SubscriptionEnded(card.account, card.id, card.title, reason.zh, reason.text("en"))
                self._storage.announce(session, ended, f"{card.id}:ended")

    def close(self, card: SubscriptionCard) -> None:
        """End a subscription whose account is closed; nobody is told."""
        with self._storage.session() as session:
            kept = session.get(Subscription, card.id)
            if kept is not None:
                _forget(session, kept)

    def _announce(self, session: Session, card: SubscriptionCard, due: datetime, made: Made | Words, said: Words) -> None:
        once, day = f"{card.id}:{due.isoformat()}", due.date().isoformat()
        if isinstance(made, Words):
            self._storage.announce(session, DeliveryFailed(card.account, card.id, card.title, day, said.zh, said.text("en")), once)
        else:
            link = made.link if len(made.link) <= LINK_LENGTH else "/subscriptions"
            self._storage.announce(session, DeliveryMade(card.account, card.id, card.title, day, said.zh, said.text("en"), link), once)

    def _cards(self, wanted: Select[Any]) -> list[SubscriptionCard]:
        with self._storage.reading() as session:
            return [_card(each, _last(session, each.id)) for each in session.scalars(wanted).all()]


def _check(rhythm: str) -> None:
    if rhythm not in RHYTHMS:
        raise WrongUse(f"频次“{rhythm[:20]}”不是 {'、'.join(RHYTHMS)} 之一。", f"“{rhythm[:20]}” is none of {', '.join(RHYTHMS)}.")


def _own(session: Session, account: str, subscription: str) -> Subscription:
    kept = session.get(Subscription, subscription)
    if kept is None or kept.account != account:
        raise no_subscription(subscription)
    return kept


def no_subscription(subscription: str) -> Missing:
    """What is said of one that is not there, or not for who asks."""
    return Missing("没有这项订阅。", "There is no such subscription.", subscription=subscription)


def _newest(subscription: str) -> Select[SubscriptionDelivery]:
    return select(SubscriptionDelivery).where(SubscriptionDelivery.subscription_id == subscription).order_by(SubscriptionDelivery.due_at.desc())


def _last(session: Session, subscription: str) -> SubscriptionDelivery | None:
    return session.scalars(_newest(subscription).limit(1)).first()


def _thin(session: Session, subscription: str) -> None:
    """Let go of deliveries beyond those that are kept."""
    session.flush()
    newest = select(SubscriptionDelivery.id).where(SubscriptionDelivery.subscription_id == subscription)
    kept = session.scalars(newest.order_by(SubscriptionDelivery.due_at.desc()).limit(KEPT)).all()
    old = (SubscriptionDelivery.subscription_id == subscription) & SubscriptionDelivery.id.not_in(kept)
    session.execute(delete(SubscriptionDelivery).where(old))


def _forget(session: Session, kept: Subscription) -> None:
    session.execute(delete(SubscriptionDelivery).where(SubscriptionDelivery.subscription_id == kept.id))
    session.delete(kept)


def _card(kept: Subscription, last: SubscriptionDelivery | None) -> SubscriptionCard:
    return SubscriptionCard.model_validate({
        "id": kept.id, "account": kept.account, "kind": kept.kind, "target": kept.target, "asked": dict(kept.asked), "title": kept.title,
        "rhythm": kept.rhythm, "made_at": kept.made_at, "told_until": kept.told_until, "assurance": kept.assurance, "scope": kept.scope,
        "last": last and _told(last),
    })


def _told(delivery: SubscriptionDelivery) -> DeliveryCard:
    return DeliveryCard(
        due_at=delivery.due_at, made_at=delivery.made_at, state="failed" if delivery.state == "failed" else "made",
        said=Words(zh=delivery.said_zh, en=delivery.said_en), link=delivery.link,
    )
