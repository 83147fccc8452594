"""Says in both languages where written values do not fit their form, and what is allowed there."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from lingnan.base.errors import BadInput

Form = TypeVar("Form", bound=BaseModel)
_TEXT, _WHOLE, _NUMBER = ("应为文字", "must be a text"), ("应为整数", "must be a whole number"), ("应为数字", "must be a number")
_TRUTH, _DAY = ("应为 true 或 false", "must be true or false"), ("应为日期，如 2026-01-31", "must be a day, as 2026-01-31")
_LIST, _PAIRS = ("应为列表", "must be a list"), ("应由“键: 值”组成", "must hold `key: value` pairs")
_ONE_OF = ("应为 {expected}", "must be {expected}")
_SAID = {
    "missing": ("缺少此项", "is missing"), "string_type": _TEXT, "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": _WHOLE,
    "float_type": _NUMBER, "float_parsing": _NUMBER, "decimal_type": _NUMBER, "decimal_parsing": _NUMBER, "bool_type": _TRUTH, "bool_parsing": _TRUTH,
    "date_type": _DAY, "date_parsing": _DAY, "date_from_datetime_parsing": _DAY, "date_from_datetime_inexact": _DAY,
    "list_type": _LIST, "tuple_type": _LIST, "dict_type": _PAIRS, "model_type": _PAIRS, "model_attributes_type": _PAIRS,
    "literal_error": _ONE_OF, "enum": _ONE_OF, "string_pattern_mismatch": ("应符合 {pattern}", "must match {pattern}"),
    "union_tag_invalid": ("没有 {tag} 这一种，可用 {expected_tags}", "there is no kind {tag}, allowed are {expected_tags}"),
    "union_tag_not_found": ("缺少键 {discriminator}", "lacks the key {discriminator}"),
    "which_kind": ("应有其中一个键：{expected}", "must have one of the keys {expected}"),
    "too_short": ("至少要有 {min_length} 项", "needs at least {min_length}"), "too_long": ("最多 {max_length} 项", "may have at most {max_length}"),
    "string_too_short": ("至少 {min_length} 个字符", "needs at least {min_length} characters"),
    "string_too_long": ("最多 {max_length} 个字符", "may have at most {max_length} characters"),
    "greater_than": ("应大于 {gt}", "must be above {gt}"), "greater_than_equal": ("应不小于 {ge}", "must be at least {ge}"),
    "less_than": ("应小于 {lt}", "must be below {lt}"), "less_than_equal": ("应不大于 {le}", "must be at most {le}"),
}
"""By pydantic's kind of fault; of any other its own English words are told."""


class Misfit(NamedTuple):
    """One fault: its place in what was written, and what is wrong there or allowed."""

    place: str
    zh: str
    en: str


def fitted(form: type[Form], values: Any) -> Form:
    """Values as a form's; BadInput tells every fault by its place."""
    try:
        return form.model_validate(values)
    except ValidationError as error:
        zh, en = misfits_told(form_misfits(error, form))
        raise BadInput(zh, en) from error


def form_misfits(error: ValidationError, form: Any) -> list[Misfit]:
    """Every fault that was found, in both languages; the form is a model or several of which one was meant."""
    return [_told(fault, _models(form)) for fault in error.errors(include_url=False)]


def misfits_told(misfits: Iterable[Misfit]) -> tuple[str, str]:
    """All of them as one line in Chinese and one in English."""
    told = list(misfits)
    return "；".join(f"{each.place}：{each.zh}" for each in told), "; ".join(f"{each.place}: {each.en}" for each in told)


def _told(fault: Mapping[str, Any], forms: list[type[BaseModel]]) -> Misfit:
    *above, last = fault["loc"] or ("-",)
    shown, models = _within(forms, above)
    place = ".".join(map(str, (*shown, *(() if _is_class(last, models) else (last,))))) or "-"
    if fault["type"] == "extra_forbidden":
        allowed = sorted({each.alias or name for model in models for name, each in model.model_fields.items()})
        return Misfit(place, f"没有这个键，可用 {'、'.join(allowed)}", f"no such key, allowed are {', '.join(allowed)}")
    facts = fault.get("ctx", {})
    zh, en = _SAID.get(fault["type"], (fault["msg"].removeprefix("Value error, "),) * 2)
    if fault["type"] in _SAID:
        zh, en = zh.format(**{key: str(value).replace(" or ", "、") for key, value in facts.items()}), en.format(**facts)
    return Misfit(place, zh, en)


def _within(models: list[type[BaseModel]], places: Iterable[Any]) -> tuple[list[Any], list[type[BaseModel]]]:
    """The places as a writer knows them, without the names of forms among which a value was tried, and the forms that stand at the last."""
    shown = []
    for place in places:
        if _is_class(place, models):
            models = [each for each in models if each.__name__ == place]
            continue
        shown.append(place)
        models = [inner for each in models for inner in _named(each, place)] or models
    return shown, models


def _is_class(place: Any, models: Iterable[type[BaseModel]]) -> bool:
    return any(each.__name__ == place for each in models)


def _named(model: type[BaseModel], place: Any) -> list[type[BaseModel]]:
    return next((_models(each.annotation) for name, each in model.model_fields.items() if place in (name, each.alias)), [])


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models(part)]
