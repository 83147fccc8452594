"""What a hub remembers of other hubs' logs that it has co-signed."""

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling


class WitnessedCheckpoint(Travelling, Record):
    """The newest checkpoint of one other log that this hub co-signed, and the key of that log it has accepted."""

    __tablename__ = "witnessed_checkpoint"

    origin: Mapped[str] = mapped_column(String(200), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[str] = mapped_column(String(64))
    algorithm: Mapped[str] = mapped_column(String(20))
    key_id: Mapped[str] = mapped_column(String(64))
    key_algorithm: Mapped[str] = mapped_column(String(20))
    public: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text)
