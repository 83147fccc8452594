"""Whose inventory somebody may write: officials that of their own unit and those below, the hub's office and its operator any."""

from lingnan.base import Missing, Refused
from lingnan.trust import Subject, Trust


def allow_describing(trust: Trust, office: str, subject: Subject, department: str) -> None:
    """Let it pass, or refuse: the inventory of a department is kept by itself, by a unit above it, and by the hub's office."""
    if not describes(trust, office, subject, department):
        raise Refused(
            f"部门“{department}”的资源清单由本部门、上级单位或数据主管部门维护，您的单位不在其中。",
            f"The inventory of “{department}” is kept by itself, by what stands above it and by the data bureau; your unit is none of them.",
            department=department,
        )


def describes(trust: Trust, office: str, subject: Subject, department: str) -> bool:
    """Whether the subject may write the department's inventory."""
    if subject.kind in ("operator", "system"):
        return True
    if subject.kind != "official":
        return False
    if trust.organisations.belongs(subject, office):
        return True
    try:
        responsible = [trust.organisations.unit(department), *trust.organisations.ancestors(department)]
    except Missing:
        return False
    return any(subject.organisation in (unit.id, unit.key) for unit in responsible)
