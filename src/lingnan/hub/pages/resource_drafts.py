"""Answers the forms with which stewards describe resources: as text out, as forms in; what the hub finds to mend goes with them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from lingnan.base import BadInput, Conflict, Missing, Refused
from lingnan.catalogue import LABELS, DraftCard, ResourceForm
from lingnan.catalogue.records import Resource
from lingnan.catalogue.resources.permits import must_belong
from lingnan.catalogue.resources.records import ResourceDraft
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.extension_inputs import extension_inputs, read_extension
from lingnan.hub.pages.resource_record import named, province_of, withdrawing
from lingnan.hub.pages.resource_values import CLASS_NAMES
from lingnan.hub.pages.resources import WAITING
from lingnan.insight import DraftSheet, FaultLine, WithdrawalSheet, Words
from lingnan.standards import code_list, code_lists, data_elements
from lingnan.trust import Subject

FIELDS = (
    "zh", "en", "abstract_zh", "abstract_en", "category", "theme", "division", "format", "format_class", "share_type", "share_condition",
    "share_basis", "share_way", "open_type", "open_condition", "open_basis", "update_cycle", "licence",
)
CHOSEN = ("share_type", "open_type", "share_way", "format_class", "update_cycle", "format", "origin")
ITEM_FIELDS = (
    "name", "zh", "en", "type", "length", "element", "code_list", "classification", "share_level", "mask", "required", "key", "unit", "definition",
)
FLAGS = ("required", "key")
UNSAID = ("type", "classification", "share_level", *FLAGS)
"""Fields of an item that keep what they are where nothing is chosen."""
MASKS = {
    "plain": Words(zh="明文", en="Plain"), "by_kind": Words(zh="按类脱敏", en="Masked by kind"), "hidden": Words(zh="不显示", en="Hidden"),
}
Lines = Sequence[Mapping[str, str]]
"""The lines of the table of items, each a text by field."""
NAME = re.compile(r"[a-z][a-z0-9_]{1,60}")
BLANK = ResourceForm.model_validate({"key": "new.resource", "zh": "-", "department": {"id": "new", "zh": "-"}}).model_copy(update={"zh": ""})


class DraftPages:
    """Drafts of one hub's resources, for those who describe them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def sheet(self, code: str, subject: Subject, division: str = "") -> DraftSheet:
        """What the authors are at; Refused for people of other departments, Missing for drafts they may not know of.

        `division` is what was typed and not kept yet: the province whose extension fields are asked for follows it.
        """
        self._allow(subject)
        card = self._desk.hub.catalogue.life.card(code, subject)
        self._own(card, subject)
        return self._sheet(card, division)

    def blank(self, subject: Subject, department: str = "", division: str = "") -> DraftSheet:
        """A resource still to be described, for the reader's department or, in the hub's office, any; the province follows the department."""
        self._allow(subject)
        departments = self._departments(subject)
        province = province_of(self._desk, division or self._division(department or departments[0][0]))
        return DraftSheet(
            key="", code="", title=Words(zh="", en=""), department=departments[0][1], status=named("status", "draft"), waits=False, kept=False,
            base=0, case="", values=_texts(BLANK), items=(), choices={**choices(), "department": departments}, faults=(),
            province=Words(zh=province.zh, en=province.en) if province else None, extension=extension_inputs(province, {}),
        )

    def begin(
        self, department: str, name: str, values: Mapping[str, str], items: Lines, extension: Mapping[str, Sequence[str]], subject: Subject
    ) -> str:
        """Keep a new draft; gives its key. BadInput names the fields that cannot be kept."""
        self._allow(subject)
        titles = dict(self._departments(subject))
        if department not in titles:
            raise _wrong("department", "请选择提供部门。", "Choose the department that provides it.")
        if not NAME.fullmatch(name):
            zh = "名称键用小写字母、数字和下划线，以字母开头。"
            raise _wrong("name", zh, "A key has lower-case letters, digits and underscores after a letter.")
        title = titles[department]
        named_by = {"key": f"{department}.{name}", "department": {"id": department, "zh": title.zh, "en": title.en}, "origin": "real"}
        province = province_of(self._desk, values.get("division", "").strip() or self._division(department))
        told = {**_fields(values), **named_by, "items": _items(items, {}), "extension": read_extension(province, extension, {})}
        return self._desk.hub.catalogue.life.draft(told, subject).resource

    def keep(self, code: str, values: Mapping[str, str], items: Lines, extension: Mapping[str, Sequence[str]], subject: Subject) -> str:
        """Keep what was written; gives the key. Nothing that the page does not show is changed."""
        self._allow(subject)
        life = self._desk.hub.catalogue.life
        card = life.card(code, subject)
        self._own(card, subject)
        held = {item.name: item.model_dump(mode="json") for item in card.form.items}
        province = province_of(self._desk, values.get("division", card.form.division).strip() or card.form.department.division)
        further = read_extension(province, extension, card.form.extension)
        return life.amend(card.resource, {**_fields(values), "items": _items(items, held), "extension": further}, subject).resource

    def submit(self, code: str, summary: str, subject: Subject) -> str:
        """Hand a draft in for review; gives the number of its case."""
        self._allow(subject)
        return self._desk.hub.catalogue.life.submit(code, subject, summary).case

    def discard(self, code: str, subject: Subject) -> None:
        """Throw a draft away."""
        self._allow(subject)
        self._desk.hub.catalogue.life.discard(code, subject)

    def withdrawal(self, code: str, subject: Subject) -> WithdrawalSheet:
        """What is to be withdrawn; Refused for other departments' people, Conflict for what is not in the catalogue."""
        self._allow(subject)
        card = self._desk.hub.catalogue.resource(code)
        with self._desk.hub.storage.reading() as session:
            must_belong(session, subject, card.department.key, self._desk.hub.settings.office)
        if card.withdrawn_at is not None:
            raise Conflict(f"资源 {card.key} 已撤销。", f"{card.key} was withdrawn already.", resource=card.key)
        return WithdrawalSheet(
            code=card.code, key=card.key, title=Words(zh=card.zh, en=card.en), version=card.version, running=withdrawing(self._desk, subject, card),
        )

    def withdraw(self, code: str, reason: str, replacement: str, subject: Subject) -> str:
        """Ask that a resource be withdrawn; gives the number of the case. BadInput names the field that is wrong."""
        sheet = self.withdrawal(code, subject)
        if not reason:
            raise _wrong("reason", "请写明撤销理由。", "Say why it is to be withdrawn.")
        try:
            return self._desk.hub.catalogue.life.withdraw(sheet.key, subject, reason, replacement).case
        except Missing as error:
            raise _wrong("replacement", error.zh, error.en) from error

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "catalogue.edit", "catalogue")

    def _own(self, card: DraftCard, subject: Subject) -> None:
        with self._desk.hub.storage.reading() as session:
            must_belong(session, subject, card.form.department.id, self._desk.hub.settings.office)

    def _departments(self, subject: Subject) -> tuple[tuple[str, Words], ...]:
        office, hub = self._desk.hub.settings.office, self._desk.hub
        key, title = self._desk.organisations().get(subject.organisation, ("", Words(zh="")))
        known = {card.key: Words(zh=card.zh, en=card.en) for card in hub.catalogue.departments()}
        if key == office or subject.kind == "operator":
            return tuple(known.items()) or ((key, title),)
        if not key:
            raise Refused("只有所属单位明确的人员可以编制目录。", "Only people of an organisation may describe resources.")
        return ((key, known.get(key, title)),)

    def _division(self, department: str) -> str:
        return next((card.division for card in self._desk.hub.catalogue.departments() if card.key == department), "")

    def _sheet(self, card: DraftCard, division: str) -> DraftSheet:
        form = card.form
        province = province_of(self._desk, division or form.division or form.department.division)
        return DraftSheet(
            key=card.resource, code=card.code, title=Words(zh=form.zh, en=form.en), department=Words(zh=form.department.zh, en=form.department.en),
            status=named("status", card.status), waits=card.status in WAITING, kept=self._is_kept(card.resource),
            base=card.base, case=card.case, values=_texts(form), choices=choices(),
            items=tuple({name: _text(getattr(item, name)) for name in ITEM_FIELDS} for item in form.items),
            faults=tuple(FaultLine(field=fault.field, text=Words(zh=fault.zh, en=fault.en)) for fault in card.faults),
            province=Words(zh=province.zh, en=province.en) if province else None, extension=extension_inputs(province, form.extension),
        )

    def _is_kept(self, resource: str) -> bool:
        wanted = select(ResourceDraft.resource_id).join(Resource, Resource.id == ResourceDraft.resource_id).where(Resource.key == resource)
        with self._desk.hub.storage.reading() as session:
            return session.scalar(wanted) is not None


def _texts(form: ResourceForm) -> dict[str, str]:
    told = {name: _text(getattr(form, name)) for name in FIELDS}
    relations = "\n".join(f"{each.kind} {each.target}" for each in form.relations)
    return {**told, "categories": " ".join(form.categories), "relations": relations}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _fields(values: Mapping[str, str]) -> dict[str, Any]:
    """The form's fields out of what was typed."""
    told: dict[str, Any] = {name: values[name].strip() for name in FIELDS if name in values}
    told["categories"] = re.split(r"[\s,，、;；]+", values.get("categories", "").strip()) if values.get("categories", "").strip() else []
    told["relations"] = [_relation(line) for line in values.get("relations", "").splitlines() if line.strip()]
    return told


def _relation(line: str) -> dict[str, str]:
    kind, _, target = line.strip().partition(" ")
    return {"kind": kind, "target": target.strip()} if target.strip() else {"kind": "related", "target": kind}


def _items(lines: Lines, held: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The items out of the lines that say anything; what the page does not show stays as it was for an item of that name."""
    items = []
    for place, line in enumerate(line for line in lines if any(text.strip() for text in line.values())):
        told: dict[str, Any] = {name: line[name].strip() for name in ITEM_FIELDS if name in line}
        if not told.get("name"):
            raise _wrong(f"items.{place}.name", "请填写字段名，或删除该行。", "Give the item a name, or remove its line.")
        if "length" in told:
            told["length"] = int(told["length"]) if told["length"].isdecimal() else (told["length"] or None)
        kept = {name: value for name, value in told.items() if value != "" or name not in UNSAID}
        items.append({**held.get(told["name"], {}), **kept, **{name: kept[name] == "yes" for name in FLAGS if name in kept}})
    return items


def choices() -> dict[str, tuple[tuple[str, Words], ...]]:
    """What may be chosen, field by field."""
    named_values = {name: tuple((value, Words(zh=zh, en=en)) for value, (zh, en) in LABELS[name].items()) for name in CHOSEN}
    themes = tuple((each.code, Words(zh=each.zh, en=each.en)) for each in code_list("themes").entries)
    known = {
        "element": tuple((name, Words(zh=each.zh, en=each.en)) for name, each in data_elements().items()),
        "code_list": tuple((name, Words(zh=each.header.zh, en=each.header.en)) for name, each in code_lists().items()),
    }
    return {
        **named_values, **known, "theme": themes, "classification": tuple(CLASS_NAMES.items()), "share_level": named_values["share_type"],
        "mask": tuple(MASKS.items()),
    }


def _wrong(field: str, zh: str, en: str) -> BadInput:
    return BadInput(zh, en, fields=[{"field": field, "zh": zh, "en": en}])
