"""The organisation tree: departments, bureaus and units with their region and level; a disabled unit closes all below it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Clock, Missing, WrongUse
from lingnan.storage import Storage
from lingnan.trust.identity.records import OrganisationUnit
from lingnan.trust.identity.subjects import lineage
from lingnan.trust.identity.unit_tree import UnitTree, circle
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.writing import writing
from lingnan.trust.policy.book import hold_page, turn_page
from lingnan.trust.shapes import SYSTEM, Level, Subject

LEVELS: tuple[Level, ...] = ("province", "city", "county")


@dataclass(frozen=True)
class OrganisationCard:
    """A unit as other rooms may see it; `parent` is the id of the unit above, `disabled` when it was closed itself."""

    id: str
    key: str
    code: str
    zh: str
    en: str
    division: str
    level: Level
    parent: str
    disabled: bool


class Organisations:
    """Makes, finds and closes units, and says what stands above and below them. A unit is named by its id or its key.

    A verb is told in the log before and after, as the hub's own; one that ends in `_within` is told by whoever opened the transaction.
    """

    def __init__(self, storage: Storage, clock: Clock, audit: AuditLog) -> None:
        self._storage, self._clock, self._audit = storage, clock, audit

    def make(self, key: str, zh: str, en: str, *, code: str = "", division: str = "", level: str = "", parent: str = "") -> str:
        """Make or bring up to date a unit and give its id; without a level it has that of its division."""
        node = {"key": key, "zh": zh, "en": en, "code": code, "division": division, "level": level, "parent": parent}
        with self._writing("organisation.make", key) as session:
            hold_page(session)
            return _write(session, node)

    def import_tree(self, nodes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """Make or bring up to date many units in one transaction, in any order; gives key → id. No node, no entry of the log.

        A node has `key` and `zh`, and may have `en`, `code`, `division`, `level`, `parent` (a key, here or already known).
        BadInput when a parent is unknown, Conflict when a unit would stand above itself.
        """
        listed = list(nodes)
        if not listed:
            return {}
        with self._writing("organisation.import", "", units=len(listed)) as session:
            return self.import_tree_within(session, listed)

    def import_tree_within(self, session: Session, nodes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """The same inside an open transaction."""
        ordered = _parents_first([dict(node) for node in nodes])
        # Two changes that are no circle each can be one together.
        hold_page(session)
        return {str(node["key"]): _write(session, node) for node in ordered}

    def unit(self, unit: str) -> OrganisationCard:
        """One unit; Missing when there is none."""
        with self._storage.reading() as session:
            return _card(_find(session, unit))

    def listing(self) -> list[OrganisationCard]:
        """Every unit, by key."""
        with self._storage.reading() as session:
            return [_card(unit) for unit in session.scalars(select(OrganisationUnit).order_by(OrganisationUnit.key))]

    def ancestors(self, unit: str) -> list[OrganisationCard]:
        """The units above, the nearest first; Conflict when it stands above itself."""
        with self._storage.reading() as session:
            above = UnitTree.read(session).lineage(_find(session, unit).key)[1:]
            return [_card(_find(session, each)) for each in above]

    def descendants(self, unit: str) -> list[OrganisationCard]:
        """The units below at any depth, by key."""
        with self._storage.reading() as session:
            top = _find(session, unit).id
            below = select(OrganisationUnit.id).where(OrganisationUnit.parent_id == top).cte("below", recursive=True)
            below = below.union(select(OrganisationUnit.id).join(below, OrganisationUnit.parent_id == below.c.id))
            inside = OrganisationUnit.id.in_(select(below.c.id))
            found = session.scalars(select(OrganisationUnit).where(inside, OrganisationUnit.id != top).order_by(OrganisationUnit.key))
            return [_card(each) for each in found]

    def belongs(self, subject: Subject, organisation: str) -> bool:
        """Whether the subject's own unit is this unit or stands below it; an unknown unit is nobody's."""
        return self.within(subject.organisation, organisation)

    def within(self, unit: str, ancestor: str) -> bool:
        """Whether a unit is the other one or stands below it: the one question of the tree, which policy asks as `principal in Organisation`.

        Conflict when the unit stands above itself.
        """
        with self._storage.reading() as session:
            tree = UnitTree.read(session)
        return tree.knows(ancestor) and tree.within(unit, ancestor)

    def disable(self, unit: str) -> None:
        """Close a unit: nobody of it or of a unit below can sign in or act any longer."""
        with self._writing("organisation.disable", unit) as session:
            self.disable_within(session, unit)

    def disable_within(self, session: Session, unit: str) -> None:
        """The same inside an open transaction."""
        found = _find(session, unit)
        found.disabled_at = found.disabled_at or self._clock.now()

    def enable(self, unit: str) -> None:
        """Open a closed unit again."""
        with self._writing("organisation.enable", unit) as session:
            self.enable_within(session, unit)

    def enable_within(self, session: Session, unit: str) -> None:
        """The same inside an open transaction."""
        _find(session, unit).disabled_at = None

    @contextmanager
    def _writing(self, action: str, unit: str, **facts: Any) -> Iterator[Session]:
        told = writing(self._audit, SYSTEM, action, f"organisation:{unit}" if unit else "organisation", facts=facts)
        with told, self._storage.session() as session:
            yield session


def division_covers(division: str, other: str) -> bool:
    """Whether a division of six digits is the other one or has it inside: a province all of its own, a city its counties."""
    if not (_six_digits(division) and _six_digits(other)):
        return False
    significant = {"province": 2, "city": 4, "county": 6}[division_level(division)]
    return division[:significant] == other[:significant]


def division_level(division: str) -> Level:
    """The level that the digits themselves tell (GB/T 2260); empty for what is no division."""
    if not _six_digits(division):
        return ""
    return "province" if division.endswith("0000") else "city" if division.endswith("00") else "county"


def _six_digits(division: str) -> bool:
    return len(division) == 6 and division.isascii() and division.isdigit()


def _write(session: Session, node: Mapping[str, Any]) -> str:
    key, division = str(node["key"]), str(node.get("division") or "")
    level = str(node.get("level") or "") or division_level(division)
    if level and level not in LEVELS:
        raise WrongUse(
            f"机构“{key}”的层级“{level}”不在允许范围：province、city、county。",
            f"Unit “{key}” has level “{level}”; allowed are province, city, county.", unit=key,
        )
    unit = session.scalar(select(OrganisationUnit).where(OrganisationUnit.key == key))
    before = (unit.id, unit.parent_id) if unit else None
    if unit is None:
        unit = OrganisationUnit(key=key)
        session.add(unit)
    unit.zh, unit.en, unit.code = str(node["zh"]), str(node.get("en") or ""), str(node.get("code") or "")
    unit.division, unit.level, unit.parent_id = division, level, _parent(session, unit, str(node.get("parent") or ""))
    session.flush()
    if before != (unit.id, unit.parent_id):
        turn_page(session)
    return unit.id


def _parent(session: Session, unit: OrganisationUnit, parent: str) -> str | None:
    if not parent:
        return None
    above = session.scalar(select(OrganisationUnit).where(OrganisationUnit.key == parent))
    if above is None:
        raise BadInput(
            f"机构“{unit.key}”的上级“{parent}”不存在。请先录入上级机构。",
            f"Unit “{unit.key}” names “{parent}” above it, which does not exist. Enter that one first.", unit=unit.key, parent=parent,
        )
    if unit.id and session.scalar(select(OrganisationUnit.id).where(OrganisationUnit.id == unit.id, OrganisationUnit.id.in_(lineage(above.id)))):
        raise circle(unit.key)
    return above.id


def _parents_first(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_key = {str(node.get("key") or ""): node for node in nodes}
    if len(by_key) != len(nodes) or "" in by_key or not all(node.get("zh") for node in nodes):
        raise BadInput(
            "机构树的每个节点都要有 key 与 zh，且 key 不得重复。", "Every node of the tree needs key and zh, and no key twice.",
        )
    ordered: list[dict[str, Any]] = []
    placed: set[str] = set()
    waiting = nodes
    while waiting:
        ready = [node for node in waiting if str(node.get("parent") or "") not in by_key or node["parent"] in placed]
        if not ready:
            raise circle(str(waiting[0]["key"]))
        ordered += ready
        placed |= {str(node["key"]) for node in ready}
        waiting = [node for node in waiting if node["key"] not in placed]
    return ordered


def _find(session: Session, unit: str) -> OrganisationUnit:
    found = session.scalar(select(OrganisationUnit).where((OrganisationUnit.key == unit) | (OrganisationUnit.id == unit)))
    if found is None:
        raise Missing(f"没有机构“{unit}”。", f"There is no unit “{unit}”.", unit=unit)
    return found


def _card(unit: OrganisationUnit) -> OrganisationCard:
    level: Any = unit.level
    return OrganisationCard(
        unit.id, unit.key, unit.code, unit.zh, unit.en, unit.division, level, unit.parent_id or "", unit.disabled_at is not None
    )
