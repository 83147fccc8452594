"""Who is told of an event: whom an alert concerns, who has a case now, who applied; never who did it, never a closed account."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from lingnan.casework.notice_records import AlertAudience
from lingnan.trust import Account, OrganisationUnit


def recipients(session: Session, to: Iterable[str], payload: Mapping[str, Any]) -> list[str]:
    """Ids of the accounts, each once, in a fixed order."""
    found: set[str] = set()
    for side in to:
        found |= _SIDES[side](session, payload)
    found.discard(_account_of(payload.get("by")))
    open_ones = select(Account.id).where(Account.id.in_(sorted(found)), Account.disabled_at.is_(None))
    return sorted(session.scalars(open_ones))


def _assignee(session: Session, payload: Mapping[str, Any]) -> set[str]:
    account = _account_of(payload.get("account"))
    if account:
        return {account}
    role, unit = str(payload.get("role") or ""), str(payload.get("organisation") or "")
    return _holders(session, role, unit) if role or unit else set()


def _applicant(_session: Session, payload: Mapping[str, Any]) -> set[str]:
    return {_account_of(payload.get("applicant"))} - {""}


def _concerned(session: Session, payload: Mapping[str, Any]) -> set[str]:
    """All whom the alert concerns by now."""
    return _audience(session, payload, AlertAudience.stage <= int(payload.get("stage") or 0))


def _added(session: Session, payload: Mapping[str, Any]) -> set[str]:
    """Those whom the alert has come to with its last escalation."""
    return _audience(session, payload, AlertAudience.stage == int(payload.get("stage") or 0))


def _audience(session: Session, payload: Mapping[str, Any], stages: ColumnElement[bool]) -> set[str]:
    found: set[str] = set()
    for each in session.scalars(select(AlertAudience).where(AlertAudience.alert_id == str(payload.get("alert")), stages)).all():
        found |= {each.account} if each.account else _holders(session, each.role, each.organisation)
    return found


def _holders(session: Session, role: str, unit: str) -> set[str]:
    """Officials who hold the role in the unit, given by id or key; an empty word does not narrow."""
    wanted = select(Account.id, Account.roles).where(Account.kind == "official", Account.disabled_at.is_(None))
    if unit:
        same = select(OrganisationUnit.id).where(or_(OrganisationUnit.id == unit, OrganisationUnit.key == unit))
        wanted = wanted.where(Account.organisation_id.in_(same))
    return {account for account, roles in session.execute(wanted) if not role or role in roles}


def _account_of(reference: Any) -> str:
    """The account's id of `official:<id>`, or the id itself."""
    return str(reference or "").rpartition(":")[2]


_SIDES = {"alert": _concerned, "escalated": _added, "assignee": _assignee, "applicant": _applicant}
