"""Turns feeds, registers and their contracts into the catalogue's forms, so that resources register themselves."""

import re
from collections.abc import Iterable
from typing import Any, cast

from lingnan.catalogue import DepartmentForm, ItemForm, RelationForm, ResourceForm, SystemForm
from lingnan.collect import Feed
from lingnan.hub.classification import classify_tables
from lingnan.registers import RegisterDefinition, ThemeDefinition, register_columns, register_definitions, theme_definitions
from lingnan.standards import Contract, Property
from lingnan.trust import Classified

BUREAU = DepartmentForm(id="zhengwu", zh="政务服务数据管理局", en="Government Services and Data Administration")
SAID = {
    "shareCondition": "share_condition", "shareBasis": "share_basis", "shareWay": "share_way", "openCondition": "open_condition",
    "openBasis": "open_basis", "formatClass": "format_class", "theme": "theme", "publishedOn": "published_on", "extension": "extension",
}
"""Custom properties of a contract's table and the fields of the form they fill; the form's defaults hold where a contract is silent."""
FORMATS = {"csv": "csv", "xlsx": "xlsx", "json_api": "api", "json": "json", "xml": "xml", "parquet": "parquet", "form": "json"}


def resource_forms(feeds: Iterable[Feed]) -> list[ResourceForm]:
    """One form per feed and one per register built from them."""
    known = list(feeds)
    bureau, classified = bureau_of(known), classify_tables(known)
    registers = [_of_register(definition, bureau, classified[definition.table]) for definition in register_definitions()]
    themes = [_of_theme(definition, bureau, classified[definition.table]) for definition in theme_definitions()]
    return [*(_of_feed(feed) for feed in known), *registers, *themes]


def bureau_of(feeds: Iterable[Feed]) -> DepartmentForm:
    """The data bureau as a feed of its own describes it."""
    return next((_department(feed) for feed in feeds if feed.file.department.id == BUREAU.id), BUREAU)


def organisation_nodes(feeds: Iterable[Feed], known: Iterable[str]) -> list[dict[str, str]]:
    """The units of the organisation tree that feeds name and nobody has made yet; an administrator puts them where they belong."""
    named = {feed.file.department.id: _department(feed) for feed in feeds}
    return [{"key": key, "zh": each.zh, "en": each.en, "code": each.code} for key, each in named.items() if key not in set(known)]


def _of_feed(feed: Feed) -> ResourceForm:
    file, contract = feed.file, feed.contract
    zh, en = _sides(contract.description)
    system = SystemForm(id=file.system.id, zh=file.system.zh, en=file.system.en) if file.system else None
    return ResourceForm(
        key=feed.id, zh=file.title.zh, en=file.title.en, department=_department(feed), system=system, kind="feed", category="",
        abstract_zh=zh, abstract_en=en or contract.en, format=FORMATS.get(file.connector, "database"),
        share_type=_custom(contract, "shareType", _share(contract.properties)),
        open_type=_custom(contract, "openType", "conditional" if file.origin == "made" else "unconditional"),
        **_said(contract), update_cycle=_cycle(file.cadence), origin=file.origin, licence=file.licence,
        source=file.location, table=feed.target, contract_path=f"{file.department.id}/{file.contract}",
        contract_version=contract.version, items=tuple(_item(each) for each in contract.properties),
    )


def _said(contract: Contract) -> dict[str, Any]:
    """What the contract's table says of sharing, opening, classification and related resources."""
    told = {field: contract.custom[name] for name, field in SAID.items() if name in contract.custom}
    told["categories"] = tuple(str(each) for each in contract.custom.get("categories", ()))
    told["relations"] = tuple(_relation(each) for each in contract.custom.get("relatedResources", ()))
    return told


def _relation(told: Any) -> RelationForm:
    """A related resource: its key or code alone, or `{kind, target}`."""
    return RelationForm.model_validate(told) if isinstance(told, dict) else RelationForm(target=str(told))


def _sides(description: str) -> tuple[str, str]:
    """The Chinese and the English half of a description that gives both, as contracts here do."""
    found = re.fullmatch(r"(.*[\u3002\uff1b])\s*([A-Z][\x20-\x7e]*)", description.strip(), re.S)
    return (found[1], found[2]) if found else (description, "")


def _department(feed: Feed) -> DepartmentForm:
    named = feed.file.department
    return DepartmentForm(id=named.id, zh=named.zh, en=named.en, code=named.code, division=named.division)


def _of_register(definition: RegisterDefinition, bureau: DepartmentForm, classified: Classified) -> ResourceForm:
    return ResourceForm(
        key=definition.table, zh=definition.title.zh, en=definition.title.en, department=bureau, kind="register", category="",
        abstract_zh=definition.description.zh, abstract_en=definition.description.en, origin="derived", table=definition.table,
        update_cycle="daily", items=_items(definition.table, classified), categories=definition.categories,
    )


def _of_theme(definition: ThemeDefinition, bureau: DepartmentForm, classified: Classified) -> ResourceForm:
    read = "、".join(definition.reads)
    return ResourceForm(
        key=definition.table, zh=definition.title.zh, en=definition.title.en, department=bureau, kind="derived", category="",
        abstract_zh=f"{definition.description.zh}。依据：{definition.basis}。由 {read} 汇成。",
        abstract_en=f"{definition.description.en}. Made of {', '.join(definition.reads)}.", origin="derived", table=definition.table,
        update_cycle="daily", items=_items(definition.table, classified), categories=definition.categories,
    )


def _items(table: str, classified: Classified) -> tuple[ItemForm, ...]:
    classes = {column.name: column.classification for column in classified.columns}
    return tuple(
        ItemForm(
            name=column.name, zh=column.zh, en=column.en, type=column.type, element=column.element or "", code_list=column.code_list or "",
            classification=classes[column.name], key=column.name == "entry_id",
        )
        for column in register_columns()[table]
    )


def _item(each: Property) -> ItemForm:
    return ItemForm(
        name=each.name, zh=each.zh, en=each.en, source=each.source, type=each.physical_type, element=each.element or "",
        code_list=each.code_list or "", classification=cast("Any", each.classification), share_level=cast("Any", each.share_level),
        required=each.required, key=each.primary_key, definition=each.description, length=each.custom.get("length"),
        mask=str(each.custom.get("mask", "")), unit=str(each.custom.get("unit", "")),
    )


def _share(properties: tuple[Property, ...]) -> Any:
    """A resource is shared as its most guarded item; one that is not shared at all only makes it conditional."""
    return "unconditional" if all(each.share_level == "unconditional" for each in properties) else "conditional"


def _custom(contract: Contract, name: str, otherwise: str) -> Any:
    return contract.custom.get(name, otherwise)


def _cycle(cadence: str) -> Any:
    known = ("realtime", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "once")
    return cadence if cadence in known else "irregular"
