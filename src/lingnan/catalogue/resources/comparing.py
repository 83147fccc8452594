"""In what two versions of a resource differ, field by field and item by item; and how a change is laid upon a version that came between."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lingnan.catalogue.resources.shapes import Difference
from lingnan.catalogue.shapes import ResourceForm

NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "zh": ("名称", "Chinese name"), "en": ("英文名称", "English name"), "department": ("提供方", "Provider"), "system": ("业务系统", "System"),
    "category": ("主分类", "Main category"), "categories": ("其他分类", "Further categories"), "abstract_zh": ("摘要", "Abstract"),
    "abstract_en": ("英文摘要", "English abstract"), "theme": ("主题", "Theme"), "division": ("区划", "Division"), "format": ("格式", "Format"),
    "format_class": ("格式类别", "Format class"), "share_type": ("共享类型", "Share type"), "share_condition": ("共享条件", "Share condition"),
    "share_basis": ("共享依据", "Basis of sharing"), "share_way": ("共享方式", "Way of sharing"), "open_type": ("开放类型", "Open type"),
    "open_condition": ("开放条件", "Open condition"), "open_basis": ("开放依据", "Basis of opening"), "update_cycle": ("更新周期", "Update cycle"),
    "published_on": ("发布日期", "Publication date"), "origin": ("数据性质", "Origin"), "licence": ("许可", "Licence"), "source": ("来源", "Source"),
    "table": ("数据表", "Table"), "contract_version": ("契约版本", "Contract version"), "relations": ("关联资源", "Related resources"),
    "extension": ("扩展字段", "Extension field"), "items": ("信息项", "Items"), "type": ("数据类型", "Type"), "length": ("长度", "Length"),
    "element": ("数据元", "Data element"), "code_list": ("代码表", "Code list"), "classification": ("数据分级", "Classification"),
    "share_level": ("共享属性", "Share level"), "required": ("必填", "Required"), "key": ("主键", "Key"), "mask": ("脱敏", "Mask"),
    "unit": ("计量单位", "Unit"), "definition": ("定义", "Definition"), "code": ("代码", "Code"), "duties": ("职责", "Duties"),
}
_NESTED = ("department", "system", "extension")


def differences(before: ResourceForm, after: ResourceForm) -> tuple[Difference, ...]:
    """Everything in which two forms differ, in the order of the form; items by their names, then their order."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return tuple(found for name in new if name != "items" for found in _field(name, old[name], new[name])) + tuple(_items(old["items"], new["items"]))


def rebased(base: ResourceForm, mine: ResourceForm, theirs: ResourceForm) -> ResourceForm:
    """`mine`, drawn from `base`, upon `theirs`: what `mine` changed is as there, all else as in `theirs`; items likewise, by name."""
    old, wanted, now = (form.model_dump(mode="json") for form in (base, mine, theirs))
    merged = {name: now[name] if wanted[name] == old[name] else wanted[name] for name in now if name != "items"}
    return ResourceForm.model_validate({**merged, "items": _merged_items(old["items"], wanted["items"], now["items"])})


def _merged_items(old: list[Any], wanted: list[Any], now: list[Any]) -> list[Any]:
    before, mine, theirs = ({item["name"]: item for item in items} for items in (old, wanted, now))
    dropped = before.keys() - mine.keys()
    kept = [_merged(before.get(name, {}), mine.get(name), item) for name, item in theirs.items() if name not in dropped]
    return kept + [item for name, item in mine.items() if name not in theirs and name not in before]


def _merged(old: Mapping[str, Any], wanted: Mapping[str, Any] | None, now: Mapping[str, Any]) -> dict[str, Any]:
    if wanted is None:
        return dict(now)
    return {name: now[name] if wanted[name] == old.get(name, now[name]) else wanted[name] for name in now}


def _field(name: str, old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    if name in _NESTED and isinstance(old, Mapping) and isinstance(new, Mapping):
        for part in dict.fromkeys((*old, *new)):
            if old.get(part) != new.get(part):
                zh, en = _name(name)
                own_zh, own_en = _name(part)
                yield _difference(f"{name}.{part}", f"{zh}·{own_zh}", f"{en}: {own_en}", old.get(part), new.get(part))
        return
    yield _difference(name, *_name(name), old, new)


def _items(old: list[Any], new: list[Any]) -> Iterator[Difference]:
    before, after = ({item["name"]: item for item in items} for items in (old, new))
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        told = (other or one or {}).get("zh") or name
        if one is None or other is None:
            yield _difference(f"items.{name}", f"信息项“{told}”", f"Item {name}", one, other)
            continue
        for field in other:
            if one[field] != other[field]:
                zh, en = _name(field)
                yield _difference(f"items.{name}.{field}", f"信息项“{told}”·{zh}", f"Item {name}: {en}", one[field], other[field])
    common = [name for name in before if name in after]
    moved = [name for name in after if name in before]
    if common != moved:
        yield _difference("items", "信息项顺序", "Order of items", common, moved)


def _name(field: str) -> tuple[str, str]:
    return NAMES.get(field, (field, field))


def _difference(field: str, zh: str, en: str, before: Any, after: Any) -> Difference:
    kind = "added" if before in (None, "", [], {}) else "removed" if after in (None, "", [], {}) else "changed"
    return Difference.model_validate({"field": field, "zh": zh, "en": en, "kind": kind, "before": before, "after": after})
