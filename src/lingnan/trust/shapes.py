"""Who asks, what a table is made of, what was decided, and what the log says: the shapes that cross the door of trust."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["anonymous", "citizen", "enterprise", "official", "operator", "system"]
Classification = Literal["public", "internal", "personal", "sensitive"]
"""Whom an item concerns: anyone, the administration, a person, a person's sensitive information (PIPL 28)."""
Grade = Literal["general", "important", "core"]
"""How much harm a leak would do: 一般, 重要, 核心 (GB/T 43697-2024)."""
Level = Literal["", "province", "city", "county"]


@dataclass(frozen=True)
class Subject:
    """Who asks: a visitor, a citizen, an enterprise through its agent, an official, the machine's operator, or the hub itself.

    `organisation` is the id of the official's unit, `division` the six digits of the region they may work on, `level` that of
    their office; `credit_code` is the legal person acted for; `scope` the actions a token is narrowed to, empty for all;
    `assurance` 2 when a second factor or passkey was shown, else 1; `person` the pseudonym of a citizen's number, for rows about oneself;
    `away` when the hub does in the account's name what was asked for earlier, its holder being absent.
    """

    kind: Kind
    account: str = ""
    organisation: str = ""
    roles: frozenset[str] = frozenset()
    session: str = ""
    division: str = ""
    level: Level = ""
    credit_code: str = ""
    token: str = ""
    scope: frozenset[str] = frozenset()
    assurance: int = 1
    person: str = field(default="", repr=False)
    away: bool = False

    @property
    def reference(self) -> str:
        """The name the log knows the subject by: kind and account id, never a person's name."""
        return f"{self.kind}:{self.account}" if self.account else self.kind

    @property
    def unproven(self) -> bool:
        """Whether signing in demands a second factor that was not shown yet: until then it may look after its own account alone."""
        return not self.token and "account.own" in self.scope


ANONYMOUS = Subject("anonymous")
SYSTEM = Subject("system")


@dataclass(frozen=True)
class Column:
    """One column as its contract classifies it; `type` is the physical type, so that a mask keeps it."""

    name: str
    classification: Classification
    element: str = ""
    type: str = "VARCHAR"
    grade: Grade = "general"


@dataclass(frozen=True)
class Bought:
    """The terms under which a table was bought: first and last day (20260131), keys of units and codes of purposes, empty for any;
    `public` when it may be passed on. `feeds` were bought under them: several for a table that is made of several."""

    begins: int
    ends: int
    units: tuple[str, ...]
    uses: tuple[str, ...] = ()
    public: bool = False
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Classified:
    """A table as the catalogue describes it: all that policy needs to know of it."""

    table: str
    columns: tuple[Column, ...]
    origin: Literal["made", "real", "derived"] = "made"
    open_type: Literal["unconditional", "conditional", "none"] = "none"
    share_type: Literal["unconditional", "conditional", "none"] = "conditional"
    organisation: str = ""
    bought: Bought | None = None
    own_only: bool = False
    """Whether each row is for the one alone whom it is about."""

    @property
    def area(self) -> str:
        """The first part of the table's name."""
        return self.table.split(".", 1)[0]


@dataclass(frozen=True)
class Purpose:
    """Why data is asked for: a code of the list of purposes, the legal article, the number of the matter; `grant` when one is used."""

    code: str = ""
    article: str = ""
    matter: str = ""
    grant: str = ""


Classifier = Callable[[str], Classified | None]
"""Gives a table's or resource's classification; None for what the catalogue does not know."""


@dataclass(frozen=True)
class Decision:
    """What policy answered: clear, masked and denied columns, the rules that said so, the log entry that keeps it."""

    subject: str
    action: str
    resource: str
    allowed: bool
    clear: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    number: int = 0
    grants: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """The decision as the log keeps it; column names are no personal values."""
        told = {"masked": list(self.masked), "denied": list(self.denied), "clear": len(self.clear), "rules": list(self.rules)}
        more = {"grants": list(self.grants), "personal": list(self.personal)}
        return {**told, **{name: value for name, value in more.items() if value}}


@dataclass(frozen=True)
class Entry:
    """One line of the audit log; `intent` is the number of the intent that an outcome closes, else 0."""

    number: int
    at: str
    kind: str
    subject: str
    action: str
    resource: str
    outcome: str
    purpose: str
    intent: int
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Damage:
    """Entries `first` to `last` are not what was written: `edited`, `removed`, `added`, `rewritten`, `head`,
    `checkpoint`, `node`, `signature`, `cosignature`; or a witness saw what is no longer there: `cut_off`, `split`."""

    first: int
    last: int
    reason: str
    zh: str
    en: str


@dataclass(frozen=True)
class Verification:
    """What checking the log found; `root` is the hash over all entries, in hexadecimal. Entries up to `since` were not looked at again."""

    entries: int
    damaged: tuple[Damage, ...]
    root: str
    since: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.damaged


@dataclass(frozen=True)
class AccountCard:
    """An account as other rooms may see it; `disabled` when it can no longer sign in."""

    id: str
    name: str
    zh: str
    en: str
    kind: Kind
    organisation: str
    roles: tuple[str, ...]
    disabled: bool
    post: str = ""
    division: str = ""
