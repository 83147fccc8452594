"""The cockpit and a city: figures summed up by the last build, with the addresses of what they count."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from lingnan.base import Missing, Refused
from lingnan.govern import DIMENSIONS
from lingnan.hub.pages import loads
from lingnan.hub.pages.builds import last_line
from lingnan.hub.pages.desk import Desk, percent
from lingnan.insight import (
    FIGURE_TABLES,
    Chart,
    CitySheet,
    Cockpit,
    CountyLine,
    Figure,
    MapLayer,
    Series,
    Words,
)
from lingnan.insight.cockpit import Unit
from lingnan.standards import code_list
from lingnan.trust import Subject

CITY, COUNTY, DEPARTMENT, DIMENSION = FIGURE_TABLES
LAYERS: tuple[tuple[str, str, Words, Unit], ...] = (
    ("people", "people", Words(zh="人口", en="People"), "people"),
    ("entities", "entities", Words(zh="法人", en="Legal entities"), "entities"),
    ("cases", "cases", Words(zh="政务服务办件", en="Service cases"), "rows"),
    ("quality", "score", Words(zh="数据通过率", en="Share of rows accepted"), "percent"),
)
COLUMNS = {"accepted": "accepted", "quarantined": "quarantined", "people": "entry_id", "entities": "entry_id", "quality": "score"}
"""The column of a figure's table that its lineage begins with."""
_KNOWN = {
    "people": ("registers.people", "/registers/people"), "entities": ("registers.entities", "/registers/entities"),
    "cases": ("zhengwu.service_case", "/catalogue/zhengwu.service_case"), "quality": (CITY, "/tables/insight/city_figures"),
}


def cockpit(desk: Desk, subject: Subject) -> Cockpit:
    """The hub at a glance; a hub without a build has no figures yet."""
    rows = {table: _all(desk, subject, table) for table in FIGURE_TABLES}
    return Cockpit(
        as_of=desk.now(), made=desk.titles.made, figures=_figures(desk, rows) if rows[DEPARTMENT] else (),
        layers=layers(rows[CITY]), charts=(*_by_department(desk, rows[DEPARTMENT]), *_by_dimension(rows[DIMENSION])),
        loads=loads.freshest(desk), build=last_line(desk),
    )


def _all(desk: Desk, subject: Subject, table: str) -> list[dict[str, Any]]:
    """All rows of one figure table; none before the first build, and none where a figure is closed to the subject."""
    found = desk.present([table])
    try:
        return desk.answer(f"select * from {table}", desk.views(subject, found)) if found else []
    except Refused:
        return []


def _figures(desk: Desk, rows: dict[str, list[dict[str, Any]]]) -> tuple[Figure, ...]:
    held = desk.hub.catalogue.summary()
    accepted, quarantined = _sum(rows[DEPARTMENT], "accepted"), _sum(rows[DEPARTMENT], "quarantined")
    share = percent(100 * quarantined / max(accepted + quarantined, 1))
    scores = [row["score"] for row in rows[DIMENSION]]
    figures = [
        _figure("departments", "部门", "Departments", held.departments, "/departments", note=(f"{held.systems} 个系统", f"{held.systems} systems")),
        _figure("resources", "信息资源", "Resources", held.resources, "/catalogue", note=(f"{held.items} 个信息项", f"{held.items} items")),
        _figure("tables", "数据表", "Tables", len(desk.hub.lake.tables()), "/catalogue"),
        _figure("accepted", "通过行数", "Rows accepted", accepted, "/departments", "rows", DEPARTMENT),
        _figure("quarantined", "隔离行数", "Rows quarantined", quarantined, "/quarantine", "rows", DEPARTMENT, (f"占 {share}%", f"{share} %")),
        _figure("people", "人口库", "People", desk.rows("registers.people"), "/registers/people", "people", "registers.people"),
        _figure("entities", "法人库", "Legal entities", desk.rows("registers.entities"), "/registers/entities", "entities", "registers.entities"),
    ]
    if scores:
        mean = percent(sum(scores) / len(scores)) or Decimal(0)
        figures.append(_figure("quality", "质量得分", "Quality", mean, "/departments", "percent", DIMENSION))
    return tuple(figures)


def _figure(
    key: str, zh: str, en: str, value: int | Decimal, href: str, unit: Unit = "", table: str = "", note: tuple[str, str] | None = None
) -> Figure:
    told = Words(zh=note[0], en=note[1]) if note else None
    column = f"{table}.{COLUMNS[key]}" if key in COLUMNS else ""
    return Figure(key=key, title=Words(zh=zh, en=en), value=value, unit=unit, href=href, table=table, note=told, column=column)


def layers(cities: Sequence[dict[str, Any]]) -> tuple[MapLayer, ...]:
    """One layer per figure of the cities; a city without it is absent."""
    return tuple(
        MapLayer(
            key=key, title=title, unit=unit, table=CITY, values={row["city"]: _number(row[column]) for row in cities if row.get(column) is not None}
        )
        for key, column, title, unit in LAYERS if cities
    )


def _by_department(desk: Desk, rows: list[dict[str, Any]]) -> list[Chart]:
    if not rows:
        return []
    ordered = sorted(rows, key=lambda row: -(row["accepted"] + row["quarantined"]))
    series = tuple(
        Series(title=Words(zh=zh, en=en), values=tuple(Decimal(row[name]) for row in ordered))
        for name, zh, en in (("accepted", "通过", "Accepted"), ("quarantined", "隔离", "Quarantined"))
    )
    return [Chart(
        key="rows", title=Words(zh="各部门数据行数", en="Rows by department"), kind="stacked", unit="rows", table=DEPARTMENT, series=series,
        column=f"{DEPARTMENT}.accepted",
        labels=tuple(desk.titles.department(row["department"]) for row in ordered),
        hrefs=tuple(f"/departments/{row['department']}" for row in ordered),
    )]


def _by_dimension(rows: list[dict[str, Any]]) -> list[Chart]:
    if not rows:
        return []
    order = {dimension: place for place, dimension in enumerate(DIMENSIONS)}
    ordered = sorted(rows, key=lambda row: order.get(row["dimension"], len(order)))
    return [Chart(
        key="dimensions", title=Words(zh="分维度数据质量", en="Quality by dimension"), kind="bar", unit="percent", table=DIMENSION,
        column=f"{DIMENSION}.score",
        labels=tuple(dimension_words(row["dimension"]) for row in ordered),
        series=(Series(title=Words(zh="合格率", en="Holds"), values=tuple(percent(row["score"]) for row in ordered)),),
    )]


def dimension_words(dimension: str) -> Words:
    """The name of a dimension of quality."""
    zh, en, _characteristic = DIMENSIONS.get(dimension, (dimension, dimension, ""))
    return Words(zh=zh, en=en)


def city(desk: Desk, subject: Subject, code: str) -> CitySheet:
    """One city with its counties; Missing for a code that is no city with figures."""
    cities = _all(desk, subject, CITY)
    found = next((row for row in cities if row["city"] == code), None)
    if found is None:
        raise Missing(
            f"没有区划代码为 {code} 的地市数据。请从总览地图选择。",
            f"No city with figures has the code {code}. Choose one on the overview's map.", city=code
        )
    figures = tuple(
        Figure(
            key=key, title=title, value=_number(found[column]), unit=unit, href=_KNOWN[key][1], table=_KNOWN[key][0],
            column=f"{CITY}.{column}",
        )
        for key, column, title, unit in LAYERS if found.get(column) is not None
    )
    counties = tuple(_county(row) for row in _all(desk, subject, COUNTY) if row["city"] == code and row["county"] != code)
    return CitySheet(code=code, title=_division(code, found["city_zh"]), figures=figures, layers=layers(cities), counties=counties)


def _county(row: dict[str, Any]) -> CountyLine:
    values = {key: Decimal(row[key]) for key in ("people", "entities") if row.get(key) is not None}
    return CountyLine(code=row["county"], title=_division(row["county"], row["county"]), values=values)


def _division(code: str, otherwise: str) -> Words:
    entry = code_list("divisions").get(code)
    return Words(zh=entry.zh, en=entry.en) if entry else Words(zh=otherwise)


def _sum(rows: Iterable[dict[str, Any]], name: str) -> int:
    return sum(row[name] for row in rows)


def _number(value: float) -> Decimal:
    return percent(value) or Decimal(0)

