"""The page of one resource, its preview, and the count of who looked."""

from collections import Counter
from datetime import datetime

from lingnan.catalogue import ItemCard, ResourceCard
from lingnan.hub.pages import lineage, loads, quality, tables
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.purchases import purchase_line, terms_inherited
from lingnan.hub.pages.resource_record import named, record
from lingnan.hub.pages.titles import format_name
from lingnan.insight import Field, Grid, Lineage, ResourceSheet, Use, Words
from lingnan.trust import Subject

MOST_USES = 1000
NO_LINEAGE = Lineage(nodes=(), edges=())
NO_TABLE = Words(zh="本资源只登记在目录中，数据没有汇入枢纽。", en="This resource stands in the catalogue only; its data did not come into the hub.")


def resource(desk: Desk, subject: Subject, code: str) -> ResourceSheet:
    """Everything known of a resource, by its code or its table; Missing when there is none."""
    card = desk.hub.catalogue.resource(code)
    feed, commit = desk.titles.feed(card.table), desk.commit(card.table) if card.table else None
    checked = quality.quality(desk, subject, feed.id) if feed else quality.nothing(desk.rows(card.table) if commit else 0)
    return ResourceSheet.model_validate({
        **{name: getattr(card, name) for name in _SAME}, "title": Words(zh=card.zh, en=card.en),
        "summary": Words(zh=card.abstract_zh, en=card.abstract_en), "department": Words(zh=card.department.zh, en=card.department.en),
        "department_href": f"/departments/{card.department.key}", "system": Words(zh=card.system.zh, en=card.system.en) if card.system else None,
        "origin": desk.titles.origin(card.table) if card.table else card.origin, "format": format_name(card.format),
        "theme": named("theme", card.theme), "rows": desk.rows(card.table) if commit else None,
        "updated_at": commit.at if commit else None, "fields": tuple(field_of(item) for item in card.items), "quality": checked,
        "batches": loads.batches(desk, feed.id) if feed else (), "lineage": lineage.lineage(desk, card.table) if card.table else NO_LINEAGE,
        "uses": (*(lineage.uses(desk, card.table) if card.table else ()), *_visits(desk, card)), "record": record(desk, subject, card),
        "bought": purchase_line(desk, feed) if feed else None, "inherited": terms_inherited(desk, card.table) if card.table else (),
    })


_SAME = (
    "code", "table", "licence", "source", "update_cycle", "share_type", "share_condition", "open_type", "open_condition", "contract_version",
)


def preview(desk: Desk, subject: Subject, code: str) -> Grid:
    """Twenty masked rows; when a signed-in subject was shown them, its organisation's use is counted, once an hour and session."""
    card = desk.hub.catalogue.resource(code)
    if not card.table:
        return Grid(table="", columns=(), rows=(), total=0, origin=card.origin, refused=NO_TABLE)
    shown = tables.grid(desk, subject, card.table)
    if subject.account and shown.refused is None:
        hour = desk.hub.clock.now().replace(minute=0, second=0, microsecond=0)
        desk.hub.catalogue.observe(card.key, "use", {"organisation": subject.organisation}, hour, {"session": subject.session})
    return shown


def _visits(desk: Desk, card: ResourceCard) -> list[Use]:
    """Who looked at the preview, by organisation: how often and when last."""
    if "use" not in card.latest:
        return []
    seen = desk.hub.catalogue.history(card.key, "use", MOST_USES)
    counted = Counter(str(each.value.get("organisation", "")) for each in seen)
    last: dict[str, datetime] = {}
    for each in seen:
        last.setdefault(str(each.value.get("organisation", "")), each.at)
    titles = desk.organisations()
    unknown = ("", Words(zh="未注明单位", en="No organisation stated"))
    return [_visit(*titles.get(unit, unknown), number, last[unit]) for unit, number in counted.most_common()]


def _visit(key: str, title: Words, number: int, at: datetime) -> Use:
    return Use(title=title, kind="department", href=f"/departments/{key}" if key else "", count=number, last_at=at)


def field_of(item: ItemCard) -> Field:
    """An item of the catalogue as pages show it."""
    return Field(
        name=item.name, title=Words(zh=item.zh, en=item.en), source=item.source, type=item.type, element=item.element, code_list=item.code_list,
        classification=item.classification, share_level=item.share_level, required=item.required, key=item.key,
        length=item.length, mask=item.mask, unit=item.unit, definition=item.definition,
    )
