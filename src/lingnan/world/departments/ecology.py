"""The ecology department's waters and firms: sections and samples, outlets and their monitors, complaints, inspections."""

from typing import Any

import numpy as np
import pyarrow as pa

from lingnan.world import stains
from lingnan.world.columns import NEVER, Text, choose, constant, dates, join, numbers, take
from lingnan.world.departments.city_components import points
from lingnan.world.departments.readings import Book, decimals
from lingnan.world.departments.weijian import last_months
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import Array, Draws, pick
from lingnan.world.places import table
from lingnan.world.province import Province, serial

HOURS, MONTHS, EXCEEDING = 24, 12, 1.7
"""Hours of a day, months of samples, and how far the newest days of every fifth outlet lie above the usual."""
SECTIONS = ("断面编号", "断面名称", "水体类型", "河流", "流域", "地市代码", "功能区目标类别", "经度", "纬度")
SAMPLES = ("断面编号", "采样日", "项目", "监测值")
OUTLETS = ("排放口编号", "排放口名称", "企业名称", "统一社会信用代码", "地市代码", "类型", "执行标准", "经度", "纬度", "基准含氧量", "设备编号")
LIMITS = ("排放口编号", "污染物", "许可限值")
DISCHARGES = ("排放口编号", "日期", "整点", "污染物", "小时均值", "流量", "含氧量", "温度", "有效分钟数", "数据标记")
COMPLAINTS = ("投诉编号", "受理日期", "办结日期", "类别", "渠道", "地市代码", "经度", "纬度", "结果")
INSPECTIONS = ("检查编号", "检查日期", "统一社会信用代码", "企业名称", "地市代码", "来源", "处理", "罚款", "结案日期")
CHANNELS, OUTCOMES = ("12369", "12345", "来信来访"), ("属实", "部分属实", "不属实", "")
CAUSES, ACTIONS = ("自动监控线索", "信访投诉", "双随机"), ("未发现问题", "责令改正", "立案处罚")
GATHERED_DAYS, LATE_DAYS = 21, 60
SPOILT = {"nh3n": 2.6, "tp": 2.6, "codmn": 2.2, "cod": 1.8}
Listed = list[tuple[Any, ...]]


class Ecology:
    """Hands over the tables of waters, discharges, complaints and inspections."""

    def __init__(self, province: Province) -> None:
        self._province, self._book = province, Book(province)
        self._told: dict[str, Any] = table("ecology.yaml")
        self._points: dict[str, list[float]] = table("city.yaml")["points"]
        draws, firms = province.draws("shengtai.outlet"), province.firms
        count = max(6, min(24, round(24 * province.scale)))
        self._firm = np.sort(draws.permutation(np.flatnonzero((firms.closed == NEVER) & (firms.parent < 0)))[:count])
        self._city = province.places.county_city[firms.county[self._firm]]

    def firms(self) -> None:
        """All of it."""
        self._waters()
        self._outlets()
        self._discharges()
        self._complaints()
        self._inspections()

    def _hand(self, name: str, key: tuple[str, ...], names: tuple[str, ...], listed: Listed, headers: tuple[str, ...], **more: Any) -> None:
        columns = {each: pa.array(values, pa.string()) for each, values in zip(names, zip(*listed, strict=True), strict=True)}
        self._book.deliver(Rows(f"shengtai.{name}", key, columns), headers, **more)

    def _waters(self) -> None:
        places, draws = self._province.places, self._province.draws("shengtai.water")
        each = 1 + (self._province.scale >= 0.1) + (self._province.scale >= 0.5)
        sections: Listed = []
        for city, name in zip(places.city_code, places.city_name, strict=True):
            river = self._told["rivers"][city]
            for at in range(each):
                about = (f"{city[:4]}W{at + 1:02d}", f"{river}{name[:-1]}{'上中下'[at]}游", "river", river, self._told["basins"][river], city)
                sections.append((*about, str(3 if at else 2), *self._near(city, draws)))
        for at, (city, name) in enumerate(self._told["lakes"]):
            basin = self._told["basins"][self._told["rivers"][city]]
            sections.append((f"{city[:4]}L{at + 1:02d}", name, "lake", None, basin, city, "3", *self._near(city, draws)))
        names = ("section_no", "name", "water", "river", "basin", "city", "target_class", "longitude", "latitude")
        self._hand("water_section", ("section_no",), names, sections, SECTIONS)
        samples: Listed = []
        for month in last_months(self._province.date, MONTHS):
            for section_no, _name, water, _river, _basin, city, *_rest in sections:
                usual = self._told["water" if water == "river" else "lake"]
                worse = SPOILT if water == "river" and city in self._told["dirty"] else {}
                for item, level in usual.items():
                    value = level * worse.get(item, 1.0) * draws.lognormal(0, 0.05 if item in ("ph", "do") else 0.22)
                    samples.append((section_no, f"{month:%Y-%m}-01", item, f"{value:.4f}"))
        self._hand("water_sample", ("section_no", "day", "item"), ("section_no", "day", "item", "value"), samples, SAMPLES, duplicates=0.002)

    def _near(self, city: str, draws: Draws) -> tuple[str, str]:
        longitude, latitude = self._points[city]
        return f"{longitude + draws.normal(0, 0.08):.6f}", f"{latitude + draws.normal(0, 0.08):.6f}"

    def _numbered(self, at: int) -> str:
        return f"PK{at + 1:04d}"

    def _outlets(self) -> None:
        province, firms, size = self._province, self._province.firms, len(self._firm)
        kinds = [self._told["outlets"][at % len(self._told["outlets"])] for at in range(size)]
        off = province.draws("shengtai.outlet.points").normal(0, 0.08, (2, size))
        longitude, latitude = points(province, table("city.yaml"), firms.county[self._firm], off)
        where = pa.array(self._firm)
        columns = {
            "outlet_no": pa.array([self._numbered(at) for at in range(size)]), "name": pa.array([each[1] for each in kinds]),
            "firm": firms.name.take(where), "credit_code": firms.uscc.take(where), "city": take(province.places.city_code, self._city),
            "kind": pa.array([each[0] for each in kinds]), "standard": pa.array([each[2] for each in kinds]), "longitude": longitude,
            "latitude": latitude, "oxygen_reference": pa.array([each[3] or None for each in kinds]),
            "device_no": pa.array([f"44MN{at + 1:020d}" for at in range(size)]),
        }
        self._book.deliver(Rows("shengtai.outlet", ("outlet_no",), columns, None, self._firm), OUTLETS)
        limits: Listed = [(self._numbered(at), item, str(40 if item == "cod" else 80)) for at, each in enumerate(kinds) for item in ("cod", "so2")
                          if at % 4 == 0 and item in each[4]]
        self._hand("outlet_limit", ("outlet_no", "item"), ("outlet_no", "item", "high"), limits, LIMITS, duplicates=0)

    def _discharges(self) -> None:
        """Hourly means: a walk about the usual, a stopped morning, a day without data, and every fifth outlet above its limit at the end."""
        days = min(14, 4 + round(10 * self._province.scale))
        draws, span = self._province.draws("shengtai.discharge_hour"), days * HOURS
        day = np.repeat(self._province.today - days + 1 + np.arange(days), HOURS)
        parts: list[dict[str, Text]] = []
        for at in range(len(self._firm)):
            kind, _name, _standard, _oxygen, items = self._told["outlets"][at % len(self._told["outlets"])]
            flow, oxygen = draws.uniform(300, 900, span), draws.uniform(5.5, 8, span)
            stopped = (day == day[0] + 1) & (np.tile(np.arange(HOURS), days) < 5) & (at % 6 == 1)
            silent = (day == day[-1] - 1) & (at % 7 == 3)
            for item, usual in items.items():
                above = np.where((day >= day[-1] - 1) & (at % 5 == 0) & (item in ("cod", "so2")), EXCEEDING, 1.0)
                value = usual * above * np.exp(draws.normal(0, 0.02 if item == "ph" else 0.12, span))
                if at % 6 == 4 and item in ("tp", "soot"):
                    value[HOURS : HOURS + 14] = value[HOURS]
                made = {
                    "outlet_no": constant(self._numbered(at), span), "day": dates(day), "hour": numbers(np.tile(np.arange(1, HOURS + 1), days)),
                    "item": constant(item, span), "value": decimals(value, 3), "flow": decimals(flow, 1),
                    "oxygen": decimals(oxygen, 1) if kind == "gas" else pa.nulls(span, pa.string()), "temperature": constant("24.0", span),
                    "minutes": constant("60", span), "flag": take(["N", "F"], stopped.astype(np.int64)),
                }
                parts.append({name: column.filter(pa.array(~silent)) for name, column in made.items()})
        columns = {name: pa.concat_arrays([part[name] for part in parts]) for name in parts[0]}
        rows = Rows("shengtai.discharge_hour", ("outlet_no", "day", "hour", "item"), columns)
        self._book.deliver(rows, DISCHARGES, duplicates=0.001, encoding="gbk")

    def _complaints(self) -> None:
        """What people complain of and where, never who they are; complaints of odour gather at one place in the newest weeks."""
        province, size = self._province, max(90, min(3000, round(1500 * self._province.scale)))
        draws, places, kinds = province.draws("shengtai.complaint"), province.places, self._told["complaints"]
        city = pick(draws, places.city_population, size)
        gathered = draws.random(size) < 0.2
        day = province.today - np.where(gathered, draws.integers(0, GATHERED_DAYS, size), draws.integers(0, 180, size))
        kind = np.where(gathered, list(kinds).index("odour"), pick(draws, list(kinds.values()), size))
        where, *centre = self._told["gathered"]
        city = np.where(gathered, places.city_code.index(where), city)
        seats, off = np.array([self._points[code] for code in places.city_code])[city], draws.normal(0, 1, (2, size))
        point = [np.where(gathered, centre[axis] + off[axis] * 0.006, seats[:, axis] + off[axis] * 0.07) for axis in (0, 1)]
        answered = day + np.minimum(draws.lognormal(2.2, 0.6, size), LATE_DAYS).astype(np.int64) + 1
        open_ = answered > province.today
        columns = {
            "complaint_no": serial("TS", np.arange(size), 8), "received_on": dates(day), "answered_on": dates(np.where(open_, NEVER, answered)),
            "category": take(list(kinds), kind), "channel": take(CHANNELS, pick(draws, [3, 5, 1], size)), "city": take(places.city_code, city),
            "longitude": decimals(point[0], 6), "latitude": decimals(point[1], 6),
            "outcome": choose(open_, constant(None, size), take(OUTCOMES[:3], pick(draws, [5, 3, 2], size))),
        }
        dirt = [
            Stain("missing", "category", 0.01, stains.missing, "quarantine"),
            *stains.dates("received_on", 0.03, ("slash", "han"), impossible=0.01),
        ]
        self._book.deliver(Rows("shengtai.complaint", ("complaint_no",), columns), COMPLAINTS, dirt)

    def _inspections(self) -> None:
        """Visits to firms: those of outlets more often, a third with a finding."""
        province, firms = self._province, self._province.firms
        draws, size = province.draws("shengtai.inspection"), max(20, min(400, round(200 * province.scale)))
        others = np.flatnonzero(firms.closed == NEVER)
        firm = np.where(draws.random(size) < 0.5, self._firm[draws.integers(0, len(self._firm), size)], others[draws.integers(0, len(others), size)])
        day = np.sort(province.today - draws.integers(1, 180, size))
        action, closed = pick(draws, [6, 3, 2], size), day + draws.integers(5, 60, size)
        fine = np.where(action == 2, draws.integers(2, 40, size) * 5000, 0)
        where = pa.array(firm)
        columns = {
            "inspection_no": serial("JC", np.arange(size), 8), "inspected_on": dates(day), "credit_code": firms.uscc.take(where),
            "firm": firms.name.take(where), "city": take(province.places.city_code, province.places.county_city[firms.county[firm]]),
            "cause": take(CAUSES, pick(draws, [3, 4, 3], size)), "action": take(ACTIONS, action), "fine": _optional(fine),
            "closed_on": dates(np.where(closed > province.today, NEVER, closed)),
        }
        rows = Rows("shengtai.inspection", ("inspection_no",), columns, None, firm)
        self._book.deliver(rows, INSPECTIONS, [*stains.credit_codes(column="credit_code")])

    def close(self) -> None:
        """Nothing is left open."""


def _optional(values: Array) -> Text:
    return choose(values > 0, join(numbers(values)), pa.nulls(len(values), pa.string()))
