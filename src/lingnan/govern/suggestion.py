"""Suggests a contract for data that came without one: data elements by header and by content, and the rules that follow from them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from lingnan.govern.files import GIVEN, Given
from lingnan.govern.rules.quoting import quoted
from lingnan.govern.rules.sentences import sentence
from lingnan.govern.standardise import DIVISIONS, list_of, validity
from lingnan.standards import IDENTIFIERS, Contract, Property, Quality, data_elements, date_sql

SAMPLE = 200_000
_MOSTLY, _NEARLY_ALL = 0.6, 0.95
_BY_CONTENT = ("citizen_number", "uscc", "phone")
_DIGITS = "'-?[0-9]+'"
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
    columns = [_seen(given, field) for field in given.schema if not field.name.startswith("_")]
    properties = tuple(_property(column, given) for column in columns)
    by_element = {each.element: each.name for each in properties if each.element}
    return Contract(
        id="suggested", version="0.0.0", status="draft", table=GIVEN, physical_name=GIVEN, zh="建议的契约", en="Suggested contract", description="",
        properties=properties, quality=(*_cross_rules(by_element), *_keys(columns)),
    )


def _seen(given: Given, field: pa.Field) -> Seen:
    is_text = pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    column = quoted(field.name)
    asked = dict(_guesses(column)) if is_text else {}
    given.session.add_arrow("guessed_divisions", validity(list_of(DIVISIONS)))
    # Standards ask that identifier checks be projected first: inside an aggregate the engine would compute shared parts again.
    shown = ", ".join([column, *(f"({sql}) as {quoted('_' + name)}" for name, sql in asked.items())])
    sums = "".join(f", sum(case when {quoted('_' + name)} then 1 else 0 end) as {quoted(name)}" for name in asked)
    empty = f"{column} is not null and trim({column}) <> ''" if is_text else f"{column} is not null"
    sql = (
        f"select count(*) as _rows, count({column}) as _filled, count(distinct {column}) as _distinct{sums} from "
        f"(select {shown} from (select {column} from {GIVEN} limit {SAMPLE}) as sampled where {empty}) as judged"
    )
    row = given.session.query(sql).to_pylist()[0]
    filled = int(row["_filled"] or 0)
    shares = {name: (row[name] or 0) / filled for name in asked} if filled else {}
    rows = given.session.query(f"select count(*) as n from (select 1 from {GIVEN} limit {SAMPLE}) as sampled").column(0)[0].as_py()
    return Seen(field.name, is_text, filled, int(row["_distinct"] or 0), int(rows), shares)


def _guesses(column: str) -> Iterator[tuple[str, str]]:
    for kind in _BY_CONTENT:
        yield kind, IDENTIFIERS[kind].sql(f"({IDENTIFIERS[kind].normal_sql(column)})")
    yield "division", f"length({column}) = 6 and {column} in (select _code from guessed_divisions)"
    yield "sex", f"{column} in ('男', '女', '1', '2', '男性', '女性', 'M', 'F')"
    # A bare run of five digits also reads as a spreadsheet's serial date; such a column is a number here.
    yield "date", f"{date_sql(column)} is not null and not regexp_full_match({column}, '[0-9]{{1,7}}')"
    yield "integer", f"regexp_full_match({column}, {_DIGITS})"


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
