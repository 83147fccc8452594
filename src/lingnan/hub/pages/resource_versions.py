"""One version of a resource as it stood, for good: its fields in words, its items, and where it stands among the others."""

from collections.abc import Iterator
from typing import Final

from lingnan.catalogue import ItemForm, ResourceCard, ResourceForm, VersionCard
from lingnan.catalogue.resources.comparing import NAMES
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.resource_record import case_for, extension_lines, gone
from lingnan.hub.pages.resource_values import told
from lingnan.insight import Field, ResourceVersionSheet, VersionFact, Words
from lingnan.trust import Subject

SHOWN: Final = (
    "system", "theme", "category", "categories", "abstract_zh", "abstract_en", "division", "format", "format_class", "share_type",
    "share_condition", "share_basis", "share_way", "open_type", "open_condition", "open_basis", "update_cycle", "published_on", "origin", "licence",
    "source", "table", "contract_version", "relations",
)
"""The fields of a form that a version shows, in the order of the guide."""
KEY, DEPARTMENT_CODE = Words(zh="名称键", en="Key"), Words(zh="提供方代码", en="Provider's code")


def version_sheet(desk: Desk, subject: Subject, card: ResourceCard, number: int) -> ResourceVersionSheet:
    """A version of the resource; Missing for one there is none of."""
    life = desk.hub.catalogue.life
    found, numbers = life.version(card.id, number), [each.number for each in life.versions(card.id)]
    form, withdrawn = found.form, card.withdrawn_at is not None
    return ResourceVersionSheet(
        code=card.code, key=card.key, title=Words(zh=form.zh, en=form.en), department=Words(zh=form.department.zh, en=form.department.en),
        number=number, current=0 if withdrawn else card.version, previous=max((each for each in numbers if each < number), default=0),
        next=min((each for each in numbers if each > number), default=0), valid_from=found.valid_from, valid_until=found.valid_until,
        contract=found.basis.rpartition("@")[2], case=case_for(subject, found.case), digest=found.digest, address=_address(desk, card, found),
        gone=gone(desk, subject, card), facts=tuple(_facts(desk, form)), items=tuple(_item(each) for each in form.items),
    )


def _address(desk: Desk, card: ResourceCard, found: VersionCard) -> str:
    return f"{desk.hub.settings.site.rstrip('/')}/catalogue/{card.code}/versions/{found.number}"


def _facts(desk: Desk, form: ResourceForm) -> Iterator[VersionFact]:
    """Every field that the version says something of."""
    kept = form.model_dump(mode="json")
    yield VersionFact(field="key", title=KEY, value=Words(zh=form.key, en=form.key))
    yield VersionFact(field="department.code", title=DEPARTMENT_CODE, value=told("code", form.department.code))
    for name in SHOWN:
        value = told(name, kept[name])
        if value is not None:
            zh, en = NAMES[name]
            yield VersionFact(field=name, title=Words(zh=zh, en=en), value=value)
    for line in extension_lines(desk, form.division or form.department.division, form.extension):
        yield VersionFact(field=f"extension.{line.key}", title=line.title, value=line.value)


def _item(item: ItemForm) -> Field:
    same = item.model_dump(exclude={"zh", "en"})
    return Field.model_validate({**same, "title": Words(zh=item.zh, en=item.en)})
