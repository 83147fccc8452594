"""The organisation tree at one moment, held in memory: what stands above what. Every question of belonging is answered here."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Conflict
from lingnan.trust.identity.records import OrganisationUnit


class UnitTree:
    """Units by id or key; one that is not known stands alone under its own name, and one without name is in nothing."""

    def __init__(self, units: Iterable[tuple[str, str, str | None]] = ()) -> None:
        known = list(units)
        self._keys = {unit: key for unit, key, _parent in known} | {key: key for _unit, key, _parent in known}
        self._above = {key: self._keys.get(parent or "", "") for _unit, key, parent in known}
        self._lineages: dict[str, tuple[str, ...]] = {}

    @classmethod
    def read(cls, session: Session) -> "UnitTree":
        """The tree as it stands in the database."""
        rows = session.execute(select(OrganisationUnit.id, OrganisationUnit.key, OrganisationUnit.parent_id))
        return cls((unit, key, parent) for unit, key, parent in rows)

    def knows(self, unit: str) -> bool:
        """Whether there is a unit of that id or key."""
        return unit in self._keys

    def key(self, unit: str) -> str:
        """The key of a unit named by id or key; the text itself when there is no such unit."""
        return self._keys.get(unit, unit)

    def lineage(self, unit: str) -> tuple[str, ...]:
        """The keys of the unit and of all above it, the nearest first; Conflict when it stands above itself."""
        key = self.key(unit)
        if key not in self._lineages:
            self._lineages[key] = self._walk(key)
        return self._lineages[key]

    def within(self, unit: str, ancestor: str) -> bool:
        """Whether a unit is the other one or stands below it."""
        return bool(unit and ancestor) and self.key(ancestor) in self.lineage(unit)

    def _walk(self, key: str) -> tuple[str, ...]:
        found: list[str] = []
        while key:
            if key in found:
                raise circle(key)
            found.append(key)
            key = self._above.get(key, "")
        return tuple(found)


NO_UNITS = UnitTree()


def circle(key: str) -> Conflict:
    """What is wrong with a unit that stands above itself."""
    return Conflict(
        f"机构“{key}”不能成为自己的上级。请检查上级关系。", f"Unit “{key}” cannot stand above itself. Check who stands above whom.", unit=key
    )
