"""The objects of the pages about oneself and about accounts: who one is, how one signs in, what one's programs may do."""

from datetime import date, datetime

from pydantic import Field

from lingnan.insight.shapes import Card, Words


class MenuLine(Card):
    """One entry of a signed-in person's menu: its word's key, its address, and how many things wait there (None: not counted)."""

    key: str
    href: str
    count: int | None = None


class HeldPurposeLine(Card):
    """A purpose that the signed-in person has stated for a table, until when; every look at the table is logged with it."""

    table: str
    said: Words
    ends_at: datetime


class Menu(Card):
    """What the top of every page says of who is signed in; `acting_for` is the legal person acted for, `purposes` what holds for this session."""

    name: Words
    acting_for: str = ""
    own: tuple[MenuLine, ...] = ()
    guard: tuple[MenuLine, ...] = ()
    purposes: tuple[HeldPurposeLine, ...] = ()

    @property
    def waiting(self) -> int:
        """How many things wait under the person's own entries."""
        return sum(line.count or 0 for line in self.own)


class RoleLine(Card):
    """A role with its title; `chosen` when the account holds it."""

    name: str
    title: Words
    chosen: bool = True


class Me(Card):
    """Who asks, as the hub sees them at this moment; `unproven` while a compulsory second factor is still to be shown."""

    kind: str
    account: str = ""
    name: str = ""
    title: Words = Words(zh="")
    organisation: Words = Words(zh="")
    post: str = ""
    division: str = ""
    roles: tuple[RoleLine, ...] = ()
    assurance: int = 1
    credit_code: str = ""
    token: str = ""
    scope: tuple[str, ...] = ()
    unproven: bool = False


class PasskeyLine(Card):
    """A passkey in use."""

    id: str
    name: str
    backed_up: bool
    made_at: datetime
    last_used_at: datetime | None


class SessionLine(Card):
    """A signed-in browser."""

    id: str
    device: str
    method: str
    assurance: int
    began_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool


class AuthorityLine(Card):
    """A written authority to act for a legal person; `state` is valid, waiting, over or revoked, `acting` while the session uses it."""

    credit_code: str
    matters: tuple[str, ...]
    valid_from: date
    valid_to: date
    state: str
    acting: bool


class IdentityLine(Card):
    """An issuer that knows this account, and as whom: natural, legal or staff."""

    issuer: str
    kind: str


class ProfileSheet(Card):
    """All that somebody sees of their own account; `changeable` while they act for themselves, `passkeys_possible` under a name of the site."""

    me: Me
    changeable: bool
    has_password: bool
    has_totp: bool
    recovery_codes: int
    passkeys_possible: bool
    passkeys: tuple[PasskeyLine, ...]
    sessions: tuple[SessionLine, ...]
    authorities: tuple[AuthorityLine, ...]
    identities: tuple[IdentityLine, ...]


class TokenLine(Card):
    """An API token without its secret; `state` is live, over or revoked."""

    id: str
    name: str
    scope: tuple[str, ...]
    purpose: str
    matter: str
    credit_code: str
    addresses: tuple[str, ...]
    calls_a_minute: int
    calls_a_day: int
    rows_a_day: int
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: str


class Choice(Card):
    """Something to choose from a list."""

    value: str
    title: Words


class Limit(Card):
    """What a figure is when nobody says otherwise, and the most it may be."""

    usual: int
    most: int


class TokenPage(Card):
    """One's tokens, newest first, and what a new one may be made of, until `latest` at most; `refused` says why none may be made."""

    items: tuple[TokenLine, ...]
    scopes: tuple[Choice, ...] = ()
    purposes: tuple[Choice, ...] = ()
    limits: dict[str, Limit] = Field(default_factory=dict)
    latest: date | None = None
    refused: Words | None = None


class TokenForm(Card):
    """What somebody asks of a new token; a quota of 0 is the usual one, `until` its last day in China's zone."""

    name: str
    scope: tuple[str, ...] = ()
    purpose: str = ""
    matter: str = ""
    article: str = ""
    until: date
    calls_a_minute: int = 0
    calls_a_day: int = 0
    rows_a_day: int = 0
    addresses: tuple[str, ...] = ()


class UnitLine(Card):
    """A unit of the organisation tree, in the tree's order; `depth` from its top, `closed` when it or one above is disabled."""

    id: str
    key: str
    title: Words
    division: str
    level: str
    depth: int
    disabled: bool
    closed: bool


class UnitTree(Card):
    """The organisation tree."""

    items: tuple[UnitLine, ...]


class AccountLine(Card):
    """An account in the administrator's list."""

    id: str
    name: str
    title: Words
    kind: str
    organisation: Words
    roles: tuple[RoleLine, ...]
    disabled: bool


class AccountPage(Card):
    """A page of accounts by name; `next` is the name to go on behind."""

    items: tuple[AccountLine, ...]
    next: str | None = None


class AccountSheet(Card):
    """One account with its sessions and every role there is, the held ones chosen; `own` when it is the one that looks."""

    line: AccountLine
    post: str
    division: str
    own: bool
    roles: tuple[RoleLine, ...]
    sessions: tuple[SessionLine, ...]


class AccountForm(Card):
    """What an administrator asks of a new account."""

    name: str
    zh: str
    en: str = ""
    kind: str = "official"
    organisation: str = ""
    post: str = ""
    division: str = ""
    roles: tuple[str, ...] = ()


class ProviderLine(Card):
    """An identity provider as the sign-in page shows it."""

    id: str
    kind: str
    title: Words


class SignInPage(Card):
    """How one may sign in here; `set_up` while the hub has no administrator."""

    providers: tuple[ProviderLine, ...]
    passkeys_possible: bool
    set_up: bool


class SignInNeed(Card):
    """What a sign-in under way waits for, for which account, and by which second factors."""

    need: str
    name: str
    methods: tuple[str, ...]
