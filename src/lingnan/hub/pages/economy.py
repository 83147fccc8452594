"""The register of the economy: indicator series and their values as known on a day, all public."""

from datetime import date
from decimal import Decimal
from typing import Any

from lingnan.base import Missing
from lingnan.hub.pages.desk import Desk, cell, end_of, offset_of
from lingnan.hub.pages.titles import division_words
from lingnan.insight import Grid, GridColumn, Origin, RegisterEntry, RegisterLine, RegisterPage, RegisterSheet, Value, Words
from lingnan.trust import Subject

SERIES, VALUES = "registers.series", "registers.series_values"
PAGE = 20
TITLES = {
    "title": Words(zh="指标", en="Indicator"), "unit": Words(zh="单位", en="Unit"), "division": Words(zh="区划", en="Division"),
    "frequency": Words(zh="频率", en="Frequency"), "first_period": Words(zh="最早时期", en="First period"),
    "last_period": Words(zh="最新时期", en="Last period"), "points": Words(zh="数据点", en="Points"),
    "last_value": Words(zh="最新值", en="Latest value"),
}
SHOWN = {
    "period": Words(zh="时期", en="Period"), "value": Words(zh="数值", en="Value"), "source_table": Words(zh="来源表", en="Source table"),
    "known_from": Words(zh="获知时间", en="Known since"),
}


def line(desk: Desk) -> RegisterLine:
    """The register of the economy with its size."""
    commit = desk.commit(SERIES)
    departments = dict.fromkeys(table.split(".")[0] for table in (commit.inputs if commit else {}) if desk.titles.feed(table))
    return RegisterLine(
        key="economy", title=Words(zh="宏观经济库", en="Economy"), entries=desk.rows(SERIES), table=SERIES, observations=desk.rows(VALUES),
        description=Words(zh="各部门的统计指标序列，修订前后的数值都保留", en="Indicator series of all departments, revised values kept"),
        sources=tuple(desk.titles.department(each) for each in departments),
    )


def search(desk: Desk, subject: Subject, words: str, cursor: str) -> RegisterPage:
    """Series by words that all stand in indicator, unit or the division's name."""
    start = offset_of(cursor)
    if not words or desk.version(SERIES) is None:
        return RegisterPage(register_line=line(desk), words=words, total=None, items=())
    view = desk.views(subject, [SERIES])[SERIES]
    # The register is some thousand series, the names of divisions are in the code list: found here rather than joined.
    held = desk.answer(f"select series_id, title, unit, division, first_period, last_period from {SERIES} order by title, division", {SERIES: view})
    asked = words.casefold().split()
    found = [(row, place) for row in held if all(word in _text(row, place := division_words(row["division"])) for word in asked)]
    items = tuple(
        RegisterEntry(
            id=row["series_id"], label=row["title"], hint=f"{row['unit'] or ''} {row['first_period']}–{row['last_period']}".strip(), division=place,
        )
        for row, place in found[start : start + PAGE]
    )
    more = start + PAGE < len(found)
    return RegisterPage(register_line=line(desk), words=words, total=len(found), items=items, next=str(start + PAGE) if more else None)


def _text(row: dict[str, Any], place: Words | None) -> str:
    parts = (row["series_id"], row["title"], row["unit"], row["division"], place.zh if place else "", place.en if place else "")
    return " ".join(part for part in parts if part).casefold()


def entry(desk: Desk, subject: Subject, wanted: str, as_of: date | None, known_at: date | None) -> RegisterSheet:
    """One series with its values as known on a day, those of periods up to `as_of`; Missing when there is none."""
    tables = desk.present((SERIES, VALUES))
    views = desk.views(subject, tables)
    day, known = as_of or desk.now().date(), known_at or desk.now().date()
    rows, values = [], []
    if len(tables) == len((SERIES, VALUES)):
        with desk.hub.engine.session(views) as session:
            rows = session.query(f"select * from {SERIES} where series_id = $wanted", {"wanted": wanted}).to_pylist()
            values = session.query(
                f"select {', '.join(SHOWN)} from {VALUES} where entry_id = $wanted and known_from < $known "
                "and (known_to is null or known_to >= $known) and left(period, 4) <= $year order by period desc",
                {"wanted": wanted, "known": end_of(known), "year": f"{day.year:04d}"},
            ).to_pylist()
    if not rows:
        raise Missing(
            f"宏观经济库中没有序列 {wanted}。请按指标名称检索。", f"Economy has no series {wanted}. Search by the indicator's name.", entry=wanted
        )
    return _sheet(desk, rows[0], values, day, known)


def _sheet(desk: Desk, row: dict[str, Any], values: list[dict[str, Any]], day: date, known: date) -> RegisterSheet:
    origins = {desk.titles.origin(table) for table in str(row["sources"] or "").split(", ")}
    origin: Origin = "made" if "made" in origins else "real" if origins == {"real"} else "derived"
    columns = tuple(GridColumn(name=name, title=title, type="", classification="public") for name, title in SHOWN.items())
    grid = Grid(
        table=VALUES, columns=columns, total=len(values), origin=origin,
        rows=tuple(tuple(cell(one[name]) for name in SHOWN) for one in values),
    )
    told = tuple(_value(desk, name, row) for name in TITLES)
    return RegisterSheet(
        register_line=line(desk), id=row["series_id"], label=row["title"], origin=origin, as_of=day, known_at=known, changes=(), values=told,
        facts=(), series=grid,
    )


def _value(desk: Desk, name: str, row: dict[str, Any]) -> Value:
    value = row[name]
    text = None if value is None else format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)
    source = desk.titles.department(str(row["sources"] or "").split(".")[0])
    shown = division_words(text) if name == "division" else None
    return Value(name=name, title=TITLES[name], value=text, shown=shown, source=source, classification="public")
