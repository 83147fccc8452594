"""The administrator's pages: accounts, one account, the organisation tree."""

from typing import Any

from lingnan.base import Missing
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.own_account import role_lines, sessions, unit_title
from lingnan.insight import AccountForm, AccountLine, AccountPage, AccountSheet, RoleLine, UnitLine, UnitTree, Words
from lingnan.trust import AccountCard, MadeAccount, OrganisationCard, Subject, known_roles

AT_ONCE = 50
KINDS = ("official", "citizen")


def accounts(desk: Desk, subject: Subject, words: str, kind: str, organisation: str, cursor: str) -> AccountPage:
    """A page of accounts of one kind by name."""
    chosen: Any = kind if kind in KINDS else KINDS[0]
    found = desk.hub.trust.administration.listing(subject, chosen, organisation=organisation, words=words, after=cursor, limit=AT_ONCE + 1)
    items = tuple(_line(desk, card) for card in found[:AT_ONCE])
    return AccountPage(items=items, next=items[-1].name if len(found) > AT_ONCE else None)


def account(desk: Desk, subject: Subject, account: str) -> AccountSheet:
    """One account with its sessions; Missing for an id that is none."""
    trust = desk.hub.trust
    trust.allow(subject, "account.administer", "account")
    card = trust.accounts.account(account)
    if card.id != account:
        raise Missing("没有这个账号。请从账号列表选择。", "There is no such account. Choose one from the list.")
    roles = tuple(
        RoleLine(name=role.name, title=Words(zh=role.zh, en=role.en), chosen=role.name in card.roles) for role in known_roles().values()
    )
    return AccountSheet(
        line=_line(desk, card), post=card.post, division=card.division, own=card.id == subject.account,
        roles=roles if card.kind == "official" else (), sessions=sessions(trust.sessions.listing(card.id)),
    )


def add(desk: Desk, subject: Subject, form: AccountForm) -> MadeAccount:
    """Make an account; administration itself refuses whoever may not."""
    kind: Any = form.kind if form.kind in KINDS else KINDS[0]
    return desk.hub.trust.administration.add_account(
        subject, form.name, form.zh, form.en, kind=kind, roles=form.roles, organisation=form.organisation, post=form.post, division=form.division
    )


def units(desk: Desk, subject: Subject) -> UnitTree:
    """Every unit under the one above it."""
    desk.hub.trust.allow(subject, "account.administer", "organisations")
    listed = desk.hub.trust.organisations.listing()
    known = {unit.id for unit in listed}
    below: dict[str, list[OrganisationCard]] = {}
    for unit in listed:
        below.setdefault(unit.parent if unit.parent in known else "", []).append(unit)
    return UnitTree(items=tuple(_walk(below, "", 0, closed=False)))


def _walk(below: dict[str, list[OrganisationCard]], top: str, depth: int, *, closed: bool) -> list[UnitLine]:
    lines = []
    for unit in below.get(top, []):
        shut = closed or unit.disabled
        lines.append(UnitLine(
            id=unit.id, key=unit.key, title=Words(zh=unit.zh, en=unit.en), division=unit.division, level=unit.level, depth=depth,
            disabled=unit.disabled, closed=shut,
        ))
        lines += _walk(below, unit.id, depth + 1, closed=shut)
    return lines


def _line(desk: Desk, card: AccountCard) -> AccountLine:
    return AccountLine(
        id=card.id, name=card.name, title=Words(zh=card.zh, en=card.en), kind=card.kind, organisation=unit_title(desk, card.organisation),
        roles=role_lines(card.roles), disabled=card.disabled,
    )
