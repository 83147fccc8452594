"""What a contract comes to: columns with their standardise stages, rules with their conditions, and the small tables they join."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from lingnan.govern.rules.quoting import Binder, quoted
from lingnan.standards import SHIPPED, Vocabulary

# Names inside the statement begin with an underscore, as no contract's column can.
BITS = 62
"""Rules per mask: a BIGINT's positive bits less one, so that a sum never reaches its sign."""


@dataclass(frozen=True)
class Join:
    """A left join that adds at most one row's columns to each row: `alias` over `source` where `on`."""

    alias: str
    source: str
    on: str

    def sql(self) -> str:
        """The join as it stands after FROM."""
        return f"left join {self.source} as {self.alias} on {self.on}"


@dataclass(frozen=True)
class Stage:
    """One step of a column: an expression over the column as the stage before left it, perhaps with a small table beside it."""

    expression: Callable[[str], str]
    join: Callable[[str], Join] | None = None
    keeps_old: bool = False


@dataclass(frozen=True)
class Column:
    """One column on its way from delivered to accepted: text stages first, then the conversion to its type.

    `delivered_type` is "text", or the engine's name of the type it came in.
    """

    name: str
    number: int
    physical: str
    delivered_type: str
    stages: tuple[Stage, ...]
    convert: Callable[[str], str] | None
    repaired: Callable[[str, str, str], str] | None
    keeps_old: bool = False

    @property
    def delivered(self) -> str:
        """Name of the column as delivered inside the statement."""
        return f"_d{self.number}"

    @property
    def delivered_text(self) -> str:
        """SQL for the value as delivered, as text; the type stands there where engines write it differently."""
        typed = f"cast({self.delivered} as {self.delivered_type})" if self.delivered_type in ("DOUBLE", "TIMESTAMPTZ") else self.delivered
        return f"cast({typed} as varchar)"

    @property
    def text(self) -> str:
        """Name of the standardised text before conversion inside the statement."""
        return f"_t{self.number}"

    @property
    def old(self) -> str:
        """Name of the code before its replacement inside the statement."""
        return f"_o{self.number}"

    @property
    def as_delivered(self) -> bool:
        """Whether the column already has its type, so that no conversion can fail."""
        if self.delivered_type == "text":
            return self.physical == "VARCHAR" and self.convert is None
        return self.delivered_type == self.physical or self.physical == "VARCHAR"

    @property
    def old_name(self) -> str:
        """Name of the column that keeps a replaced code."""
        return f"{self.name}_delivered"


@dataclass(frozen=True)
class Limit:
    """An operator of the standard over a count: `mustBeLessThan 5`, in rows or percent."""

    operator: str
    value: Any
    percent: bool = False


@dataclass(frozen=True)
class Rule:
    """One rule over rows: `passes` is boolean SQL over the standardised columns; null passes. `limit` makes it a rule over the count."""

    id: str
    kind: str
    column: str
    dimension: str
    severity: str
    zh: str
    en: str
    passes: str
    columns: tuple[str, ...] = ()
    limit: Limit | None = None
    skipped: bool = False
    observed: str = ""
    """SQL over {standardised} for the number that `limit` judges, where that is not the number of failing rows."""


@dataclass(frozen=True)
class TableRule:
    """One rule over the whole table: `sql` gives one number, which `limit` judges; empty sql means the number of rows.

    No number at all fails, or with `null_skips` means that the rule cannot be asked.
    """

    id: str
    kind: str
    dimension: str
    severity: str
    zh: str
    en: str
    limit: Limit
    sql: str = ""
    column: str = ""
    skipped: bool = False
    null_skips: bool = False


@dataclass(frozen=True)
class Prepared:
    """A small table of rows found beforehand (falls, sums): `sql` selects `_batch` and `_position` from {standardised}.

    `rule` names the rule it belongs to, so that what the engine has against it can be told as its fault.
    """

    name: str
    columns: tuple[str, ...]
    sql: str
    rule: str = ""


@dataclass(frozen=True)
class Copies:
    """A key that should stand once, and the small table `name` that holds, in `_digest`, the digests of keys that stand more than once.

    `digest` is SQL for a row's own; what it gives where a column is null says nothing.
    """

    name: str
    columns: tuple[str, ...]
    digest: str
    rule: str = ""

    @property
    def passes(self) -> str:
        """SQL for whether a row's key stands once as far as its digest tells; with a null in it a key is no copy.

        A `case`, because Spark answers `not … in (select …)` by holding every row against every digest.
        """
        without = " or ".join(f"{quoted(column)} is null" for column in self.columns)
        return f"case when {self.digest} in (select _digest from {self.name}) then {without} else true end"


@dataclass(frozen=True)
class Past:
    """What earlier loads held: rows delivered by each, newest first, and the accepted rows of the last as a table the session can read."""

    rows: tuple[int, ...] = ()
    table: str = ""
    columns: frozenset[str] = frozenset()


@dataclass
class Plan:
    """A compiled contract: all that the statement needs."""

    landing: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    table_rules: tuple[TableRule, ...] = ()
    joins: list[Join] = field(default_factory=list)
    prepared: list[Prepared] = field(default_factory=list)
    copies: list[Copies] = field(default_factory=list)
    every_copy: bool = False
    """Whether all rows of a repeated key fail, else those received after the first."""
    told: frozenset[str] | None = None
    """The columns whose delivered values are kept of failing rows; None keeps all."""
    arrow: dict[str, pa.Table] = field(default_factory=dict)
    binder: Binder = field(default_factory=Binder)
    notes: list[str] = field(default_factory=list)
    batches: tuple[str, ...] | None = None
    missing: frozenset[str] = frozenset()
    own_places: bool = False
    """Whether it is known that no two rows share a place."""
    vocabulary: Vocabulary = field(default=SHIPPED, repr=False)

    @property
    def values(self) -> Mapping[str, Any]:
        """The bound values by parameter name."""
        return self.binder.values

    @property
    def kept(self) -> tuple[Column, ...]:
        """The columns whose delivered values are kept of failing rows."""
        return tuple(column for column in self.columns if self.told is None or column.name in self.told)

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    def numbers_of(self, copies: Copies) -> tuple[int, ...]:
        """The numbers of the rules that ask whether those keys stand once."""
        return tuple(number for number, rule in enumerate(self.rules) if rule.passes == copies.passes)

    def bit(self, rule_number: int) -> tuple[int, int]:
        """Which mask and which bit a rule has."""
        return rule_number // BITS, 1 << (rule_number % BITS)
