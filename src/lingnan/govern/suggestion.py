"""Suggests a contract for data that came without one: data elements by header and by content, and the rules that follow from them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from lingnan.govern.files import GIVEN, Given
from lingnan.govern.rules.sentences import sentence
from lingnan.lake import ColumnProfile, profile_columns
from lingnan.standards import Contract, Property, Quality, data_elements

SAMPLE = 200_000
_MOSTLY, _NEARLY_ALL = 0.6, 0.95
_BY_CONTENT = ("citizen_number", "uscc", "phone")
_ASKED = {
    "citizen_number": "citizen_number", "uscc": "uscc", "phone": "phone", "division": "divisions", "sex": "sexes", "date": "date",
    "integer": "integer",
}
"""The element or form a column may be, and the share of its profile that tells."""
_KEY_ENDINGS = ("_no", "_id", "id", "no", "number", "编号", "号码", "号")


@dataclass(frozen=True)
class Seen:
    """What a sample says of one column: filled and different values, and the shares that fit each guess."""

    name: str
    is_text: bool
    filled: int
    distinct: int
    rows: int
    shares: Mapping[str, float]


def suggested_contract(given: Given) -> Contract:
    """A contract whose rules follow from what the columns seem to be; every guess stays a guess, so it says `suggested`."""
    names = [name for name in given.schema.names if not name.startswith("_")]
    profiles = profile_columns(given.session, GIVEN, names, sample=SAMPLE, shares=tuple(_ASKED.values())) if names else []
    columns = [_seen(profile) for profile in profiles]
    properties = tuple(_property(column, given) for column in columns)
    by_element = {each.element: each.name for each in properties if each.element}
    return Contract(
        id="suggested", version="0.0.0", status="draft", table=GIVEN, physical_name=GIVEN, zh="建议的契约", en="Suggested contract", description="",
        properties=properties, quality=(*_cross_rules(by_element), *_keys(columns)),
    )


def _seen(profile: ColumnProfile) -> Seen:
    shares = {name: profile.shares.get(asked, 0.0) for name, asked in _ASKED.items()} if profile.kind == "text" else {}
    return Seen(profile.name, profile.kind == "text", profile.filled, profile.distinct, profile.rows, shares)


def _property(column: Seen, given: Given) -> Property:
    element = _element(column, given.elements.get(column.name, ""))
    logical, physical = _types(column, element, given.schema.field(column.name).type)
    title = given.titles.get(column.name, column.name)
    facts = data_elements().get(element)
    severity = "warning" if column.rows and column.filled < column.rows else "error"
    required = column.rows > 0 and column.filled >= _NEARLY_ALL * column.rows
    zh, en = "基本都已填写，空值可疑", "nearly always filled in; a null is suspect"
    quality = (Quality(f"{column.name}_required", "library", "nullValues", {"mustBe": 0}, "completeness", severity, zh, en),)
    return Property(
        name=column.name, source=title, zh=title, en=column.name, logical_type=logical, physical_type=physical, element=element or None,
        code_list=facts.code_list if facts else None, code_list_edition=facts.code_list_edition if facts else None,
        standardise=() if facts else (("nfkc", "trim", "empty_to_null", *([logical] if logical != "string" else [])) if column.is_text else ()),
        quality=quality if required else (),
    )


def _element(column: Seen, by_header: str) -> str:
    best = max(("citizen_number", "uscc", "phone", "division", "sex"), key=lambda name: column.shares.get(name, 0))
    if column.shares.get(best, 0) >= _MOSTLY and not (best == "sex" and by_header not in ("", "sex")):
        return best if best != "sex" or by_header == "sex" or "sex" in column.name or "性" in column.name else by_header
    facts = data_elements().get(by_header)
    # A header that promises an identifier which the values mostly are not was a wrong guess.
    if facts and facts.identifier in _BY_CONTENT and column.shares.get(facts.identifier, 0) < 1 - _MOSTLY:
        return ""
    return by_header if facts and (facts.logical_type == "string" or not column.is_text or column.shares.get("date", 0) >= _MOSTLY) else ""


def _types(column: Seen, element: str, kind: pa.DataType) -> tuple[str, str]:
    if element and column.is_text:
        facts = data_elements()[element]
        return facts.logical_type, facts.physical_type
    if column.is_text:
        return ("date", "DATE") if column.shares.get("date", 0) >= _NEARLY_ALL else ("string", "VARCHAR")
    if pa.types.is_date(kind):
        return "date", "DATE"
    if pa.types.is_timestamp(kind):
        return "timestamp", "TIMESTAMPTZ"
    if pa.types.is_boolean(kind):
        return "boolean", "BOOLEAN"
    return ("integer", "BIGINT") if pa.types.is_integer(kind) else ("number", "DOUBLE")


def _cross_rules(by_element: Mapping[str, str]) -> Iterator[Quality]:
    number = by_element.get("citizen_number")
    if number and (birth := by_element.get("birth_date")):
        yield _agreeing("birth_matches_number", {"birth": birth, "number": number})
    if number and (sex := by_element.get("sex")):
        yield _agreeing("sex_matches_number", {"sex": sex, "number": number})


def _agreeing(rule: str, args: dict[str, str]) -> Quality:
    return Quality(rule, "custom", rule, args, "consistency", "error", *sentence(rule, args))


def _keys(columns: list[Seen]) -> Iterator[Quality]:
    for column in columns:
        named = column.name.lower().endswith(_KEY_ENDINGS)
        if named and column.filled and column.distinct >= _NEARLY_ALL * column.filled:
            yield Quality(
                f"{column.name}_duplicate_key", "custom", "duplicate_key", {"columns": [column.name]}, "uniqueness", "error",
                "几乎每行不同，重复可疑", "differs in nearly every row; a repetition is suspect",
            )
