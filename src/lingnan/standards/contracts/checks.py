"""What the hub asks of a contract beyond the standard; every fault is noted, none is raised."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from lingnan.standards.contracts.qualities import Qualities
from lingnan.standards.contracts.rules import (
    ARGUMENT_STEPS,
    CLASSIFICATIONS,
    GRADES,
    PHYSICAL,
    PLAIN_STEPS,
    SHARE_LEVELS,
    SHARE_WAYS,
)
from lingnan.standards.contracts.source import Path

_NAME = r"[a-z][a-z0-9_]{0,62}"
_DECIMAL = re.compile(r"DECIMAL\((\d{1,2}), ?(\d{1,2})\)")
OUR_KEYS = ("titleZh", "titleEn", "dataElement", "codeList", "codeListEdition", "shareLevel", "grade", "standardise")
"""What the hub reads in the custom properties of a column."""
TABLE_KEYS = (
    "titleZh", "titleEn", "shareType", "shareCondition", "shareBasis", "shareWay", "openType", "openCondition", "openBasis", "formatClass", "theme",
    "categories", "publishedOn", "relatedResources", "extension", "ownOnly",
)
"""What the hub reads in those of a table."""


def custom_values(node: Mapping[str, Any]) -> dict[str, Any]:
    """The `customProperties` of a node as a mapping."""
    return {entry["property"]: entry["value"] for entry in node.get("customProperties", ())}


class Checks(Qualities):
    """The checks of one contract's table."""

    def run(self, *, sql: bool = True) -> None:
        """Note every fault of the table, those of its own SQL when asked."""
        self.reads_sql = sql
        here: Path = ("schema", 0)
        self._name(here, self.table["name"])
        if not self.names:
            self._fault((*here, "properties"), "没有任何信息项，请列出各列。", "There are no properties; list the columns.")
        for key in ("name", "physicalName"):
            self._twice(here, key)
        self._custom(here, self.table, TABLE_KEYS)
        custom = custom_values(self.table)
        for key, what, allowed in (
            ("shareType", ("共享类型", "share type"), SHARE_LEVELS), ("openType", ("开放类型", "open type"), SHARE_LEVELS),
            ("shareWay", ("共享方式", "way of sharing"), SHARE_WAYS),
        ):
            if key in custom:
                self._one_of(self._custom_path(here, self.table, key), what, custom[key], allowed)
        for i, each in enumerate(self.table.get("properties", ())):
            self._property((*here, "properties", i), each)
        self._qualities(here, self.table, None)

    def _name(self, path: Path, name: str) -> None:
        if not re.fullmatch(_NAME, name):
            self._fault(
                (*path, "name"), f"名称“{name}”须为小写字母开头的英文、数字和下划线，最长 63 个字符。",
                f"The name “{name}” must be lower-case letters, digits and underscores, begin with a letter and have at most 63 characters.",
            )

    def _twice(self, here: Path, key: str) -> None:
        seen: set[str] = set()
        for i, each in enumerate(self.table.get("properties", ())):
            value = each.get(key)
            if value is not None and value in seen:
                self._fault((*here, "properties", i, key), f"“{value}”已用于前面的信息项。", f"“{value}” is used by a property above.")
            seen.add(value)

    def _custom(self, path: Path, node: Mapping[str, Any], ours: tuple[str, ...] = OUR_KEYS) -> None:
        seen: set[str] = set()
        for i, entry in enumerate(node.get("customProperties", ())):
            key, here = entry["property"], (*path, "customProperties", i)
            if key in seen:
                self._fault(here, f"自定义键“{key}”重复。", f"The custom key “{key}” stands here twice.")
            if key not in ours and (near := get_close_matches(key, ours, 1, 0.85)):
                self._fault(here, f"自定义键“{key}”疑为“{near[0]}”之误。", f"The custom key “{key}” looks like “{near[0]}” misspelt.")
            seen.add(key)

    def _property(self, path: Path, each: Mapping[str, Any]) -> None:
        self._name(path, each["name"])
        self._types(path, each)
        self._custom(path, each)
        custom = custom_values(each)
        values: list[tuple[str, tuple[str, str], Callable[[], Any]]] = [
            ("dataElement", ("数据元", "data element"), lambda: self.vocabulary.elements),
            ("codeList", ("代码表", "code list"), lambda: self.vocabulary.lists),
            ("shareLevel", ("共享属性", "share level"), lambda: SHARE_LEVELS),
            ("grade", ("数据级别", "grade"), lambda: GRADES),
        ]
        for key, what, allowed in values:
            if key in custom:
                self._one_of(self._custom_path(path, each, key), what, custom[key], allowed())
        if "classification" in each:
            self._one_of((*path, "classification"), ("数据分级", "classification"), each["classification"], CLASSIFICATIONS)
        self._steps(self._custom_path(path, each, "standardise"), custom.get("standardise", []))
        self._options((*path, "logicalTypeOptions"), each)
        self._qualities(path, each, each["name"])

    @staticmethod
    def _custom_path(path: Path, node: Mapping[str, Any], key: str) -> Path:
        place = next((i for i, entry in enumerate(node.get("customProperties", ())) if entry["property"] == key), 0)
        return (*path, "customProperties", place, "value")

    def _types(self, path: Path, each: Mapping[str, Any]) -> None:
        custom = custom_values(each)
        logical = each.get("logicalType")
        if logical is None and "dataElement" not in custom:
            self._fault(path, "缺少 logicalType（或数据元）。", "logicalType (or a data element) is missing.")
        if logical is not None:
            self._one_of((*path, "logicalType"), ("逻辑类型", "logical type"), logical, PHYSICAL)
        physical = each.get("physicalType")
        if physical is None:
            return
        found = _DECIMAL.fullmatch(physical)
        kind = "DECIMAL" if found and 1 <= int(found[1]) <= 38 and int(found[2]) <= int(found[1]) else physical
        allowed = PHYSICAL.get(logical or "", tuple(kind for kinds in PHYSICAL.values() for kind in kinds))
        if kind not in allowed or physical == "DECIMAL":
            shown = [each if each != "DECIMAL" else "DECIMAL(18,2)" for each in allowed]
            self._fault(
                (*path, "physicalType"), f"列类型“{physical}”与逻辑类型“{logical}”不符，可用：{'、'.join(shown)}。",
                f"Column type “{physical}” does not fit logical type “{logical}”; use {', '.join(shown)}.",
            )

    def _steps(self, path: Path, steps: Any) -> None:
        if not isinstance(steps, list):
            self._fault(path, "standardise 须为列表。", "standardise must be a list.")
            return
        for i, step in enumerate(steps):
            name, args = (step, None) if isinstance(step, str) else next(iter(step.items()), ("", None)) if isinstance(step, dict) else ("", None)
            if isinstance(step, dict) and (len(step) != 1 or not isinstance(args, dict)):
                self._fault((*path, i), "带参数的步骤须写成 {步骤: {参数: 值}}。", "A step with arguments is written {step: {argument: value}}.")
                continue
            self._one_of((*path, i), ("标准化步骤", "standardise step"), name, PLAIN_STEPS if args is None else ARGUMENT_STEPS)
            for key, value in (args or {}).items():
                kinds = ARGUMENT_STEPS.get(name, {})
                self._one_of((*path, i), ("参数", "argument"), key, kinds)
                self._argument((*path, i), key, value, kinds.get(key, ""))
