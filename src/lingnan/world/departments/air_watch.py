"""The ecology department's air: stations, their hourly means with what instruments get wrong, and the composition of particles."""

from typing import Any

import numpy as np
import pyarrow as pa

from lingnan.world.columns import Text, constant, dates, join, numbers, take
from lingnan.world.departments.city_components import points
from lingnan.world.departments.readings import Book, decimals
from lingnan.world.dirt import Rows
from lingnan.world.draws import Array, Draws
from lingnan.world.places import table
from lingnan.world.province import Province

HOURS, STUCK_HOURS, HEAVY_DAYS, HEAVY = 24, 8, 2, 2.0
"""Hours of a day, hours of a stuck instrument, and days and strength of the heavy pollution at the end."""
STATIONS = ("点位编号", "点位名称", "地市代码", "国控点", "经度", "纬度")
AIR = ("点位编号", "日期", "整点", "有效分钟数", "仪器标记", "二氧化硫", "二氧化氮", "一氧化碳", "臭氧", "可吸入颗粒物", "细颗粒物", "风向", "风速")
SPECIATION = ("样品编号", "点位编号", "地市代码", "采样日", "组分", "浓度", "不确定度")
FAULTS = {"missing": 0.002, "instrument": 0.002, "short": 0.002, "spike": 0.0002, "range": 0.0002, "inverted": 0.0005}
SAMPLES_EVERY, SAMPLED_DAYS, UNCERTAIN = 3, 120, 0.05
SWAY = 0.6
"""How much what a source gives differs from day to day (of its logarithm): sources that always go together cannot be told apart by any method."""


class AirWatch:
    """Hands over shengtai.air_station, shengtai.air_hour and shengtai.speciation."""

    def __init__(self, province: Province) -> None:
        self._province, self._book = province, Book(province)
        self._told: dict[str, Any] = table("ecology.yaml")
        places, scale = province.places, province.scale
        each = 1 + (scale >= 0.1) + (scale >= 0.5)
        self._days = min(45, 6 + round(39 * scale))
        self._city = np.repeat(np.arange(len(places.city_code)), each)
        self._number = [f"{places.city_code[city][:4]}A{at % each + 1:02d}" for at, city in enumerate(self._city)]

    def firms(self) -> None:
        """All of it."""
        self._stations()
        self._hours()
        self._speciation()

    def _stations(self) -> None:
        places, size = self._province.places, len(self._city)
        draws = self._province.draws("shengtai.air_station")
        quarters, each = self._told["quarters"], size // len(places.city_code)
        county = np.searchsorted(places.county_city, self._city)
        longitude, latitude = points(self._province, table("city.yaml"), county, draws.normal(0, 0.05, (2, size)))
        columns = {
            "station_no": pa.array(self._number), "name": join(take(places.city_name, self._city), take(quarters, np.arange(size) % each)),
            "city": take(places.city_code, self._city), "controlled": constant("true", size), "longitude": longitude, "latitude": latitude,
        }
        self._book.deliver(Rows("shengtai.air_station", ("station_no",), columns), STATIONS)

    def _hours(self) -> None:
        draws, span, size = self._province.draws("shengtai.air_hour"), self._days * HOURS, len(self._city)
        hour = np.tile(np.arange(1, HOURS + 1), self._days)
        weather, wind, speed = self._weather(draws, span)
        sun = np.where((hour > 6) & (hour < 20), np.sin(np.pi * (hour - 6) / 14), 0)
        traffic = 1 + 0.3 * np.cos(np.pi * (hour - 8) / 6)
        upwind = 1 + 0.6 * np.maximum(0, np.cos(np.radians(wind - 60 - 17 * np.arange(len(wind))[:, None]))) ** 2
        site = np.exp(draws.normal(0, 0.06, size))[:, None]
        measured: dict[str, Array] = {}
        for name, level in self._told["air"].items():
            shape = 0.35 + 1.7 * sun if name == "o3" else traffic * (upwind[self._city] if name.startswith(("pm", "so")) else 1)
            usual = level * np.exp(self._told["gains"][name] * weather)[self._city] * shape * site
            measured[name] = (usual * np.exp(draws.normal(0, 0.05, (size, span)))).reshape(-1)
        measured["pm25"] = np.minimum(measured["pm25"], measured["pm10"] * 0.9)
        day = np.tile(np.repeat(self._province.today - self._days + 1 + np.arange(self._days), HOURS), size)
        columns = {
            "station_no": take(self._number, np.repeat(np.arange(size), span)), "day": dates(day), "hour": numbers(np.tile(hour, size)),
        }
        self._faulty(columns, measured, wind[self._city].reshape(-1), speed[self._city].reshape(-1))

    def _weather(self, draws: Draws, span: int) -> tuple[Array, Array, Array]:
        """By city and hour: how the air holds what is put into it (a walk that returns), where the wind comes from, and how fast (m/s)."""
        cities = len(self._province.places.city_code)
        held, turned = np.zeros((cities, span)), np.zeros((cities, span))
        kicks = draws.normal(0, 1, (2, span, cities))
        for at in range(1, span):
            held[:, at] = 0.97 * held[:, at - 1] + 0.09 * kicks[0, at]
            turned[:, at] = 0.9 * turned[:, at - 1] + 20 * kicks[1, at]
        held[self._province.places.city_code.index(self._told["heavy"]), -HEAVY_DAYS * HOURS :] = HEAVY
        wind = (draws.uniform(0, 360, cities)[:, None] + turned) % 360
        return held, wind, np.exp(draws.normal(0.6, 0.6, (cities, span)))

    def _faulty(self, columns: dict[str, Text], measured: dict[str, Array], wind: Array, speed: Array) -> None:
        """What instruments get wrong: each fault in rows of its own, told in the truth as hard but right."""
        size, draws = len(wind), self._province.draws("shengtai.air_hour.faults")
        order, at, hit = draws.permutation(size), 0, {}
        for kind, rate in FAULTS.items():
            count = max(1, round(rate * size))
            hit[kind] = np.isin(np.arange(size), order[at : at + count])
            at += count
        stuck = np.zeros(size, dtype=bool)
        for first in draws.integers(0, size // HOURS, max(1, size // 5000)) * HOURS + 9:
            stuck[first : first + STUCK_HOURS] = True
            measured["o3"][first : first + STUCK_HOURS] = measured["o3"][first]
        stuck &= ~np.any(list(hit.values()), axis=0)
        measured["no2"] = np.where(hit["spike"], measured["no2"] + 900, measured["no2"])
        measured["co"] = np.where(hit["range"], 900.0, measured["co"])
        measured["pm25"] = np.where(hit["inverted"], measured["pm10"] + 6, measured["pm25"])
        columns |= {"minutes": numbers(np.where(hit["short"], 40, 60)), "flag": take(["N", "C"], hit["instrument"].astype(np.int64))}
        columns |= {name: decimals(values, 2 if name == "co" else 1) for name, values in measured.items()}
        columns["so2"] = pa.array(columns["so2"].to_pylist(), pa.string(), mask=hit["missing"])
        columns |= {"wind_degrees": decimals(wind, 1), "wind_speed": decimals(speed, 1)}
        told = {"instrument": "flag", "short": "minutes", "spike": "no2", "range": "co", "inverted": "pm25", "missing": "so2"}
        notes = [*((hit[kind], column, kind) for kind, column in told.items()), (stuck, "o3", "stuck")]
        self._book.deliver(Rows("shengtai.air_hour", ("station_no", "day", "hour"), columns), AIR, duplicates=0.0005, notes=notes)

    def _speciation(self) -> None:
        """What particles on filters hold: the sources of the city in their true shares on average, each component measured within five percent."""
        draws = self._province.draws("shengtai.speciation")
        days = range((SAMPLED_DAYS if self._province.scale >= 0.5 else self._days) - 1, -1, -SAMPLES_EVERY)
        found: list[tuple[str, ...]] = []
        for city, shares in self._told["shares"].items():
            station = next(number for number in self._number if number.startswith(city[:4]))
            for back in days:
                day = dates(np.array([self._province.today - back]))[0].as_py()
                mass = 30 * np.exp(draws.normal(0, 0.3))
                parts = {source: mass * share * np.exp(draws.normal(0, SWAY) - SWAY ** 2 / 2) for source, share in shares.items()}
                held = {"pm25": sum(parts.values())}
                for source, profile in self._told["profiles"].items():
                    for species, share in profile.items():
                        held[species] = held.get(species, 0.0) + parts[source] * share
                for species, value in held.items():
                    seen = max(value * (1 + draws.normal(0, UNCERTAIN)), 0.0)
                    about = (f"{station}-{day.replace('-', '')}", station, city, day, species)
                    found.append((*about, f"{seen:.5f}", f"{seen * UNCERTAIN + 0.002:.5f}"))
        names = ("sample_no", "station_no", "city", "day", "species", "value", "uncertainty")
        columns = {name: pa.array(values, pa.string()) for name, values in zip(names, zip(*found, strict=True), strict=True)}
        self._book.deliver(Rows("shengtai.speciation", ("sample_no", "species"), columns), SPECIATION, duplicates=0)

    def close(self) -> None:
        """Nothing is left open."""
