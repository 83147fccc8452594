"""Writes a contract as Open Data Contract Standard 3.1 YAML that reads back as the same contract."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from lingnan.standards.contracts.shapes import Contract, Property, Quality


def write_contract(contract: Contract, path: Path | None = None) -> str:
    """The contract's YAML text, also written to `path` when one is given."""
    text = yaml.dump(_document(contract), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=140)
    if path is not None:
        path.write_text(text, encoding="utf-8")
    return text


class _Dumper(yaml.SafeDumper):
    """No aliases, which the reader refuses."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _document(contract: Contract) -> dict[str, Any]:
    table = {
        "name": contract.table,
        "physicalName": contract.physical_name,
        "description": contract.description,
        "customProperties": _custom({"titleZh": contract.zh, "titleEn": contract.en, **contract.custom}),
        "properties": [_property(each) for each in contract.properties],
        "quality": [_quality(each) for each in contract.quality],
    }
    head = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": contract.id, "version": contract.version, "status": contract.status}
    return {**head, **_plain(contract.other), "schema": [{**_plain(contract.table_other), **_filled(table)}]}


def _property(each: Property) -> dict[str, Any]:
    custom = {
        "titleZh": each.zh, "titleEn": each.en, "dataElement": each.element, "codeList": each.code_list,
        "codeListEdition": each.code_list_edition, "shareLevel": each.share_level, "standardise": list(each.standardise) or None,
        "grade": each.grade if each.grade != "general" else None,
    }
    return {**_plain(each.other), **_filled({
        "name": each.name,
        "physicalName": each.source,
        "description": each.description,
        "logicalType": each.logical_type,
        "physicalType": each.physical_type,
        "required": each.required or None,
        "unique": each.unique or None,
        "primaryKey": each.primary_key or None,
        "classification": each.classification,
        "examples": list(each.examples),
        "customProperties": _custom({**{key: value for key, value in custom.items() if value is not None}, **each.custom}),
        "quality": [_quality(quality) for quality in each.quality],
    })}


def _quality(quality: Quality) -> dict[str, Any]:
    other = dict(quality.other)
    custom = {"titleZh": quality.zh, "titleEn": quality.en}
    if quality.kind == "custom" and quality.engine == "lingnan":
        content: dict[str, Any] = {"engine": "lingnan", "implementation": {"rule": quality.rule, **quality.args}}
    elif quality.kind == "custom":
        content = {"engine": quality.engine, **quality.args}
    else:
        content = {**({"metric": quality.rule} if quality.rule else {}), **quality.args}
    more = other.pop("customProperties", [])
    return {
        "id": quality.id, "type": quality.kind, **_plain(content), "dimension": quality.dimension, "severity": quality.severity,
        **_plain(other), "customProperties": [*_custom(custom), *more],
    }


def _custom(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"property": key, "value": _plain(value)} for key, value in values.items()]


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is absent; false and zero are there."""
    return {key: _plain(value) for key, value in values.items() if value is not None and value != "" and value != []}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
