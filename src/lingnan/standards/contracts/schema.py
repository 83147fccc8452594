"""The Open Data Contract Standard's own JSON schema, and its objections in sentences."""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from lingnan.standards.contracts.source import Source

_SCHEMA = Path(__file__).parent.parent / "data" / "odcs-json-schema-v3.1.0.json"
_UNKNOWN = ("unevaluatedProperties", "additionalProperties")
_TYPES = {"string": "文本", "object": "键值表", "array": "列表", "boolean": "是或否", "integer": "整数", "number": "数", "null": "空"}


@cache
def _schema() -> Any:
    return json.loads(_SCHEMA.read_text(encoding="utf-8"))


@cache
def _quick() -> Any:
    """Says in a hundredth of the time whether there is any objection; which one and where, the other validator says better."""
    from jsonschema_rs import Draft201909Validator

    return Draft201909Validator(_schema())


@cache
def _validator() -> Any:
    from jsonschema import Draft201909Validator

    return Draft201909Validator(_schema())


def _sound(values: Any) -> bool:
    try:
        return bool(_quick().is_valid(values))
    except (TypeError, ValueError):
        # YAML knows values that JSON does not, such as dates.
        return False


def check_schema(source: Source) -> None:
    """Note in the source every objection of the standard's schema."""
    if _sound(source.values):
        return
    leaves = list(_leaves(_validator().iter_errors(source.values)))
    places = {tuple(error.absolute_path) for error in leaves if error.validator not in _UNKNOWN}
    noted = set()
    for error in leaves:
        path = tuple(error.absolute_path)
        # A part that fails leaves its keys “unevaluated”; only the failure itself helps the writer.
        if error.validator in _UNKNOWN and any(place[: len(path)] == path for place in places):
            continue
        zh, en = _sentence(error)
        if (path, en) not in noted:
            source.fault(path, zh, en)
        noted.add((path, en))


def _leaves(errors: Iterable[Any]) -> Iterable[Any]:
    """The objections themselves: of alternatives, those of the best-fitting one; a key is unknown only where all else is right."""
    from jsonschema.exceptions import best_match

    for error in errors:
        if error.context:
            yield best_match([error])
        else:
            yield error


def _sentence(error: Any) -> tuple[str, str]:
    value, wanted = error.instance, error.validator_value
    match error.validator:
        case "required":
            name = error.message.split("'")[1]
            return f"缺少必填键“{name}”。", f"The required key “{name}” is missing."
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else list(wanted)
            return (
                f"值 {_short(value)} 须为{'或'.join(_TYPES.get(kind, kind) for kind in kinds)}（文本请加引号）。",
                f"The value {_short(value)} must be {' or '.join(kinds)} (put texts in quotes).",
            )
        case "enum":
            names = list(map(str, wanted))
            return f"值 {_short(value)} 不在允许之列：{'、'.join(names)}。", f"The value {_short(value)} is not one of {', '.join(names)}."
        case "unevaluatedProperties" | "additionalProperties":
            names = re.findall(r"'([^']*)'", error.message)
            return f"有标准不认识的键：{'、'.join(names)}。", f"The standard does not know: {', '.join(names)}."
    return f"不合标准：{error.message}", f"Against the standard: {error.message}"


def _short(value: object) -> str:
    text = str(value)
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"
