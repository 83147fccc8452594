"""What is kept of purposes that officials state once for a session and table."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class HeldPurpose(Travelling, Record):
    """A purpose that holds for one session and one table until its time is over, it is ended, or the session is."""

    __tablename__ = "held_purpose"

    session_id: Mapped[str] = mapped_column(ForeignKey("sign_in_session.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    table_name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(60))
    article: Mapped[str] = mapped_column(String(400))
    matter: Mapped[str] = mapped_column(String(200))
    stated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
