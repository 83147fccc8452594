"""Cases as rows for what is worked out of them: how and when each ended, or where it stands, about what, and its public fields; no free text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.base import CHINA
from lingnan.casework.flow import Flow
from lingnan.casework.flow_library import Flows
from lingnan.casework.records import Case
from lingnan.storage import Storage
from lingnan.trust import OrganisationUnit

FREE = ("long", "attachment", "table")
"""Types of fields that people write freely in, lay out as they like, or hang papers on."""
_APPLIED_FOR = (Case.closed_at.is_(None), Case.applicant_kind != "system")
"""Under way, and not opened by the hub itself: what a build opens, such as an alert's case, must not make the next build run."""


@dataclass(frozen=True)
class DecidedCase:
    """A case that ended: `organisation` the key of the unit that handled it, `credit_code` of an enterprise that applied; nothing of persons.

    `fields` are those of its opening form that its flow classes public and that hold a word, a number or a day.
    """

    number: str
    flow: str
    state: str
    outcome: str
    about: str
    division: str
    organisation: str
    applicant_kind: str
    credit_code: str
    opened_on: date
    decided_on: date
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PendingCase:
    """A case under way that somebody applied for, told as `DecidedCase` tells one that ended: `state` is the last one that the public may know of."""

    number: str
    flow: str
    state: str
    about: str
    division: str
    organisation: str
    applicant_kind: str
    credit_code: str
    opened_on: date
    fields: tuple[tuple[str, str], ...] = ()


def decided_mark(storage: Storage) -> str:
    """What changes when a case was decided: how many there are, and when the last one was."""
    with storage.reading() as session:
        count, last = session.execute(select(func.count(Case.id), func.max(Case.closed_at)).where(Case.closed_at.is_not(None))).one()
    return f"{count}@{last.isoformat() if last else ''}"


def decided_cases(storage: Storage, flows: Flows) -> list[DecidedCase]:
    """Every case that ended, in the order they did."""
    with storage.reading() as session:
        units = {row.id: row.key for row in session.execute(select(OrganisationUnit.id, OrganisationUnit.key))}
        ended = session.scalars(select(Case).where(Case.closed_at.is_not(None)).order_by(Case.closed_at, Case.number))
        return [_decided(session, case, flows, units) for case in ended]


def pending_mark(storage: Storage) -> str:
    """What changes when a case that somebody applied for is opened, moved or ended: how many, the newest, and how often they were moved."""
    with storage.reading() as session:
        asked = select(func.count(Case.id), func.max(Case.opened_at), func.sum(Case.version)).where(*_APPLIED_FOR)
        count, last, moves = session.execute(asked).one()
    return f"{count}@{last.isoformat() if last else ''}@{moves or 0}"


def pending_cases(storage: Storage, flows: Flows) -> list[PendingCase]:
    """Every case under way that somebody applied for, in the order they were opened."""
    with storage.reading() as session:
        units = {row.id: row.key for row in session.execute(select(OrganisationUnit.id, OrganisationUnit.key))}
        open_ = session.scalars(select(Case).where(*_APPLIED_FOR).order_by(Case.opened_at, Case.number))
        return [
            PendingCase(
                case.number, case.flow, case.public_state, case.about, case.division, units.get(case.handler, ""), case.applicant_kind,
                _credit_code(case), case.opened_at.astimezone(CHINA).date(),
                tuple(_fields(flows.pinned(session, case.flow, case.flow_version), case)),
            )
            for case in open_
        ]


def _credit_code(case: Case) -> str:
    return case.applicant_organisation if case.applicant_kind == "enterprise" else ""


def _decided(session: Session, case: Case, flows: Flows, units: dict[str, str]) -> DecidedCase:
    if case.closed_at is None:
        raise ValueError("a case that ended has the moment it did")
    flow = flows.pinned(session, case.flow, case.flow_version)
    return DecidedCase(
        case.number, case.flow, case.state, case.outcome, case.about, case.division, units.get(case.handler, ""), case.applicant_kind,
        _credit_code(case), case.opened_at.astimezone(CHINA).date(),
        case.closed_at.astimezone(CHINA).date(), tuple(_fields(flow, case)),
    )


def _fields(flow: Flow, case: Case) -> Iterator[tuple[str, str]]:
    for field in flow.opening.form:
        value = case.facts.get(field.name)
        if field.classification == "public" and field.type not in FREE and value not in (None, ""):
            yield field.name, str(value)
