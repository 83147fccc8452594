"""The key of a credit fact: subject, kind and document number in one text, as `91350100M000100Y43-02-粤罚〔2026〕1号`.

The subject is a legal entity by its unified social credit code. A fact about a natural person has no such key, so no register can hold it.
"""

from lingnan.standards.citizen import CITIZEN_NUMBER
from lingnan.standards.identifiers import Identifier, reasons
from lingnan.standards.organisations import USCC
from lingnan.standards.text import compact_sql, compact_text, literal

KINDS = ("01", "02", "03", "04", "05")
"""The codes of the list credit-fact-kinds."""
LONGEST = 64
"""Characters of a document number at the most."""

_BRACKETS = {"[": "〔", "]": "〕", "(": "〔", ")": "〕", "（": "〔", "）": "〕", "［": "〔", "］": "〕", "【": "〔", "】": "〕"}
_FOLDED = str.maketrans(_BRACKETS)


def _check(value: str) -> str | None:
    subject = value[:18]
    if not USCC.valid(subject):
        return "person" if CITIZEN_NUMBER.valid(subject) else "subject"
    if value[18:19] != "-" or value[19:21] not in KINDS:
        return "kind"
    return None if value[21:22] == "-" and 0 < len(value[22:]) <= LONGEST else "number"


def _normal(value: str) -> str:
    return compact_text(value).translate(_FOLDED)


def _sql(expr: str) -> str:
    marks = ", ".join(f"'-{kind}-'" for kind in KINDS)
    return f"least({USCC.sql(f'substr({expr}, 1, 18)')}, substr({expr}, 19, 4) in ({marks}), length({expr}) between 23 and {22 + LONGEST})"


def _normal_sql(expr: str) -> str:
    return f"translate({compact_sql(expr)}, {literal(''.join(_BRACKETS))}, {literal(''.join(_BRACKETS.values()))})"


def _refusal_sql(expr: str) -> str:
    return f"case when {CITIZEN_NUMBER.sql(f'substr({expr}, 1, 18)')} then 'person' else 'wrong' end"


CREDIT_FACT = Identifier(
    "credit_fact", "信用事实标识", "Key of a credit fact", "统一社会信用代码-事实种类-文书号",
    reasons(
        person=("主体是自然人；信用库只登记法人和其他组织", "the subject is a natural person; only legal entities are registered"),
        subject=("前 18 位不是有效的统一社会信用代码", "the first 18 characters are no valid unified social credit code"),
        kind=("第 20–21 位不是信用事实种类代码", "characters 20–21 are no kind of credit fact"),
        number=("文书号缺失或超过 64 个字符", "the document number is missing or longer than 64 characters"),
    ),
    _check, _normal, _sql, _normal_sql, _refusal_sql,
)
