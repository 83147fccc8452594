"""What the catalogue itself keeps of a resource: the guide's fields, codes, relations, freshness, stars with their points, the tombstone."""

from collections.abc import Mapping
from typing import Any

from lingnan.base import Missing
from lingnan.catalogue import ClassificationCard, Extensions, Freshness, RelationCard, ResourceCard, label
from lingnan.catalogue.resources.extensions import Province
from lingnan.catalogue.resources.life import WITHDRAWAL
from lingnan.catalogue.resources.permits import belongs
from lingnan.catalogue.stars.shapes import StarPoint, StarRating
from lingnan.hub.catalogue_rounds import EXTENSIONS
from lingnan.hub.pages.case_numbers import running
from lingnan.hub.pages.desk import Desk
from lingnan.insight import (
    CodeLine,
    ExtensionLine,
    FreshnessSheet,
    GoneSheet,
    RelatedLine,
    ResourceRecord,
    RunningCase,
    StarDimension,
    StarPointLine,
    StarSheet,
    Words,
)
from lingnan.trust import Subject

INVERSE = {
    "derived_from": Words(zh="衍生出", en="Source of"), "part_of": Words(zh="包含", en="Has part"),
    "replaces": Words(zh="被替代为", en="Replaced by"),
}
YES, NO = Words(zh="是", en="Yes"), Words(zh="否", en="No")


def record(desk: Desk, subject: Subject, card: ResourceCard) -> ResourceRecord:
    """The record of one resource as this reader may see it."""
    mine = editable(desk, subject, card)
    return ResourceRecord(
        key=card.key, status=named("status", card.status), withdrawn=card.withdrawn_at is not None, version=card.version,
        department_code=card.department.code, level=named("level", card.level), division=card.division,
        codes=tuple(_code(each) for each in card.classifications), format_class=named("format_class", card.format_class),
        share_way=named("share_way", card.share_way), share_basis=card.share_basis, open_basis=card.open_basis, published_on=card.published_on,
        reviewed_on=card.reviewed_on, relations=tuple(_related(each) for each in card.relations),
        extension=extension_lines(desk, card.division, card.extension),
        freshness=_freshness(desk.hub.catalogue.life.freshness(card.id)), rating=_rating(desk, card, editable=mine), gone=gone(desk, subject, card),
        editable=mine, withdrawing=withdrawing(desk, subject, card),
    )


def named(field: str, value: str) -> Words:
    """The name of a coded value; nothing for none."""
    zh, en = label(field, value) if value else ("", "")
    return Words(zh=zh, en=en)


def editable(desk: Desk, subject: Subject, card: ResourceCard) -> bool:
    """Whether the reader describes this resource: a steward of its department or of the hub's office, or the operator."""
    if card.withdrawn_at is not None or (subject.kind == "official" and "steward" not in subject.roles):
        return False
    with desk.hub.storage.reading() as session:
        return belongs(session, subject, card.department.key, desk.hub.settings.office)


def stars(desk: Desk, card: ResourceCard, *, editable: bool = False) -> StarSheet:
    """The rating of a resource with every point; Missing before the first."""
    rating = desk.hub.catalogue.stars.rating(card.id)
    shares = {rule.id for rule in desk.hub.catalogue.stars.rules().rules if rule.share}
    return _stars(rating, card, shares, editable=editable)


def _rating(desk: Desk, card: ResourceCard, *, editable: bool) -> StarSheet | None:
    try:
        return stars(desk, card, editable=editable)
    except Missing:
        return None


def _stars(rating: StarRating, card: ResourceCard, shares: set[str], *, editable: bool) -> StarSheet:
    ways = _mending(card, editable=editable)
    lines = [(point.dimension, _point(point, ways[point.mend], share=point.rule in shares)) for point in rating.points]
    dimensions = tuple(
        StarDimension(
            id=each.id, title=Words(zh=each.zh, en=each.en), points=each.points, given=each.given,
            rules=tuple(line for dimension, line in lines if dimension == each.id),
        )
        for each in rating.dimensions
    )
    return StarSheet(resource=rating.resource, edition=rating.edition, at=rating.at, stars=rating.stars, given=rating.given, dimensions=dimensions)


def _mending(card: ResourceCard, *, editable: bool) -> Mapping[str, str]:
    """Where what a rule asks for is put right; who may not describe the resource is shown where it stands."""
    page = f"/catalogue/{card.code}"
    told = {"edit": f"{page}#summary", "items": f"{page}#fields"}
    if editable:
        told = {"edit": f"{page}/edit", "items": f"{page}/edit#items"}
    aside = f"/quarantine?feed={card.table}"
    return {**told, "quality": f"{page}#quality", "quarantine": aside, "loads": f"{page}#provenance", "use": f"{page}#uses"}


def _point(point: StarPoint, href: str, *, share: bool) -> StarPointLine:
    return StarPointLine(
        rule=point.rule, title=Words(zh=point.zh, en=point.en), fact=point.fact, value=point.value, share=share, points=point.points,
        given=point.given, mend=point.mend, href=href,
    )


def _code(each: ClassificationCard) -> CodeLine:
    return CodeLine(
        scheme=named("scheme", each.scheme), category=each.category, code=each.code, main=each.main, title=Words(zh=each.item_zh, en=each.item_en),
    )


def _related(each: RelationCard) -> RelatedLine:
    kind = INVERSE.get(each.kind) if each.inverse else None
    title = Words(zh=each.zh or each.target, en=each.en)
    where = f"/catalogue/{each.code or each.key}" if each.key else ""
    return RelatedLine(kind=kind or named("relation", each.kind), title=title, code=each.code or each.target, inverse=each.inverse, href=where)


def _freshness(found: Freshness) -> FreshnessSheet:
    return FreshnessSheet(
        state=found.state, loaded_at=found.loaded_at, due_on=found.due_on, tolerated_until=found.tolerated_until, days_late=found.days_late,
        basis=found.basis,
    )


def province_of(desk: Desk, division: str) -> Province | None:
    """The province whose extension fields hold for a division; None where nobody has said."""
    return desk.keep("extensions", lambda: Extensions(desk.hub.home / EXTENSIONS)).of(division)


def extension_lines(desk: Desk, division: str, given: Mapping[str, Any]) -> tuple[ExtensionLine, ...]:
    """Extension fields of a division's province with their values in words; what the province does not know stands under its key."""
    province = province_of(desk, division)
    fields = {each.key: each for each in province.fields} if province else {}
    lines = []
    for key, value in given.items():
        field = fields.get(key)
        allowed = {each.code: Words(zh=each.zh, en=each.en) for each in field.values} if field else {}
        lines.append(ExtensionLine(key=key, title=Words(zh=field.zh, en=field.en) if field else Words(zh=key, en=key), value=_told(value, allowed)))
    return tuple(lines)


def _told(value: Any, allowed: Mapping[str, Words]) -> Words:
    if isinstance(value, bool):
        return YES if value else NO
    each = [allowed.get(str(one), Words(zh=str(one), en=str(one))) for one in (value if isinstance(value, list | tuple) else [value])]
    return Words(zh="、".join(one.text("zh") for one in each), en=", ".join(one.text("en") for one in each))


def gone(desk: Desk, subject: Subject, card: ResourceCard) -> GoneSheet | None:
    """Why a withdrawn resource was withdrawn and what to use instead; None for one in force."""
    if card.tombstone is None or card.withdrawn_at is None:
        return None
    told, replacement, where = card.tombstone, None, ""
    if told.replacement:
        try:
            found = desk.hub.catalogue.resource(told.replacement)
            replacement, where = Words(zh=found.zh, en=found.en), f"/catalogue/{found.code}"
        except Missing:
            replacement = Words(zh=told.replacement, en=told.replacement)
    return GoneSheet(at=card.withdrawn_at, reason=told.reason, replacement=replacement, href=where, case=case_for(subject, told.case))


def withdrawing(desk: Desk, subject: Subject, card: ResourceCard) -> RunningCase | None:
    """The case that asks for the resource's withdrawal, for its department and the hub's office."""
    if subject.kind not in ("official", "operator") or card.withdrawn_at is not None:
        return None
    with desk.hub.storage.reading() as session:
        if not belongs(session, subject, card.department.key, desk.hub.settings.office):
            return None
    return running(desk, f"resource:{card.key}", WITHDRAWAL)


def case_for(subject: Subject, number: str) -> str:
    """A case's number for officials, whose page of cases decides further; nothing for others."""
    return number if subject.kind in ("official", "operator", "system") else ""
