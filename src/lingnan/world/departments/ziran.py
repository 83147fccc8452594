"""Natural resources: the standard addresses, GB18030 text with tabs."""

import numpy as np

from lingnan.world import stains
from lingnan.world.columns import dates, take
from lingnan.world.dirt import Rows, Spot, Stain
from lingnan.world.handover.delimited import DelimitedFile
from lingnan.world.places import Address
from lingnan.world.province import Province

HEADERS = ("地址编号", "县级区划代码", "乡镇街道", "道路", "门牌号", "标准地址", "更新日期")
BLOCK = 200_000


class NaturalResources:
    """Hands over ziran.address."""

    def __init__(self, province: Province) -> None:
        self._province = province
        target = (province.folder("ziran") / "address.csv").open("wb")
        self._file = DelimitedFile(target, HEADERS, encoding="gb18030", delimiter="\t")

    def firms(self) -> None:
        """All addresses, township by township."""
        counts = self._province.places.buildings(self._province.scale)
        ends = np.cumsum(counts)
        for block, start in enumerate(range(0, int(ends[-1]), BLOCK)):
            number = np.arange(start, min(start + BLOCK, int(ends[-1])))
            township = np.searchsorted(ends, number, side="right")
            given = self._province.deliver(self._rows(block, Address(township, number - (ends - counts)[township])), _stains(), block)
            self._file.write(list(given.columns.values()))

    def _rows(self, block: int, at: Address) -> Rows:
        province, places = self._province, self._province.places
        draws = province.draws("ziran.address", block)
        county = places.township_county[at.township]
        columns = {
            "address_no": places.number(at), "division": places.division(county), "township": take(places.township_name, at.township),
            "road": places.road(at), "number": places.house(at), "full_address": places.full(at),
            "updated_on": dates(province.today - draws.integers(0, 3000, len(county))),
        }
        return Rows("ziran.address", ("address_no",), columns, aux=province.other_divisions(draws, county))

    def close(self) -> None:
        """Finishes the file."""
        self._file.close()


def _bare_number(spot: Spot) -> list[str | None]:
    return [value.removesuffix("号") + "之" for value in spot.values]


def _stains() -> list[Stain]:
    return [
        *stains.divisions(),
        Stain("missing", "road", 0.01, stains.missing, "quarantine"),
        Stain("bad_house_number", "number", 0.005, _bare_number, "quarantine"),
        Stain("full_width", "number", 0.01, stains.full_width, "repair"),
        *stains.dates("updated_on", 0.03, ("slash", "han", "compact", "dot")),
    ]
