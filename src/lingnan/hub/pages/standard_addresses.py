"""The register of standard addresses: one address with every word about it, as it was true on a day by what was known on a day; all public."""

from datetime import date
from typing import Any

from lingnan.base import Missing
from lingnan.hub.pages.desk import Desk, end_of
from lingnan.hub.pages.disputed import Marks
from lingnan.hub.pages.titles import division_words
from lingnan.insight import Fact, RegisterLine, RegisterSheet, Value, Words
from lingnan.trust import Subject

ADDRESSES, WORDS = "registers.addresses", "registers.addresses_observations"
TITLES = {
    "full_address": Words(zh="标准地址", en="Standard address"), "division": Words(zh="区划", en="Division"),
    "township": Words(zh="乡镇街道", en="Township"), "road": Words(zh="道路", en="Road"), "number": Words(zh="门牌号", en="Number"),
}


def line(desk: Desk) -> RegisterLine:
    """The register of standard addresses with its size."""
    return RegisterLine(
        key="addresses", title=Words(zh="标准地址库", en="Standard addresses"), entries=desk.rows(ADDRESSES), table=ADDRESSES,
        description=Words(zh="从省到门牌号的标准地址及其沿革", en="Standard addresses from the province to the house number, with their history"),
        sources=(desk.titles.department("ziran"),), observations=desk.rows(WORDS),
    )


def entry(desk: Desk, subject: Subject, wanted: str, as_of: date | None, known_at: date | None) -> RegisterSheet:
    """One address by its number or id; on a day on which it did not stand it has its days and no values. Missing when nothing was known of it."""
    day, known = as_of or desk.now().date(), known_at or desk.now().date()
    rows = _held(desk, subject, wanted, known) if desk.version(WORDS) is not None else []
    if not rows:
        raise Missing(
            f"标准地址库中没有“{wanted}”。请按地址检索。", f"Standard addresses has no “{wanted}”. Search by the address.",
            register="addresses", entry=wanted,
        )
    holding = next((row for row in reversed(rows) if _holds(row, day)), None)
    number, source = str(rows[-1]["source_key"]), desk.titles.department("ziran")
    mark = Marks(desk, subject, [ADDRESSES]).of(ADDRESSES, number)
    return RegisterSheet(
        register_line=line(desk), id=number, label=(holding or rows[-1])["full_address"] or number, origin=desk.titles.origin(ADDRESSES),
        as_of=day, known_at=known, disputed=(mark,) if mark else (), dispute_table=ADDRESSES,
        changes=tuple(dict.fromkeys(each for row in rows for each in (row["valid_from"], row["valid_to"]) if each)),
        values=tuple(_value(name, holding[name], source) for name in TITLES if holding),
        facts=tuple(_fact(name, row, holding, source) for row in rows for name in TITLES if row[name] is not None),
    )


def _held(desk: Desk, subject: Subject, wanted: str, known: date) -> list[dict[str, Any]]:
    """The words that the hub held at the end of that day, the oldest first."""
    sql = (
        f"select * from {WORDS} where (source_key = $wanted or entry_id = $wanted) and known_from <= $known "
        "and (known_to is null or known_to > $known) order by valid_from, known_from"
    )
    rows: list[dict[str, Any]] = desk.hub.engine.query(
        sql, desk.views(subject, [WORDS]), {"wanted": wanted, "known": min(end_of(known), desk.now())}
    ).to_pylist()
    return rows


def _holds(row: dict[str, Any], day: date) -> bool:
    return (row["valid_from"] is None or row["valid_from"] <= day) and (row["valid_to"] is None or day < row["valid_to"])


def _value(name: str, value: str | None, source: Words) -> Value:
    return Value(
        name=name, title=TITLES[name], value=value, shown=division_words(value) if name == "division" else None, source=source,
        classification="public",
    )


def _fact(name: str, row: dict[str, Any], holding: dict[str, Any] | None, source: Words) -> Fact:
    return Fact(
        attribute=TITLES[name], value=row[name], source=source, batch="", position="", valid_from=row["valid_from"], known_from=row["known_from"],
        known_to=row["known_to"], survives=row is holding,
    )
