"""The hub's signing keys: one active key a purpose, the next one known ahead, old ones kept to check what they signed."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingnan.base import Clock, Conflict, Missing, WrongUse, load_yaml
from lingnan.storage import Storage
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.keys.private_keys import PrivateKeys
from lingnan.trust.keys.records import SigningKeyRecord
from lingnan.trust.keys.shapes import PURPOSES, KeyCard, KeyPurpose, Signature, Verdict
from lingnan.trust.keys.suites import SigningKey, suite_by_name, verify_with
from lingnan.trust.keys.tokens import TokenKey

PERIODS = Path(__file__).parent / "periods.yaml"


class KeyRing:
    """Signs, verifies, rotates. States are read from the database at every call, so another process's rotation holds at once."""

    def __init__(self, storage: Storage, home: Path, hub_key: HubKey, clock: Clock, suite: str = "international") -> None:
        self._storage, self._clock, self._suite = storage, clock, suite_by_name(suite)
        self._files = PrivateKeys(home, hub_key)
        self._opened: dict[str, SigningKey] = {}

    @property
    def suite(self) -> str:
        """The suite that new keys are made in."""
        return self._suite.name

    @property
    def hash_name(self) -> str:
        """The name of the suite's hash as digests carry it: `sha256` or `sm3`."""
        return self._suite.hash_name.replace("-", "").lower()

    def ensure(self, purposes: Iterable[KeyPurpose]) -> None:
        """Make an active key for each purpose that has none, and rotate every key file of another suite than the hub's.

        `Trust.open` calls it; call it before the first signature within a unit of work, since making keys writes.
        """
        for purpose in purposes:
            if self._active(purpose) is None:
                self._begin(purpose)
        for record in self._of_another_suite():
            self._rotate_or_lose(_purpose(record.purpose), record.key_id)

    def sign(self, purpose: KeyPurpose, data: bytes) -> Signature:
        """Sign with the active key of the purpose; the first signature makes the key. Damaged or Unavailable when it cannot be used."""
        active = self._ready(purpose)
        return self._sign_with(active, data)

    def sign_naming_key(self, purpose: KeyPurpose, text: Callable[[KeyCard], bytes]) -> tuple[bytes, Signature]:
        """Sign a text that names its own key; gives the text and its signature."""
        active = self._ready(purpose)
        data = text(_card(active, self._clock.now()))
        return data, self._sign_with(active, data)

    def is_own(self, key_id: str) -> bool:
        """Whether the key is of this node, so that this hub's log tells when it signed."""
        return self._read((SigningKeyRecord.key_id == key_id) & (SigningKeyRecord.node == self._storage.node)) is not None

    def verify(self, signature: Signature, data: bytes, purpose: KeyPurpose, at: datetime | None = None) -> Verdict:
        """Check a signature. `at` is the proven time of signing (from the audit log); without it the key must be in use now.

        Algorithm and suite are those of the key's record: a signature that names others is refused unread (RFC 8725 3.1).
        """
        record = self._read(SigningKeyRecord.key_id == signature.key)
        if record is None:
            return Verdict("unknown_key", signature.key)
        if (record.suite, record.algorithm, record.purpose) != (signature.suite, signature.algorithm, purpose):
            return Verdict("refused", signature.key)
        if record.algorithm not in suite_by_name(record.suite).algorithms:
            return Verdict("refused", signature.key)
        if not verify_with(record.algorithm, record.public, data, signature.value):
            return Verdict("altered", signature.key)
        return self._in_time(record, at)

    def rotate(self, purpose: KeyPurpose, expected: str = "") -> KeyCard:
        """Make the next key active and let the old one verify for its overlap; gives the new active key.

        `expected` is the key the caller takes for active; Conflict when it is not, or when another process rotates at the same time.
        """
        active = self._active(purpose)
        if active is None:
            self._begin(purpose)
            return self._active_card(purpose)
        self._advance(purpose, expected or active.key_id)
        return self._active_card(purpose)

    def adopt(self, purpose: KeyPurpose, module: str, token: str, label: str) -> KeyCard:
        """Take a key in a PKCS#11 token as the purpose's next key; the rotation after makes it active."""
        place = {"kind": "token", "module": module, "token": token, "label": label}
        key = TokenKey.at(place)
        record = self._record(purpose, "international", key, "next", place)
        with self._storage.session() as session:
            if session.scalar(select(SigningKeyRecord.id).where(SigningKeyRecord.key_id == record.key_id)):
                raise Conflict("该密钥已在密钥环中。", "The key ring has this key already.", key=record.key_id)
            self._drop_next(session, purpose)
            session.add(record)
        return _card(record, self._clock.now())

    def compromise(self, key_id: str, since: datetime, reason: str) -> KeyCard:
        """State that a key was in wrong hands since a moment: what it signed from then on, or at no proven time, is no longer valid."""
        _check_zone(since)
        with self._storage.session() as session:
            record = session.scalar(select(SigningKeyRecord).where(SigningKeyRecord.key_id == key_id))
            if record is None:
                raise Missing(f"没有密钥“{key_id}”。", f"There is no key “{key_id}”.", key=key_id)
            was_active, purpose = record.state == "active", record.purpose
            record.state, record.slot, record.compromise = "compromised", None, reason[:500]
            record.compromised_from = min(since, record.compromised_from or since)
        self._opened.pop(key_id, None)
        if was_active:
            self.ensure([_purpose(purpose)])
        return self.card(key_id)

    def card(self, key_id: str) -> KeyCard:
        """What may be told of a key; Missing when there is none of that id."""
        record = self._read(SigningKeyRecord.key_id == key_id)
        if record is None:
            raise Missing(f"没有密钥“{key_id}”。", f"There is no key “{key_id}”.", key=key_id)
        return _card(record, self._clock.now())

    def cards(self) -> list[KeyCard]:
        """Every key of this hub and those received from other nodes, by purpose, newest first."""
        statement = select(SigningKeyRecord).order_by(SigningKeyRecord.purpose, SigningKeyRecord.sequence.desc())
        with self._storage.reading() as session:
            now = self._clock.now()
            return [_card(record, now) for record in session.scalars(statement)]

    def _ready(self, purpose: KeyPurpose) -> SigningKeyRecord:
        active = self._active(purpose)
        if active is None:
            self.ensure([purpose])
            active = self._active(purpose)
        if active is None:
            raise _no_key(purpose)
        return active

    def _sign_with(self, record: SigningKeyRecord, data: bytes) -> Signature:
        key = self._opened.get(record.key_id)
        if key is None:
            key = self._opened[record.key_id] = self._files.read(record.key_id, record.suite, record.algorithm, record.place)
        return Signature(record.key_id, record.suite, record.algorithm, key.sign(data))

    def _active(self, purpose: str) -> SigningKeyRecord | None:
        return self._read(SigningKeyRecord.slot == self._slot(purpose, "active"))

    def _read(self, condition: ColumnElement[bool]) -> SigningKeyRecord | None:
        """The one record of which that holds, loose from its session, for looking only."""
        with self._storage.reading() as session:
            record = session.scalar(select(SigningKeyRecord).where(condition))
            if record is not None:
                session.expunge(record)
            return record

    def _active_card(self, purpose: str) -> KeyCard:
        active = self._active(purpose)
        if active is None:
            raise _no_key(purpose)
        return _card(active, self._clock.now())

    def _in_time(self, record: SigningKeyRecord, at: datetime | None) -> Verdict:
        moment = at or self._clock.now()
        _check_zone(moment)
        if record.compromised_from is not None and (at is None or at >= record.compromised_from):
            return Verdict("compromised", record.key_id)
        if record.active_from is None or moment < record.active_from:
            return Verdict("not_yet", record.key_id)
        if record.verifies_until is not None and moment >= record.verifies_until:
            return Verdict("expired", record.key_id)
        return Verdict("valid", record.key_id)

    def _begin(self, purpose: KeyPurpose) -> None:
        """The first keys of a purpose; when another process was quicker, its keys stand."""
        try:
            self._advance(purpose, "")
        except IntegrityError:
            return

    def _advance(self, purpose: KeyPurpose, retiring: str) -> None:
        """Retire a key (none at the beginning), make the waiting one active, or a fresh one, and put a fresh one in waiting."""
        fresh = [self._make(purpose, "next")]
        try:
            with self._storage.session() as session:
                if retiring:
                    self._retire(session, purpose, retiring)
                if not self._promote(session, purpose):
                    fresh.append(self._make(purpose, "next"))
                    self._activate(fresh[0])
                session.add_all(fresh)
        except BaseException:
            self._discard(fresh)
            raise

    def _of_another_suite(self) -> list[SigningKeyRecord]:
        """Active keys in files that the setting no longer makes; a key in a token stays until somebody rotates it."""
        slots = [self._slot(purpose, "active") for purpose in PURPOSES]
        statement = select(SigningKeyRecord).where(SigningKeyRecord.slot.in_(slots), SigningKeyRecord.suite != self.suite)
        with self._storage.reading() as session:
            found = [record for record in session.scalars(statement) if record.place["kind"] == "file"]
            session.expunge_all()
        return found

    def _rotate_or_lose(self, purpose: KeyPurpose, expected: str) -> None:
        try:
            self.rotate(purpose, expected)
        except Conflict:
            return

    def _retire(self, session: Session, purpose: str, key_id: str) -> None:
        """Take the active slot from a key. One conditional statement, so that of two processes one wins."""
        held = (SigningKeyRecord.key_id == key_id) & (SigningKeyRecord.slot == self._slot(purpose, "active"))
        taken: Any = session.execute(update(SigningKeyRecord).where(held).values(slot=None).execution_options(synchronize_session=False))
        if taken.rowcount != 1:
            raise Conflict(
                f"用途“{purpose}”的密钥刚由他处更替。请用 lingnan trust keys list 查看后再定。",
                f"The key for “{purpose}” was just rotated elsewhere. Look with lingnan trust keys list, then decide.",
                purpose=purpose,
            )
        record = session.scalars(select(SigningKeyRecord).where(SigningKeyRecord.key_id == key_id)).one()
        now = self._clock.now()
        record.state, record.retiring_from = "retiring", now
        record.verifies_until = now + timedelta(days=_periods()[purpose]["overlap_days"])
        session.flush()

    def _promote(self, session: Session, purpose: str) -> bool:
        """Make the waiting key active; one of another suite than the hub's is let go, unless it lies in a token."""
        record = session.scalar(select(SigningKeyRecord).where(SigningKeyRecord.slot == self._slot(purpose, "next")))
        if record is None:
            return False
        if record.suite != self.suite and record.place["kind"] == "file":
            self._drop_next(session, purpose)
            return False
        self._activate(record)
        session.flush()
        return True

    def _drop_next(self, session: Session, purpose: str) -> None:
        record = session.scalar(select(SigningKeyRecord).where(SigningKeyRecord.slot == self._slot(purpose, "next")))
        if record is not None:
            record.state, record.slot = "retired", None
            session.flush()

    def _activate(self, record: SigningKeyRecord) -> None:
        now = self._clock.now()
        record.state, record.slot, record.active_from = "active", self._slot(record.purpose, "active"), now
        record.due_at = now + timedelta(days=_periods()[record.purpose]["use_days"])

    def _make(self, purpose: KeyPurpose, state: str) -> SigningKeyRecord:
        if purpose not in PURPOSES:
            raise WrongUse(
                f"没有名为“{purpose}”的密钥用途。可用：{'、'.join(PURPOSES)}。", f"No key purpose “{purpose}”. Allowed: {', '.join(PURPOSES)}."
            )
        key = self._suite.make_key()
        return self._record(purpose, self.suite, key, state, self._files.write(purpose, self._key_id(key.public), key))

    def _record(self, purpose: str, suite: str, key: SigningKey, state: str, place: dict[str, str]) -> SigningKeyRecord:
        return SigningKeyRecord(
            key_id=self._key_id(key.public), purpose=purpose, suite=suite, algorithm=key.algorithm, state=state,
            slot=self._slot(purpose, state), public=key.public, place=place, compromise="",
        )

    def _discard(self, records: Iterable[SigningKeyRecord]) -> None:
        for record in records:
            self._files.discard(record.place)

    def _slot(self, purpose: str, state: str) -> str:
        return f"{self._storage.node}:{purpose}:{state}"

    @staticmethod
    def _key_id(public: bytes) -> str:
        """SHA-256 of the public key in either suite, so that an id does not change its form with the setting."""
        return suite_by_name("international").digest(public).hex()


def _card(record: SigningKeyRecord, now: datetime) -> KeyCard:
    state: Any = record.state
    if state == "retiring" and record.verifies_until is not None and now >= record.verifies_until:
        state = "retired"
    place: Any = record.place["kind"]
    return KeyCard(
        record.key_id, _purpose(record.purpose), record.suite, record.algorithm, state, record.public, place,
        record.active_from, record.due_at, record.verifies_until, record.compromised_from,
    )


def _purpose(name: str) -> KeyPurpose:
    purpose: Any = name
    return purpose  # type: ignore[no-any-return]


def _check_zone(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise WrongUse("时间应带时区。", "A moment needs a zone.")


def _no_key(purpose: str) -> Missing:
    return Missing(
        f"用途“{purpose}”没有可用的签名密钥。请执行 lingnan trust keys rotate {purpose}。",
        f"There is no signing key for “{purpose}”. Run lingnan trust keys rotate {purpose}.",
        purpose=purpose,
    )


@cache
def _periods() -> dict[str, dict[str, int]]:
    loaded: dict[str, dict[str, int]] = load_yaml(PERIODS.read_text(encoding="utf-8"))["periods"]
    return loaded
