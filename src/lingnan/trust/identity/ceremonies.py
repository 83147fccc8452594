"""Questions put to a browser that it may answer once and soon: kept as hashes, gone with the first answer, right or wrong."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from lingnan.base import Clock
from lingnan.storage import Storage
from lingnan.trust.identity.credential_records import Ceremony
from lingnan.trust.identity.credential_shapes import hashed


@dataclass(frozen=True)
class Asked:
    """What was kept with a question."""

    account: str
    provider: str
    browser_hash: str
    invitation_hash: str


class Ceremonies:
    """Keeps open questions and hands each out once, to one of however many that answer it."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def ask(
        self, kind: str, question: str, minutes: int, *, account: str = "", provider: str = "", browser: str = "", invitation: str = ""
    ) -> None:
        """Keep a question for some minutes; those that are over are swept on the way."""
        now = self._clock.now()
        record = Ceremony(
            question_hash=hashed(question), kind=kind, account_id=account or None, provider=provider,
            browser_hash=hashed(browser) if browser else "", invitation_hash=hashed(invitation) if invitation else "",
            expires_at=now + timedelta(minutes=minutes),
        )
        with self._storage.session() as session:
            session.execute(delete(Ceremony).where(Ceremony.expires_at <= now))
            session.add(record)

    def take(self, kind: str, question: str) -> Asked | None:
        """What was kept with the question, which is gone afterwards; None when it was never asked, answered already, or is over."""
        taking = delete(Ceremony).where(Ceremony.question_hash == hashed(question), Ceremony.kind == kind, Ceremony.expires_at > self._clock.now())
        columns = (Ceremony.account_id, Ceremony.provider, Ceremony.browser_hash, Ceremony.invitation_hash)
        with self._storage.session() as session:
            found = session.execute(taking.returning(*columns).execution_options(synchronize_session=False)).first()
        return Asked(found[0] or "", found[1], found[2], found[3]) if found else None
