"""What a column seems to be, judged from its name, comment and profile: its data element and its class, each with its reason."""

import re
from collections.abc import Mapping
from typing import Any, Final, get_args

from lingnan.catalogue.inventory.shapes import ColumnSuggestion
from lingnan.catalogue.shapes import Classification
from lingnan.standards import data_elements, suggest_elements

CLASSES: tuple[str, ...] = get_args(Classification)
"""From the least guarded to the most."""
CONFIDENT = 0.6
"""From this score on an element's own class counts."""
_SEEN: Final = 20
"""Fewer filled values say nothing of what is not among them."""
_VALUES = ("minimum", "maximum", "mean", "quantiles", "top")

# Article 28 of the Personal Information Protection Law: biometrics, belief, specific identity, health, accounts, whereabouts, minors under 14.
_SENSITIVE = re.compile(
    r"身份证|证件号|公民身份|银行(?:卡|账)|卡号|密码|口令|指纹|面部|生物|宗教|信仰|病|诊断|症|药|残疾|健康|犯罪|前科|轨迹|收入|工资|儿童|幼儿"
    r"|sfz|idcard|id_card|passw|secret|finger|biometr|religio|diagnos|disease|illness|health|crime|criminal|bank_?(?:card|acc)|salary|trajectory",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"姓名|住址|家庭|电话|手机|邮箱|联系人|户籍|籍贯|出生|生日|学历|婚姻|监护|经办人|申请人|车牌|护照|微信"
    r"|(?:^|_)(?:xm|dh|sjh|lxr|lxdh|zz|jtzz|csrq|mobile|phone|tel|email|mail|birth\w*|home_addr\w*|wechat|passport|plate)(?:_|$)",
    re.IGNORECASE,
)
# Share of the values from which a column counts as holding them, the class they bring, and what they are called.
_CONTENT: Final = (
    ("citizen_number", 0.02, "sensitive", "公民身份号码", "citizen numbers"),
    ("phone", 0.3, "personal", "电话号码", "telephone numbers"),
    ("email", 0.3, "personal", "电子邮箱", "mail addresses"),
    ("plate", 0.3, "personal", "号牌号码", "number plates"),
    ("surname", 0.6, "personal", "姓名", "names of persons"),
    ("address", 0.3, "personal", "详细地址", "addresses"),
)


def suggest_column(name: str, comment: str, profile: Mapping[str, Any]) -> ColumnSuggestion:
    """The element and the class that fit best; of several signs of a class the most guarded wins. No class where nothing was seen or said."""
    shares = {key: float(share) for key, share in (profile.get("shares") or {}).items()}
    found = suggest_elements(name, comment, shares)
    best = found[0] if found else None
    free = _is_free_text(profile, shares)
    signs = [*_by_element(best), *_by_content(profile, shares), *_by_name(name, comment), *_by_free_text(free)]
    chosen = max(signs, key=lambda sign: CLASSES.index(sign[0]), default=None) or _by_nothing(profile)
    return ColumnSuggestion(
        element=best.element if best else "", score=round(best.score, 3) if best else 0.0, reasons=best.reasons if best else (),
        classification=chosen[0], zh=chosen[1], en=chosen[2], free_text=free,
    )


def without_values(profile: Mapping[str, Any]) -> dict[str, Any]:
    """A profile that keeps shapes and counts and no single value."""
    return {key: ("" if isinstance(value, str) else []) if key in _VALUES else value for key, value in profile.items()}


def may_keep_values(classification: str, free_text: bool) -> bool:
    """Whether values of a column of this class may stand in a profile; those of an unknown class may not."""
    return classification in ("public", "internal") and not free_text


Sign = tuple[Any, str, str]


def _by_element(best: Any) -> list[Sign]:
    if best is None or best.score < CONFIDENT:
        return []
    element = data_elements()[best.element]
    return [(element.classification, f"数据元“{element.zh}”的分类", f"the class of the element “{element.en}”")]


def _by_content(profile: Mapping[str, Any], shares: Mapping[str, float]) -> list[Sign]:
    found: list[Sign] = []
    for key, least, classification, zh, en in _CONTENT:
        share = shares.get(key, 0.0)
        # A place or a brand may begin like a surname; names of persons are short, and nearly none of them is a word of a code list.
        if share < least or (key == "surname" and _is_coded(profile, shares)):
            continue
        found.append((classification, f"{share:.0%} 的值是{zh}", f"{share:.0%} of the values are {en}"))
    return found


def _is_coded(profile: Mapping[str, Any], shares: Mapping[str, float]) -> bool:
    few = int(profile.get("distinct", 0)) < _SEEN
    return few or max((share for key, share in shares.items() if key in ("divisions", "nationalities", "themes")), default=0.0) > 0.5


def _by_name(name: str, comment: str) -> list[Sign]:
    for words, classification in ((_SENSITIVE, "sensitive"), (_PERSONAL, "personal")):
        if hit := words.search(comment) or words.search(name):
            return [(classification, f"名称或注释含“{hit[0]}”", f"name or comment say “{hit[0]}”")]
    return []


def _is_free_text(profile: Mapping[str, Any], shares: Mapping[str, float]) -> bool:
    mean, filled = float(profile.get("mean_length", 0)), int(profile.get("filled", 0))
    mostly = max((shares.get(key, 0.0) for key in ("citizen_number", "uscc", "number", "timestamp", "email", "address")), default=0.0)
    varied = int(profile.get("distinct", 0)) > 0.3 * filled
    return bool(filled) and mean >= 20 and varied and mostly < 0.5


def _by_free_text(free: bool) -> list[Sign]:
    return [("personal", "自由文本，可能写有个人信息，请核对", "free text, which may tell of persons; look before sharing")] if free else []


def _by_nothing(profile: Mapping[str, Any]) -> Sign:
    filled = int(profile.get("filled", 0))
    if filled < _SEEN:
        return ("", "值太少，无从判断", "too few values to judge by")
    return ("internal", f"抽查 {filled} 个值，未见个人信息", f"nothing personal among {filled} sampled values")
