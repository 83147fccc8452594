"""The yearly review 年度复核: which resources are due, and the case in which their department says that all still holds."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lingnan.base import CHINA
from lingnan.casework import Cases
from lingnan.catalogue.records import Department, Resource, listed
from lingnan.catalogue.resources.records import ResourceReview
from lingnan.catalogue.resources.shapes import DueReview
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, OrganisationUnit

REVIEW = "resource-review"
YEAR = timedelta(days=365)
TOGETHER = 500
"""So many resources of a department are reviewed in one case."""
TITLE_LIMIT = 190


def due(session: Session, today: date, department: str = "") -> list[DueReview]:
    """Published resources last reviewed a year ago or longer; `case` for those whose review goes on."""
    last = today - YEAR
    began = datetime.combine(last + timedelta(days=1), time(), CHINA)
    wanted = (
        select(Resource, Department.key, ResourceReview)
        .join(Department, Department.id == Resource.department_id)
        .outerjoin(ResourceReview, and_(ResourceReview.resource_id == Resource.id, ResourceReview.outcome == ""))
        .where(listed(), or_(Resource.reviewed_on <= last, and_(Resource.reviewed_on.is_(None), Resource.created_at < began)))
        .order_by(Department.level, Department.number, Resource.code)
    )
    if department:
        wanted = wanted.where(Department.key == department)
    return [
        DueReview(
            resource=resource.key, zh=resource.zh, en=resource.en, department=key, due_on=due_on(resource), case=review.case_number if review else "",
        )
        for resource, key, review in session.execute(wanted)
    ]


def due_on(resource: Resource) -> date:
    """The day a resource's next review is due: a year after the last one, or after it came into the catalogue."""
    return (resource.reviewed_on or resource.created_at.astimezone(CHINA).date()) + YEAR


def open_cases(storage: Storage, cases: Cases, today: date) -> list[str]:
    """One case for each department's reviews that have none, at most so many in each; asked again it opens nothing twice.

    A department that is no organisation of this hub has nobody to ask, so its reviews wait.
    """
    with storage.reading() as session:
        units = set(session.scalars(select(OrganisationUnit.key)))
        waiting: dict[str, list[DueReview]] = defaultdict(list)
        for each in due(session, today):
            if not each.case and each.department in units:
                waiting[each.department].append(each)
    return [_open(storage, cases, department, told[:TOGETHER]) for department, told in waiting.items()]


def confirm(storage: Storage, batch: str, today: date, outcome: str) -> int:
    """Note that these resources were reviewed; gives how many. Doing it again changes nothing."""
    with storage.session() as session:
        chosen = select(ResourceReview, Resource).join(Resource, Resource.id == ResourceReview.resource_id)
        rows = session.execute(chosen.where(ResourceReview.batch == batch, ResourceReview.outcome == "")).all()
        for review, resource in rows:
            review.outcome, review.done_on = outcome, today
            resource.reviewed_on = today
        return len(rows)


def _open(storage: Storage, cases: Cases, department: str, told: list[DueReview]) -> str:
    batch = str(uuid5(NAMESPACE_URL, f"lingnan:review:{department}:{told[0].due_on}:{told[0].resource}"))
    title = told[0].zh if len(told) == 1 else f"{told[0].zh} 等 {len(told)} 项"
    facts = {"batch": batch, "title": title[:TITLE_LIMIT], "count": len(told), "provider": department}
    number = cases.open(REVIEW, SYSTEM, facts, about=f"resources:{batch}", once=batch).number
    with storage.session() as session:
        ids = dict(session.execute(select(Resource.key, Resource.id).where(Resource.key.in_([each.resource for each in told]))).all())
        for each in told:
            if session.get(ResourceReview, (ids[each.resource], each.due_on)) is None:
                session.add(ResourceReview(resource_id=ids[each.resource], due_on=each.due_on, batch=batch, case_number=number))
    return number
