"""What is kept of signing keys: public parts, states and times; private parts stay in files or tokens."""

from datetime import datetime

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class SigningKeyRecord(Travelling, Record):
    """One signing key. `slot` names node, purpose and `active` or `next` while the key is that, and is unique: the database
    itself allows one active key a purpose."""

    __tablename__ = "signing_key"

    key_id: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20), index=True)
    suite: Mapped[str] = mapped_column(String(20))
    algorithm: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    slot: Mapped[str | None] = mapped_column(String(60), unique=True, default=None)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    place: Mapped[dict[str, str]] = mapped_column(JSON)
    active_from: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    retiring_from: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    verifies_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    compromised_from: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    compromise: Mapped[str] = mapped_column(String(500), default="")
