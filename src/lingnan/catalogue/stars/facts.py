"""What the stars are judged by: facts of resources, read a portion at a time; what was never measured is None."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.orm import Session

from lingnan.catalogue.records import Department, Item, LatestObservation, Observation, Resource
from lingnan.catalogue.resources.freshness import of_resources
from lingnan.catalogue.resources.records import ResourceClassification
from lingnan.catalogue.resources.shapes import Freshness

FACTS = (
    "abstract_length", "english_name", "themes", "items", "items_named", "items_with_element", "conditions_told", "cycle_definite", "system_named",
    "quality_score", "accepted_share", "punctuality", "uses", "users",
)
YEAR = timedelta(days=365)
MONTH_DAYS = 31


@dataclass(frozen=True)
class Facts:
    """The facts of one resource by the names of `FACTS`, None for one that nobody measured."""

    resource: Resource
    values: dict[str, float | None]


def facts_of(session: Session, resources: Sequence[Resource], now: datetime) -> list[Facts]:
    """The facts of these resources."""
    ids = [resource.id for resource in resources]
    items, themes, seen, used = _items(session, ids), _themes(session, ids), _seen(session, ids), _used(session, resources, now)
    punctual = of_resources(session, [resource.key for resource in resources], now)
    return [
        Facts(
            resource,
            {
                **_told(resource), **_item_facts(items.get(resource.id)), **_measured(seen.get(resource.id, {})), **used[resource.id],
                "themes": themes.get(resource.id, 0), "punctuality": _punctuality(punctual[resource.key]),
            },
        )
        for resource in resources
    ]


def _told(resource: Resource) -> dict[str, float | None]:
    told = (resource.share_type != "conditional" or bool(resource.share_condition)) and (resource.share_type != "none" or bool(resource.share_basis))
    return {
        "abstract_length": len(resource.abstract_zh), "english_name": int(bool(resource.en)), "conditions_told": int(told),
        "cycle_definite": int(resource.update_cycle != "irregular"), "system_named": int(resource.system_id is not None or resource.kind != "feed"),
    }


def _punctuality(measured: Freshness) -> float | None:
    """1 within the grace, a half up to a month beyond it, then 0."""
    if measured.state == "not_measured":
        return None
    if measured.state != "overdue":
        return 1.0
    return 0.5 if measured.days_late <= MONTH_DAYS else 0.0


def _items(session: Session, ids: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    named, mapped = case((Item.zh != "", 1)), case(((Item.element != "") | (Item.code_list != ""), 1))
    counted = select(Item.resource_id, func.count(), func.count(named), func.count(mapped))
    rows = session.execute(counted.where(Item.resource_id.in_(ids), Item.deleted_at.is_(None)).group_by(Item.resource_id))
    return {resource: (whole, with_name, with_element) for resource, whole, with_name, with_element in rows}


def _item_facts(counted: tuple[int, int, int] | None) -> dict[str, float | None]:
    whole, named, mapped = counted or (0, 0, 0)
    return {"items": whole, "items_named": named / whole if whole else None, "items_with_element": mapped / whole if whole else None}


def _themes(session: Session, ids: Iterable[str]) -> dict[str, int]:
    held = select(ResourceClassification.resource_id, func.count()).where(
        ResourceClassification.resource_id.in_(ids), ResourceClassification.scheme != "department", ResourceClassification.dropped.is_(False)
    )
    return dict(session.execute(held.group_by(ResourceClassification.resource_id)).all())


def _seen(session: Session, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    latest = select(LatestObservation.resource_id, LatestObservation.kind, LatestObservation.value)
    found: dict[str, dict[str, Any]] = {}
    for resource, kind, value in session.execute(latest.where(LatestObservation.resource_id.in_(ids))):
        found.setdefault(resource, {})[kind] = value
    return found


def _measured(seen: dict[str, Any]) -> dict[str, float | None]:
    score, rows, quarantined = seen.get("score"), seen.get("rows"), seen.get("quarantined")
    total = score.get("total") if isinstance(score, dict) else score
    aside = quarantined.get("rows") if isinstance(quarantined, dict) else quarantined
    whole = (rows or 0) + (aside or 0) if aside is not None else 0
    return {"quality_score": total, "accepted_share": (rows or 0) / whole if whole else None}


def _used(session: Session, resources: Sequence[Resource], now: datetime) -> dict[str, dict[str, float | None]]:
    """How often a resource was used within a year, and by how many organisations other than its provider."""
    holders = dict(session.execute(select(Department.id, Department.key).where(Department.id.in_({each.department_id for each in resources}))).all())
    provider = {resource.id: holders[resource.department_id] for resource in resources}
    by = func.coalesce(Observation.value["organisation"].as_string(), "")
    wanted = select(Observation.resource_id, by, cast(func.count(), Integer)).where(
        Observation.resource_id.in_(provider), Observation.kind == "use", Observation.at > now - YEAR
    )
    found: dict[str, dict[str, float | None]] = {resource: {"uses": 0, "users": 0} for resource in provider}
    for resource, organisation, count in session.execute(wanted.group_by(Observation.resource_id, by)):
        if organisation == provider[resource]:
            continue
        told = found[resource]
        told["uses"] = (told["uses"] or 0) + count
        told["users"] = (told["users"] or 0) + bool(organisation)
    return found
