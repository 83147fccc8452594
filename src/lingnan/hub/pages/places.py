"""The register of places: divisions with their history and standard addresses, all public."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from lingnan.base import Missing
from lingnan.hub.pages import standard_addresses
from lingnan.hub.pages.desk import Desk, offset_of
from lingnan.hub.pages.disputed import Marks
from lingnan.hub.pages.titles import division_words
from lingnan.insight import Fact, RegisterEntry, RegisterLine, RegisterPage, RegisterSheet, Value, Words
from lingnan.trust import Subject

DIVISIONS, ADDRESSES = "registers.divisions", "registers.addresses"
PAGE = 20
FOUND = {
    DIVISIONS: "select code as id, code as hint, max_by(full_name, coalesce(valid_from, date '0001-01-01')) as label, code as division from "
    f"{DIVISIONS} where code = $words or contains(full_name, $words) group by code",
    ADDRESSES: f"select address_id as id, address_id as hint, full_address as label, division from {ADDRESSES} "
    "where address_id = $words or contains(full_address, $words)",
}
TITLES = {
    "code": Words(zh="区划代码", en="Division code"), "name": Words(zh="名称", en="Name"), "parent": Words(zh="上级", en="Parent"),
    "level": Words(zh="级别", en="Level"), "valid_from": Words(zh="生效日", en="Valid from"), "valid_to": Words(zh="失效日", en="Valid to"),
    "successor": Words(zh="现行代码", en="Successor"),
}
CODES = ("parent", "successor")


def line(desk: Desk) -> RegisterLine:
    """The register of places with its size."""
    return RegisterLine(
        key="places", title=Words(zh="空间地理库", en="Places"), entries=desk.rows(DIVISIONS) + desk.rows(ADDRESSES), table=DIVISIONS,
        description=Words(zh="行政区划及其沿革、标准地址", en="Administrative divisions with their history, and standard addresses"),
        sources=(Words(zh="行政区划代码表", en="List of divisions"), desk.titles.department("ziran")),
    )


def search(desk: Desk, subject: Subject, words: str, cursor: str, among: Sequence[str] = (DIVISIONS, ADDRESSES)) -> RegisterPage:
    """Divisions first, then addresses, by code or part of the name; addresses alone where only they are asked for."""
    told = line(desk) if DIVISIONS in among else standard_addresses.line(desk)
    found, start = desk.present(among), offset_of(cursor)
    if not words or not found:
        return RegisterPage(register_line=told, words=words, total=None, items=())
    views = desk.views(subject, found)
    both = " union all ".join(f"select *, {place} as place from ({FOUND[table]})" for place, table in enumerate(found))
    with desk.hub.engine.session(views) as session:
        session.execute(f"create temp table found as {both}", {"words": words})
        total = session.query("select count(*) as n from found").to_pylist()[0]["n"]
        rows = session.query(f"select * from found order by place, length(id), id limit {PAGE} offset {start}").to_pylist()
    items = tuple(
        RegisterEntry(id=row["id"], label=row["label"] or row["id"], hint=row["hint"], division=division_words(row["division"])) for row in rows
    )
    more = start + PAGE < total
    return RegisterPage(register_line=told, words=words, total=total, items=items, next=str(start + PAGE) if more else None)


def entry(desk: Desk, subject: Subject, wanted: str, as_of: date | None, known_at: date | None) -> RegisterSheet:
    """One division as it was on a day with all its meanings, or one address; Missing when there is none."""
    day, known = as_of or desk.now().date(), known_at or desk.now().date()
    views = desk.views(subject, desk.present((DIVISIONS,)))
    sql = f"select * from {DIVISIONS} where code = $wanted order by valid_from"
    rows = desk.hub.engine.query(sql, views, {"wanted": wanted}).to_pylist() if views else []
    if rows:
        mark = Marks(desk, subject, [DIVISIONS]).of(DIVISIONS, wanted)
        sheet = _sheet(desk, wanted, rows, day, known)
        return sheet.model_copy(update={"disputed": (mark,) if mark else (), "dispute_table": DIVISIONS})
    try:
        return standard_addresses.entry(desk, subject, wanted, as_of, known_at)
    except Missing as problem:
        told = f"空间地理库中没有“{wanted}”。请按名称或代码检索。", f"Places has no “{wanted}”. Search by name or code."
        raise Missing(*told, entry=wanted) from problem


def _sheet(desk: Desk, wanted: str, rows: list[dict[str, Any]], day: date, known: date) -> RegisterSheet:
    holding = next((row for row in reversed(rows) if _holds(row, day)), None)
    source, begun = Words(zh="行政区划代码表", en="List of divisions"), desk.history(DIVISIONS)[-1].at
    label = (holding or rows[-1])["full_name"] or wanted
    return RegisterSheet(
        register_line=line(desk), id=wanted, label=label, origin=desk.titles.origin(DIVISIONS), as_of=day, known_at=known,
        changes=tuple(dict.fromkeys(change for row in rows for change in (row["valid_from"], row.get("valid_to")) if change)),
        values=tuple(_value(name, holding[name], source) for name in TITLES if holding and name in holding),
        facts=tuple(_fact(row, holding, source, begun) for row in rows),
    )


def _holds(row: dict[str, Any], day: date) -> bool:
    begun, ended = row["valid_from"], row.get("valid_to")
    return (begun is None or begun <= day) and (ended is None or day < ended)


def _value(name: str, value: Any, source: Words) -> Value:
    text = None if value is None else str(value)
    shown = division_words(text) if name in CODES else None
    return Value(name=name, title=TITLES[name], value=text, shown=shown, source=source, classification="public")


def _fact(row: dict[str, Any], holding: dict[str, Any] | None, source: Words, known_from: Any) -> Fact:
    return Fact(
        attribute=TITLES["name"], value=row["name"], source=source, batch="", position="", valid_from=row["valid_from"], known_from=known_from,
        known_to=None, survives=row is holding,
    )
