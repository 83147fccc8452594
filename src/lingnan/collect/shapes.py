"""What goes into and comes out of collect: how to read, what was understood, what a feed is, what a load did."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from lingnan.collect.acquisitions.shapes import Purchase
from lingnan.collect.streams.shapes import StreamOptions
from lingnan.standards import Contract

ConnectorKind = Literal["csv", "xlsx", "sqlite", "postgres", "sql", "json_api", "json", "xml", "mqtt", "parquet", "form", "web_page"]


class Unpivot(BaseModel):
    """Columns laid out across (years, months) that become rows."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    names: str = Field(default="year", description="Name of the new column that takes the headers")
    values: str = Field(default="value", description="Name of the new column that takes the figures")
    columns: str = Field(default="", description="Regular expression of the headers to turn; empty: headers that are years or months")


class WebOptions(BaseModel):
    """What is wanted of a public web page, and how slowly it is visited."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    heading: str = Field(default="", description="Regular expression of the caption, or of the heading before the wanted table")
    has_columns: tuple[str, ...] = Field(default=(), description="Headers that the wanted table has; of several that fit the largest is read")
    link: str = Field(default="", description="Regular expression of the text or address of links to files (csv, xlsx, xls …) to read instead")
    next_page: str = Field(
        default=r"下一?页\s*[>»›]*|后一页|next( page)?\s*[>»›]*|[>›]", description="Regular expression of the text of the link to the next page",
    )
    most_pages: int = Field(default=50, ge=1, le=2000, description="More pages or files than this are refused")
    delay_s: float = Field(default=2.0, ge=1, le=120, description="Seconds between two calls to the site; robots.txt may ask for more")

    @field_validator("heading", "link", "next_page")
    @classmethod
    def _expressions_are_understood(cls, expression: str) -> str:
        try:
            re.compile(expression)
        except re.error as error:
            raise ValueError(f"正则表达式无法识别 · no regular expression: {error}") from error
        return expression


class ReadOptions(BaseModel):
    """How a source is to be read; what is left empty is found out. A feed's `options:` and a steward's corrections."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    encoding: str | None = Field(default=None, description="Text encoding, such as utf-8, gb18030, gbk, utf-16, latin-1")
    delimiter: str | None = Field(default=None, description="Character between cells; \\t for tab")
    quote: str | None = Field(default=None, description="Character around cells; empty text for none")
    escape: str | None = Field(default=None, description="Character that escapes a quote inside a cell, besides doubling it")
    decimal: str | None = Field(default=None, description="Decimal point of numbers, . or ,")
    comment: str | None = Field(default=None, description="Lines that begin so are no data")
    skip_spaces: bool | None = Field(default=None, description="Whether spaces between a delimiter and an opening quote are dropped")
    sheet: str | None = Field(default=None, description="Sheet of a workbook")
    member: str | None = Field(default=None, description="Member of an archive, or a pattern that matches the members to read")
    table: str | None = Field(default=None, description="Table or view of a database, `schema.table` where needed")
    title_rows: int | None = Field(default=None, ge=0, description="Rows above the header")
    header_rows: int | None = Field(default=None, ge=0, description="Rows the header takes; 0: there is none")
    unit_row: bool | None = Field(default=None, description="Whether a row of units follows the header")
    footer: int | str | None = Field(
        default=None, description="Rows below the data, or a regular expression of the first such row's first filled cell",
    )
    columns: tuple[str, ...] | None = Field(default=None, description="Column names by position, in place of the header's")
    types: dict[str, str] = Field(default_factory=dict, description="Column types by name where the found one is wrong")
    null_markers: tuple[str, ...] | None = Field(default=None, description="Cell texts that mean no value")
    unpivot: Unpivot | Literal[False] | None = Field(default=None, description="Headers that become rows; false: leave them across")
    fill: dict[str, str] = Field(
        default_factory=dict,
        description="New columns: `file:REGEX` or `title:REGEX` takes the first group found in the file's name or title rows, else the text itself",
    )
    records: str | None = Field(default=None, description="Path to the records in JSON, parts joined with dots")
    records_encoding: Literal["json"] | None = Field(default=None, description="json: the records are a JSON text inside JSON")
    page_parameter: str | None = Field(default=None, description="Query parameter that carries the page number")
    first_page: int = Field(default=1, ge=0, description="Number of the first page")
    pages: str | None = Field(default=None, description="Path to the count of pages in the answer")
    page_size: dict[str, int] = Field(default_factory=dict, description="Query parameter and number that set the size of a page")
    parameters: dict[str, str] = Field(default_factory=dict, description="Further query parameters of every call")
    success: dict[str, str | int] = Field(default_factory=dict, description="Keys of the answer and the values that mean success")
    web: WebOptions | None = Field(default=None, description="With connector web_page: what is wanted of the page")
    row_tag: str | None = Field(default=None, description="XML element that is one row")


class Notice(BaseModel):
    """One sentence for the steward, in both languages."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    code: str
    zh: str
    en: str


class Column(BaseModel):
    """A column as understood: its name in the hub, its header as delivered, its type."""

    name: str
    source: str
    type: str = "VARCHAR"
    unit: str = ""
    suggested_element: str = ""
    examples: list[str] = Field(default_factory=list)
    nulls: int = 0


class Inspection(BaseModel):
    """What was understood of a file before anything is loaded; `options` reads it the same way again."""

    path: str
    format: str
    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    sheets: list[str] = Field(default_factory=list)
    sheet: str = ""
    titles: list[str] = Field(default_factory=list)
    title_rows: int = 0
    header_rows: int = 1
    unit_row: bool = False
    footer_rows: int = 0
    footers: list[str] = Field(default_factory=list)
    columns: list[Column] = Field(default_factory=list)
    rows: int = 0
    sampled: bool = Field(default=False, description="Whether types, examples and empty cells come from a sample of the rows")
    warnings: list[Notice] = Field(default_factory=list)
    options: ReadOptions = Field(default_factory=lambda: ReadOptions())


class Named(BaseModel):
    """A department or system as a feed names it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Short code, lower-case letters, digits, underscores")
    zh: str = Field(description="Chinese name")
    en: str = Field(default="", description="English name")
    code: str = Field(default="", description="Official code, such as a unified social credit code")


class Provider(Named):
    """The department that hands over, and the division it is of."""

    division: str = Field(default="", pattern=r"^(\d{6})?$", description="Six-digit code of the division it serves; empty for a national one")


class Title(BaseModel):
    """A title in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    zh: str
    en: str = ""


class Fallback(BaseModel):
    """Where else the feed may be read when the first place is not to be had."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    connector: ConnectorKind = Field(description="How it is read")
    location: str = Field(description="Where it is")
    options: ReadOptions = Field(default_factory=lambda: ReadOptions(), description="How it is laid out")


class FeedFile(BaseModel):
    """The keys of a feed file, as an implementer writes them."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    feed: str = Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", description="`department.feed`, unique in the hub")
    title: Title = Field(description="Title: zh, en")
    department: Provider = Field(description="Department that hands over: id, zh, en, code, division")
    system: Named | None = Field(default=None, description="Its information system: id, zh, en, code")
    connector: ConnectorKind = Field(description="How it is read")
    location: str = Field(min_length=1, description="Path relative to the hub's home (wildcards allowed), or a URL")
    fallback: Fallback | None = Field(default=None, description="Second place, used and said so when the first is not to be had")
    options: ReadOptions = Field(default_factory=lambda: ReadOptions(), description="How it is laid out; what is absent is found out")
    stream: StreamOptions | None = Field(default=None, description="With connector mqtt: how the stream is listened to")
    load: Literal["snapshot", "append"] = Field(description="snapshot: each delivery is the whole; append: each adds to the earlier ones")
    key: tuple[str, ...] = Field(default=(), description="Columns that identify a row")
    cadence: str = Field(default="", description="How often the department hands over")
    contract: str = Field(description="Contract file beside this one")
    target: str = Field(default="", description="Table of accepted rows; default: the feed's own name")
    origin: Literal["made", "real"] = Field(description="Whether the rows are made or real; shown on every page")
    licence: str = Field(default="", description="Licence and source of real data")
    purchase: Purchase | None = Field(default=None, description="Terms of a data set that was bought; policy keeps to them")
    register_columns: dict[str, Any] = Field(
        default_factory=dict, alias="register", description="Which register it feeds, with the mapping of columns",
    )
    minimum_ratio: float = Field(default=0.7, gt=0, le=1, description="Fewer rows than this share of the last delivery raise the alarm “shrunken”")

    @model_validator(mode="after")
    def _real_data_needs_a_licence(self) -> "FeedFile":
        if self.origin == "real" and not self.licence:
            raise ValueError("真实数据须写明 licence（许可与来源） · real data needs `licence`: its terms and source")
        return self

    @model_validator(mode="after")
    def _a_stream_is_described(self) -> "FeedFile":
        if (self.connector == "mqtt") != (self.stream is not None):
            raise ValueError("连接器 mqtt 与 stream 须同时写明 · connector mqtt and `stream` go together")
        if self.stream is not None and self.load != "append":
            raise ValueError("消息流须写 load: append · a stream is loaded by `load: append`")
        return self


@dataclass(frozen=True)
class Feed:
    """A feed with its contract, ready to be loaded."""

    file: FeedFile
    contract: Contract
    path: Path

    @property
    def id(self) -> str:
        """`department.feed`."""
        return self.file.feed

    @property
    def landing(self) -> str:
        """The table its rows land in."""
        return "landing." + self.id.replace(".", "_")

    @property
    def rejects(self) -> str:
        """The table of rows that could not be parsed."""
        return "rejects." + self.id.replace(".", "_")

    @property
    def late(self) -> str:
        """The table of a stream's rows that came too late."""
        return "late." + self.id.replace(".", "_")

    @property
    def target(self) -> str:
        """The table of accepted rows."""
        return self.file.target or self.id


@dataclass(frozen=True)
class Alarm:
    """Something about a delivery that a steward must see."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class LoadResult:
    """What one load did; `skipped` says that nothing was new and the last batch stays."""

    batch: str
    rows: int
    rejected: int
    alarms: tuple[Alarm, ...] = ()
    skipped: bool = False
    version: int | None = None
    table: str = ""
    reject_table: str = ""
    columns: tuple[str, ...] = field(default=())
