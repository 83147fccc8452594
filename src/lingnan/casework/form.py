"""What is filled in: values checked strictly against the fields of a form, unknown fields refused, personal ones sealed when kept."""

import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from lingnan.base import BadInput
from lingnan.casework.flow import LONG_LIMIT, TEXT_LIMIT, FormField
from lingnan.casework.shapes import FactView, Vault
from lingnan.standards import IDENTIFIERS, data_elements
from lingnan.trust import mask_value

TABLE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
REFERENCE = re.compile(r"[A-Za-z0-9._:-]{1,80}")
HIDDEN_CHARACTERS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
SEALED = "sealed:"
USE = "casework.form"
Fault = tuple[str, str]


def read_form(fields: Sequence[FormField], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values in their normal form; BadInput names every field that is unknown, missing or wrong, with the reason in both languages."""
    by_name = {field.name: field for field in fields}
    faults: dict[str, Fault] = {
        str(name): ("表单没有这一项", "the form has no such field") for name in given if name not in by_name
    }
    values: dict[str, Any] = {}
    for name, field in by_name.items():
        value, fault = _read(field, given.get(name))
        if fault:
            faults[name] = fault
        elif value is not None:
            values[name] = value
    if faults:
        raise _refusal(faults, by_name)
    return values


def canonical(values: Mapping[str, Any]) -> str:
    """The values as one text, the same for the same values."""
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sealed(fields: Mapping[str, FormField], values: Mapping[str, Any], vault: Vault | None) -> dict[str, Any]:
    """The values as they are kept: personal and sensitive ones sealed where there is a vault."""
    if vault is None:
        return dict(values)
    return {
        name: SEALED + vault.seal(USE, json.dumps(value, ensure_ascii=False)) if is_personal(fields.get(name)) else value
        for name, value in values.items()
    }


def unsealed(values: Mapping[str, Any], vault: Vault | None) -> dict[str, Any]:
    """The values again."""
    return {name: _unsealed(value, vault) for name, value in values.items()}


def is_personal(field: FormField | None) -> bool:
    """Whether a field holds a person's information; one that is not known counts as such."""
    return field is None or field.classification in ("personal", "sensitive")


def fact_views(fields: Mapping[str, FormField], values: Mapping[str, Any], clear: frozenset[str]) -> list[FactView]:
    """The values in the order of the forms, masked unless their classification is among `clear`."""
    return [_view(field, values[name], field.classification in clear) for name, field in fields.items() if name in values]


def _view(field: FormField, value: Any, shown: bool) -> FactView:
    told = value if shown else mask_value(field.column, str(value))
    return FactView(
        name=field.name, zh=field.zh, en=field.en, type=field.type, value=told, classification=field.classification, masked=not shown
    )


def _unsealed(value: Any, vault: Vault | None) -> Any:
    if vault is None or not (isinstance(value, str) and value.startswith(SEALED)):
        return value
    return json.loads(vault.unseal(USE, value.removeprefix(SEALED)))


def _read(field: FormField, value: Any) -> tuple[Any, Fault | None]:
    """The value in its normal form, or why it is wrong."""
    if isinstance(value, str):
        value = unicodedata.normalize("NFC", value).strip()
    if value is None or value == "":
        return None, ("必填", "is required") if field.required else None
    return _READERS[field.type](field, value)


def _text(field: FormField, value: Any) -> tuple[Any, Fault | None]:
    limit = LONG_LIMIT if field.type == "long" else TEXT_LIMIT
    if not isinstance(value, str) or len(value) > limit:
        return None, (f"应为至多 {limit} 个字符的文本", f"must be a text of at most {limit} characters")
    allowed = "\n\t" if field.type == "long" else ""
    if any(unicodedata.category(each) in HIDDEN_CHARACTERS and each not in allowed for each in value):
        return None, ("含有不可见字符", "holds invisible characters")
    if field.pattern and not re.fullmatch(field.pattern, value):
        return None, (f"应符合格式 {field.pattern}", f"must have the form {field.pattern}")
    return _identified(field, value)


def _identified(field: FormField, value: str) -> tuple[Any, Fault | None]:
    identifier = data_elements()[field.element].identifier if field.element else None
    if identifier is None:
        return value, None
    kind = IDENTIFIERS[identifier]
    normal = kind.normal(value)
    reason = kind.check(normal)
    return (normal, None) if reason is None else (None, kind.reasons[reason])


def _choice(field: FormField, value: Any) -> tuple[Any, Fault | None]:
    codes = [choice.code for choice in field.choices]
    return (value, None) if value in codes else (None, (f"只能取：{'、'.join(codes)}", f"must be one of: {', '.join(codes)}"))


def _day(_field: FormField, value: Any) -> tuple[Any, Fault | None]:
    try:
        return date.fromisoformat(value).isoformat(), None
    except (TypeError, ValueError):
        return None, ("应为 2026-01-31 这样的日期", "must be a date such as 2026-01-31")


def _number(field: FormField, value: Any) -> tuple[Any, Fault | None]:
    wrong = ("应为数字", "must be a number")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None, wrong
    try:
        number = float(value)
    except ValueError:
        return None, wrong
    if not math.isfinite(number):
        return None, wrong
    if (field.minimum is not None and number < field.minimum) or (field.maximum is not None and number > field.maximum):
        low, high = _bound(field.minimum), _bound(field.maximum)
        return None, (f"应在 {low} 与 {high} 之间", f"must lie between {low} and {high}")
    return int(number) if number.is_integer() else number, None


def _table(_field: FormField, value: Any) -> tuple[Any, Fault | None]:
    good = isinstance(value, str) and len(value) <= TEXT_LIMIT and TABLE.fullmatch(value)
    return (value, None) if good else (None, ("应为“部门.表”", "must be “area.table”"))


def _reference(_field: FormField, value: Any) -> tuple[Any, Fault | None]:
    good = isinstance(value, str) and REFERENCE.fullmatch(value)
    return (value, None) if good else (None, ("应为编号", "must be an id"))


_READERS = {
    "text": _text, "long": _text, "choice": _choice, "date": _day, "number": _number, "table": _table,
    "organisation": _reference, "attachment": _reference,
}


def _bound(value: float | None) -> str:
    return "…" if value is None else f"{value:g}"


def _refusal(faults: Mapping[str, Fault], fields: Mapping[str, FormField]) -> BadInput:
    zh = "；".join(f"{fields[name].zh if name in fields else name}：{fault[0]}" for name, fault in faults.items())
    en = "; ".join(f"{fields[name].en if name in fields else name} {fault[1]}" for name, fault in faults.items())
    allowed = list(fields)
    return BadInput(
        f"表单有误：{zh}。可填项：{'、'.join(allowed) or '无'}。", f"The form is wrong: {en}. Fields: {', '.join(allowed) or 'none'}.",
        fields={name: {"zh": fault[0], "en": fault[1]} for name, fault in faults.items()}, allowed=allowed,
    )
