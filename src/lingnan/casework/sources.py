"""Places that may be called: proposed by one person, approved by another, revoked at any time; the list that outgoing calls go by."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Conflict, Missing, OutgoingClient, Refused, read_place
from lingnan.casework.intents import intended
from lingnan.casework.notice_records import OutgoingSource
from lingnan.casework.shapes import Authority
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, Subject

_PURPOSE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
REASON_LENGTH = 1000


@dataclass(frozen=True)
class SourceCard:
    """A place with its purpose, and who proposed, approved and revoked it."""

    id: str
    place: str
    purpose: str
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str
    approved_at: datetime | None
    revoked_by: str
    revoked_at: datetime | None


class Sources:
    """Keeps the list; what is not approved on it is not called."""

    def __init__(self, storage: Storage, trust: Authority) -> None:
        self._storage, self._trust = storage, trust

    def propose(self, subject: Subject, place: str, purpose: str, reason: str) -> str:
        """Ask that `host:port` may be called for a purpose; gives the proposal's id. Conflict when it stands on the list already."""
        place = read_place(place)
        if not _PURPOSE.fullmatch(purpose):
            raise BadInput(f"用途“{purpose}”应为小写字母开头的代码。", f"Purpose “{purpose}” must be a code of small letters.", purpose=purpose)
        with intended(self._trust, subject, "source.propose", f"source:{place}", {"purpose": purpose}), self._storage.session() as session:
            standing = select(OutgoingSource.state).where(
                OutgoingSource.place == place, OutgoingSource.purpose == purpose, OutgoingSource.state != "revoked"
            )
            if (state := session.scalar(standing)) is not None:
                raise Conflict(f"{place} 已在名单中（{state}）。", f"{place} stands on the list already ({state}).", place=place)
            source = OutgoingSource(
                place=place, purpose=purpose, reason=reason[:REASON_LENGTH], state="proposed", proposed_by=subject.reference,
                proposed_at=self._storage.clock.now(),
            )
            session.add(source)
            session.flush()
            return source.id

    def approve(self, subject: Subject, source: str) -> None:
        """Let it be called from now on; Refused to the person who proposed it."""
        card = self._card(source)
        with intended(self._trust, subject, "source.approve", f"source:{card.place}", {"purpose": card.purpose}):
            refuse_same_person(subject, card.proposed_by)
            self._move(source, "proposed", {"state": "approved", "approved_by": subject.reference, "approved_at": self._storage.clock.now()})

    def revoke(self, subject: Subject, source: str) -> None:
        """Strike it off; the next call to it is refused."""
        card = self._card(source)
        with intended(self._trust, subject, "source.revoke", f"source:{card.place}", {"purpose": card.purpose}):
            values = {"state": "revoked", "revoked_by": subject.reference, "revoked_at": self._storage.clock.now()}
            self._move(source, card.state if card.state != "revoked" else "approved", values)

    def revoke_place(self, subject: Subject, place: str, purpose: str) -> bool:
        """Strike a place off by its name; whether it stood on the list."""
        wanted = select(OutgoingSource.id).where(
            OutgoingSource.place == read_place(place), OutgoingSource.purpose == purpose, OutgoingSource.state != "revoked"
        )
        with self._storage.reading() as session:
            found = session.scalars(wanted).all()
        for source in found:
            self.revoke(subject, source)
        return bool(found)

    def register(self, place: str, purpose: str, reason: str) -> None:
        """The hub's own entry (the made departments of a demo); nothing when the place is approved already."""
        place, now = read_place(place), self._storage.clock.now()
        if place in self.allowed(purpose):
            return
        with intended(self._trust, SYSTEM, "source.approve", f"source:{place}", {"purpose": purpose}), self._storage.session() as session:
            session.add(OutgoingSource(
                place=place, purpose=purpose, reason=reason[:REASON_LENGTH], state="approved", proposed_by=SYSTEM.reference, proposed_at=now,
                approved_by=SYSTEM.reference, approved_at=now,
            ))

    def listing(self, subject: Subject, purpose: str = "", state: str = "") -> tuple[SourceCard, ...]:
        """The list, newest first, of one purpose or state when given."""
        self._trust.allow(subject, "source.view", "sources")
        wanted = select(OutgoingSource).order_by(OutgoingSource.proposed_at.desc(), OutgoingSource.id.desc())
        if purpose:
            wanted = wanted.where(OutgoingSource.purpose == purpose)
        if state:
            wanted = wanted.where(OutgoingSource.state == state)
        with self._storage.reading() as session:
            return tuple(_of(source) for source in session.scalars(wanted))

    def allowed(self, purpose: str) -> frozenset[str]:
        """The places approved for a purpose at this moment."""
        with self._storage.reading() as session:
            wanted = select(OutgoingSource.place).where(OutgoingSource.purpose == purpose, OutgoingSource.state == "approved")
            return frozenset(session.scalars(wanted))

    def client(self, purpose: str, **limits: Any) -> OutgoingClient:
        """A client that calls the approved places of a purpose and no other."""
        return OutgoingClient(self.allowed(purpose), **limits)

    def _card(self, source: str) -> SourceCard:
        with self._storage.reading() as session:
            found = session.get(OutgoingSource, source)
            if found is None:
                raise Missing(f"名单中没有“{source}”。", f"“{source}” is not on the list.", source=source)
            return _of(found)

    def _move(self, source: str, state: str, values: dict[str, Any]) -> None:
        with self._storage.session() as session:
            move_once(session, OutgoingSource, source, state, values)


def refuse_same_person(subject: Subject, proposer: str) -> None:
    """Four eyes: who proposed does not approve."""
    if not subject.account or subject.reference == proposer:
        raise Refused(
            "提请人不得批准自己的提请。请由另一人批准。", "Who proposed it may not approve it. Ask another person.", proposer=proposer
        )


def move_once(session: Session, kind: Any, identity: str, state: str, values: dict[str, Any]) -> None:
    """Change a record only from this state, in one statement; Conflict when it is in another by now."""
    moved = update(kind).where(kind.id == identity, kind.state == state).values(**values).returning(kind.id)
    if session.scalar(moved.execution_options(synchronize_session=False)) is None:
        raise Conflict("它已被他人处理，请刷新后查看。", "Somebody has dealt with it already. Look at it anew.", id=identity)


def _of(source: OutgoingSource) -> SourceCard:
    return SourceCard(
        source.id, source.place, source.purpose, source.reason, source.state, source.proposed_by, source.proposed_at, source.approved_by,
        source.approved_at, source.revoked_by, source.revoked_at,
    )
