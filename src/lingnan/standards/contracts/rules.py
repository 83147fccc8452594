"""The words a contract may use: standardise steps and Lingnan's quality rules with their arguments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

IDENTIFIER_KINDS = (
    "citizen_number", "uscc", "organisation_code", "phone", "plate", "person_name", "estate_unit", "city_component", "certificate_id", "credit_fact",
)

PLAIN_STEPS = (
    "trim", "nfkc", "upper", "empty_to_null", "date", "month", "timestamp", "amount", "integer", "number", "boolean", *IDENTIFIER_KINDS,
)
"""Steps that are a word alone."""

ARGUMENT_STEPS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "code": MappingProxyType({"list": "code_list", "from": "label_or_code", "edition": "text"}),
    "division": MappingProxyType({"keep_old": "flag", "list": "code_list"}),
    "amount": MappingProxyType({"unit": "unit"}),
    "replace": MappingProxyType({"values": "mapping"}),
})
"""Steps that are a word with arguments, and the kind of each argument."""


@dataclass(frozen=True)
class RuleKind:
    """One rule: its ODCS dimension, the kinds of its arguments, whether it judges one column or the row or table."""

    dimension: str
    zh: str
    en: str
    required: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    of_column: bool = False
    over_table: bool = False


RULES: Mapping[str, RuleKind] = MappingProxyType({
    "identifier": RuleKind(
        "conformity", "标识符合国家标准且校验码正确", "identifier fits its standard, check character included",
        {"kind": "identifier"}, of_column=True,
    ),
    "code_valid": RuleKind(
        "conformity", "代码在代码表中且当时有效", "code is in its list and valid at the time",
        {"list": "code_list"}, {"edition": "text", "at": "column?"}, of_column=True,
    ),
    "division_ever_existed": RuleKind(
        "conformity", "行政区划代码曾经存在", "division code has existed at some time", {}, {"list": "code_list"}, of_column=True,
    ),
    "division_current": RuleKind(
        "timeliness", "行政区划代码现行有效", "division code is in force", {}, {"list": "code_list"}, of_column=True,
    ),
    "in_range": RuleKind(
        "conformity", "数值在范围内", "value lies within the range", {},
        {"min": "scalar", "max": "scalar", "above": "scalar", "below": "scalar", "multiple_of": "limit"}, of_column=True,
    ),
    "pattern": RuleKind("conformity", "符合格式", "value fits the pattern", {"regex": "regex"}, of_column=True),
    "length": RuleKind(
        "conformity", "字符数在范围内", "number of characters lies within the range", {}, {"min": "count", "max": "count"}, of_column=True,
    ),
    "not_after": RuleKind("consistency", "不晚于给定日期", "not later than the given date", {"column": "column|today"}, of_column=True),
    "birth_matches_number": RuleKind(
        "consistency", "出生日期与公民身份号码一致", "birth date agrees with the citizen number", {"birth": "column", "number": "column"},
    ),
    "sex_matches_number": RuleKind(
        "consistency", "性别与公民身份号码一致", "sex agrees with the citizen number", {"sex": "column", "number": "column"},
    ),
    "before": RuleKind("consistency", "先后次序正确", "first does not come after second", {"first": "column", "second": "column"}),
    "duplicate_key": RuleKind("uniqueness", "键不重复", "key stands once", {"columns": "columns"}),
    "references": RuleKind(
        "consistency", "引用的记录存在", "what is referred to exists", {"table": "text", "column": "text"}, {"with": "own_keys"}, of_column=True,
    ),
    "sum_of_parts": RuleKind(
        "consistency", "分项之和等于总数", "parts add up to the whole", {"whole": "column", "parts": "columns"},
        {"tolerance": "limit", "tolerance_percent": "limit"},
    ),
    "rows_add_up": RuleKind(
        "consistency", "分项各行之和等于合计行", "rows of the parts add up to the row of the whole",
        {"value": "column", "by": "columns", "part": "column"},
        {"whole": "text", "tolerance": "limit", "tolerance_percent": "limit", "parts_required": "flag"},
    ),
    "never_falls": RuleKind(
        "consistency", "累计值不下降", "cumulative value never falls", {"series": "columns", "order": "column", "value": "column"},
        {"since_last_load": "flag"},
    ),
    "same_in": RuleKind(
        "accuracy", "与另一来源一致", "agrees with another source", {"table": "text", "key": "keys"}, {"column": "column", "other": "text"},
    ),
    "readable": RuleKind("accuracy", "没有乱码和自造字", "holds no broken or private characters", of_column=True),
    "holds": RuleKind("consistency", "条件成立", "condition holds", {"condition": "condition"}),
    "failing_rows": RuleKind("consistency", "不在查询选出的行中", "is not among the rows that the query selects", {"query": "query"}),
    "fresh": RuleKind(
        "timeliness", "最新数据足够新", "the newest value is recent enough", {}, {"column": "column", "days": "limit", "hours": "limit"},
        over_table=True,
    ),
    "retained": RuleKind(
        "timeliness", "未超过保存期限", "value is not older than it may be kept", {}, {"days": "limit", "hours": "limit"}, of_column=True,
    ),
    "volume": RuleKind(
        "coverage", "行数与以往各批相当", "as many rows as earlier loads had", {"change": "limit"}, {"loads": "number_of_loads"}, over_table=True,
    ),
    "drift": RuleKind(
        "consistency", "取值分布与上一批相当", "values are distributed as in the last load", {}, {"limit": "share"}, of_column=True, over_table=True,
    ),
})
"""Every rule that govern can run; one `over_table` judges the load as a whole, the others each row."""

_NUMBERS, _DAYS, _TEXT = ("integer", "number"), ("date", "timestamp"), ("string",)
COLUMN_TYPES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "sum_of_parts": {"whole": _NUMBERS, "parts": _NUMBERS}, "rows_add_up": {"value": _NUMBERS}, "not_after": {"of": _DAYS, "column": _DAYS},
    "birth_matches_number": {"birth": _DAYS, "number": _TEXT}, "sex_matches_number": {"sex": _TEXT, "number": _TEXT}, "identifier": {"of": _TEXT},
    "fresh": {"column": _DAYS}, "retained": {"of": _DAYS}, "code_valid": {"at": _DAYS},
})
"""Logical types that the columns of a rule must have, by argument; `of` is the rule's own column."""

DIMENSIONS = ("completeness", "uniqueness", "conformity", "consistency", "accuracy", "timeliness", "coverage")
SEVERITIES = ("error", "warning")

METRICS: Mapping[str, tuple[str, str, str]] = MappingProxyType({
    "nullValues": ("completeness", "空值", "null values"),
    "missingValues": ("completeness", "缺失值", "missing values"),
    "invalidValues": ("conformity", "无效值", "invalid values"),
    "duplicateValues": ("uniqueness", "重复值", "duplicate values"),
    "rowCount": ("completeness", "行数", "row count"),
})
"""The standard's own metrics: dimension, Chinese, English."""

METRIC_ARGUMENTS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "nullValues": MappingProxyType({"property": "column"}),
    "missingValues": MappingProxyType({"missingValues": "values", "property": "column"}),
    "invalidValues": MappingProxyType({
        "validValues": "values", "pattern": "regex", "minLength": "count", "maxLength": "count", "property": "column",
    }),
    "duplicateValues": MappingProxyType({"properties": "columns"}),
    "rowCount": MappingProxyType({}),
})
"""What each metric may be given; `property` names the column where the rule stands at the table."""

UNITS_OF_COUNTS = ("rows", "percent")

OPTIONS: Mapping[str, str] = MappingProxyType({
    "pattern": "regex", "minLength": "count", "maxLength": "count", "minimum": "bound", "maximum": "bound", "exclusiveMinimum": "bound",
    "exclusiveMaximum": "bound", "multipleOf": "limit",
})
"""The standard's logicalTypeOptions that are asked of every value."""

PHYSICAL: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "string": ("VARCHAR",),
    "date": ("DATE",),
    "timestamp": ("TIMESTAMPTZ",),
    "integer": ("BIGINT", "INTEGER"),
    "number": ("DOUBLE", "DECIMAL"),
    "boolean": ("BOOLEAN",),
})
"""Column types that may stand for each logical type; the first is taken when none is stated."""

CLASSIFICATIONS = ("public", "internal", "personal", "sensitive")
SHARE_LEVELS = ("unconditional", "conditional", "none")
SHARE_WAYS = ("database", "file", "service")
GRADES = ("general", "important", "core")
"""一般, 重要, 核心 (GB/T 43697-2024)."""
