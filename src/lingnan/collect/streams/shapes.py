"""What a feed file says of a stream, and what is told of its listener."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

_PLACE = re.compile(r"([1-9]\d{0,5})-([1-9]\d{0,5})")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class LiveWindow(BaseModel):
    """Windows of equal length, one after another, that a listener keeps for pages: the rows of each, and what a column adds up to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: int = Field(ge=1, le=86_400, description="Length of a window; those of a day or more begin at midnight in China")
    column: str = Field(default="", description="Column of numbers; without one only rows are counted, with one the rows that hold a number")
    by: str = Field(default="", description="Column by whose values each window is parted, five hundred at most")
    where: dict[str, str] = Field(default_factory=dict, description="Columns and the value that a row must have in each")
    keep: int = Field(default=60, ge=2, le=1440, description="Windows that are kept; a row that belongs to one of them corrects it however late")


class StreamOptions(BaseModel):
    """How a stream is listened to: which messages, how they are laid out, when a batch closes, how long repeats are known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topics: tuple[str, ...] = Field(min_length=1, description="Topic filters that are subscribed to")
    qos: Literal[1] = Field(default=1, description="Quality of service: 1, each message at least once from the broker, once in the lake")
    client: str = Field(default="", max_length=100, description="Client id at the broker, which keeps its session; default: lingnan-FEED")
    session_s: int = Field(default=604_800, ge=60, le=4_294_967_294, description="Seconds the broker keeps the session of an absent listener")
    payload: Literal["json", "csv", "fields", "hj212"] = Field(
        default="json", description="Form of a message: json, csv, fields at fixed places, or hj212, packets of monitors of discharges",
    )
    fields: dict[str, str] = Field(default_factory=dict, description="With payload `fields`: name and its bytes, first and last from 1, such as 1-8")
    topic_fields: tuple[str, ...] = Field(default=(), description="Names of the topic's levels that become columns; empty text: none")
    event_time: str = Field(description="Column of the contract that says when it happened: ISO 8601, or seconds or milliseconds since 1970")
    lateness_s: int = Field(default=3600, ge=0, description="A row this many seconds behind the newest event goes to the late table")
    window_s: int = Field(default=3600, ge=0, description="Seconds for which repeats of a message are known")
    window_messages: int = Field(default=500_000, ge=1000, le=5_000_000, description="Most messages of which repeats are known")
    batch_messages: int = Field(default=20_000, ge=1, le=30_000, description="A batch closes at this many messages")
    batch_seconds: float = Field(default=10.0, ge=0.05, le=3600, description="A batch closes after this many seconds")
    batch_bytes: int = Field(default=33_554_432, ge=65_536, le=1_073_741_824, description="A batch closes at this many bytes of messages")
    silence_s: int = Field(default=600, ge=0, description="Seconds without a message until the alarm “silent”; 0: never")
    windows: dict[Name, LiveWindow] = Field(
        default_factory=dict, description="Windows for panels that move, by name: seconds, column, by, where, keep",
    )
    account: str = Field(default="", description="Account at the broker")
    password_file: str = Field(default="", description="File with its password, relative to the hub's home")
    ca_file: str = Field(default="", description="Certificate file the broker's is checked against, relative to the hub's home")

    @field_validator("fields")
    @classmethod
    def _places_are_understood(cls, fields: dict[str, str]) -> dict[str, str]:
        for name, place in fields.items():
            found = _PLACE.fullmatch(place)
            if not found or int(found[1]) > int(found[2]):
                raise ValueError(f"{name}: {place} 应为“首-末”，如 1-8 · must be first-last, such as 1-8")
        return fields

    @property
    def places(self) -> dict[str, slice]:
        """Fixed fields as slices of the message's bytes."""
        found = {name: place.split("-") for name, place in self.fields.items()}
        return {name: slice(int(first) - 1, int(last)) for name, (first, last) in found.items()}

    @property
    def in_flight(self) -> int:
        """The most messages the broker sends before one is acknowledged: one batch being committed and one arriving."""
        return min(65_535, 2 * self.batch_messages)


class Message(NamedTuple):
    """One message as it arrived; `number` is what the broker wants it acknowledged by."""

    topic: str
    payload: bytes
    number: int


@dataclass(frozen=True)
class StreamState:
    """How a listener fares; `lag_s` is the age of the newest event when it was committed, `rate` messages a second of the last batches."""

    feed: str
    state: Literal["listening", "away", "stopped", "failed"]
    heard_at: datetime
    last_message_at: datetime | None
    last_event_at: datetime | None
    rows: int
    late: int
    rejected: int
    duplicates: int
    rate: float
    lag_s: float | None
    silent: bool
    error: str


@dataclass(frozen=True)
class WindowRow:
    """What a window (or a part of it) came to so far; `late` of its rows came after the stream's edge, `change` numbers what was told of a feed."""

    name: str
    part: str
    begins_at: datetime
    ends_at: datetime
    rows: int
    total: float
    least: float | None
    greatest: float | None
    latest: float | None
    latest_at: datetime | None
    late: int
    change: int = 0
    told_at: datetime | None = None
