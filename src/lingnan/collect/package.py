"""Checks data packages (Data Package and Table Schema v1): every fault of the description and of the data, not only the first."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.base import BadInput, LingnanError
from lingnan.collect.connectors.delimited import DelimitedReading
from lingnan.collect.connectors.json_file import parsed
from lingnan.collect.connectors.protocol import POSITION
from lingnan.collect.package_schema import fault, schema_faults
from lingnan.collect.rejects import REASONS, Rejects
from lingnan.collect.shapes import Notice, ReadOptions

PATTERNS = {
    "integer": r"^[+-]?\d+$", "number": r"^([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|NaN|-?INF)$",
    "boolean": r"^(true|True|TRUE|1|false|False|FALSE|0)$",
    "date": r"^\d{4}-\d{2}-\d{2}$", "datetime": r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?Z?$", "time": r"^\d{2}:\d{2}:\d{2}$",
    "year": r"^-?\d{4}$", "yearmonth": r"^\d{4}-\d{2}$",
}
_SCHEMA_KEYS = frozenset({"fields", "primaryKey", "foreignKeys", "missingValues", "$schema"})


def is_package(value: Any) -> bool:
    """Whether a JSON value describes a data package."""
    return isinstance(value, dict) and isinstance(value.get("resources"), list)


def is_table_schema(value: Any) -> bool:
    """Whether a JSON value is a table schema by itself."""
    return isinstance(value, dict) and isinstance(value.get("fields"), list) and set(value) <= _SCHEMA_KEYS


def descriptor(path: Path) -> Any:
    """The package or schema a JSON file describes; None when it is neither."""
    if path.suffix.lower() != ".json":
        return None
    try:
        value = parsed(path.read_bytes(), path.name)
    except BadInput:
        return None
    return value if is_package(value) or is_table_schema(value) else None


def package_faults(value: Any, folder: Path) -> list[Notice]:
    """Every fault of a described package whose files lie in `folder`; empty when it is right."""
    if is_table_schema(value):
        return list(schema_faults(value, "schema"))
    return [*_description_faults(value), *_content_faults(value, folder)]


def _description_faults(value: dict[str, Any]) -> Iterator[Notice]:
    resources = value["resources"]
    if not resources:
        yield fault("no_resources", "resources", "没有列出任何资源", "lists no resource")
    names = Counter(str(resource.get("name", "")) for resource in resources if isinstance(resource, dict))
    for at, resource in enumerate(resources):
        place = f"resources[{at}]"
        if not isinstance(resource, dict):
            yield fault("not_a_resource", place, "不是由键组成的资源说明", "is no description of a resource")
            continue
        name = resource.get("name")
        if not name:
            yield fault("no_name", place, "缺少 name", "has no `name`")
        elif names[str(name)] > 1:
            yield fault("repeated_name", place, f"name“{name}”重复", f"repeats the name “{name}”")
        if ("path" in resource) == ("data" in resource):
            yield fault("no_path", place, "应有 path 或 data 之一", "must have either `path` or `data`")
        if isinstance(resource.get("schema"), dict):
            yield from schema_faults(resource["schema"], f"{place}.schema", set(names))


def _content_faults(value: dict[str, Any], folder: Path) -> Iterator[Notice]:
    tables: dict[str, pa.Table] = {}
    for resource in value["resources"]:
        if not isinstance(resource, dict):
            continue
        for path in _paths(resource):
            pure = PurePosixPath(path)
            if pure.is_absolute() or ".." in pure.parts or "://" in path:
                yield fault("unsafe_path", path, "路径指向资源包之外", "leads outside the package")
            elif not (folder / path).is_file():
                yield fault("missing_file", path, "文件不存在", "does not exist")
            elif pure.suffix.lower() in (".csv", ".tsv", ".txt"):
                found = _TableCheck(folder / path, path, resource.get("schema") or {})
                yield from found.faults()
                tables.setdefault(str(resource.get("name")), found.table)
    yield from _reference_faults(value, tables)


def _paths(resource: dict[str, Any]) -> list[str]:
    path = resource.get("path")
    return [path] if isinstance(path, str) else [entry for entry in path or [] if isinstance(entry, str)]


class _TableCheck:
    """One delimited file against its schema."""

    def __init__(self, path: Path, name: str, schema: Any) -> None:
        self.path, self.name = path, name
        self.schema = schema if isinstance(schema, dict) else {}
        self.fields = [field for field in self.schema.get("fields") or [] if isinstance(field, dict) and field.get("name")]
        self.rejects = Rejects()
        self.table = pa.table({POSITION: pa.array([], pa.string())})

    def faults(self) -> Iterator[Notice]:
        """Blank and ragged rows, headers, types and constraints."""
        try:
            reading = DelimitedReading(self.path, self.name, ReadOptions(title_rows=0, header_rows=1, footer=0, unit_row=False))
            batches = list(reading.batches(self.rejects))
        except LingnanError as error:
            yield Notice(code="unreadable", zh=error.zh, en=error.en)
            return
        headers = [column.source for column in reading.columns]
        if batches:
            self.table = pa.Table.from_batches(batches).rename_columns([*headers, POSITION])
        yield from self._blank_rows()
        for position, reason in zip(self.rejects.positions, self.rejects.reasons, strict=True):
            yield fault(reason, position, *REASONS[reason])
        names = [str(field["name"]) for field in self.fields]
        if names and headers != names:
            yield fault("wrong_header", self.name, f"表头为 {headers}，说明中为 {names}", f"has the header {headers}, described as {names}")
        for field in self.fields:
            if field["name"] in self.table.column_names:
                yield from self._column_faults(field, self.table.column(str(field["name"])))
        yield from self._key_faults()

    def _blank_rows(self) -> Iterator[Notice]:
        lines = self.path.read_bytes().rstrip(b"\r\n").split(b"\n")
        for at in (at for at, line in enumerate(lines, start=1) if not line.strip(b"\r ,;\t")):
            yield fault("blank_row", f"{self.name}:{at}", "空行", "is blank")

    def _column_faults(self, field: dict[str, Any], values: pa.ChunkedArray) -> Iterator[Notice]:
        name, given = str(field["name"]), field.get("constraints")
        rules: dict[str, Any] = given if isinstance(given, dict) else {}
        missing = pa.array(["", *(str(text) for text in self.schema.get("missingValues") or [])])
        filled = pc.invert(pc.is_in(values, missing))
        pattern = PATTERNS.get(str(field.get("type", "string")))
        if pattern and field.get("format", "default") in ("default", "any"):
            yield from self._where(
                name, pc.and_(filled, pc.invert(pc.match_substring_regex(values, pattern))), values, "wrong_type", f"不是 {field['type']}",
                f"is no {field['type']}",
            )
        if rules.get("required"):
            yield from self._where(name, pc.invert(filled), values, "required", "必填而为空", "is required and empty")
        if isinstance(rules.get("pattern"), str):
            bad = pc.and_(filled, pc.invert(pc.match_substring_regex(values, f"^(?:{rules['pattern']})$")))
            yield from self._where(name, bad, values, "pattern", f"不符合 {rules['pattern']}", f"does not fit {rules['pattern']}")
        if isinstance(rules.get("enum"), list):
            bad = pc.and_(filled, pc.invert(pc.is_in(values, pa.array([str(entry) for entry in rules["enum"]], pa.string()))))
            yield from self._where(name, bad, values, "enum", f"不在 {rules['enum']} 之中", f"is not among {rules['enum']}")
        yield from self._bound_faults(name, rules, filled, values)
        if rules.get("unique"):
            yield from self._repeated([name], "unique")

    def _bound_faults(self, name: str, rules: dict[str, Any], filled: pa.ChunkedArray, values: pa.ChunkedArray) -> Iterator[Notice]:
        for rule, compare in (("minLength", pc.less), ("maxLength", pc.greater)):
            if isinstance(rules.get(rule), int):
                bad = pc.and_(filled, compare(pc.utf8_length(values), rules[rule]))
                yield from self._where(name, bad, values, rule, f"违反 {rule} {rules[rule]}", f"breaks {rule} {rules[rule]}")
        numeric = pc.match_substring_regex(values, PATTERNS["number"])
        for rule, compare in (("minimum", pc.less), ("maximum", pc.greater)):
            if isinstance(rules.get(rule), int | float | str) and re.fullmatch(r"[+-]?\d+(\.\d+)?", str(rules[rule])):
                numbers = pc.if_else(numeric, values, None).cast(pa.float64())
                bad = pc.fill_null(compare(numbers, float(rules[rule])), False)
                yield from self._where(name, bad, values, rule, f"违反 {rule} {rules[rule]}", f"breaks {rule} {rules[rule]}")

    def _where(self, name: str, bad: pa.ChunkedArray, values: pa.ChunkedArray, code: str, zh: str, en: str) -> Iterator[Notice]:
        for position, value in zip(self.table.column(POSITION).filter(bad).to_pylist(), values.filter(bad).to_pylist(), strict=True):
            yield fault(code, position, f"列 {name} 的值“{value}”{zh}", f"column {name}: “{value}” {en}")

    def _key_faults(self) -> Iterator[Notice]:
        key = self.schema.get("primaryKey")
        names = [key] if isinstance(key, str) else [str(name) for name in key or []]
        if names and set(names) <= set(self.table.column_names):
            yield from self._repeated(names, "primary_key")

    def _repeated(self, names: list[str], code: str) -> Iterator[Notice]:
        if not self.table.num_rows:
            return
        counts = self.table.group_by(names).aggregate([(POSITION, "count"), (POSITION, "min")]).to_pylist()
        for row in counts:
            if row[f"{POSITION}_count"] > 1:
                value = ", ".join(str(row[name]) for name in names)
                yield fault(code, row[f"{POSITION}_min"], f"键 {'、'.join(names)} 的值“{value}”重复", f"key {', '.join(names)}: “{value}” repeats")


def _reference_faults(value: dict[str, Any], tables: dict[str, pa.Table]) -> Iterator[Notice]:
    for resource in value["resources"]:
        schema = resource.get("schema") if isinstance(resource, dict) else None
        for key in (schema.get("foreignKeys") or []) if isinstance(schema, dict) else []:
            yield from _one_reference(resource, key, tables)


def _one_reference(resource: dict[str, Any], key: Any, tables: dict[str, pa.Table]) -> Iterator[Notice]:
    reference = key.get("reference") if isinstance(key, dict) else None
    if not isinstance(reference, dict):
        return
    own, other = tables.get(str(resource.get("name"))), tables.get(str(reference.get("resource") or resource.get("name")))
    fields, targets = ([entry] if isinstance(entry, str) else list(entry or []) for entry in (key.get("fields"), reference.get("fields")))
    if own is None or other is None or len(fields) != 1 or len(targets) != 1:
        return
    if fields[0] not in own.column_names or targets[0] not in other.column_names:
        return
    values = own.column(fields[0])
    bad = pc.and_(pc.not_equal(values, ""), pc.invert(pc.is_in(values, other.column(targets[0]).combine_chunks())))
    for position, text in zip(own.column(POSITION).filter(bad).to_pylist(), values.filter(bad).to_pylist(), strict=True):
        where = reference.get("resource") or resource.get("name")
        yield fault(
            "foreign_key", position, f"列 {fields[0]} 的值“{text}”在 {where} 中不存在", f"column {fields[0]}: “{text}” does not exist in {where}",
        )


def refused(name: str, faults: list[Notice]) -> BadInput:
    """The error that lists every fault of a package."""
    return BadInput(
        f"数据包 {name} 有 {len(faults)} 处错误：{' '.join(each.zh for each in faults)}请逐处更正后重新交付。",
        f"Data package {name} has {len(faults)} faults: {' '.join(each.en for each in faults)} Correct each and deliver again.",
        faults=[each.en for each in faults],
    )

