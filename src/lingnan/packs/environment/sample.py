"""Made measurements with named faults: a stuck instrument, a spike, particles turned round, a short hour, a day of heavy pollution."""

import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
FIRST_DAY = date(2026, 3, 1)
STATIONS = (
    ("A01", "越秀", "440100", True, 113.26, 23.13), ("A02", "天河", "440100", True, 113.36, 23.12), ("A03", "南山", "440300", True, 113.93, 22.53),
    ("A04", "从化天湖", "440100", False, 113.63, 23.65),
)
LEVELS = {"so2": 8.0, "no2": 30.0, "co": 0.8, "o3": 70.0, "pm10": 55.0, "pm25": 32.0}
SECTIONS = (
    ("W01", "东江口", "river", "东江", "珠江", "441900", 3, 113.62, 23.05), ("W02", "石角", "river", "北江", "珠江", "441800", 2, 112.96, 23.55),
    ("W03", "星湖", "lake", None, "珠江", "441200", 3, 112.48, 23.08),
)
MEANS = {"ph": 7.3, "do": 6.4, "codmn": 3.5, "cod": 14.0, "bod5": 2.6, "nh3n": 0.6, "tp": 0.09, "tn": 1.8, "oil": 0.02, "chla": 18.0, "sd": 0.7}
OUTLETS = (
    ("D01", "总排口", "岭南第一污水处理厂", "440100", "water", "GB18918-1A", None, {"cod": 36.0, "nh3n": 3.2, "tp": 0.3, "ph": 7.1}),
    ("G01", "一号烟囱", "岭南第二电厂", "441900", "gas", "GB13223-coal", 6.0, {"so2": 62.0, "nox": 70.0, "soot": 18.0}),
)
HEAVY = 6.0
"""How far the day of heavy pollution lies above the usual."""


def sample(seed: int, size: int) -> dict[str, list[Row]]:
    """Rows of every needed table; `size` over ten is the number of days."""
    drawn = random.Random(seed)  # noqa: S311 made rows, no secret
    days = [FIRST_DAY + timedelta(days=number) for number in range(max(size // 10, 2))]
    return {
        "shengtai.air_station": [
            dict(zip(("station_no", "name", "city", "controlled", "longitude", "latitude"), each, strict=True)) for each in STATIONS
        ],
        "shengtai.air_hour": [_faulty(row, days[0]) for station in STATIONS for row in _air(drawn, station[0], days)],
        "shengtai.water_section": [
            dict(zip(("section_no", "name", "water", "river", "basin", "city", "target_class", "longitude", "latitude"), each, strict=True))
            for each in SECTIONS
        ],
        "shengtai.water_sample": [
            {"section_no": section[0], "day": day, "item": item, "value": round(mean * drawn.uniform(0.6, 1.5), 4)}
            for section in SECTIONS for day in days[::4] for item, mean in MEANS.items()
        ],
        "shengtai.outlet": [
            dict(zip(("outlet_no", "name", "firm", "city", "kind", "standard", "oxygen_reference"), each, strict=False)) for each in OUTLETS
        ],
        "shengtai.outlet_limit": [{"outlet_no": "D01", "item": "cod", "high": 40.0}],
        "shengtai.discharge_hour": [_discharged(row, days[0]) for outlet in OUTLETS for row in _monitored(drawn, outlet, days)],
    }


def _air(drawn: random.Random, station: str, days: list[date]) -> Iterator[Row]:
    """Hours of a station: ozone follows the sun, the rest the traffic, all of them the weather of the day."""
    for day in days:
        weather = HEAVY if station == "A03" and day == days[1] else drawn.lognormvariate(0, 0.35)
        for hour in range(1, 25):
            sun, traffic = math.sin(math.pi * max(0, hour - 6) / 16) if hour < 22 else 0.0, 1 + 0.3 * math.cos(math.pi * (hour - 8) / 6)
            row = {name: round(level * weather * (0.3 + 1.6 * max(sun, 0) if name == "o3" else traffic) * drawn.uniform(0.9, 1.1), 1)
                   for name, level in LEVELS.items()}
            yield {
                "station_no": station, "day": day, "hour": hour, "minutes": 60, "flag": "N", **row, "pm25": min(row["pm25"], row["pm10"]),
                "wind_degrees": float(drawn.randrange(0, 360)), "wind_speed": round(drawn.uniform(0.2, 5), 1),
            }


def _monitored(drawn: random.Random, outlet: tuple[Any, ...], days: list[date]) -> Iterator[Row]:
    """Hours of an outlet; on its second day it discharges half as much again."""
    for day in days:
        for hour in range(1, 25):
            for item, mean in outlet[7].items():
                much = 1.5 if day == days[1] and item != "ph" else 1.0
                yield {
                    "outlet_no": outlet[0], "day": day, "hour": hour, "item": item, "value": round(mean * much * drawn.uniform(0.85, 1.15), 3),
                    "flow": round(drawn.uniform(400, 900), 1), "oxygen": round(drawn.uniform(5.5, 8), 1) if outlet[4] == "gas" else None,
                    "temperature": 24.0, "minutes": 60, "flag": "N",
                }


def _discharged(row: Row, day: date) -> Row:
    """The same row, or a stopped hour, a fault of the monitor or a stuck item on the first day."""
    if row["day"] != day:
        return row
    if row["item"] == "tp":
        return {**row, "value": 0.31}
    return {**row, "flag": "F" if row["hour"] == 3 else "D"} if row["hour"] in (3, 4) else row


def _faulty(row: Row, day: date) -> Row:
    """The same row, or what goes wrong at that hour of the first day."""
    place = (row["station_no"], row["hour"]) if row["day"] == day else None
    if row["station_no"] == "A02" and row["day"] == day and row["hour"] in range(9, 16):
        return {**row, "o3": 66.0}
    faults: dict[tuple[str, int], Row] = {
        ("A01", 5): {"no2": 900.0}, ("A01", 7): {"pm25": row["pm10"] + 5}, ("A03", 4): {"minutes": 40}, ("A03", 11): {"flag": "C"},
        ("A03", 12): {"so2": None}, ("A03", 13): {"co": 900.0},
    }
    return {**row, **faults.get(place, {})} if place else row
