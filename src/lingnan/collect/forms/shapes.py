"""What a form is: its file, its fields as a contract promises them, its sections; what was given in, and what was wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lingnan.collect.shapes import Feed, Title
from lingnan.standards import Contract

FieldKind = Literal["text", "long", "integer", "number", "date", "moment", "choice", "boolean", "picture"]
FORM_ID = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"


class Strict(BaseModel):
    """A part of a form's file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Audience(Strict):
    """Who may fill a form in: of these kinds; officials of these units, or of units below them, holding one of these roles where any are named."""

    kinds: tuple[Literal["official", "citizen", "enterprise"], ...] = Field(default=("official",), description="Kinds of subjects")
    organisations: tuple[str, ...] = Field(default=(), description="Keys of units; empty: the feed's department")
    roles: tuple[str, ...] = Field(default=(), description="Roles, one of which must be held; empty: any official")


class Section(Strict):
    """A part of the form with a heading; one that repeats is filled in once a row, and every row of an entry shares what the others say."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Short name")
    zh: str = Field(min_length=1, description="Chinese heading")
    en: str = Field(min_length=1, description="English heading")
    items: tuple[str, ...] = Field(min_length=1, description="Columns of the contract, in their order")
    repeat: int = Field(default=1, ge=1, le=50, description="How many rows an entry may have; 1: none is repeated")


class Campaign(Strict):
    """A call for contributions 众包征集: what they are for, on what terms, until when; each is looked at by a clerk before it counts."""

    purpose: Title = Field(description="What the contributions are for")
    terms: Title = Field(description="What who contributes agrees to")
    terms_version: str = Field(min_length=1, description="Version of the terms; kept with every contribution")
    licence: str = Field(min_length=1, description="Licence under which contributions are given")
    privacy: Title = Field(description="Privacy notice: what is kept of the contributor, why, how long")
    opens: date = Field(description="First day")
    closes: date = Field(description="Last day")
    unsigned: bool = Field(default=False, description="Whether visitors who are not signed in may contribute")
    most_a_day: int = Field(default=20, ge=1, le=1000, description="Contributions an account may give on one day")

    @model_validator(mode="after")
    def _in_order(self) -> "Campaign":
        if self.closes < self.opens:
            raise ValueError("closes 早于 opens · closes is before opens")
        return self


class FormFile(Strict):
    """The keys of a form's file, `HOME/forms/<feed>.yaml`."""

    form: str = Field(pattern=FORM_ID, description="The feed that its entries are delivered to")
    title: Title = Field(description="Title: zh, en")
    lead: Title | None = Field(default=None, description="One or two sentences above the form")
    audience: Audience = Field(default_factory=lambda: Audience(), description="Who may fill it in")
    sections: tuple[Section, ...] = Field(default=(), description="Parts with headings; what no section names comes first")
    position: Literal["none", "optional", "required"] = Field(default="none", description="Whether an entry says where it was filled in")
    keep_picture_position: bool = Field(default=False, description="Whether pictures keep what the camera wrote of place and time")
    picture_megabytes: int = Field(default=10, ge=1, le=10, description="The largest picture")
    campaign: Campaign | None = Field(default=None, description="A call for contributions by the public")


@dataclass(frozen=True)
class FieldChoice:
    """One code that may be chosen."""

    code: str
    zh: str
    en: str = ""


@dataclass(frozen=True)
class FieldSpec:
    """One field as its column promises it; `identifier` names a check that browsers can do too, `personal` that the value concerns a person."""

    name: str
    zh: str
    en: str
    kind: FieldKind
    required: bool = False
    hint: str = ""
    unit: str = ""
    choices: tuple[FieldChoice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    shortest: int | None = None
    longest: int | None = None
    pattern: str = ""
    identifier: str = ""
    personal: bool = False

    def title(self, lang: str) -> str:
        """The field's name in the reader's language."""
        return self.en if lang == "en" and self.en else self.zh


@dataclass(frozen=True)
class FormPart:
    """A section with its fields; `section` is None for what stands before all headings."""

    section: Section | None
    fields: tuple[FieldSpec, ...]

    @property
    def repeat(self) -> int:
        """How many rows it may have."""
        return self.section.repeat if self.section else 1


@dataclass(frozen=True)
class Form:
    """A form ready to be filled in: its file, its feed with the contract, its parts."""

    file: FormFile
    feed: Feed
    parts: tuple[FormPart, ...]

    @property
    def id(self) -> str:
        """The feed's id."""
        return self.file.form

    @property
    def contract(self) -> Contract:
        """The promise that entries are held to."""
        return self.feed.contract

    @property
    def fields(self) -> Mapping[str, FieldSpec]:
        """Every field by its column."""
        return {each.name: each for part in self.parts for each in part.fields}

    @property
    def repeated(self) -> FormPart | None:
        """The part that repeats, of which a form has at most one."""
        return next((part for part in self.parts if part.repeat > 1), None)


@dataclass(frozen=True)
class Position:
    """Where an entry was filled in, as the device told: degrees (WGS 84 or as the device has them) and metres of accuracy."""

    longitude: float
    latitude: float
    accuracy: float | None = None


@dataclass(frozen=True)
class Given:
    """An entry as it was sent: a made id, the values of each row by column, and what the device said of itself.

    `rows` repeat what is not repeated; every value is text as typed, None for nothing.
    """

    entry: str
    rows: tuple[Mapping[str, str | None], ...]
    device: str = ""
    position: Position | None = None
    filled_at: datetime | None = None
    terms: str = ""


@dataclass(frozen=True)
class FormFault:
    """Why a value was not taken: the row (from 0), the column (empty for the entry), a sentence in both languages."""

    row: int
    column: str
    zh: str
    en: str
    rule: str = ""


Check = Callable[[Contract, Sequence[Mapping[str, str | None]]], Sequence[FormFault]]
"""Holds rows to a contract by the rules that governing uses; the faults of severity error."""
EntryState = Literal["waiting", "delivered", "moderated", "refused", "withdrawn"]


@dataclass(frozen=True)
class EntryCard:
    """An entry as who gave it sees it; `mine_today` that it may still be withdrawn."""

    form: str
    entry: str
    state: EntryState
    revision: int
    received_at: datetime
    changed_at: datetime
    withdrawable: bool
    account: str = ""
    organisation: str = ""
    case: str = ""
    trace_code: str = ""
    rows: tuple[Mapping[str, str | None], ...] = field(default=(), repr=False)
    position: Position | None = field(default=None, repr=False)
