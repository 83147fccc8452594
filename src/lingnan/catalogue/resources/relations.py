"""Related resources 关联资源: kept as their keys or codes, shown from both sides."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from lingnan.catalogue.records import Resource, listed
from lingnan.catalogue.resources.records import ResourceRelation
from lingnan.catalogue.shapes import RelationCard, ResourceForm

_CHUNK = 400


def keep_relations(session: Session, wanted: Iterable[tuple[Resource, ResourceForm]], *, fresh: bool = False) -> None:
    """Bring the relations of these resources to what their forms say; `fresh` resources have none yet."""
    told = list(wanted)
    if not fresh:
        ids = [record.id for record, _form in told]
        for at in range(0, len(ids), _CHUNK):
            session.execute(delete(ResourceRelation).where(ResourceRelation.resource_id.in_(ids[at : at + _CHUNK])))
    rows = {(record.id, each.kind, each.target) for record, form in told for each in form.relations}
    if rows:
        session.execute(insert(ResourceRelation), [{"resource_id": one, "kind": kind, "target": target} for one, kind, target in sorted(rows)])


def relation_cards(session: Session, resource: Resource) -> tuple[RelationCard, ...]:
    """What a resource says of others, then what listed others say of it."""
    own = session.scalars(select(ResourceRelation).where(ResourceRelation.resource_id == resource.id).order_by(ResourceRelation.target)).all()
    named = [row.target for row in own]
    found = session.scalars(select(Resource).where(or_(Resource.key.in_(named), Resource.code.in_(named)), listed())).all() if named else []
    known = {word: other for other in found for word in (other.key, other.code)}
    said = [_card(row, known.get(row.target), row.target) for row in own]
    others = select(ResourceRelation, Resource).join(Resource, Resource.id == ResourceRelation.resource_id)
    naming = others.where(ResourceRelation.target.in_([resource.key, resource.code]), listed()).order_by(Resource.code)
    return (*said, *(_card(row, other, other.key, inverse=True) for row, other in session.execute(naming)))


def _card(row: ResourceRelation, other: Resource | None, target: str, *, inverse: bool = False) -> RelationCard:
    told = {name: getattr(other, name) for name in ("key", "code", "zh", "en")} if other else {}
    return RelationCard.model_validate({"kind": row.kind, "target": target, "inverse": inverse, **told})
