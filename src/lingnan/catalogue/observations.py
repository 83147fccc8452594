"""Facts that other rooms saw of a resource: every one kept, the youngest of each kind at hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import WrongUse, content_digest
from lingnan.catalogue.records import LatestObservation, Observation, Resource
from lingnan.catalogue.shapes import ObservationCard, ObservationKind

KINDS = get_args(ObservationKind)


@dataclass(frozen=True)
class Seen:
    """One fact to keep: of which resource (id, code, key or table), what kind, its value, when it was so, and what shows it."""

    resource: str
    kind: ObservationKind
    value: Any
    at: datetime
    evidence: Mapping[str, Any] = field(default_factory=dict)


def keep(session: Session, resource: Resource, seen: Seen) -> bool:
    """Keep one fact; False when it was kept before. The latest of its kind moves only to a younger one."""
    if seen.kind not in KINDS:
        raise WrongUse(
            f"没有名为“{seen.kind}”的观察类型。可用：{'、'.join(KINDS)}。",
            f"There is no kind of observation “{seen.kind}”. There are: {', '.join(KINDS)}.",
            kind=seen.kind,
        )
    evidence = dict(seen.evidence)
    said = json.dumps([seen.value, evidence], ensure_ascii=False, sort_keys=True)
    digest = content_digest(resource.id, seen.kind, str(seen.at.timestamp()), said)
    if session.scalar(select(Observation.number).where(Observation.digest == digest)) is not None:
        return False
    session.add(Observation(resource_id=resource.id, kind=seen.kind, value=seen.value, at=seen.at, evidence=evidence, digest=digest))
    latest = session.get(LatestObservation, (resource.id, seen.kind))
    if latest is None:
        session.add(LatestObservation(resource_id=resource.id, kind=seen.kind, value=seen.value, at=seen.at, evidence=evidence))
    elif latest.at <= seen.at:
        latest.value, latest.at, latest.evidence = seen.value, seen.at, evidence
    session.flush()
    return True


def history(session: Session, resource: Resource, kind: str, limit: int) -> list[ObservationCard]:
    """Observations of one kind, youngest first."""
    wanted = select(Observation).where(Observation.resource_id == resource.id, Observation.kind == kind)
    rows = session.scalars(wanted.order_by(Observation.at.desc(), Observation.number.desc()).limit(limit))
    return [ObservationCard.model_validate(row, from_attributes=True) for row in rows]
