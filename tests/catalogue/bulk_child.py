"""Registers, changes and withdraws in bulk until it is killed; each round begins with a line on standard output."""

import sys
from pathlib import Path
from random import Random
from typing import Any

from lingnan.base import Settings
from lingnan.catalogue import Catalogue
from lingnan.storage import Storage

THINGS, KINDS = ("养老机构", "婚姻", "企业", "水库", "车辆"), ("登记信息", "名录", "检查结果")


def form(number: int, draw: Random) -> dict[str, Any]:
    names = draw.sample(["姓名", "身份证号", "日期", "金额", "地址", "状态", "编号"], k=draw.randint(0, 5))
    return {
        "key": f"minzheng.r{number}", "zh": draw.choice(THINGS) + draw.choice(KINDS), "format": draw.choice(["csv", "xlsx"]),
        "department": {"id": "minzheng", "zh": draw.choice(["民政厅", "民政局"])}, "table": f"minzheng.r{number}",
        "items": [{"name": f"c{at}", "zh": name, "classification": draw.choice(["public", "personal"])} for at, name in enumerate(names)],
    }


def main(home: str, seed: int) -> None:
    storage = Storage.open(Settings(home=Path(home)))
    catalogue, draw = Catalogue(storage), Random(seed)
    for turn in range(1_000_000):
        sys.stdout.write(f"{turn}\n")
        sys.stdout.flush()
        chosen = draw.sample(range(300), k=draw.choice([5, 60, 250]))
        catalogue.register_many([form(number, draw) for number in chosen], withdraw_missing=draw.choice(["", "feed"]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
