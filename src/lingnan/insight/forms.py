"""Forms as pages show them: the list of those open to the reader, one to fill in, what was sent, one's own entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lingnan.collect import Form
from lingnan.insight.casework import Upload
from lingnan.insight.shapes import Card, Words


class FormLine(Card):
    """A form that the reader may fill in; `closes` is a campaign's last day."""

    form: str
    title: Words
    lead: Words
    department: Words
    campaign: bool
    closes: date | None
    href: str


class FormEntryLine(Card):
    """An entry of one's own; `case` is the number of a contribution's case, `reasons` why governing did not accept its rows.

    `on_arrival` are the rules that it is still to be held to, when it comes into the hub.
    """

    form: str
    title: Words
    entry: str
    state: str
    revision: int
    received_at: datetime
    withdrawable: bool
    correctable: bool
    case: str = ""
    reasons: tuple[str, ...] = ()
    on_arrival: tuple[Words, ...] = ()
    href: str = ""


class FormList(Card):
    """What may be filled in, and what the reader gave."""

    items: tuple[FormLine, ...]
    mine: tuple[FormEntryLine, ...]


@dataclass(frozen=True)
class FormSheet:
    """A form to fill in, with what stands in it; `owner` names the reader to the device without saying who it is, `revision` is 0 for a new entry."""

    form: Form
    title: Words
    department: Words
    entry: str
    owner: str
    revision: int = 0
    values: Mapping[tuple[int, str], str] = field(default_factory=dict)
    rows: int = 1
    place: tuple[str, str, str] = ("", "", "")
    mine: tuple[FormEntryLine, ...] = ()


@dataclass(frozen=True)
class FormSent:
    """A form as a browser sent it: texts and files by row and column, and what the device said of itself."""

    entry: str
    texts: Mapping[tuple[int, str], str]
    files: Mapping[tuple[int, str], Upload]
    device: str = ""
    place: tuple[str, str, str] = ("", "", "")
    filled_at: str = ""
    terms: str = ""
    revision: int = 0


@dataclass(frozen=True)
class FormTaken:
    """What became of an entry that was sent, and the rules that it is held to on arrival; the trace code of a contribution is told this once."""

    entry: str
    state: str
    case: str = ""
    trace_code: str = ""
    on_arrival: tuple[Words, ...] = ()
