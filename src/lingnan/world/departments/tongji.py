"""Statistics: indicators of the cities, one workbook per city with years across, the newest first."""

from typing import Any

import numpy as np
import pyarrow as pa

from lingnan.world import stains
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import Array
from lingnan.world.handover.workbook import Cell, write_workbook
from lingnan.world.places import table
from lingnan.world.province import Province

YEARS = 10
CENSUS = 2020


class Statistics:
    """Hands over tongji.indicator."""

    def __init__(self, province: Province) -> None:
        self._province = province
        last = province.date.year - 1
        self._years = list(range(last, last - YEARS, -1))
        self._indicators: list[list[Any]] = table("work.yaml")["indicators"]

    def firms(self) -> None:
        """One workbook per city."""
        folder = self._province.folder("tongji")
        for city, code in enumerate(self._province.places.city_code):
            rows = self._rows(city, code)
            given = self._province.deliver(rows, _stains(), city, duplicates=0.0)
            write_workbook(folder / f"indicator_{code}.xlsx", "主要指标", self._sheet(city, given), ("A1:N1", "A2:N2"))

    def _rows(self, city: int, code: str) -> Rows:
        """One row per indicator and year, as they will stand once the years are turned."""
        draws = self._province.draws("tongji.indicator", city)
        values = np.array([self._series(city, facts, draws.normal(0, 0.02, YEARS)) for facts in self._indicators])
        facts = [facts for facts in self._indicators for _ in self._years]
        columns = {
            "series": [f"{code}.{fact[0]}" for fact in facts], "indicator": [f"{fact[1]}({fact[2]})" for fact in facts],
            "unit": [fact[2] for fact in facts],
            "division": [code] * len(facts), "year": [str(year) for year in self._years] * len(self._indicators),
            "value": [f"{v:.2f}" for v in values.ravel()],
        }
        return Rows("tongji.indicator", ("series", "year"), {name: pa.array(column, pa.string()) for name, column in columns.items()})

    def _series(self, city: int, facts: list[Any], noise: Array) -> Array:
        _, _, _, level, growth, per_resident = facts
        places = self._province.places
        size = places.city_population[city] if per_resident else 1.0
        rich = places.city_development[city] if facts[0] not in ("population", "forest", "roads", "pupils", "invest") else 1.0
        years = np.array(self._years, dtype=np.float64) - CENSUS
        return np.asarray(level * size * rich * (1 + growth) ** years * (1 + noise / 2))

    def _sheet(self, city: int, given: Rows) -> list[list[Cell]]:
        name = self._province.places.city_name[city]
        columns = {key: column.to_pylist() for key, column in given.columns.items()}
        rows: list[list[Cell]] = [[f"{name}主要统计指标"], ["单位：见指标名称"], ["指标序列", "指标名称", "计量单位", "区划代码",
            *(f"{year}年" for year in self._years)]]
        for start in range(0, len(given), YEARS):
            head = [columns[key][start] for key in ("series", "indicator", "unit", "division")]
            rows.append([*head, *(_cell(value) for value in columns["value"][start : start + YEARS])])
        return [*rows, ["数据来源：演示数据，非官方统计。"], ["注：增长速度按可比价格计算。"]]

    def close(self) -> None:
        """Nothing is left open."""


def _cell(value: str | None) -> Cell:
    return float(value) if value and value.replace(".", "", 1).removeprefix("-").isascii() and value.replace(".", "", 1).isdigit() else value


def _stains() -> list[Stain]:
    return [Stain("commas", "value", 0.01, stains.with_commas, "repair"), Stain("full_width", "value", 0.005, stains.full_width, "repair")]
