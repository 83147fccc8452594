"""Says values of resource forms in words: coded ones by name, lists in a line, items by what officials look for."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lingnan.catalogue import LABELS, Difference, label
from lingnan.hub.pages.resource_record import NO, YES
from lingnan.insight import DifferenceLine, Words

CODED: Final = {
    "share_type": "share_type", "open_type": "open_type", "share_level": "share_type", "update_cycle": "update_cycle", "share_way": "share_way",
    "format_class": "format_class", "origin": "origin", "theme": "theme", "format": "format", "level": "level",
}
CLASS_NAMES: Final = {
    "public": Words(zh="公开", en="Public"), "internal": Words(zh="内部", en="Internal"), "personal": Words(zh="个人信息", en="Personal"),
    "sensitive": Words(zh="敏感个人信息", en="Sensitive personal"),
}
HIDDEN: Final = ("contract_path",)
"""Fields of a form that say how this hub is set up, not what the resource is."""


def told(field: str, value: Any) -> Words | None:
    """A value of a field in both languages; None where there is nothing. `field` is as comparisons name it (`items.<name>.<field>`)."""
    if value is None or value in ("", [], {}):
        return None
    last = field.rpartition(".")[2]
    if isinstance(value, bool):
        return YES if value else NO
    if last == "classification" and isinstance(value, str):
        return CLASS_NAMES.get(value, _same(value))
    if last in CODED and isinstance(value, str):
        zh, en = label(CODED[last], value)
        return Words(zh=zh, en=en)
    if isinstance(value, Mapping):
        return _record(value)
    if isinstance(value, list | tuple):
        each = [told(last, one) or _same("—") for one in value]
        return Words(zh="、".join(one.text("zh") for one in each), en=", ".join(one.text("en") for one in each))
    return _same(str(value))


def difference_lines(found: Iterable[Difference]) -> tuple[DifferenceLine, ...]:
    """Differences in words, without what says only how this hub is set up."""
    return tuple(
        DifferenceLine(
            field=each.field, title=Words(zh=each.zh, en=each.en), kind=each.kind, before=told(each.field, each.before),
            after=told(each.field, each.after),
        )
        for each in found if each.field not in HIDDEN
    )


def _record(value: Mapping[str, Any]) -> Words:
    if "target" in value:
        zh, en = LABELS["relation"].get(str(value.get("kind")), ("", ""))
        return Words(zh=f"{zh} {value['target']}", en=f"{en} {value['target']}")
    shown = [told(name, value.get(name)) for name in ("zh", "name", "type", "length", "classification", "share_level", "id", "code")]
    kept = [one for one in shown if one is not None]
    return Words(zh=" · ".join(one.text("zh") for one in kept), en=" · ".join(one.text("en") for one in kept))


def _same(text: str) -> Words:
    return Words(zh=text, en=text)
