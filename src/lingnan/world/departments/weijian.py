"""Health: registered births and deaths, one workbook per city and month as the clerks fill it."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from lingnan.world import stains
from lingnan.world.columns import choose, constant, dates, day, join, take
from lingnan.world.dirt import Rows, Stain
from lingnan.world.handover.workbook import Cell, write_workbook
from lingnan.world.people import People
from lingnan.world.province import Province, serial

UPPER = ("登记编号", "事件类型", "当事人", "", "", "事件", "", "登记", "")
LOWER = ("", "", "公民身份号码", "姓名", "性别", "日期", "地点区划", "机构", "日期")
MERGES = ("A1:I1", "A2:I2", "A3:A4", "B3:B4", "C3:E3", "F3:G3", "H3:I3")
_DATES = ("event_date", "registered_on")
_SERIAL_LENGTH = 5


def last_months(today: date, count: int = 12) -> list[date]:
    """The first days of the last `count` months, the current one last."""
    last = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(last - count + 1, last + 1)]


class Health:
    """Hands over weijian.vital_event."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._months = last_months(province.date)
        self._starts = np.array([day(month) for month in self._months])
        self._sheets: dict[tuple[int, int], list[list[Cell]]] = defaultdict(list)

    def people(self, block: int, people: People) -> None:
        """One block of births and deaths, sorted to the workbooks they will stand in."""
        rows = self._rows(block, people)
        if not len(rows):
            return
        given = self._province.deliver(rows, _stains(), block)
        columns = [_cells(name, column.to_pylist()) for name, column in given.columns.items()]
        cities, months = given.aux["city"].to_pylist(), given.aux["month"].to_pylist()
        for city, month, *cells in zip(cities, months, *columns, strict=True):
            self._sheets[int(city), int(month)].append(cells)

    def _rows(self, block: int, people: People) -> Rows:
        province, places = self._province, self._province.places
        draws = province.draws("weijian.vital_event", block)
        first = self._starts[0]
        born, died = np.flatnonzero(people.birth >= first), np.flatnonzero(people.death >= first)
        who, is_death = np.concatenate([born, died]), np.repeat([0, 1], [len(born), len(died)])
        event = np.where(is_death == 1, people.death[who], people.birth[who])
        registered = np.minimum(event + draws.integers(0, 15, len(who)), province.today)
        where, county = pa.array(who), people.county[who]
        month = np.searchsorted(self._starts, registered, side="right") - 1
        house = choose(is_death == 1, constant("殡仪服务中心", len(who)), take(["妇幼保健院", "第一人民医院", "中心医院"], draws.integers(0, 3,
            len(who))))
        columns = {
            "event_no": serial("V", people.person[who] * 2 + is_death, 10), "kind": take(["出生", "死亡"], is_death),
            "citizen_number": people.number.take(where), "name": people.name.take(where), "sex": take(["男", "女"], people.sex[who] - 1),
            "event_date": dates(event), "division": places.division(county), "institution": join(take(places.city_name, places.county_city[county]),
                house),
            "registered_on": dates(registered),
        }
        aux = {
            **province.other_divisions(draws, county), "city": pa.array(places.county_city[county]).cast(pa.string()),
            "month": pa.array(month).cast(pa.string()), "former_name": people.former_name.take(where),
            "late": dates(np.minimum(registered + draws.integers(30, 90, len(who)), province.today)),
        }
        return Rows("weijian.vital_event", ("event_no",), columns, people.person[who], None, {"sex": take(["1", "2"], people.sex[who] - 1)}, aux)

    def close(self) -> None:
        """Writes every workbook, also those of a month in which a small province had no event."""
        folder = self._province.folder("weijian")
        for city, code in enumerate(self._province.places.city_code):
            for month, first in enumerate(self._months):
                self._workbook(folder / f"vital_event_{code}_{first:%Y%m}.xlsx", city, first, self._sheets.get((city, month), []))

    def _workbook(self, path: Path, city: int, first: date, rows: list[list[Cell]]) -> None:
        name = self._province.places.city_name[city]
        births = sum(row[1] == "出生" for row in rows)
        head: list[list[Cell]] = [
            [f"{name}{first.year}年{first.month}月出生死亡登记表"], [f"填报单位：{name}卫生健康委员会　　填报期：{first:%Y-%m}"], list(UPPER),
            list(LOWER),
        ]
        foot: list[list[Cell]] = [["合计", f"出生 {births} 人，死亡 {len(rows) - births} 人"], ["填表人：林一", "", "", "", "审核人：陈二"]]
        write_workbook(path, "登记表", [*head, *rows, *foot], MERGES)


def _cells(name: str, values: list[str | None]) -> list[Cell]:
    """Dates that a clerk's sheet holds as Excel's day count become number cells."""
    if name not in _DATES:
        return list(values)
    return [int(value) if value and len(value) == _SERIAL_LENGTH and value.isdigit() else value for value in values]


def _stains() -> list[Stain]:
    shapes = ("slash", "han", "compact", "serial", "figures")
    return [
        Stain("late_update", "registered_on", 0.03, stains.from_aux("late"), "none", visible=False),
        *stains.citizen_numbers(),
        *stains.people_names(former=0.0),
        *stains.divisions(),
        Stain("missing", "event_date", 0.005, stains.missing, "quarantine"),
        Stain("code_for_label", "sex", 0.02, stains.labels(stains.SEX_CODES), "repair"),
        Stain("sex_contradicts_number", "sex", 0.005, stains.swapped("男", "女"), "quarantine"),
        *stains.dates("event_date", 0.05, shapes, impossible=0.005),
    ]
