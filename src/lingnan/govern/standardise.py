"""The standardise steps of a contract as SQL: each column's way from what was delivered to its typed, comparable value."""

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.base import BadInput
from lingnan.govern.rules.plan import Column, Join, Plan, Stage
from lingnan.govern.rules.quoting import literal
from lingnan.standards import (
    IDENTIFIERS,
    CodeList,
    Property,
    Vocabulary,
    amount_sql,
    date_sql,
    month_sql,
    normalise_sql,
    timestamp_sql,
)

DIVISIONS = "divisions"
_TRUE, _FALSE = ("是", "有", "真", "1", "true", "yes", "y", "t"), ("否", "无", "假", "0", "false", "no", "n", "f")


def steps_of(each: Property, vocabulary: Vocabulary) -> tuple[str | dict[str, Any], ...]:
    """The steps of a property: those of its data element first, then its own; a step stands once."""
    element = vocabulary.elements.get(each.element or "")
    steps = [*(element.standardise if element else ()), *each.standardise]
    return tuple(step for number, step in enumerate(steps) if step not in steps[:number])


def validity(codes: CodeList) -> pa.Table:
    """One row per code with its whole validity, under names that no column of a contract can have."""
    return codes.arrow().select(["code", "valid_from", "valid_to"]).rename_columns(["_code", "_from", "_to"])


def column_of(each: Property, number: int, delivered: pa.DataType | None, plan: Plan, today: str) -> Column:
    """The column's stages and conversion, given the type it stands in the landing table (None: it is not there)."""
    is_text = delivered is None or pa.types.is_string(delivered) or pa.types.is_large_string(delivered) or pa.types.is_null(delivered)
    stages: list[Stage] = []
    convert, changes = None, None
    for step in steps_of(each, plan.vocabulary):
        name, args = (step, {}) if isinstance(step, str) else next(iter(step.items()))
        if name in _CONVERSIONS:
            convert = _CONVERSIONS[name](each.physical_type, args) if is_text else None
            changes = _changed_by(name)
        elif is_text or name in ("code", "division"):
            stages.append(_stage(name, args, f"{each.name}_{len(stages)}", plan, today))
    return Column(
        name=each.name, number=number, physical=each.physical_type, delivered_type="text" if is_text else _engine_type(delivered),
        stages=tuple(stages), convert=convert, repaired=_repaired(each, is_text, bool(stages), changes, plan.vocabulary),
        keeps_old=any(stage.keeps_old for stage in stages),
    )


def _engine_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    names = {pa.date32(): "DATE", pa.int64(): "BIGINT", pa.int32(): "INTEGER", pa.float64(): "DOUBLE", pa.bool_(): "BOOLEAN"}
    return "TIMESTAMPTZ" if pa.types.is_timestamp(kind) and kind.tz else names.get(kind, str(kind))


def _stage(name: str, args: Mapping[str, Any], label: str, plan: Plan, today: str) -> Stage:
    if name in _TEXT:
        return Stage(_TEXT[name])
    if name in IDENTIFIERS:
        return Stage(IDENTIFIERS[name].normal_sql)
    if name == "replace":
        return Stage(_replacing(args["values"], plan))
    if name == "code":
        return _labels(plan.vocabulary.list_of(args["list"], args.get("edition")), args.get("from", "label_or_code"), label, plan)
    if name == "division":
        return _division(plan.vocabulary.list_of(args.get("list", DIVISIONS)), bool(args.get("keep_old", True)), label, plan, today)
    known = "、".join([*_TEXT, *IDENTIFIERS, *_CONVERSIONS, "replace", "code", "division"])
    raise BadInput(f"没有标准化步骤“{name}”。现有：{known}。", f"There is no standardise step “{name}”. There are: {known}.", step=name)


_TEXT: Mapping[str, Callable[[str], str]] = {
    "trim": lambda text: f"trim({text})",
    "nfkc": normalise_sql,
    "upper": lambda text: f"upper({text})",
    "empty_to_null": lambda text: f"nullif({text}, '')",
}


def _to_date(_physical: str, _args: Mapping[str, Any]) -> Callable[[str], str]:
    return date_sql


def _to_month(_physical: str, _args: Mapping[str, Any]) -> Callable[[str], str]:
    return month_sql


def _to_timestamp(_physical: str, _args: Mapping[str, Any]) -> Callable[[str], str]:
    return timestamp_sql


def _to_amount(physical: str, args: Mapping[str, Any]) -> Callable[[str], str]:
    return lambda text: f"try_cast({amount_sql(text, args.get('unit', '元'))} as {physical})"


def _to_number(physical: str, _args: Mapping[str, Any]) -> Callable[[str], str]:
    plain = "translate({0}, '０１２３４５６７８９．－，, 　', '0123456789.-')"  # thousands separators and spaces go
    # A cast to a whole number would round 1.5; what is no whole number must fail the type instead.
    whole = physical in ("BIGINT", "INTEGER")
    return lambda text: (
        f"case when regexp_full_match({text}, '-?[0-9]{{1,18}}') then try_cast({text} as {physical}) "
        f"when regexp_full_match({plain.format(text)}, '[-+]?[0-9]+{'(?:[.]0+)?' if whole else '(?:[.][0-9]*)?(?:[eE][-+]?[0-9]+)?'}') "
        f"then try_cast({plain.format(text)} as {physical}) end"
    )


def _to_boolean(_physical: str, _args: Mapping[str, Any]) -> Callable[[str], str]:
    true, false = (", ".join(map(literal, words)) for words in (_TRUE, _FALSE))
    return lambda text: f"case when lower(trim({text})) in ({true}) then true when lower(trim({text})) in ({false}) then false end"


_CONVERSIONS: Mapping[str, Callable[[str, Mapping[str, Any]], Callable[[str], str]]] = {
    "date": _to_date, "month": _to_month, "timestamp": _to_timestamp, "amount": _to_amount,
    "integer": _to_number, "number": _to_number, "boolean": _to_boolean,
}


def conversion_of(column: Column) -> str:
    """SQL that makes the typed value out of the standardised text (or the delivered typed value); null when it cannot."""
    if column.convert:
        return column.convert(column.text)
    if column.delivered_type == "text" and column.physical == "VARCHAR":
        return column.text
    kind = {"DATE": "date", "TIMESTAMPTZ": "timestamp", "BOOLEAN": "boolean"}.get(column.physical, "number")
    if column.delivered_type == "text":
        return _CONVERSIONS[kind](column.physical, {})(column.text)
    return column.text if column.as_delivered and column.physical != "VARCHAR" else f"try_cast({column.text} as {column.physical})"


def _changed_by(step: str) -> Callable[[str, str, str], str] | None:
    if step == "date":
        # GB/T 7408.1 writes a date 2026-11-20 or 20261120; reading either is no repair.
        return lambda delivered, _text, value: f"cast({value} as varchar) <> {delivered} and not regexp_full_match({delivered}, '[0-9]{{8}}')"
    if step in ("amount", "integer", "number"):
        return lambda delivered, _text, value: f"{value} is not null and not regexp_full_match({delivered}, '-?[0-9]+(?:[.][0-9]+)?')"
    return None


def _repaired(
    each: Property, is_text: bool, has_stages: bool, changes: Callable[[str, str, str], str] | None, vocabulary: Vocabulary
) -> Callable[[str, str, str], str] | None:
    """The condition under which a value counts as repaired: it is there, and standardising wrote it differently."""
    if not is_text:
        return None
    if changes or each.physical_type != "VARCHAR":
        return changes
    # A label turned into its code is a translation that the contract declares, no repair of what the office typed.
    if any(isinstance(step, dict) and "code" in step for step in steps_of(each, vocabulary)):
        return lambda delivered, text, _value: f"{text} <> {delivered} and {delivered} <> trim({delivered})"
    return (lambda delivered, text, _value: f"{text} <> {delivered}") if has_stages else None


def _replacing(values: Mapping[str, Any], plan: Plan) -> Callable[[str], str]:
    pairs = " ".join(f"when {plan.binder.bind(str(old))} then {_bound_or_null(new, plan)}" for old, new in values.items())
    return lambda text: f"case {text} {pairs} else {text} end"


def _bound_or_null(value: Any, plan: Plan) -> str:
    return "null" if value is None else plan.binder.bind(str(value))


def _labels(codes: CodeList, source: str, label: str, plan: Plan) -> Stage:
    if source == "code":
        return Stage(lambda text: text)
    pairs = [(word, code) for word, code in codes.label_to_code.items() if word not in codes]
    table = f"labels_{label}"
    plan.arrow[table] = pa.table({"_label": [word for word, _code in pairs], "_code": [code for _word, code in pairs]})
    return Stage(lambda text: f"coalesce({table}._code, {text})", lambda text: Join(table, table, f"{table}._label = {text}"))


def _division(codes: CodeList, keep_old: bool, label: str, plan: Plan, today: str) -> Stage:
    table = f"successors_{label}"
    every = codes.arrow()
    followed = every.select(["code", "valid_to", "successor"]).filter(pc.is_valid(every["successor"]))
    plan.arrow[table] = followed.rename_columns(["_code", "_to", "_successor"])
    # A county that was split has several successors; which one is meant cannot be seen from the code, so it stays.
    stale = f"{table}._to <= cast({today} as date)"
    return Stage(
        lambda text: f"case when {stale} then {table}._successor else {text} end",
        lambda text: Join(table, table, f"{table}._code = {text}"), keeps_old=keep_old,
    )
