"""One's own account: who one is, ways of signing in, sessions, and for whom one may act."""

from collections.abc import Mapping
from datetime import date

from lingnan.base import Refused, WrongUse
from lingnan.hub.pages.desk import Desk
from lingnan.insight import (
    AuthorityLine,
    HeldPurposeLine,
    IdentityLine,
    Me,
    Menu,
    MenuLine,
    PasskeyLine,
    ProfileSheet,
    RoleLine,
    SessionLine,
    Words,
)
from lingnan.trust import AccountCard, Authority, HeldPurposeCard, Purpose, SessionCard, SignInRules, SignInStep, Subject, known_roles, purpose_codes
from lingnan.trust.identity.site import Site

VIEW, EDIT = "profile.view", "profile.edit"
OWN = (
    ("inbox", "/inbox", "case.view"), ("cases", "/cases", "case.view"), ("notices", "/notices", "notice.own"), ("alerts", "/alerts", "alert.view"),
    ("desk", "/desk", "register.review"), ("records", "/my-records", "record.sightings"), ("profile", "/profile", VIEW),
    ("tokens", "/profile/tokens", "token.make"),
)
GUARD = (
    ("accounts", "/accounts", "account.administer"), ("security", "/security", "trust.settings.view"),
    ("policy", "/security/policy", "trust.policy.view"), ("audit", "/security/audit", "trust.audit.view"),
    ("risk", "/security/risk", "trust.risk.view"), ("overrides", "/security/overrides", "override.request"),
    ("keys", "/security/keys", "trust.keys.view"),
    ("settings", "/security/settings", "trust.settings.view"), ("sources", "/outgoing-sources", "source.view"),
)
OF_THE_PUBLIC = ("records",)
"""Entries about one's own records, which officials have no page of."""


def menu(desk: Desk, subject: Subject, counts: Mapping[str, int]) -> Menu:
    """The entries that policy permits the subject; looked up without a line in the log, since nothing is opened by it."""
    card, permitted = desk.hub.trust.accounts.account(subject.account), _permitted(desk, subject)
    own = tuple(line for line in _lines(permitted, OWN, counts) if line.key not in OF_THE_PUBLIC or subject.kind != "official")
    held = tuple(_held(each) for each in desk.hub.trust.held_purposes.of(subject))
    return Menu(name=_title(card), acting_for=subject.credit_code, own=own, guard=_lines(permitted, GUARD, counts), purposes=held)


def _held(card: HeldPurposeCard) -> HeldPurposeLine:
    known, stated = purpose_codes()[card.purpose.code], (card.purpose.article, card.purpose.matter)
    return HeldPurposeLine(table=card.table, said=Words(zh="，".join((known.zh, *stated)), en=", ".join((known.en, *stated))), ends_at=card.ends_at)


def me(desk: Desk, subject: Subject) -> Me:
    """Who asks; a token that was not made for looking at profiles is told what it is, not whose."""
    told = Me(
        kind=subject.kind, assurance=subject.assurance, credit_code=subject.credit_code, token=subject.token, unproven=subject.unproven,
        scope=tuple(sorted(subject.scope)),
    )
    if not subject.account or not desk.hub.trust.point.permits(subject, VIEW)[0]:
        return told
    desk.hub.trust.allow(subject, VIEW, f"account:{subject.account}")
    card = desk.hub.trust.accounts.account(subject.account)
    return told.model_copy(update={
        "account": card.id, "name": card.name, "title": _title(card), "organisation": unit_title(desk, card.organisation), "post": card.post,
        "division": subject.division, "roles": role_lines(tuple(sorted(subject.roles))),
    })


def profile(desk: Desk, session: str) -> ProfileSheet:
    """Everything of one's own account; what is secret is only counted."""
    trust = desk.hub.trust
    subject = trust.subject_of(session)
    trust.allow(subject, VIEW, f"account:{subject.account}")
    factor, account = trust.sign_in.second_factor, subject.account
    return ProfileSheet(
        me=me(desk, subject), changeable=not subject.credit_code, has_password=trust.sign_in.has_password(account),
        has_totp=factor.has_totp(account), recovery_codes=factor.recovery_codes_left(account), passkeys_possible=passkeys_possible(desk),
        passkeys=passkeys(desk, account), sessions=sessions(trust.sessions.listing(account, subject.session)),
        authorities=_authorities(desk, subject), identities=tuple(_identity(issuer) for issuer in trust.accounts.identities(account)),
    )


def owner(desk: Desk, session: str) -> Subject:
    """Who changes their own account; Refused while the session acts for a legal person, whose agent's account is none of its business."""
    subject = desk.hub.trust.subject_of(session)
    desk.hub.trust.allow(subject, EDIT, f"account:{subject.account}")
    if subject.credit_code:
        raise Refused(
            "正在代法人办理，不能更改本人账号。请先结束代办。", "You are acting for a legal person. End that before you change your own account.",
            code="ActingForAnother",
        )
    return subject


def recent_owner(desk: Desk, session: str) -> Subject:
    """The same, having shown within some minutes who they are; Refused with code ConfirmFirst."""
    subject, minutes = owner(desk, session), SignInRules.read(desk.hub.home).confirm_minutes
    if not desk.hub.trust.sessions.recently_confirmed(session, minutes):
        raise Refused(
            "此操作需要重新验证身份。请验证后重试。", "This needs you to show again who you are. Do so, then retry.", code="ConfirmFirst",
            minutes=minutes,
        )
    return subject


def confirm(desk: Desk, session: str, method: str, secret: str, address: str) -> SignInStep:
    """The session under a new token, its owner having shown again who they are."""
    owner(desk, session)
    if method == "passkey":
        return SignInStep.signed_in(desk.hub.trust.passkeys.confirm(session, secret))
    sign_in = desk.hub.trust.sign_in
    return sign_in.confirm_with_totp(session, secret, address) if method == "totp" else sign_in.confirm_with_password(session, secret, address)


def act_for(desk: Desk, session: str, credit_code: str) -> None:
    """Act for a legal person, or for oneself again when no code is given."""
    trust = desk.hub.trust
    subject = trust.subject_of(session)
    trust.allow(subject, EDIT, f"account:{subject.account}")
    if credit_code:
        trust.agency.act_for(subject, credit_code)
        return
    trust.agency.act_for_self(subject)
    if trust.subject_of(session).credit_code:
        raise Refused(
            "以法人身份登录的会话只能代表该法人。请退出后以本人身份登录。",
            "A session opened by a legal person's provider acts for that legal person alone. Sign out and sign in as yourself.",
        )


def passkeys(desk: Desk, account: str) -> tuple[PasskeyLine, ...]:
    """The passkeys in use, oldest first."""
    return tuple(
        PasskeyLine(id=each.id, name=each.name, backed_up=each.backed_up, made_at=each.made_at, last_used_at=each.last_used_at)
        for each in desk.hub.trust.passkeys.of(account) if not each.revoked
    )


def sessions(cards: list[SessionCard]) -> tuple[SessionLine, ...]:
    """Open sessions as lines."""
    return tuple(
        SessionLine(
            id=card.id, device=card.device, method=card.method, assurance=card.assurance, began_at=card.began_at, seen_at=card.seen_at,
            expires_at=card.expires_at, current=card.current,
        )
        for card in cards
    )


def passkeys_possible(desk: Desk) -> bool:
    """Whether browsers know passkeys under the address of the site: not under a numeric one elsewhere than on this machine."""
    try:
        return bool(Site.read(desk.hub.settings.site).party)
    except WrongUse:
        return False


def role_lines(held: tuple[str, ...]) -> tuple[RoleLine, ...]:
    """The roles held, with their titles."""
    return tuple(RoleLine(name=role.name, title=Words(zh=role.zh, en=role.en)) for role in known_roles().values() if role.name in held)


def unit_title(desk: Desk, unit: str) -> Words:
    """What a unit is called; nothing for none."""
    found = desk.organisations().get(unit)
    return found[1] if found else Words(zh="")


def _permitted(desk: Desk, subject: Subject) -> frozenset[str]:
    """Those of the menu's actions that policy permits at this moment; every page asks, so they are asked about together."""
    point = desk.hub.trust.point
    page = point.book.page()
    key = ("menu", subject, point.around(page, subject, Purpose()))
    found: frozenset[str] | None = point.book.kept(page, key)
    if found is None:
        found = frozenset(action for _key, _href, action in (*OWN, *GUARD) if point.permits(subject, action)[0])
        point.book.keep(page, key, found)
    return found


def _lines(permitted: frozenset[str], entries: tuple[tuple[str, str, str], ...], counts: Mapping[str, int]) -> tuple[MenuLine, ...]:
    return tuple(MenuLine(key=key, href=href, count=counts.get(key)) for key, href, action in entries if action in permitted)


def _authorities(desk: Desk, subject: Subject) -> tuple[AuthorityLine, ...]:
    today = desk.now().date()
    return tuple(
        AuthorityLine(
            credit_code=each.credit_code, matters=each.matters, valid_from=each.valid_from, valid_to=each.valid_to, state=_state(each, today),
            acting=each.credit_code == subject.credit_code and each.covers("", today),
        )
        for each in desk.hub.trust.agency.authorities(subject.account)
    )


def _state(authority: Authority, today: date) -> str:
    if authority.revoked:
        return "revoked"
    return "waiting" if today < authority.valid_from else "over" if authority.valid_to < today else "valid"


def _identity(issuer: str) -> IdentityLine:
    kind, _, address = issuer.partition(":")
    return IdentityLine(issuer=address, kind=kind)


def _title(card: AccountCard) -> Words:
    return Words(zh=card.zh or card.name, en=card.en or card.zh or card.name)
