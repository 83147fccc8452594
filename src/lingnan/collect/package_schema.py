"""Checks the description of a table in a data package: field names, types, constraints, keys (Table Schema v1)."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lingnan.collect.shapes import Notice

TYPES = (
    "string", "number", "integer", "boolean", "object", "array", "date", "time", "datetime", "year", "yearmonth", "duration", "geopoint", "geojson",
    "any",
)
CONSTRAINTS = frozenset({"required", "unique", "minLength", "maxLength", "minimum", "maximum", "pattern", "enum"})


def fault(code: str, place: str, zh: str, en: str) -> Notice:
    """One fault at its place."""
    return Notice(code=code, zh=f"{place}：{zh}。", en=f"{place} {en}.")


def schema_faults(schema: dict[str, Any], place: str, resources: set[str] | None = None) -> Iterator[Notice]:
    """Every fault of one table's description."""
    fields = schema.get("fields")
    if not isinstance(fields, list):
        yield fault("no_fields", place, "缺少 fields 列表", "has no list `fields`")
        return
    names = [str(field.get("name", "")) for field in fields if isinstance(field, dict)]
    for name, count in Counter(names).items():
        if name and count > 1:
            yield fault("repeated_field", place, f"字段“{name}”重复", f"repeats the field “{name}”")
    for at, field in enumerate(fields):
        yield from _field_faults(field, f"{place}.fields[{at}]")
    yield from _key_faults(schema.get("primaryKey"), names, f"{place}.primaryKey")
    for at, key in enumerate(schema.get("foreignKeys") or []):
        yield from _foreign_key_faults(key, names, resources, f"{place}.foreignKeys[{at}]")


def _field_faults(field: Any, place: str) -> Iterator[Notice]:
    if not isinstance(field, dict):
        yield fault("not_a_field", place, "不是由键组成的字段说明", "is no description of a field")
        return
    if not field.get("name"):
        yield fault("no_name", place, "缺少 name", "has no `name`")
    if field.get("type", "any") not in TYPES:
        yield fault(
            "unknown_type", place, f"类型“{field.get('type')}”未知，允许：{'、'.join(TYPES)}",
            f"has the unknown type “{field.get('type')}”; allowed: {', '.join(TYPES)}",
        )
    constraints = field.get("constraints", {})
    if not isinstance(constraints, dict):
        yield fault("wrong_constraints", place, "constraints 应由键组成", "needs `constraints` as keys and values")
        return
    for name in sorted(set(constraints) - CONSTRAINTS):
        yield fault("unknown_constraint", place, f"约束“{name}”未知", f"has the unknown constraint “{name}”")


def _key_faults(key: Any, names: list[str], place: str) -> Iterator[Notice]:
    for name in [key] if isinstance(key, str) else key or []:
        if name not in names:
            yield fault("unknown_key_field", place, f"字段“{name}”不存在", f"names the field “{name}”, which does not exist")


def _foreign_key_faults(key: Any, names: list[str], resources: set[str] | None, place: str) -> Iterator[Notice]:
    if not isinstance(key, dict):
        yield fault("not_a_key", place, "不是由键组成的外键说明", "is no description of a foreign key")
        return
    yield from _key_faults(key.get("fields"), names, f"{place}.fields")
    reference = key.get("reference")
    if not isinstance(reference, dict) or "fields" not in reference:
        yield fault("no_reference", place, "缺少 reference.fields", "has no `reference.fields`")
        return
    if "resource" not in reference:
        yield fault("no_resource", place, "缺少 reference.resource", "has no `reference.resource`")
    elif resources is not None and reference["resource"] and reference["resource"] not in resources:
        yield fault(
            "unknown_resource", place, f"资源“{reference['resource']}”不存在",
            f"refers to the resource “{reference['resource']}”, which does not exist",
        )
    own, other = key.get("fields"), reference["fields"]
    if isinstance(own, str) != isinstance(other, str) or (isinstance(own, list) and len(own) != len(other)):
        yield fault("uneven_key", place, "fields 与 reference.fields 的个数不同", "has not as many `fields` as `reference.fields`")
