"""The branches of a directory with their counts, each counted in the database."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lingnan.catalogue.directories.entries import DirectoryKind, stands_in
from lingnan.catalogue.directories.shapes import DirectoryBy, DirectoryNode
from lingnan.catalogue.labels import label
from lingnan.catalogue.records import Department, Resource
from lingnan.catalogue.resources.records import ResourceClassification
from lingnan.standards import code_list

LEVELS = ("nation", "province", "city", "county", "township")
CLASS, ITEM = 1, 3
"""How many digits of a category name its class 类 and its item 项."""


@dataclass
class Counted:
    """How many resources each value has, and how many of them without condition."""

    count: Counter[str] = field(default_factory=Counter)
    free: Counter[str] = field(default_factory=Counter)

    def node(self, value: str, names: tuple[str, str], filters: Mapping[str, str], children: Iterable[DirectoryNode] = ()) -> DirectoryNode:
        """The branch of a value, with its own counts."""
        return DirectoryNode(
            value=value, zh=names[0], en=names[1] or names[0], count=self.count[value], free=self.free[value], filters=dict(filters),
            children=tuple(children),
        )


def branches(session: Session, kind: DirectoryKind, by: DirectoryBy) -> list[DirectoryNode]:
    """The tree of a directory by one of its dimensions; branches without resources are left out."""
    made: dict[DirectoryBy, Callable[[Session, DirectoryKind], list[DirectoryNode]]] = {
        "department": _departments, "theme": _themes, "level": _levels, "region": _regions,
    }
    return made[by](session, kind)


def _departments(session: Session, kind: DirectoryKind) -> list[DirectoryNode]:
    counted = _counted(session, kind, Department.key)
    named = select(Department.key, Department.zh, Department.en, Department.level).order_by(Department.level, Department.number)
    below: dict[str, list[DirectoryNode]] = {}
    for key, zh, en, level in session.execute(named):
        if counted.count[key]:
            below.setdefault(level, []).append(counted.node(key, (zh, en), {"department": key}))
    return [_sum(level, label("level", level), {"level": level}, below[level]) for level in LEVELS if level in below]


def _levels(session: Session, kind: DirectoryKind) -> list[DirectoryNode]:
    counted = _counted(session, kind, Resource.level)
    return [counted.node(level, label("level", level), {"level": level}) for level in LEVELS if counted.count[level]]


def _regions(session: Session, kind: DirectoryKind) -> list[DirectoryNode]:
    counted, places = _counted(session, kind, Resource.division), code_list("divisions")
    whole = Counted()
    for code, number in counted.count.items():
        for above in _with_all_above(code):
            whole.count[above] += number
            whole.free[above] += counted.free[code]

    within: dict[str, list[str]] = {}
    for code in sorted(filter(None, whole.count)):
        within.setdefault(_above(code), []).append(code)

    def node(code: str) -> DirectoryNode:
        found = places.get(code)
        names = (found.zh, found.en) if found else (code, code)
        return whole.node(code, names, {"division": code} if counted.count[code] else {}, map(node, within.get(code, ())))

    unstated = [whole.node("", label("division", ""), {})] if whole.count[""] else []
    return [*map(node, within.get("", ())), *unstated]


def _with_all_above(code: str) -> set[str]:
    """A division, its city and its province; what states none stands alone."""
    found = {code}
    while code and (code := _above(code)):
        found.add(code)
    return found


def _above(code: str) -> str:
    """The division that a county or a city belongs to; nothing for a province."""
    if code.endswith("0000"):
        return ""
    return f"{code[:2]}0000" if code.endswith("00") else f"{code[:4]}00"


def _themes(session: Session, kind: DirectoryKind) -> list[DirectoryNode]:
    item = func.substr(ResourceClassification.category, 1, ITEM)
    free = func.count(case((_free(kind), Resource.id)).distinct())
    wanted = (
        select(item, func.count(Resource.id.distinct()), free).join(Resource, Resource.id == ResourceClassification.resource_id)
        .where(stands_in(kind), ResourceClassification.scheme != "department", ResourceClassification.dropped.is_(False)).group_by(item)
    )
    themes, counted = code_list("themes"), Counted()
    for value, count, without in session.execute(wanted):
        counted.count[value], counted.free[value] = count, without
    below: dict[str, list[DirectoryNode]] = {}
    for value in sorted(counted.count):
        found = themes.get(value)
        below.setdefault(value[:CLASS], []).append(counted.node(value, (found.zh, found.en) if found else (value, value), {"theme": value}))
    names = {code: (found.zh, found.en) for code in below if (found := themes.get(code))}
    classed = [_sum(code, names.get(code, (code, code)), {}, children) for code, children in sorted(below.items())]
    return [*classed, *_unclassed(session, kind)]


def _unclassed(session: Session, kind: DirectoryKind) -> list[DirectoryNode]:
    """What has neither a base nor a theme class yet: named, so that nobody takes the branches for all."""
    classes = select(ResourceClassification.resource_id).where(
        ResourceClassification.scheme != "department", ResourceClassification.dropped.is_(False)
    )
    without = select(func.count(), func.count(case((_free(kind), 1)))).select_from(Resource).where(stands_in(kind), Resource.id.not_in(classes))
    count, free = session.execute(without).one()
    return [DirectoryNode(value="", zh="尚未分类", en="Not classified yet", count=count, free=free)] if count else []


def _sum(value: str, names: tuple[str, str], filters: Mapping[str, str], children: list[DirectoryNode]) -> DirectoryNode:
    return DirectoryNode(
        value=value, zh=names[0], en=names[1], count=sum(child.count for child in children), free=sum(child.free for child in children),
        filters=dict(filters), children=tuple(children),
    )


def _free(kind: DirectoryKind) -> ColumnElement[bool]:
    return (Resource.share_type if kind == "sharing" else Resource.open_type) == "unconditional"


def _counted(session: Session, kind: DirectoryKind, by: InstrumentedAttribute[str]) -> Counted:
    wanted = (
        select(by, func.count(), func.count(case((_free(kind), 1)))).select_from(Resource)
        .join(Department, Department.id == Resource.department_id).where(stands_in(kind)).group_by(by)
    )
    counted = Counted()
    for value, count, without in session.execute(wanted):
        counted.count[value or ""], counted.free[value or ""] = count, without
    return counted
