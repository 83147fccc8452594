"""What crosses the door: a finding about an address, and where addresses are read from."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from lingnan.base import Event, load_yaml
from lingnan.registers.shapes import Table, Word

FindingKind = Literal["text", "road", "estate", "place"]
"""What a finding is about: one address as it is written, or the only road, estate or place of a name within a city."""


@dataclass(frozen=True)
class Finding:
    """What one person found; `place` is the address or the name, `scope` the city or province inside which the name stands once."""

    id: str
    kind: FindingKind
    place: str
    scope: str
    division: str
    township: str
    reason: str
    decided_by: str
    decided_at: datetime
    taken_back_by: str = ""
    taken_back_at: datetime | None = None


@dataclass(frozen=True)
class AddressSettled(Event):
    """Findings about addresses were made or taken back, so that addresses are due to be read anew; nothing in it says where."""

    name: ClassVar[str] = "registers.address_settled"
    findings: int
    mark: str


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReadColumn(_Strict):
    """A column of a department's table that holds addresses (`homes`: of people), and the column that is its rows' key."""

    table: Table
    key: Word
    column: Word
    homes: bool = False


class OfficialColumn(ReadColumn):
    """The table of official addresses, with columns `division`, `road` and `number` too.

    `complete` says that every door of a city it knows stands in it: only then does a door that stands once in a city tell the county.
    """

    complete: bool = False


class AddressSources(_Strict):
    """Where addresses are read from."""

    official: OfficialColumn
    read: tuple[ReadColumn, ...]

    @property
    def columns(self) -> tuple[ReadColumn, ...]:
        """All of them, the official one first."""
        return self.official, *self.read


@cache
def address_sources() -> AddressSources:
    """What `sources.yaml` says."""
    return AddressSources.model_validate(load_yaml((Path(__file__).parent / "sources.yaml").read_text(encoding="utf-8")))
