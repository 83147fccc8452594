"""The queue of mails: each person gets one mail an event; what the server does not take is tried again, what it refuses is shown."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lingnan.base import Conflict, LingnanError, SystemClock, Unavailable, content_digest, new_id
from lingnan.casework.mail_shapes import MailDraft, MailRefused, MailSettings
from lingnan.casework.notice_records import MailMessage
from lingnan.casework.notice_rules import Retries
from lingnan.jobs import held
from lingnan.storage import Storage

if TYPE_CHECKING:
    from lingnan.casework.mail import MailServer

logger = logging.getLogger(__name__)

LEASE = "mail"
ROUND = 100
SUBJECT_LENGTH, ERROR_LENGTH = 200, 300


@dataclass(frozen=True)
class MailCard:
    """A mail on its way, as those who look after the hub see it: no address, no text."""

    id: str
    account: str
    state: str
    attempts: int
    error: str
    made_at: datetime
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class MailTick:
    """What one round did; `uncertain` were handed over by a process that died before it heard the answer."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    uncertain: int = 0
    busy: bool = False


class MailQueue:
    """Takes mails in within a session, hands them over in rounds."""

    def __init__(self, storage: Storage, settings: MailSettings, retries: Retries) -> None:
        self._storage, self._settings, self._retries = storage, settings, retries

    def put(self, session: Session, account: str, event_id: str, address: str, lang: str, subject: str, lines: list[dict[str, str]]) -> None:
        """One mail for this person and event; nothing when there is one already."""
        if session.scalar(select(MailMessage.id).where(MailMessage.account == account, MailMessage.event_id == event_id)) is not None:
            return
        now, domain = self._storage.clock.now(), self._settings.sender.rpartition("@")[2]
        plain = " ".join(subject.replace("\0", " ").split())
        session.add(MailMessage(
            account=account, event_id=event_id, address=address, lang=lang, subject=plain[:SUBJECT_LENGTH], lines=lines,
            # The same for ever, so that a server or reader that knows it shows it once.
            message_id=f"<{content_digest(account, event_id)[:40]}@{domain}>", state="waiting", attempts=0, made_at=now, due_at=now,
        ))

    def tick(self, now: datetime | None = None) -> MailTick:
        """Hand over what is due, one round at a time over all processes."""
        at = now or self._storage.clock.now()
        if not self._anything(at):
            return MailTick()
        try:
            with held(self._storage, LEASE, new_id(self._storage.node, SystemClock())):
                uncertain = self._settle()
                ended = self._round(at)
        except Conflict:
            return MailTick(busy=True)
        return MailTick(ended.count("sent"), ended.count("waiting"), ended.count("failed"), uncertain)

    def resend(self, session: Session, message: str) -> bool:
        """Put a failed or uncertain mail back into the queue; whether there was one."""
        now = self._storage.clock.now()
        chosen = (MailMessage.id == message) & MailMessage.state.in_(("failed", "uncertain"))
        back = update(MailMessage).where(chosen).values(state="waiting", attempts=0, made_at=now, due_at=now).returning(MailMessage.id)
        return session.scalar(back.execution_options(synchronize_session=False)) is not None

    def _anything(self, at: datetime) -> bool:
        waiting = (MailMessage.state == "waiting") & (MailMessage.due_at <= at)
        with self._storage.reading() as session:
            return session.scalar(select(MailMessage.id).where(waiting | (MailMessage.state == "handing")).limit(1)) is not None

    def _settle(self) -> int:
        """Whoever was handing over is dead, since we hold the lease: the server has those mails, and nobody heard what it said."""
        with self._storage.session() as session:
            left = session.scalars(select(MailMessage).where(MailMessage.state == "handing")).all()
            for message in left:
                message.state, message.error = "uncertain", "handed over; the answer was not heard"
            return len(left)

    def _round(self, at: datetime) -> list[str]:
        from lingnan.casework.mail import MailServer  # the library of mail headers is opened when mail is sent

        due = select(MailMessage.id).where(MailMessage.state == "waiting", MailMessage.due_at <= at).order_by(MailMessage.due_at).limit(ROUND)
        with self._storage.reading() as session:
            waiting = list(session.scalars(due))
        ended: list[str] = []
        while len(ended) < len(waiting):
            try:
                with MailServer.connected(self._settings) as server:
                    while len(ended) < len(waiting):
                        ended.append(self._hand_over(server, waiting[len(ended)], at))
                        if ended[-1] == "lost":
                            break
            except Unavailable as error:
                # Nobody is there: all wait, or the next round would knock once for each of them.
                return ended + [self._note(message, error, at) for message in waiting[len(ended):]]
        return ["waiting" if state == "lost" else state for state in ended]

    def _hand_over(self, server: "MailServer", message_id: str, at: datetime) -> str:
        with self._storage.reading() as session:
            found = session.get_one(MailMessage, message_id)
            draft = MailDraft(found.address, found.lang, found.subject, list(found.lines), found.message_id, found.made_at)
        try:
            server.hand_over(draft, lambda: self._mark(message_id, "handing"))
        except LingnanError as error:
            state = self._note(message_id, error, at)
            return state if isinstance(error, MailRefused) or "reply" in error.facts else "lost"
        except OSError as error:
            return self._unheard(message_id, error)
        with self._storage.session() as session:
            sent = session.get_one(MailMessage, message_id)
            sent.state, sent.sent_at, sent.error, sent.attempts = "sent", at, "", sent.attempts + 1
        return "sent"

    def _unheard(self, message_id: str, error: OSError) -> str:
        """The connection broke after the last word: the server may have the mail (RFC 1047), so it is not sent again by itself."""
        with self._storage.session() as session:
            found = session.get_one(MailMessage, message_id)
            found.state, found.attempts, found.error = "uncertain", found.attempts + 1, f"no answer after the last word ({type(error).__name__})"
        return "lost"

    def _mark(self, message_id: str, state: str) -> None:
        with self._storage.session() as session:
            session.get_one(MailMessage, message_id).state = state

    def _note(self, message_id: str, error: LingnanError, at: datetime) -> str:
        with self._storage.session() as session:
            found = session.get_one(MailMessage, message_id)
            found.attempts += 1
            found.error = error.en[:ERROR_LENGTH]
            due = None if isinstance(error, MailRefused) else self._retries.next_at(found.attempts, found.made_at, at)
            found.state, found.due_at = ("waiting", due) if due else ("failed", at)
            logger.warning("mail %s, attempt %d: %s", message_id, found.attempts, found.error)
            return found.state


def mail_card(message: MailMessage) -> MailCard:
    """The record as it crosses the door."""
    return MailCard(
        message.id, message.account, message.state, message.attempts, message.error, message.made_at, message.due_at, message.sent_at
    )
