"""Makes the subject of an account as it stands at this moment: roles, unit and region are read anew each time."""

from functools import cache
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from lingnan.base import Missing
from lingnan.trust.identity.account_names import canonical_name
from lingnan.trust.identity.records import Account, AccountIdentity, OrganisationUnit
from lingnan.trust.identity.sign_in_rules import SecondFactorRules
from lingnan.trust.shapes import AccountCard, Subject

CITIZEN_NUMBERS = "citizen_number"
"""The issuer of those identities that are citizen numbers."""
CITIZENS = "natural:" + CITIZEN_NUMBERS
"""The same, as the identity of a natural person."""
OWN = frozenset({"account.own"})
"""All that an account may do whose compulsory second factor was not shown: look after itself."""


def make_subject(session: Session, holder: Account, rules: SecondFactorRules, assurance: int, session_id: str = "") -> Subject:
    """The subject; without the compulsory second factor it has no role and may only look after its own account."""
    roles, kind = frozenset(holder.roles), _any(holder.kind)
    division, level = standing_of(session, holder.organisation_id or "")
    narrowed = assurance < 2 and rules.compulsory(kind, roles)
    return Subject(
        kind, holder.id, holder.organisation_id or "", frozenset() if narrowed else roles, session_id,
        division=holder.division or division, level=_any(level), scope=OWN if narrowed else frozenset(), assurance=assurance,
        person=_person(session, holder) if kind == "citizen" else "",
    )


def _person(session: Session, holder: Account) -> str:
    """The pseudonym of the citizen's number; empty for an account that was not made by it."""
    known = select(AccountIdentity.subject).where(AccountIdentity.account_id == holder.id, AccountIdentity.issuer == CITIZENS)
    return session.scalar(known) or ""


def standing_of(session: Session, unit: str) -> tuple[str, str]:
    """Division and level of a unit, each from the nearest unit above where it states none itself; a section of a county bureau is the county's."""
    division = level = ""
    seen: set[str] = set()
    while unit and unit not in seen and not (division and level):
        seen.add(unit)
        found = session.get_one(OrganisationUnit, unit)
        division, level, unit = division or found.division, level or found.level, found.parent_id or ""
    return division, level


def is_closed(session: Session, holder: Account) -> bool:
    """Whether the account, its unit or a unit above is disabled."""
    return holder.disabled_at is not None or (holder.organisation_id is not None and unit_closed(session, holder.organisation_id))


def unit_closed(session: Session, unit: str) -> bool:
    """Whether the unit or one above it is disabled."""
    return session.scalar(_closed_units(), {"unit": unit}) is not None


@cache
def _closed_units() -> Any:
    """Select of a disabled unit at or above `unit`; made once, for every look of somebody signed in asks it."""
    above = lineage(bindparam("unit"))
    return select(OrganisationUnit.id).where(OrganisationUnit.id.in_(above), OrganisationUnit.disabled_at.is_not(None)).limit(1)


def lineage(unit: str | BindParameter[str]) -> Any:
    """Select of the ids of a unit and of every unit above it."""
    above = select(OrganisationUnit.id, OrganisationUnit.parent_id).where(OrganisationUnit.id == unit).cte("above", recursive=True)
    higher = select(OrganisationUnit.id, OrganisationUnit.parent_id).join(above, OrganisationUnit.id == above.c.parent_id)
    # union, not union all: a circle in the tree must end the walk.
    return select(above.union(higher).c.id)


def find_account(session: Session, account: str) -> Account:
    """The account of that name or id; Missing when there is none."""
    found = session.scalar(select(Account).where((Account.name == canonical_name(account)) | (Account.id == account)))
    if found is None:
        raise Missing(f"没有账号“{account}”。", f"There is no account “{account}”.", account=account)
    return found


def card(holder: Account) -> AccountCard:
    """The account as other rooms may see it."""
    disabled = holder.disabled_at is not None
    told = (holder.id, holder.name, holder.zh, holder.en, _any(holder.kind), holder.organisation_id or "", tuple(holder.roles), disabled)
    return AccountCard(*told, holder.post, holder.division)


def _any(value: str) -> Any:
    return value
