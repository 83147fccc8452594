"""Who may see and who may write what is not published: the department that provides it and the hub's office."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lingnan.base import Refused
from lingnan.trust import OrganisationUnit, Subject

HUB = ("system", "operator")


def belongs(session: Session, subject: Subject, department: str, office: str) -> bool:
    """Whether the subject is the hub, its operator, of the hub's office, or of the department of that key."""
    if subject.kind in HUB:
        return True
    if subject.kind != "official" or not subject.organisation:
        return False
    unit = select(OrganisationUnit.key).where(or_(OrganisationUnit.id == subject.organisation, OrganisationUnit.key == subject.organisation))
    return session.scalar(unit) in (department, office)


def must_belong(session: Session, subject: Subject, department: str, office: str) -> None:
    """Refused for anybody else."""
    if not belongs(session, subject, department, office):
        raise Refused(
            f"只有提供部门（{department}）和主管部门的人员可以编制该部门的信息资源目录。请以所属单位账号登录。",
            f"Only people of the providing department ({department}) and of the hub's office may describe its resources. Sign in as one of them.",
            department=department,
        )
