"""Housing's system of city management: components of the city, one GBK text file with commas."""

from typing import Any

import numpy as np

from lingnan.standards import code_list
from lingnan.world import stains
from lingnan.world.columns import Text, dates, digits, join, take
from lingnan.world.dirt import Rows, Spot, Stain
from lingnan.world.draws import Array, pick
from lingnan.world.handover.delimited import DelimitedFile
from lingnan.world.places import table
from lingnan.world.province import Province, serial

HEADERS = (
    "台账编号", "部件代码", "部件名称", "部件分类", "区划代码", "权属单位", "主管部门", "状态", "单元网格", "经度", "纬度", "安装日期", "更新日期",
)
AT_SCALE_1 = 2_540
"""Twenty for a thousand people."""
STATES = {"完好": "1", "破损": "2", "丢失": "3", "废弃": "4"}
GRIDS = 12


class CityComponents:
    """Hands over zhujian.component."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._made = table("city.yaml")
        self._file = DelimitedFile((province.folder("zhujian") / "component.csv").open("wb"), HEADERS, encoding="gbk")

    def firms(self) -> None:
        """All components."""
        self._file.write(list(self._province.deliver(self._rows(), _stains()).columns.values()))

    def _rows(self) -> Rows:
        province, places = self._province, self._province.places
        draws, size = province.draws("zhujian.component"), max(20, round(AT_SCALE_1 * province.scale))
        kinds: list[list[Any]] = self._made["components"]
        kind, county = pick(draws, [weight for _, weight, *_ in kinds], size), np.sort(pick(draws, places.county_weight, size))
        code = take([each[0] for each in kinds], kind)
        city = join(take(places.city_name, places.county_city[county]))
        installed = province.today - draws.integers(400, 6000, size)
        state = pick(draws, [90, 7, 2, 1], size)
        township = places.townships(county, draws.random(size))
        longitude, latitude = points(province, self._made, county, draws.normal(0, 0.08, (2, size)))
        columns = {
            "ledger_no": serial("BJ", np.arange(size), 9), "component_code": join(places.division(county), code, digits(_within(county) + 1, 6)),
            "name": take([str(code_list("city-components").name(each[0])) for each in kinds], kind), "class_code": code,
            "division": places.division(county), "owner": join(city, take([each[2] for each in kinds], kind)),
            "department": join(city, take([each[3] for each in kinds], kind)), "state": take([*STATES], state),
            "grid": join(take(places.township_code, township), digits(draws.integers(1, GRIDS, size), 3)),
            "longitude": longitude, "latitude": latitude, "installed_on": dates(installed),
            "updated_on": dates(province.today - draws.integers(0, 380, size)),
        }
        other = take([each[0] for each in kinds], (kind + 1) % len(kinds))
        return Rows(
            "zhujian.component", ("ledger_no",), columns, true={"state": take([*STATES.values()], state)},
            aux={**province.other_divisions(draws, county), "other_class": other},
        )

    def close(self) -> None:
        """Finishes the file."""
        self._file.close()


def points(province: Province, made: dict[str, Any], county: Array, off: Array) -> tuple[Text, Text]:
    """Made points about the seat of each county's city, longitude and latitude with six decimals."""
    places = province.places
    seats = np.array([made["points"][code] for code in places.city_code])[places.county_city[county]]
    return _degrees(seats[:, 0] + off[0]), _degrees(seats[:, 1] + off[1])


def _degrees(values: Array) -> Text:
    millionths = np.round(values * 1_000_000).astype(np.int64)
    return join(digits(millionths // 1_000_000, 3 if len(values) and millionths.min() >= 100_000_000 else 2), ".", digits(millionths % 1_000_000, 6))


def _within(county: Array) -> Array:
    """The place of each row among those of its county; counties come in their order."""
    return np.asarray(np.arange(len(county)) - np.searchsorted(county, county))


def wrong_code(spot: Spot) -> list[str | None]:
    """A code without its last character."""
    return [value[:-1] for value in spot.values]


def _stains() -> list[Stain]:
    return [
        *stains.divisions(),
        Stain("wrong_code", "component_code", 0.02, wrong_code, "quarantine"),
        Stain("missing", "component_code", 0.005, stains.missing, "quarantine"),
        Stain("full_width", "component_code", 0.01, stains.full_width, "repair"),
        Stain("class_contradicts_code", "class_code", 0.01, stains.from_aux("other_class"), "quarantine"),
        Stain("code_for_label", "state", 0.05, stains.labels(STATES), "repair"),
        Stain("unknown_label", "state", 0.01, stains.one_of("不详", "待查"), "quarantine"),
        Stain("out_of_range", "longitude", 0.01, stains.one_of("0", "13.26", "1132600"), "quarantine"),
        *stains.dates("installed_on", 0.03, ("slash", "han", "compact", "dot"), impossible=0.01),
    ]
