"""Made measurements with named faults: a stuck instrument, a spike, particles turned round, a short hour, a day of heavy pollution."""

import math
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

Row = dict[str, Any]
FIRST_DAY = date(2026, 3, 1)
STATIONS = (("A01", "越秀", "440100", True, 113.26, 23.13), ("A02", "天河", "440100", True, 113.36, 23.12),
            ("A03", "南山", "440300", True, 113.93, 22.53), ("A04", "从化天湖", "440100", False, 113.63, 23.65))
LEVELS = {"so2": 8.0, "no2": 30.0, "co": 0.8, "o3": 70.0, "pm10": 55.0, "pm25": 32.0}
SECTIONS = (("W01", "东江口", "river", "东江", "珠江", "441900", 3, 113.62, 23.05), ("W02", "石角", "river", "北江", "珠江", "441800", 2, 113, 23.5),
            ("W03", "星湖", "lake", None, "珠江", "441200", 3, 112.48, 23.08))
MEANS = {"ph": 7.3, "do": 6.4, "codmn": 3.5, "cod": 14.0, "bod5": 2.6, "nh3n": 0.6, "tp": 0.09, "tn": 1.8, "oil": 0.02, "chla": 18.0, "sd": 0.7}
OUTLETS = (("D01", "总排口", "岭南第一污水处理厂", "440100", "water", "GB18918-1A", None, "44MN01", "91440100MA00000017"),
           ("G01", "一号烟囱", "岭南第二电厂", "441900", "gas", "GB13223-coal", 6.0, "44MN02", "91441900MA00000025"))
MONITORED = {"water": {"cod": 36.0, "nh3n": 3.2, "tp": 0.3, "ph": 7.1}, "gas": {"so2": 62.0, "nox": 70.0, "soot": 18.0}}
PARTICLES = (
    {"pm25": 10.0, "si": 1.64, "al": 0.73, "ca": 0.42, "fe": 0.32, "oc": 1.1, "k": 0.072, "so4": 0.66, "ec": 0.24, "cl": 0.08, "as": 0.016},
    {"pm25": 14.0, "oc": 5.31, "ec": 3.95, "no3": 0.22, "so4": 0.22, "fe": 0.132, "zn": 0.066, "k": 0.21, "cl": 0.15},
    {"pm25": 14.0, "so4": 5.894, "nh4": 3.309, "no3": 3.875, "na": 0.31, "cl": 0.55, "k": 0.011, "ca": 0.012},
)
"""µg/m³ on a filter: dust 6 and coal 4; vehicles 11 and biomass 3; sulphate 8, nitrate 5 and sea salt 1. Each group comes and goes by itself."""
KINDS, RECENT = ("odour", "air", "noise", "water", "waste"), date(2026, 6, 20)
FILTERS, HEAVY = 50, 6.0  # with fewer filters no factors are sought; how far the day of heavy pollution lies above the usual


def sample(seed: int, size: int) -> dict[str, list[Row]]:
    """Rows of every needed table; `size` over ten is the number of days."""
    drawn = random.Random(seed)  # noqa: S311 made rows, no secret
    days = [FIRST_DAY + timedelta(days=number) for number in range(max(size // 10, 2))]
    return {
        "shengtai.air_station": _named("station_no name city controlled longitude latitude", STATIONS),
        "shengtai.air_hour": [_faulty(row, days[0]) for station in STATIONS for row in _air(drawn, station[0], days)],
        "shengtai.water_section": _named("section_no name water river basin city target_class longitude latitude", SECTIONS),
        "shengtai.water_sample": _named("section_no day item value", [
            (at[0], day, item, round(mean * drawn.uniform(0.6, 1.5), 4)) for at, day, (item, mean) in product(SECTIONS, days[::4], MEANS.items())]),
        "shengtai.outlet": _named("outlet_no name firm city kind standard oxygen_reference device_no credit_code", OUTLETS),
        "shengtai.outlet_limit": [{"outlet_no": "D01", "item": "cod", "high": 40.0}],
        "shengtai.discharge_hour": [_discharged(row, days[0]) for outlet in OUTLETS for row in _monitored(drawn, outlet, days)],
        "shengtai.monitor_report": list(_reported(drawn, days[-1] + timedelta(days=1))),
        "shengtai.speciation": [row for number in range(max(len(days), FILTERS)) for row in _filtered(drawn, FIRST_DAY + timedelta(days=number))],
        "shengtai.complaint": [_complained(drawn, number) for number in range(max(size, 20))],
        "shengtai.inspection": _named("inspection_no inspected_on credit_code firm city cause action", [
            (each[0], days[0], each[8], *each[2:4], "双随机", "责令改正") for each in OUTLETS]),
    }


def _named(columns: str, rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    return [dict(zip(columns.split(), each, strict=True)) for each in rows]


def _reported(drawn: random.Random, day: date) -> Iterator[Row]:
    """Minutes of one hour and reports of the next, by HJ 212; nobody delivered these hours otherwise."""
    for command, moment in [("2051", f"{day}T00:{minute:02d}:00") for minute in range(0, 60, 10)] + [("2061", f"{day}T01:00:00")]:
        about = {"mn": "44MN01", "data_time": moment, "cn": command, "qn": moment, "st": "32"}
        yield {**about, "item": "w01018", "avg": round(drawn.uniform(30, 40), 2), "flag": "N"}
        yield {**about, "item": "w00000", "cou": 100.0, "flag": "N"}


def _filtered(drawn: random.Random, day: date) -> Iterator[Row]:
    """Components of one filter, each measured within five percent."""
    groups = [(drawn.uniform(0.5, 1.5), group) for group in PARTICLES]
    for species in sorted({name for group in PARTICLES for name in group}):
        usual = sum(strength * group.get(species, 0.0) for strength, group in groups)
        about = {"sample_no": f"F{day:%Y%m%d}", "station_no": "A01", "city": "440100", "day": day, "species": species}
        yield {**about, "value": round(usual * drawn.uniform(0.95, 1.05), 5), "uncertainty": round(0.05 * usual + 0.002, 5)}


def _complained(drawn: random.Random, number: int) -> Row:
    """A complaint; every third is of odour and comes from one place."""
    received, answer = RECENT - timedelta(days=drawn.randrange(0, 15)), timedelta(days=number % 9 + 1)
    row = {"complaint_no": f"C{number:04d}", "received_on": received, "answered_on": received + answer if number % 5 else None, "city": "440100"}
    if number % 3 == 0:
        return {**row, "category": "odour", "longitude": 113.31, "latitude": 23.11}
    return {**row, "category": KINDS[number % 5], "longitude": 113.1 + drawn.random() / 2, "latitude": 22.9 + drawn.random() / 2}


def _air(drawn: random.Random, station: str, days: list[date]) -> Iterator[Row]:
    """Hours of a station: ozone follows the sun, the rest the traffic, all of them the weather of the day."""
    for day in days:
        weather = HEAVY if station == "A03" and day == days[1] else drawn.lognormvariate(0, 0.35)
        for hour in range(1, 25):
            sun, traffic = math.sin(math.pi * max(0, hour - 6) / 16) if hour < 22 else 0.0, 1 + 0.3 * math.cos(math.pi * (hour - 8) / 6)
            row = {name: round(level * weather * (0.3 + 1.6 * max(sun, 0) if name == "o3" else traffic) * drawn.uniform(0.9, 1.1), 1)
                   for name, level in LEVELS.items()}
            yield {"station_no": station, "day": day, "hour": hour, "minutes": 60, "flag": "N", **row, "pm25": min(row["pm25"], row["pm10"]),
                   "wind_degrees": float(drawn.randrange(0, 360)), "wind_speed": round(drawn.uniform(0.2, 5), 1)}


def _monitored(drawn: random.Random, outlet: tuple[Any, ...], days: list[date]) -> Iterator[Row]:
    """Hours of an outlet; on its second day it discharges half as much again."""
    for day, hour, (item, mean) in product(days, range(1, 25), MONITORED[outlet[4]].items()):
        much = 1.5 if day == days[1] and item != "ph" else 1.0
        about = {"outlet_no": outlet[0], "day": day, "hour": hour, "item": item, "temperature": 24.0, "minutes": 60, "flag": "N"}
        yield {**about, "value": round(mean * much * drawn.uniform(0.85, 1.15), 3), "flow": round(drawn.uniform(400, 900), 1),
               "oxygen": round(drawn.uniform(5.5, 8), 1) if outlet[4] == "gas" else None}


def _discharged(row: Row, day: date) -> Row:
    """The same row, or a stopped hour, a fault of the monitor or a stuck item on the first day."""
    faults: Row = {"value": 0.31} if row["item"] == "tp" else {"flag": {3: "F", 4: "D"}.get(row["hour"], "N")}
    return {**row, **faults} if row["day"] == day else row


def _faulty(row: Row, day: date) -> Row:
    """The same row, or what goes wrong at that hour of the first day."""
    if row["day"] != day:
        return row
    if row["station_no"] == "A02" and row["hour"] in range(9, 16):
        return {**row, "o3": 66.0}
    faults: dict[tuple[str, int], Row] = {
        ("A01", 5): {"no2": 900.0}, ("A01", 7): {"pm25": row["pm10"] + 5}, ("A03", 4): {"minutes": 40}, ("A03", 11): {"flag": "C"},
        ("A03", 12): {"so2": None}, ("A03", 13): {"co": 900.0},
    }
    return {**row, **faults.get((row["station_no"], row["hour"]), {})}
