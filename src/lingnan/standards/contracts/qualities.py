"""The quality section of a contract: the standard's metrics and queries, and the hub's own rules, with their arguments."""

from collections.abc import Mapping
from typing import Any

from lingnan.standards.contracts.arguments import Arguments
from lingnan.standards.contracts.queries import refusal
from lingnan.standards.contracts.rules import COLUMN_TYPES, METRIC_ARGUMENTS, METRICS, OPTIONS, RULES, SEVERITIES, UNITS_OF_COUNTS
from lingnan.standards.contracts.source import Path


class Qualities(Arguments):
    """The checks of every quality rule of a table and its columns."""

    reads_sql = True

    def _qualities(self, path: Path, node: Mapping[str, Any], column: str | None) -> None:
        for i, quality in enumerate(node.get("quality", ())):
            here = (*path, "quality", i)
            if "severity" in quality:
                self._one_of((*here, "severity"), ("严重程度", "severity"), quality["severity"], SEVERITIES)
            kind = quality.get("type", "library")
            if kind == "custom" and quality.get("engine") == "lingnan":
                self._rule(here, quality["implementation"], column)
            elif kind == "library":
                self._metric(here, quality, column)
            elif kind == "sql":
                self._query((*here, "query"), quality["query"], "number", column)
            self._operators(here, quality)

    def _operators(self, path: Path, quality: Mapping[str, Any]) -> None:
        for name in ("mustBeBetween", "mustNotBeBetween"):
            limits = quality.get(name)
            if limits and limits[0] > limits[1]:
                self._fault((*path, name), f"{name} 应先小后大。", f"{name} has the smaller number first.")
        for name in ("mustBe", "mustNotBe"):
            if name in quality and not isinstance(quality[name], int | float):
                self._fault((*path, name), f"{name} 的值须为数（或是、否）。", f"{name} must be a number, or true or false.")
        if "unit" in quality and quality.get("type", "library") == "library":
            self._one_of((*path, "unit"), ("单位", "unit"), quality["unit"], UNITS_OF_COUNTS)

    def _metric(self, path: Path, quality: Mapping[str, Any], column: str | None) -> None:
        metric, given = str(quality.get("metric")), quality.get("arguments") or {}
        self._one_of((*path, "metric"), ("指标", "metric"), metric, METRICS)
        if metric not in METRICS:
            return
        here, known = (*path, "arguments"), METRIC_ARGUMENTS[metric]
        for key, value in given.items():
            if key not in known:
                self._one_of((*here, key), (f"指标“{metric}”的参数", f"argument of metric “{metric}”"), key, known)
            elif key == "validValues":
                self._valid_values((*here, key), value, column or str(given.get("property", "")))
            else:
                self._argument((*here, key), key, value, known[key])
        if column is None and metric in ("nullValues", "missingValues", "invalidValues"):
            self._argument((*here, "property"), "property", given.get("property"), "column")
        if column is None and metric == "duplicateValues":
            self._argument((*here, "properties"), "properties", given.get("properties"), "columns")
        if metric == "invalidValues" and not set(given) - {"property"}:
            self._fault(here, "invalidValues 须有 validValues、pattern、minLength 或 maxLength。",
                        "invalidValues needs validValues, pattern, minLength or maxLength.")

    def _valid_values(self, path: Path, value: Any, column: str) -> None:
        if not isinstance(value, list) or not value:
            self._argument(path, "validValues", value or "", "values")
            return
        for each in value:
            if each is not None:
                self._comparable(path, "validValues", each, column)

    def _rule(self, path: Path, implementation: Any, column: str | None) -> None:
        here = (*path, "implementation")
        if not isinstance(implementation, dict) or "rule" not in implementation:
            self._fault(here, "须写成 {rule: 规则名, …}。", "Write {rule: name, …}.")
            return
        name = implementation["rule"]
        self._one_of((*here, "rule"), ("规则", "rule"), name, RULES)
        if not isinstance(name, str) or name not in RULES:
            return
        kind = RULES[name]
        known = {**kind.required, **kind.optional}
        given = {key: value for key, value in implementation.items() if key != "rule" and not (key == "of" and kind.of_column and column is None)}
        if kind.of_column and column is None:
            self._argument(here, "of", implementation.get("of"), "column")
        if name == "same_in" and column is None:
            self._argument((*here, "column"), "column", implementation.get("column"), "column")
        for key in sorted(kind.required.keys() - given.keys()):
            self._fault(here, f"规则“{name}”缺少参数“{key}”。", f"Rule “{name}” lacks its argument “{key}”.")
        asked = _ONE_OF.get(name)
        if asked and not set(asked) & set(given):
            self._fault(here, f"规则“{name}”须有 {' 或 '.join(asked)}。", f"Rule “{name}” needs {' or '.join(asked)}.")
        of = column or str(implementation.get("of", ""))
        for key, value in given.items():
            self._given((*here, key), name, key, value, known, of)
        self._column_types(here, name, {**given, "of": of})

    def _column_types(self, path: Path, name: str, given: Mapping[str, Any]) -> None:
        for key, allowed in COLUMN_TYPES.get(name, {}).items():
            for column in given[key] if isinstance(given.get(key), list) else [given.get(key)]:
                found = self.types.get(column) if isinstance(column, str) else None
                if found and found not in allowed:
                    self._fault(
                        (*path, key), f"规则“{name}”要求信息项“{column}”的逻辑类型为 {'、'.join(allowed)}，现为 {found}。",
                        f"Rule “{name}” asks for a property of logical type {' or '.join(allowed)}; “{column}” is {found}.",
                    )

    def _given(self, path: Path, name: str, key: str, value: Any, known: Mapping[str, str], of: str) -> None:
        if key not in known:
            self._one_of(path, (f"规则“{name}”的参数", f"argument of rule “{name}”"), key, known)
        elif known[key] in ("condition", "query"):
            self._query(path, value, known[key], None)
        elif name == "in_range" and key != "multiple_of":
            self._comparable(path, key, value, of)
        else:
            self._argument(path, key, value, known[key])

    def _query(self, path: Path, text: Any, kind: str, column: str | None) -> None:
        if not self.reads_sql:
            return
        said = refusal(text, kind, str(self.table["name"]), self.names, column)
        if said:
            self._fault(path, f"SQL 不可用：{said[0]}。", f"The SQL cannot be used: {said[1]}.")

    def _options(self, path: Path, each: Mapping[str, Any]) -> None:
        """The standard's logicalTypeOptions that the hub judges values by."""
        for key, value in (each.get("logicalTypeOptions") or {}).items():
            if OPTIONS.get(key) == "bound":
                self._comparable((*path, key), key, value, each["name"])
            elif key in OPTIONS:
                self._argument((*path, key), key, value, OPTIONS[key])


_ONE_OF = {
    "in_range": ("min", "max", "above", "below", "multiple_of"), "length": ("min", "max"), "fresh": ("days", "hours"), "retained": ("days", "hours"),
}
