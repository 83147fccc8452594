"""Forecasts of a real series beside persistence, the seasonal naive forecast and the climatology, on a year the model has not seen.

    python benchmarks/forecasting.py FILE.csv [--target PM2.5] [--split 2016-03-01] [--horizons 1 6 24] [--rounds 60] [--above 115]

FILE is hourly, with columns year, month, day, hour, the target, and what stands beside it (as the UCI stations of Beijing); NA is missing.
Exit code 1 when a horizon does not beat its best baseline, or a band of 90 % holds less than 85 % or more than 95 %.
"""

import argparse
import csv
import json
import math
import sys
import time
from dataclasses import replace
from pathlib import Path

from lingnan.methods import Panel, Setup, back_test

COMPASS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
TIME = ("year", "month", "day", "hour")
NOT_BESIDE = {*TIME, "No", "station", "wd"}


def number(text: str) -> float | None:
    return None if text in ("", "NA") else float(text)


def read(path: Path, target: str, split: str) -> tuple[Panel, int]:
    """The series with what stands beside it, and the first place of the unseen year."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    beside = {name: [number(row[name]) for row in rows] for name in rows[0] if name not in NOT_BESIDE and name != target}
    if "wd" in rows[0]:
        angle = [2 * math.pi * COMPASS.index(row["wd"]) / 16 if row["wd"] in COMPASS else None for row in rows]
        for name, turn in (("wind east", math.sin), ("wind north", math.cos)):
            beside[name] = [None if each is None else turn(each) for each in angle]
    ahead = {name: [float(row[name]) for row in rows] for name in ("hour", "month")}
    days = [f"{row['year']}-{int(row['month']):02}-{int(row['day']):02}" for row in rows]
    return Panel([number(row[target]) for row in rows], beside, ahead), next(place for place, day in enumerate(days) if day >= split)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", type=Path)
    asked.add_argument("--target", default="PM2.5")
    asked.add_argument("--split", default="2016-03-01")
    asked.add_argument("--horizons", type=int, nargs="+", default=[1, 6, 24])
    asked.add_argument("--rounds", type=int, default=Setup.rounds)
    asked.add_argument("--above", type=float, default=115)
    told = asked.parse_args()
    panel, split = read(told.file, told.target, told.split)
    setup = replace(Setup(), horizons=tuple(told.horizons), rounds=told.rounds, floor=0.0)
    begun = time.process_time()
    _model, card = back_test(
        panel, setup, split, name=told.target, data_version=told.file.name, calendar=("month", "hour"), threshold=told.above,
    )
    print(f"{'h':>3} {'rows':>6} {'RMSE':>7} {'MAE':>7} {'MASE':>6} {'skill':>7} {'90 %':>6} {'width':>7}  baselines")
    for each in card.scores:
        others = "  ".join(f"{name} {value:.2f}" for name, value in each.baselines.items())
        own = f"{each.rmse:>7.2f} {each.mae:>7.2f} {each.mase:>6.3f} {each.skill:>7.3f} {each.covered:>6.3f} {each.width:>7.1f}"
        print(f"{each.horizon:>3} {each.rows:>6} {own}  {others}")
        print("    " + json.dumps({name: value and round(value, 3) for name, value in each.events.items()}))
    print(f"{time.process_time() - begun:.1f} s of processor time")
    return 0 if card.beats_baselines and all(0.85 <= each.covered <= 0.95 for each in card.scores) else 1


if __name__ == "__main__":
    sys.exit(main())
